/*
 * What a mistyped word most likely meant.
 */
#ifndef CAULK_SUGGEST_H
#define CAULK_SUGGEST_H

/* Longer words are not compared. */
#define SUGGEST_LONGEST 24

struct suggestion {
    const char *word; /* what is nearest so far; NULL: nothing is near */
    unsigned distance;
};

/* Considers one more word that could have been meant; borrowed. Starts from an empty suggestion. */
void suggest(struct suggestion *suggestion, const char *typed, const char *candidate);

#endif
