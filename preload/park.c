/*
 * The coordinator owns an array of slots, one for each thread. It writes the thread's id and then
 * ASKED; the thread finds its slot by its id, writes where it stands and then PARKED, and waits
 * while `round` keeps its value. An odd round is one in which threads are to stop. A slot's state
 * carries its round: a thread that was held up since an earlier one can't answer for this one.
 *
 * `round` lies in memory that a forked child finds wiped: a child that was forked in the middle has
 * nobody to wait for. Arrays that became too small are never given back, as a thread that was held
 * up may still look into them.
 */
#include "preload/park.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "libcaulk/dump_format.h"
#include "preload/clock.h"
#include "preload/own_stack.h"
#include "preload/pages.h"
#include "preload/signals.h"
#include "preload/task_state.h"
#include "preload/tasks.h"
#include "preload/thread.h"

enum slot_state { SLOT_ASKED, SLOT_PARKED, SLOT_GONE, SLOT_WAITS };
enum { SLOT_STATE_BITS = 2 };

struct slot {
    _Atomic uint32_t round_and_state; /* round << SLOT_STATE_BITS | enum slot_state */
    pid_t tid;
};

struct parking {
    _Atomic bool taken; /* a thread is between park_others() and park_release() */
    _Atomic uint32_t round;
    _Atomic uint32_t parked; /* threads that have parked in this round */
    _Atomic uint32_t count;
    bool refused; /* the kernel lists no threads */
    uint32_t capacity;
    struct slot *slots;
    struct snapshot_thread *threads; /* entry i + 1 belongs to slot i; entry 0 to the coordinator */
};

#define ATTEMPTS 5
#define ATTEMPT_NS 200000000ull
#define RECHECK_NS 2000000ull
#define SPARE_SLOTS 64 /* room for threads that start while we count */

static struct parking *_Atomic parking;

static void futex_wait(_Atomic uint32_t *word, uint32_t value, uint64_t timeout_ns)
{
    struct timespec timeout = {.tv_sec = (time_t)(timeout_ns / 1000000000),
                               .tv_nsec = (long)(timeout_ns % 1000000000)};
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, timeout_ns ? &timeout : NULL, NULL, 0);
}

static void futex_wake_all(_Atomic uint32_t *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

static bool round_is_on(uint32_t round)
{
    return round & 1;
}

static uint32_t slot_value(uint32_t round, enum slot_state state)
{
    return round << SLOT_STATE_BITS | state;
}

static bool slot_is(const struct slot *slot, enum slot_state state)
{
    return slot->round_and_state == slot_value(parking->round, state);
}

bool park_asked(void)
{
    return parking && round_is_on(parking->round);
}

static struct slot *own_slot(pid_t tid)
{
    uint32_t count = atomic_load_explicit(&parking->count, memory_order_acquire);
    for (uint32_t i = 0; i < count; i++)
        if (parking->slots[i].tid == tid)
            return &parking->slots[i];
    return NULL;
}

static void thread_describe(struct snapshot_thread *thread, const struct stopped_at *place,
                            uint32_t state)
{
    uintptr_t tcb;
    __asm__("mov %%fs:0, %0" : "=r"(tcb));
    *thread = (struct snapshot_thread){
        .tid = (pid_t)syscall(SYS_gettid),
        .state = state,
        .sp = place->sp,
        .red_zone = place->red_zone,
        .stack_start = thread_self.stack_start,
        .stack_end = thread_self.stack_end,
        .tcb = tcb,
        .altstack_start = place->altstack_start,
        .altstack_end = place->altstack_end,
        .registers = place->registers,
        .register_words = place->register_words,
        .vector_registers = place->vector_registers,
        .vector_words = place->vector_words,
    };
    prctl(PR_GET_NAME, thread->name);
}

void park_self(const struct stopped_at *place)
{
    if (!parking)
        return;
    uint32_t round = parking->round;
    if (!round_is_on(round))
        return;
    struct slot *slot = own_slot((pid_t)syscall(SYS_gettid));
    uint32_t asked = slot_value(round, SLOT_ASKED);
    if (!slot || slot->round_and_state != asked)
        return;
    thread_describe(&parking->threads[slot - parking->slots + 1], place, DUMP_THREAD_PARKED);
    if (!atomic_compare_exchange_strong(&slot->round_and_state, &asked,
                                        slot_value(round, SLOT_PARKED)))
        return;
    atomic_fetch_add(&parking->parked, 1);
    futex_wake_all(&parking->parked);
    while (parking->round == round)
        futex_wait(&parking->round, round, 0);
}

static void slot_set(struct slot *slot, enum slot_state state)
{
    slot->round_and_state = slot_value(parking->round, state);
}

/* The standard dump signal is not tried where the queue is full: its handler may be the program's.
 * Waiting would not empty the queue. */
static void slot_ask(struct slot *slot)
{
    if (!signals_queue(slot->tid, CONTROL_SIGNAL, PARK_TAG << 48))
        slot_set(slot, errno == ESRCH ? SLOT_GONE : SLOT_WAITS);
}

/* Asks every thread that has no slot yet; true when there was one. */
static bool ask_new_threads(pid_t own)
{
    struct tasks tasks;
    pid_t tid;
    bool found = false;
    tasks_open(&tasks);
    while ((tid = tasks_next(&tasks)) != 0) {
        uint32_t count = parking->count;
        if (tid == own || own_slot(tid) || count == parking->capacity)
            continue;
        parking->slots[count].tid = tid;
        slot_set(&parking->slots[count], SLOT_ASKED);
        memset(&parking->threads[count + 1], 0, sizeof(*parking->threads));
        atomic_store_explicit(&parking->count, count + 1, memory_order_release);
        slot_ask(&parking->slots[count]);
        found = true;
    }
    parking->refused = tasks.refused;
    tasks_close(&tasks);
    return found;
}

static uint32_t slots_in_state(enum slot_state state)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < parking->count; i++)
        n += slot_is(&parking->slots[i], state);
    return n;
}

