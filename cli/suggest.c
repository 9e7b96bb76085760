#include "cli/suggest.h"

#include <string.h>

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
    unsigned low = a < b ? a : b;
    return low < c ? low : c;
}

/* Letters to insert, delete or change between the two (Levenshtein's distance), one row of the
 * classic table at a time. */
static unsigned edit_distance(const char *from, const char *to)
{
    size_t length = strlen(to);
    unsigned row[SUGGEST_LONGEST + 1];
    for (size_t i = 0; i <= length; i++)
        row[i] = (unsigned)i;
    for (unsigned done = 1; *from; from++, done++) {
        unsigned diagonal = row[0];
        row[0] = done;
        for (size_t i = 1; i <= length; i++) {
            unsigned above = row[i];
            row[i] = min3(above + 1, row[i - 1] + 1, diagonal + (*from != to[i - 1]));
            diagonal = above;
        }
    }
    return row[length];
}

/* Two letters off is a slip; and at least a third of the word must be right. */
void suggest(struct suggestion *suggestion, const char *typed, const char *candidate)
{
    size_t length = strlen(typed);
    if (length > SUGGEST_LONGEST || strlen(candidate) > SUGGEST_LONGEST)
        return;
    unsigned distance = edit_distance(typed, candidate);
    if (distance > 2 || distance * 3 > length * 2 ||
        (suggestion->word && distance >= suggestion->distance))
        return;
    *suggestion = (struct suggestion){candidate, distance};
}
