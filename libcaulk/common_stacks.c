/* Addresses become numbers of 32 bits first, so that a node's parent and address fit one key. */
#include "libcaulk/common_stacks.h"

#include <stdlib.h>

static bool add_nodes(struct common_stacks *stacks, const struct dump *dump, uint32_t *common)
{
    common[0] = 0;
    for (uint32_t node = 1; node <= dump->stack_count; node++) {
        uint32_t address, number;
        uint64_t pc = dump->stack_pc[node];
        if (stack_is_join(pc))
            pc = STACK_PYTHON_JOIN | common[(uint32_t)pc];
        if (!id_table_add(&stacks->addresses, pc, &address))
            return false;
        uint64_t key = (uint64_t)common[dump->stack_parent[node]] << 32 | address;
        if (!id_table_add(&stacks->nodes, key, &number))
            return false;
        common[node] = number + 1;
    }
    return true;
}

bool common_stacks_add(struct common_stacks *stacks, const struct dump *dump, uint32_t **ret_common)
{
    uint32_t *common = malloc(((size_t)dump->stack_count + 1) * sizeof(*common));
    if (!common || !add_nodes(stacks, dump, common)) {
        free(common);
        return false;
    }
    *ret_common = common;
    return true;
}

void common_stacks_finish(struct common_stacks *stacks)
{
    id_table_finish(&stacks->addresses);
    id_table_finish(&stacks->nodes);
}
