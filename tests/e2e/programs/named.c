/*
 * Names of every kind for the tests that take them away: functions and variables that the program
 * exports (it is linked with -rdynamic), others that only its symbol table knows, and an inlined
 * function that only its debug information knows. Loses one block of each kind of function; each
 * variable keeps one.
 */
#include <stdlib.h>

#include "samples/sample.h"

struct entry {
    struct entry *next;
    long key;
};

struct entry *exported_entries;
static struct entry *hidden_entries;

static inline __attribute__((always_inline)) struct entry *make_entry(struct entry *next, long key)
{
    struct entry *entry = calloc(1, sizeof(*entry));
    if (!entry)
        abort();
    *entry = (struct entry){next, key};
    return entry;
}

void exported_function(void)
{
    make_entry(NULL, 1);
    exported_entries = make_entry(NULL, 2);
}

static __attribute__((noinline)) void hidden_function(void)
{
    make_entry(NULL, 3);
    hidden_entries = make_entry(NULL, 4);
}

static void build(void)
{
    exported_function();
    hidden_function();
}

int main(void)
{
    sample_build(build);
    return caulk_dump(NULL) != 0;
}
