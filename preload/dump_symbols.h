/* SYMBOLS: what modules export, for the addresses that are in the dump. */
#ifndef CAULK_DUMP_SYMBOLS_H
#define CAULK_DUMP_SYMBOLS_H

#include <stdbool.h>

#include "preload/dump_job.h"

/* After roots and stacks are written, before the strings are. False: no memory. */
bool dump_symbols_write(struct dump_job *job);

#endif
