#include "cli/fail_on.h"

#include <string.h>

#include "cli/options.h"

void fail_on_parse(const char *command, char *list, struct fail_on *fail_on)
{
    char *rest = list;
    for (char *word; (word = strsep(&rest, ","));) {
        if (strcmp(word, "definite") == 0)
            fail_on->definite = true;
        else if (strcmp(word, "possible") == 0)
            fail_on->possible = true;
        else if (strcmp(word, "cycle") == 0)
            fail_on->cycle = true;
        else
            options_fail(command, "--fail-on: '%s' is not definite, possible or cycle", word);
    }
}

bool fail_on_found(const struct fail_on *fail_on, uint64_t definite, uint64_t possible,
                   uint64_t cycles)
{
    return (fail_on->definite && definite) || (fail_on->possible && possible) ||
           (fail_on->cycle && cycles);
}