/* Threads that will never answer: those that ended, before they were asked or after, and libc's. */
static void drop_mute_threads(void)
{
    for (uint32_t i = 0; i < parking->count; i++) {
        struct slot *slot = &parking->slots[i];
        if (!slot_is(slot, SLOT_ASKED))
            continue;
        if (task_has_ended(slot->tid))
            slot_set(slot, SLOT_GONE);
        else if (task_takes_the_signal(slot->tid))
            slot_set(slot, SLOT_WAITS);
    }
}

/* True when every thread that was asked has parked before the deadline. */
static bool wait_until_parked(uint64_t deadline_ns)
{
    for (;;) {
        uint32_t parked = parking->parked;
        if (slots_in_state(SLOT_ASKED) == 0)
            return true;
        if (clock_monotonic_ns() >= deadline_ns)
            return false;
        futex_wait(&parking->parked, parked, RECHECK_NS);
        if (parking->parked == parked)
            drop_mute_threads();
    }
}

static bool park_round(pid_t own)
{
    parking->parked = 0;
    parking->count = 0;
    atomic_fetch_add(&parking->round, 1);
    uint64_t deadline = clock_monotonic_ns() + ATTEMPT_NS;
    bool all = true;
    while (ask_new_threads(own) && all)
        all = wait_until_parked(deadline);
    return all;
}

/* Moves the entries of the threads that are there to the front, and returns how many. */
static uint32_t collect_threads(void)
{
    uint32_t n = 1;
    for (uint32_t i = 0; i < parking->count; i++) {
        const struct slot *slot = &parking->slots[i];
        if (slot_is(slot, SLOT_ASKED) || slot_is(slot, SLOT_WAITS))
            task_guess(slot->tid, &parking->threads[i + 1]);
        if (slot_is(slot, SLOT_WAITS) && task_is_in_sigtimedwait(slot->tid))
            parking->threads[i + 1].state = DUMP_THREAD_PARKED;
        if (!slot_is(slot, SLOT_GONE))
            parking->threads[n++] = parking->threads[i + 1];
    }
    return n;
}

static bool parking_create(void)
{
    struct parking *none = NULL, *fresh;
    if (parking)
        return true;
    fresh = pages_map(sizeof(*fresh));
    if (!fresh)
        return false;
    syscall(SYS_madvise, fresh, sizeof(*fresh), MADV_WIPEONFORK);
    if (!atomic_compare_exchange_strong(&parking, &none, fresh))
        pages_unmap(fresh, sizeof(*fresh));
    return true;
}

static bool slots_reserve(void)
{
    uint32_t needed = tasks_count() + SPARE_SLOTS;
    parked_stacks_reserve(needed);
    if (needed <= parking->capacity)
        return true;
    needed *= 2;
    struct slot *slots = pages_map(needed * sizeof(*slots));
    struct snapshot_thread *threads = pages_map((needed + 1) * sizeof(*threads));
    if (!slots || !threads)
        return false;
    parking->slots = slots;
    parking->threads = threads;
    parking->capacity = needed;
    return true;
}

static void end_round(void)
{
    atomic_fetch_add(&parking->round, 1);
    futex_wake_all(&parking->round);
}

/* Whoever comes second is one of those that are to stop for the first. */
static void take_turn(const struct stopped_at *own)
{
    while (atomic_exchange(&parking->taken, true)) {
        park_self(own);
        sched_yield();
    }
}

bool park_others(const struct stopped_at *own, struct snapshot_thread **ret_threads,
                 uint32_t *ret_count)
{
    if (!parking_create())
        return false;
    take_turn(own);
    if (!slots_reserve()) {
        parking->taken = false;
        return false;
    }
    thread_describe(&parking->threads[0], own, DUMP_THREAD_DUMPING);
    for (int attempt = 1; !park_round(parking->threads[0].tid) && attempt < ATTEMPTS; attempt++)
        end_round();
    *ret_count = collect_threads();
    *ret_threads = parking->threads;
    return true;
}

bool park_found_all(void)
{
    return !parking->refused;
}

void park_release(void)
{
    end_round();
    parking->taken = false;
}
