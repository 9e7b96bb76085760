#include "cli/option_table.h"

#include <ctype.h>
#include <string.h>

#include "cli/options.h"

static const char *text_or_empty(const char *text)
{
    return text ? text : "";
}

static const char *need_of(const struct argp_option *row)
{
    if (!row->arg)
        return "none";
    return row->flags & OPTION_ARG_OPTIONAL ? "optional" : "required";
}

static void print_option(const struct argp_option *row, const struct argp_option *alias_of,
                         FILE *out)
{
    char letter[2] = "";
    if (row->key > 0 && row->key < 128 && isprint(row->key))
        letter[0] = (char)row->key;
    fprintf(out, "option\t%s\t%s\t%s\t%s\t%s\n", letter, text_or_empty(row->name),
            text_or_empty(alias_of->arg), need_of(alias_of), text_or_empty(alias_of->doc));
}

static void print_rows(const struct argp_option *rows, FILE *out)
{
    const struct argp_option *meant = rows;
    for (const struct argp_option *row = rows; row && !options_is_end(row); row++) {
        if (!(row->flags & OPTION_ALIAS))
            meant = row;
        if (row->flags & (OPTION_HIDDEN | OPTION_DOC))
            continue;
        if (!row->name && !row->key)
            fprintf(out, "section\t%s\n", row->doc);
        else
            print_option(row, meant, out);
    }
}

/* The doc up to a \v stands before the options in the help, the rest after them. */
static void print_about(const char *doc, FILE *out)
{
    fprintf(out, "about\t%.*s\n", (int)strcspn(doc, "\v"), doc);
}

static void print_after(const char *doc, FILE *out)
{
    const char *line = strchr(doc, '\v');
    for (line = line ? line + 1 : ""; *line; line += strspn(line, "\n") > 0) {
        int length = (int)strcspn(line, "\n");
        fprintf(out, "after\t%.*s\n", length, line);
        line += length;
    }
}

void option_table_print(const struct argp *argp, FILE *out)
{
    if (argp->args_doc)
        fprintf(out, "arguments\t%s\n", argp->args_doc);
    if (argp->doc)
        print_about(argp->doc, out);
    for (const struct argp_child *child = argp->children; child && child->argp; child++) {
        if (child->header)
            fprintf(out, "section\t%s\n", child->header);
        option_table_print(child->argp, out);
    }
    if (argp->children)
        fprintf(out, "section\t\n");
    print_rows(argp->options, out);
    if (argp->doc)
        print_after(argp->doc, out);
}
