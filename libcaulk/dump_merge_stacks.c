#include "libcaulk/dump_merge_stacks.h"

#include <stdlib.h>

#include "libcaulk/dump_sum_parts.h"

bool dump_merge_stacks(struct dump *const *dumps, uint32_t count, struct dump **ret_code,
                       uint32_t **ret_common)
{
    struct sum sum = {.dump = calloc(1, sizeof(*sum.dump)),
                      .part = calloc(count, sizeof(*sum.part)),
                      .part_count = count};
    uint64_t stacks = 0;
    for (uint32_t i = 0; sum.part && i < count; i++) {
        sum.part[i].dump = dumps[i];
        stacks += dumps[i]->stack_count;
    }
    bool done = sum.dump && sum.part && stacks < UINT32_MAX && sum_modules(&sum) &&
                sum_python(&sum) && sum_stacks(&sum);
    for (uint32_t i = 0; done && i < count; i++) {
        ret_common[i] = sum.part[i].stack;
        sum.part[i].stack = NULL;
    }
    sum_parts_finish(&sum);
    if (done)
        *ret_code = sum.dump;
    else
        dump_close(sum.dump);
    return done;
}
