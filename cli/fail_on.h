/* --fail-on=definite,possible,cycle, for the commands that have it. */
#ifndef CAULK_FAIL_ON_H
#define CAULK_FAIL_ON_H

#include <stdbool.h>
#include <stdint.h>

struct fail_on {
    bool definite, possible, cycle;
};

/* Adds what a list of words with commas between them asks for; options_fail() for another word. */
void fail_on_parse(const char *command, const char *list, struct fail_on *fail_on);

/* Is there any of what was asked for? The figures: how many there are. */
bool fail_on_found(const struct fail_on *fail_on, uint64_t definite, uint64_t possible,
                   uint64_t cycles);

#endif
