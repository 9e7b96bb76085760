# Flat objects, all with the same keys, as a table in Markdown under $title.

def row: "| " + join(" | ") + " |";
def shown: if type == "number" then . * 100 | round / 100 | tostring else . // "" end;

"", $title + ":", "",
(.[0] | keys_unsorted | row, (map("---:") | row)),
(.[] | [.[]] | map(shown) | row)
