/* What a dump says of CPython: the code objects that its stacks name, and the interpreter's loop.
 */
#ifndef CAULK_DUMP_PYTHON_H
#define CAULK_DUMP_PYTHON_H

#include "preload/dump_job.h"

/* Both sections; empty ones where no CPython was found. */
void dump_python_write(struct dump_job *job);

#endif
