/*
 * Pointers that only the kernel keeps for the program: epoll's user data and POSIX timers' values.
 * Read in the pause: epoll sets are shared with the dump's child and change afterwards, timers are
 * not inherited.
 */
#ifndef CAULK_KERNEL_WORDS_H
#define CAULK_KERNEL_WORDS_H

#include <stdint.h>

/* The program uses fd as an epoll descriptor. Any place. */
void kernel_words_note_epoll(int fd);

/* All of them, in memory that is used again for the next snapshot. Async-signal-safe. */
const uint64_t *kernel_words_read(uint32_t *ret_count);

#endif
