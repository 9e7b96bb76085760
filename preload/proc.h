/*
 * Files below /proc/self, also after the program has called chroot to a place without /proc: one
 * close-on-exec descriptor of /proc, opened before the call, then leads there.
 * Async-signal-safe, no heap. Descriptors are the caller's to close.
 */
#ifndef CAULK_PRELOAD_PROC_H
#define CAULK_PRELOAD_PROC_H

#include <stddef.h>
#include <sys/types.h>

/* Opens /proc/self/NAME read-only, or returns -1 with errno. */
int proc_open(const char *name);

/* The directory /proc/self itself. */
int proc_open_self(void);

/* Reads the file into text, at most capacity - 1 bytes, and ends it with NUL; the length or -1. */
ssize_t proc_read(const char *name, char *ret_text, size_t capacity);

/* Before chroot: keep a way to /proc. */
void proc_keep(void);
int proc_kept_descriptor(void); /* or -1 */

/* The root that the program had before it called chroot, or -1. */
int proc_open_outer_root(void);

#endif
