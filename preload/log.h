/*
 * One line each, `caulk: PID: …`, written with one write(2). Async-signal-safe, preserves errno,
 * never blocks the program for long, never writes to a descriptor that is no longer the file it was
 * at start (a daemon closes 2 and the number becomes a socket).
 */
#ifndef CAULK_LOG_H
#define CAULK_LOG_H

#include <stdbool.h>
#include <sys/types.h>

struct options;

/* Remembers what descriptor 2 is, and opens the log file where there is one. options is borrowed
 * for good. Before this, and where the file cannot be opened, lines are dropped. */
void log_init(const struct options *options);

/* Formats as text_format() does. A line over 9 KiB is cut (two paths fit), one over 1 KiB too where
 * two threads log at once. */
void log_line(const char *format, ...);

/* Would a seccomp filter end the process for writing a line? Then lines are dropped. */
bool log_is_forbidden(void);

/* In the dump's child: lines carry the program's process id. */
void log_speak_for(pid_t pid);

/* The log's descriptor that a dump's child must keep open, or -1. */
int log_descriptor(void);

#endif
