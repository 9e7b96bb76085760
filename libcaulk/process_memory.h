/* Another process's memory, read while it runs on. */
#ifndef CAULK_PROCESS_MEMORY_H
#define CAULK_PROCESS_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Copies bytes out of it, all or nothing; false with errno. task: see proc_task(). */
bool process_memory_read(pid_t task, uint64_t address, void *ret_bytes, size_t count);

/* The same of a string, up to its NUL, which must be among the first `capacity` bytes; false with
 * ENAMETOOLONG where it is not. */
bool process_memory_text(pid_t task, uint64_t address, char *ret_text, size_t capacity);

#endif
