/*
 * A program on disk: where execvp would find it, and whether the tracker can be preloaded into it.
 */
#ifndef CAULK_PROGRAM_H
#define CAULK_PROGRAM_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "libcaulk/error.h"

/* Finds a program as execvp does: a name with a slash as it stands, else in the folders of
 * search_path ("/usr/bin:/bin"; NULL: the system's default). */
bool program_find(const char *name, const char *search_path, char ret_path[PATH_MAX],
                  struct error *err);

/* Whether a preloaded tracker would see the program's allocations, when this process executes it.
 * Scripts are followed to their interpreters. Where it would not, the message begins with the
 * reason in a word: "static: …", "architecture: …", "secure: …" or "allocator: …". */
bool program_check(const char *path, struct error *err);

/* The same for a process that runs, as far as its file and what the kernel told its loader say.
 * Also true where these may not be read. */
bool program_check_running(pid_t task, struct error *err);

#endif
