/* The sections MODULES and SEGMENTS. */
#ifndef CAULK_DUMP_MODULES_H
#define CAULK_DUMP_MODULES_H

#include <stdbool.h>

#include "preload/dump_job.h"

/* Brings the registry up to date and numbers its modules by address; false without memory. */
bool dump_modules_number(struct dump_job *job);
void dump_modules_write(struct dump_job *job);

#endif
