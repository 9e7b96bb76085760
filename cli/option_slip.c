/* getopt's own messages know nothing of what else there is. */
#include "cli/option_slip.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cli/options.h"
#include "cli/suggest.h"

/* A word's option, "json" of "--json=x", looked for among all rows. */
struct search {
    const char *name;
    size_t length;
    const struct argp_option *exact, *beginning; /* beginning: the last one that begins so */
    unsigned beginnings;
    struct suggestion suggestion;
};

static void look_at(struct search *search, const struct argp_option *row, const char *typed)
{
    suggest(&search->suggestion, typed, row->name);
    if (strncmp(row->name, search->name, search->length))
        return;
    if (!row->name[search->length])
        search->exact = row;
    search->beginning = row;
    search->beginnings++;
}

static void look_for_long(const struct argp *argp, struct search *search, const char *typed)
{
    for (const struct argp_option *row = argp->options; row && !options_is_end(row); row++)
        if (row->name)
            look_at(search, row, typed);
    for (const struct argp_child *child = argp->children; child && child->argp; child++)
        look_for_long(child->argp, search, typed);
}

static const struct argp_option *find_short(const struct argp *argp, int letter)
{
    const struct argp_option *found = NULL;
    for (const struct argp_option *row = argp->options; row && !options_is_end(row); row++)
        if (row->key == letter && isgraph(row->key))
            return row;
    for (const struct argp_child *child = argp->children; child && child->argp && !found; child++)
        found = find_short(child->argp, letter);
    return found;
}

static bool say_long(const struct argp *argp, const char *command, const char *word,
                     struct slip *ret_slip)
{
    char typed[SUGGEST_LONGEST + 2];
    struct search search = {.name = word + 2, .length = strcspn(word + 2, "=")};
    snprintf(typed, sizeof(typed), "%.*s", (int)search.length, search.name);
    look_for_long(argp, &search, typed);
    const struct argp_option *row = search.exact             ? search.exact
                                    : search.beginnings == 1 ? search.beginning
                                                             : NULL;
    bool has_value = word[2 + search.length] == '=';
    int length = (int)search.length < 100 ? (int)search.length : 100;
    if (row && row->arg && !has_value && !(row->flags & OPTION_ARG_OPTIONAL))
        snprintf(ret_slip->s, sizeof(ret_slip->s), "--%s needs a value (--%s=%s)", row->name,
                 row->name, row->arg);
    else if (row && !row->arg && has_value)
        snprintf(ret_slip->s, sizeof(ret_slip->s), "--%s takes no value", row->name);
    else if (row)
        return false;
    else if (search.beginnings > 1)
        snprintf(ret_slip->s, sizeof(ret_slip->s),
                 "several options begin with '--%.*s' (try: caulk %s --help)", length, search.name,
                 command);
    else if (search.suggestion.word)
        snprintf(ret_slip->s, sizeof(ret_slip->s), "unknown option '--%.*s', did you mean '--%s'?",
                 length, search.name, search.suggestion.word);
    else
        snprintf(ret_slip->s, sizeof(ret_slip->s), "unknown option '--%.*s' (try: caulk %s --help)",
                 length, search.name, command);
    return true;
}

static bool say_short(const struct argp *argp, const char *command, const char *word,
                      struct slip *ret_slip)
{
    for (const char *letter = word + 1; *letter; letter++) {
        const struct argp_option *row = find_short(argp, *letter);
        if (!row) {
            snprintf(ret_slip->s, sizeof(ret_slip->s),
                     "unknown option '-%c' (try: caulk %s --help)", *letter, command);
            return true;
        }
        if (!row->arg)
            continue;
        snprintf(ret_slip->s, sizeof(ret_slip->s), "-%c needs a value (-%c %s)", *letter, *letter,
                 row->arg);
        return !letter[1];
    }
    return false;
}

bool option_slip(const struct argp *argp, const char *command, const char *word,
                 struct slip *ret_slip)
{
    if (word[0] != '-' || !word[1])
        return false;
    return word[1] == '-' ? say_long(argp, command, word, ret_slip)
                          : say_short(argp, command, word, ret_slip);
}
