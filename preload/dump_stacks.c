/* See dump_stacks.h. */
#include "preload/dump_stacks.h"

#include "preload/pages.h"

static size_t word_count(const struct dump_stacks *stacks)
{
    return stacks->count / 64 + 1;
}

static size_t bytes_of(const struct dump_stacks *stacks)
{
    return word_count(stacks) * (sizeof(*stacks->needed) + sizeof(*stacks->ranks));
}

bool dump_stacks_init(struct dump_stacks *stacks, const struct stack_table *table)
{
    stacks->table = table;
    stacks->count = stack_table_count(table);
    stacks->needed = pages_map(bytes_of(stacks));
    stacks->ranks = (uint32_t *)(stacks->needed + word_count(stacks));
    return stacks->needed != NULL;
}

static bool is_needed(const struct dump_stacks *stacks, uint32_t node)
{
    return stacks->needed[node / 64] >> (node % 64) & 1;
}

static bool joins_python(uintptr_t pc)
{
    return (pc & DUMP_PC_PYTHON_STACK) == DUMP_PC_PYTHON_STACK;
}

uintptr_t dump_stacks_caller(const struct dump_stacks *stacks, uint32_t node)
{
    uint32_t parent;
    uintptr_t pc;
    if (!stack_table_node(stacks->table, node, &parent, &pc))
        return 0;
    return joins_python(pc) ? dump_stacks_caller(stacks, parent) : pc;
}

static void need_path(struct dump_stacks *stacks, uint32_t node)
{
    uintptr_t pc;
    while (node != 0 && node <= stacks->count && !is_needed(stacks, node)) {
        uint32_t parent;
        if (!stack_table_node(stacks->table, node, &parent, &pc))
            return;
        stacks->needed[node / 64] |= 1ull << (node % 64);
        node = parent;
    }
}

void dump_stacks_need(struct dump_stacks *stacks, uint32_t node)
{
    uint32_t parent;
    uintptr_t pc;
    if (node != 0 && node <= stacks->count && !is_needed(stacks, node) &&
        stack_table_node(stacks->table, node, &parent, &pc) && joins_python(pc))
        need_path(stacks, (uint32_t)pc);
    need_path(stacks, node);
}

void dump_stacks_number_all(struct dump_stacks *stacks)
{
    uint32_t rank = 0;
    for (size_t i = 0; i < word_count(stacks); i++) {
        stacks->ranks[i] = rank;
        rank += (uint32_t)__builtin_popcountll(stacks->needed[i]);
    }
}

uint32_t dump_stacks_number(const struct dump_stacks *stacks, uint32_t node)
{
    if (node == 0 || node > stacks->count || !is_needed(stacks, node))
        return 0;
    uint64_t before = stacks->needed[node / 64] & ((1ull << (node % 64)) - 1);
    return stacks->ranks[node / 64] + (uint32_t)__builtin_popcountll(before) + 1;
}

void dump_stacks_write(const struct dump_stacks *stacks, struct dump_writer *writer)
{
    uint32_t number = 0;
    uintptr_t last_pc = 0;
    dump_writer_begin(writer, DUMP_STACKS);
    for (uint32_t node = 1; node <= stacks->count; node++) {
        uint32_t parent;
        uintptr_t pc;
        if (!is_needed(stacks, node) || !stack_table_node(stacks->table, node, &parent, &pc))
            continue;
        number++;
        if (joins_python(pc))
            pc = DUMP_PC_PYTHON_STACK | dump_stacks_number(stacks, (uint32_t)pc);
        uint32_t parent_number = dump_stacks_number(stacks, parent);
        dump_writer_varint(writer, parent_number ? number - parent_number : 0);
        dump_writer_zigzag(writer, (int64_t)(pc - last_pc));
        last_pc = pc;
    }
    dump_writer_end(writer, number);
}

bool dump_stacks_addresses(const struct dump_stacks *stacks, struct ranges *addresses)
{
    for (uint32_t node = 1; node <= stacks->count; node++) {
        uint32_t parent;
        uintptr_t pc;
        if (is_needed(stacks, node) && stack_table_node(stacks->table, node, &parent, &pc) &&
            !ranges_add(addresses, pc, pc + 1))
            return false;
    }
    return true;
}
