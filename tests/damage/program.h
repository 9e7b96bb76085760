/* What both programs need: limits, last words, files. */
#ifndef CAULK_TESTS_DAMAGE_PROGRAM_H
#define CAULK_TESTS_DAMAGE_PROGRAM_H

#include "tests/support/dump_image.h"

/* No more than 2 GB from now on; and where the program crashes, it says at what damage and in which
 * command (agreement_command(), agreement_damage()). */
void program_start(void);

/* The whole file; ends the program if it can't be read. */
struct dump_image program_read(const char *path);

/* Makes the paths of a dump's modules relative, but for one (or NULL), so that they count as no
 * files: to look into them takes a hundred times as long as all else. */
void program_forget_modules(struct dump_image *dump, const char *but);

#endif
