/*
 * Every command that reads a dump, as text and as JSON, on one that may be damaged.
 *
 * Either none can read it, and each says so in the same single line and nothing else, with status
 * 2; or each answers, with status 0, JSON is JSON, and what they say agrees: the parts with the
 * sums, and one command with another. Ends the program, saying what is wrong, where it isn't so.
 */
#ifndef CAULK_TESTS_EVERY_COMMAND_H
#define CAULK_TESTS_EVERY_COMMAND_H

#include <stdbool.h>

#include "tests/support/dump_image.h"

/* other: a dump that can be read, for the commands that take several. Returns whether the image
 * can be read. */
bool every_command(const struct dump_image *image, const struct dump_image *other);

/* How many commands have been run. */
unsigned long every_command_count(void);

#endif
