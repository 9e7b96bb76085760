/*
 * A library as it lies in another process's memory: where one of its exported objects is.
 *
 * Read from the memory, not from the file: a daemon often runs on after an upgrade has replaced the
 * file, or sees it under a path of its own container.
 */
#ifndef CAULK_REMOTE_IMAGE_H
#define CAULK_REMOTE_IMAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The run-time address of an exported symbol of the library whose ELF header is at base. False
 * where there is none (errno ENOENT), or the memory can't be read (errno says why). */
bool remote_symbol(pid_t pid, uint64_t base, const char *name, uint64_t *ret_address);

#endif
