/*
 * The dump signal (the option `signal`) and the control signal.
 *
 * The dump signal is ours while the program leaves it alone. The program sees it as unhandled, and
 * may block it without effect: its mask for that one signal is kept beside the kernel's
 * ("virtual"). As soon as the program handles, ignores or waits for it, the signal is the
 * program's, masks are made real in every thread, and dumps are asked for through the control
 * signal alone; after SIG_DFL it is ours again.
 */
#ifndef CAULK_DUMP_SIGNAL_H
#define CAULK_DUMP_SIGNAL_H

#include <signal.h>
#include <stdbool.h>

#include "preload/signals.h"

/* In the constructor; number 0 for none. launched_blocked: `caulk run` blocked the signal until
 * here, which is not what the program believes in. False where no handler could be installed. */
bool dump_signal_start(int number, bool launched_blocked);

int dump_signal_number(void); /* 0 for none */
bool dump_signal_is_ours(void);
bool dump_signal_is_handler(signal_handler *handler); /* one of ours, for that signal */

/* In place of a program's handler for the dump signal that is to run once: runs it, and from then
 * on the signal is ours. */
void dump_signal_once(int number, siginfo_t *info, void *context);

/* The program takes the signal (does: what for, for the log line) or gives it back. */
void dump_signal_yield(const char *does);
void dump_signal_reclaim(void);

/* The calling thread's virtual mask, while the signal is ours. */
bool dump_signal_blocked(void);
void dump_signal_set_blocked(bool blocked);

/* In a vfork child, true: its mask is made real once, and changed past ours from then on. */
bool dump_signal_mask_is_real(void);

/* Around exec: what the new program inherits is the mask that the program believes in. */
void dump_signal_mask_real(void);
void dump_signal_mask_virtual(void);

bool dump_signal_started(void);

/* Both signals are thrown away from now on, even those that are on their way; or are heeded again,
 * where they were not. */
void dump_signals_ignore(void);
void dump_signals_heed(void);

/* After pthread_cancel: libc may have installed its handler for the control signal over ours. */
void control_signal_keep(void);

#endif
