/*
 * Signals, straight from the kernel: libc keeps 32 and 33 for itself and its wrappers are
 * interposed by the tracker's own. Sets are one 64-bit word, bit n - 1 for signal n. All
 * async-signal-safe.
 */
#ifndef CAULK_SIGNALS_H
#define CAULK_SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* glibc's cancellation signal: no program blocks it, as libc's own masks leave it out. */
#define CONTROL_SIGNAL 32

typedef void signal_handler(int number, siginfo_t *info, void *context);

/* The kernel's struct sigaction. */
struct kernel_sigaction {
    signal_handler *handler;
    unsigned long flags;
    void (*restorer)(void);
    uint64_t mask;
};

static inline uint64_t signal_bit(int number)
{
    return UINT64_C(1) << (number - 1);
}

uint64_t signals_block_all(void); /* returns the mask before */
void signals_restore(uint64_t mask);
uint64_t signals_pending(void);
void signals_change_mask(int how, uint64_t set);

bool signals_get_action(int number, struct kernel_sigaction *ret_action);
bool signals_set_action(int number, const struct kernel_sigaction *action);

/* Installs handler with every signal blocked while it runs; false with errno. */
bool signals_install(int number, signal_handler *handler);

/* Queues number to a thread of this process (tid) or the whole process (tid 0) with a value; false
 * with errno (EAGAIN under RLIMIT_SIGPENDING). */
bool signals_queue(pid_t tid, int number, uint64_t value);

/* In a handler: the mask that holds again once it has returned. */
uint64_t *signals_context_mask(void *context);

#endif
