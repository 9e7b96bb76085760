/* Addresses are numbered as they come; the first stack node with one stands for all that follow. */
#include "libcaulk/callers.h"

#include <stdlib.h>

#include "libcaulk/id_table.h"

static bool number_stacks(struct callers *callers, const struct dump *dump,
                          struct id_table *addresses)
{
    uint32_t *first = malloc(((size_t)dump->stack_count + 1) * sizeof(*first));
    bool done = first;
    callers->of_stack[0] = 0;
    for (uint32_t s = 1; done && s <= dump->stack_count; s++) {
        uint32_t known = addresses->count, number;
        done = id_table_add(addresses, dump->stack_pc[dump_c_stack(dump, s)], &number);
        if (done && number == known)
            first[number] = s;
        if (done)
            callers->of_stack[s] = first[number];
    }
    free(first);
    return done;
}

bool callers_init(struct callers *callers, const struct dump *dump)
{
    *callers = (struct callers){0};
    if (dump->process.stacks_mode != STACKS_SAMPLED)
        return true;
    struct id_table addresses = {0};
    callers->of_stack = malloc(((size_t)dump->stack_count + 1) * sizeof(*callers->of_stack));
    bool done = callers->of_stack && number_stacks(callers, dump, &addresses);
    id_table_finish(&addresses);
    if (!done)
        callers_finish(callers);
    return done;
}

void callers_finish(struct callers *callers)
{
    free(callers->of_stack);
    *callers = (struct callers){0};
}
