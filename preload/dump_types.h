/* The sections TYPES, BLOCK_TYPES, PYTHON, LAYOUTS and ATTRIBUTES. */
#ifndef CAULK_DUMP_TYPES_H
#define CAULK_DUMP_TYPES_H

#include <stdbool.h>

#include "preload/dump_job.h"

/* False when there is no memory. */
bool dump_types_write(struct dump_job *job);

#endif
