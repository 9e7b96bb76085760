# results.json as tables in Markdown.

def digits($n): . as $x | pow(10; $n) as $scale | ($x * $scale | round) / $scale;
def shown: if . == null then "" else digits(2) | tostring end;
def row: "| " + join(" | ") + " |";

# The result of a way in a workload; the bare program's is of its full size.
def of($way): map(select(.way == $way and ($way != "bare" or .size == "full")))[0] // {};
def cell(f): if .fails then "fails" else f | shown end;

def table($title; $ways; $workloads; f):
    if $workloads == [] then empty else
        "", $title, "",
        (["workload"] + $ways | row),
        (["---"] + ($ways | map("---:")) | row),
        ($workloads[] | .ways as $results
            | [.name] + ($ways | map(. as $way | $results | of($way) | cell(f))) | row)
    end;

.ways as $ways | ($ways - ["bare"]) as $others
| (.workloads | map(select(.unit == "ns per pair"))) as $pairs
| (.workloads | map(select(.unit == "requests per second"))) as $servers
| (.workloads | map(select(.unit != "ns per pair"))) as $programs
| "\(.date), commit \(.commit), \(.machine), load \(.load), medians of \(.runs) runs.",
  table("CPU nanoseconds for a pair of malloc and free, by frames and distinct stacks:"; $ways; $pairs;
      .figure),
  table("CPU time, ratio to the program alone:"; $others; $programs; .ratio.cpu),
  table("Wall time, ratio to the program alone:"; $others; $programs - $servers; .ratio.wall),
  table("Throughput, ratio to the program alone:"; $others; $servers; .ratio.figure),
  table("Peak memory, ratio to the program alone:"; $others; $programs; .ratio.peak),
  table("Output, MB:"; $others; $programs; if .output_bytes then .output_bytes / 1e6 else null end)
