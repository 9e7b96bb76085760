/*
 * What the program set for its signals, where the kernel is told something else:
 *
 *   a handler's sa_mask is kept free of the control signal, and of the dump signal while that is
 *     ours: a signal of ours that came while the handler runs would be taken when it returns, for
 *     one that interrupted the call below it;
 *   a handler of the dump signal with SA_RESETHAND runs once, and then the signal asks for dumps
 *     again.
 *
 * Async-signal-safe.
 */
#ifndef CAULK_PROGRAM_ACTION_H
#define CAULK_PROGRAM_ACTION_H

#include <signal.h>
#include <stdbool.h>

#include "preload/signals.h"

struct program_action {
    bool masks_dump_signal,
        masks_control_signal; /* in the program's sa_mask, not in the kernel's */
    signal_handler *once;     /* of the dump signal, to be run once, or NULL */
};

/* What the kernel is to be told for the program's action, and what is to be kept beside that. once:
 * the handler to be installed in place of one that is to run once, NULL for other signals than the
 * dump signal; ours: the dump signal stays ours. */
void program_action_translate(const struct sigaction *wanted, int dump_number, bool ours,
                              signal_handler *once, struct sigaction *ret_told,
                              struct program_action *ret_kept);

/* The program's own words again, from the kernel's. */
void program_action_show(const struct program_action *kept, int dump_number,
                         struct sigaction *action);

struct program_action program_action_get(int number);
void program_action_set(int number, const struct program_action *kept);

/* The handler of the dump signal that is to run once, no more to be had after this call; or NULL.
 */
signal_handler *program_action_take_once(int dump_number);

/* The dump signal has become ours, or the program's: makes the masks of all handlers so. */
void program_actions_settle(int dump_number, bool ours);

#endif
