/* The dump's child lets go of the descriptor table that it shares with the program. */
#ifndef CAULK_DESCRIPTORS_H
#define CAULK_DESCRIPTORS_H

#include <stdbool.h>

/* Makes the table the caller's own and closes all but these two (-1 for none). False where the
 * system forbids it: then nothing was closed, and nothing may be opened. */
bool descriptors_keep_only(int one, int other);

#endif
