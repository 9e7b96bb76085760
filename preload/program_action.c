#include "preload/program_action.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum { SIGNALS_END = 65 };

static struct {
    _Atomic bool masks_dump_signal, masks_control_signal;
    _Atomic(signal_handler *) once;
} kept_of[SIGNALS_END];

/* libc's functions for sets refuse the control signal. */
static uint64_t *first_word(sigset_t *set)
{
    return (uint64_t *)set;
}

static bool take(uint64_t *mask, uint64_t bit)
{
    bool had = *mask & bit;
    *mask &= ~bit;
    return had;
}

static bool is_handler(const struct sigaction *action)
{
    return action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN;
}

void program_action_translate(const struct sigaction *wanted, int dump_number, bool ours,
                              signal_handler *once, struct sigaction *ret_told,
                              struct program_action *ret_kept)
{
    *ret_told = *wanted;
    *ret_kept = (struct program_action){0};
    uint64_t *mask = first_word(&ret_told->sa_mask);
    ret_kept->masks_control_signal = take(mask, signal_bit(CONTROL_SIGNAL));
    if (dump_number && ours)
        ret_kept->masks_dump_signal = take(mask, signal_bit(dump_number));
    if (once && is_handler(wanted) && (wanted->sa_flags & (int)SA_RESETHAND)) {
        ret_kept->once = wanted->sa_sigaction;
        ret_told->sa_sigaction = once;
        ret_told->sa_flags &= (int)~SA_RESETHAND;
    }
}

void program_action_show(const struct program_action *kept, int dump_number,
                         struct sigaction *action)
{
    uint64_t *mask = first_word(&action->sa_mask);
    if (kept->masks_control_signal)
        *mask |= signal_bit(CONTROL_SIGNAL);
    if (kept->masks_dump_signal)
        *mask |= signal_bit(dump_number);
    if (kept->once) {
        action->sa_sigaction = kept->once;
        action->sa_flags |= (int)SA_RESETHAND;
    }
}

struct program_action program_action_get(int number)
{
    if (number <= 0 || number >= SIGNALS_END)
        return (struct program_action){0};
    return (struct program_action){.masks_dump_signal = kept_of[number].masks_dump_signal,
                                   .masks_control_signal = kept_of[number].masks_control_signal,
                                   .once = kept_of[number].once};
}

void program_action_set(int number, const struct program_action *kept)
{
    if (number <= 0 || number >= SIGNALS_END)
        return;
    kept_of[number].masks_dump_signal = kept->masks_dump_signal;
    kept_of[number].masks_control_signal = kept->masks_control_signal;
    kept_of[number].once = kept->once;
}

signal_handler *program_action_take_once(int dump_number)
{
    return atomic_exchange(&kept_of[dump_number].once, NULL);
}

/* The mask of what is ignored, or left to the kernel, means nothing. */
static bool has_handler(const struct kernel_sigaction *action)
{
    uintptr_t handler = (uintptr_t)action->handler;
    return handler != (uintptr_t)SIG_DFL && handler != (uintptr_t)SIG_IGN;
}

void program_actions_settle(int dump_number, bool ours)
{
    uint64_t bit = signal_bit(dump_number);
    for (int number = 1; number < SIGNALS_END; number++) {
        struct kernel_sigaction action;
        if (number == dump_number || number == CONTROL_SIGNAL ||
            !signals_get_action(number, &action) || !has_handler(&action))
            continue;
        if (ours && take(&action.mask, bit))
            kept_of[number].masks_dump_signal = true;
        else if (!ours && atomic_exchange(&kept_of[number].masks_dump_signal, false))
            action.mask |= bit;
        else
            continue;
        signals_set_action(number, &action);
    }
}
