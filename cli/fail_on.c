#include "cli/fail_on.h"

#include <string.h>

#include "cli/options.h"

static bool take(struct fail_on *fail_on, const char *word, size_t length)
{
    const struct {
        const char *word;
        bool *wanted;
    } kinds[] = {{"definite", &fail_on->definite},
                 {"possible", &fail_on->possible},
                 {"cycle", &fail_on->cycle}};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        if (strlen(kinds[i].word) == length && !memcmp(kinds[i].word, word, length))
            return *kinds[i].wanted = true;
    return false;
}

void fail_on_parse(const char *command, const char *list, struct fail_on *fail_on)
{
    for (const char *word = list;; word++) {
        size_t length = strcspn(word, ",");
        if (!take(fail_on, word, length))
            options_fail(command, "--fail-on: '%.*s' is not definite, possible or cycle",
                         (int)length, word);
        word += length;
        if (!*word)
            return;
    }
}

bool fail_on_found(const struct fail_on *fail_on, uint64_t definite, uint64_t possible,
                   uint64_t cycles)
{
    return (fail_on->definite && definite) || (fail_on->possible && possible) ||
           (fail_on->cycle && cycles);
}
