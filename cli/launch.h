/*
 * Starting a program with the tracker preloaded: environment, signals, exec.
 */
#ifndef CAULK_LAUNCH_H
#define CAULK_LAUNCH_H

#include <signal.h>

#include "libcaulk/error.h"

/* Path of libcaulk.so as built or installed beside this program; NULL where there is none, or it
 * can't stand in LD_PRELOAD. The caller frees it. */
char *launch_find_library(struct error *err);

/* The same, or the end of the program. */
char *launch_library(void);

/* "key=value" joined to CAULK_OPTIONS' text `options` (may be NULL), where later ones win. The
 * caller frees the result; `options` is freed. */
char *launch_add_option(char *options, const char *key, const char *value);

/* The value that CAULK_OPTIONS' text gives a key, or NULL; the caller frees it. */
char *launch_find_option(const char *options, const char *key);

/* Puts library and options into this process's environment, for what it executes. */
void launch_set_environment(const char *library, const char *options);

/* "USR1", "SIGUSR1", "RTMIN+2", "RTMAX-1", "10", "none": the number, 0 for none, -1 for anything
 * else and for what can't be caught. */
int launch_signal_number(const char *name);

/* Adds the dump signal to the mask that the program will start with, until the tracker is there to
 * take it: sent right after the start, it would end the program. The tracker's constructor unblocks
 * it again, told to by a variable that it takes out of the environment. */
void launch_block_signal(const char *options, sigset_t *mask);

/* Executes the program as execvp would; does not return. path: found and checked before. */
_Noreturn void launch_exec(const char *path, char **argv);

#endif
