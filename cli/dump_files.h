/*
 * The files that the tracker's option `dump` stands for: "/tmp/caulk.%p.%n.dump" names one for each
 * process and dump.
 */
#ifndef CAULK_DUMP_FILES_H
#define CAULK_DUMP_FILES_H

#include <stddef.h>
#include <time.h>

struct dump_files {
    char **paths;
    size_t count;
};

/* The dumps that were written under this template since a time (of CLOCK_REALTIME_COARSE, the file
 * system's): of each process the last one only. */
void dump_files_find(const char *template, struct timespec since, struct dump_files *ret_files);
void dump_files_finish(struct dump_files *files);

#endif
