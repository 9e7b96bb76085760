/* The sections PROCESS, THREADS and MAPS. */
#ifndef CAULK_DUMP_PROCESS_H
#define CAULK_DUMP_PROCESS_H

#include "preload/dump_job.h"

void dump_threads_write(struct dump_job *job);
void dump_maps_write(struct dump_job *job);

/* Waits for the parent to know how long the pause was, ten seconds at most. */
void dump_process_write(struct dump_job *job);

#endif
