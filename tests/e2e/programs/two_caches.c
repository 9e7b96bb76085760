/*
 * Two caches and a session table, at gates: one cache never lets go, the other fills up. And
 * between the first gate and the second three blocks lose their last pointer, each in a way of its
 * own.
 */
#include <stdlib.h>

#include "tests/e2e/programs/gate.h"

#define LEAKED_EACH_TIME 1000
#define FILLED_AT_FIRST 1000
#define FILLED_LATER 10

struct entry {
    struct entry *next;
    char text[56];
};

struct session {
    struct session *peer;
    char *buffer;
};

static struct entry *leaking, *filling;
static struct session *overwritten, *holder, *cycle;

static struct entry *remember(struct entry *next)
{
    struct entry *entry = calloc(1, sizeof(*entry));
    if (!entry)
        abort();
    entry->next = next;
    return entry;
}

static __attribute__((noinline)) void leak_more(void)
{
    for (int i = 0; i < LEAKED_EACH_TIME; i++)
        leaking = remember(leaking);
}

static __attribute__((noinline)) void fill_more(int count)
{
    for (int i = 0; i < count; i++)
        filling = remember(filling);
}

static struct session *open_session(void)
{
    struct session *session = calloc(1, sizeof(*session));
    if (!session)
        abort();
    return session;
}

static void open_sessions(void)
{
    overwritten = open_session();
    holder = open_session();
    holder->buffer = malloc(4000);
    cycle = open_session();
    cycle->peer = open_session();
    cycle->peer->peer = cycle;
}

static void lose_sessions(void)
{
    overwritten = NULL;
    free(holder);
    holder = NULL;
    cycle = NULL;
}

/* One place in the code for all rounds, as in a server's loop. */
int main(void)
{
    static const int filled[] = {1, FILLED_AT_FIRST, FILLED_LATER};
    open_sessions();
    for (int round = 0; round < 3; round++) {
        leak_more();
        fill_more(filled[round]);
        if (round == 1)
            lose_sessions();
        gate();
    }
    return 0;
}
