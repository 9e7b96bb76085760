/*
 * The files that a process has mapped: its program, its libraries, its data.
 */
#ifndef CAULK_MAPPED_FILES_H
#define CAULK_MAPPED_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct mapped_file {
    char *path;    /* as the process's mount namespace has it, without " (deleted)" */
    bool has_code; /* part of it is executable: a program or a library */
    bool deleted;  /* or replaced by another file of that name */
};

struct mapped_files {
    struct mapped_file *file; /* each once, by address */
    size_t count;
};

/* False with errno: no such process, or another user's. The caller finishes them. */
bool mapped_files_read(pid_t task, struct mapped_files *ret_files);
void mapped_files_finish(struct mapped_files *files);

/* The first with code whose file name begins so ("libjemalloc."), or NULL. */
const struct mapped_file *mapped_files_find(const struct mapped_files *files, const char *prefix);

#endif
