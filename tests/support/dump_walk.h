/* Goes through everything that an open dump gives and checks what libcaulk/dump.h promises of it.
 * Ends the program, saying which promise, if one is broken. For damaged and random dumps. */
#ifndef CAULK_TESTS_DUMP_WALK_H
#define CAULK_TESTS_DUMP_WALK_H

#include "libcaulk/dump.h"

void dump_walk(const struct dump *dump);

#endif
