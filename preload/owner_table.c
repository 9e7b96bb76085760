#include "preload/owner_table.h"

#include <string.h>

#include "preload/dump_blocks.h"
#include "preload/page_array.h"
#include "preload/pages.h"

#define FIRST_ROOTS 1024u

bool owner_table_init(struct owner_table *table, const struct dump_job *job,
                      const struct block_groups *groups)
{
    memset(table, 0, sizeof(*table));
    table->job = job;
    table->groups = groups;
    table->count = 1;
    table->root_capacity = FIRST_ROOTS;
    table->items = pages_map((DUMP_OWNERS_MAX + 1ul) * sizeof(*table->items));
    table->of_group = pages_map(groups->group_count * sizeof(*table->of_group));
    table->of_thread = pages_map((job->snapshot->thread_count + 1ul) * sizeof(*table->of_thread));
    table->of_root = pages_map(table->root_capacity * sizeof(*table->of_root));
    return table->items && table->of_group && table->of_thread && table->of_root &&
           variables_find(job, &table->variables);
}

/* The last number stands for all that come too late. */
static owner_number add(struct owner_table *table, struct owner owner)
{
    if (table->count < DUMP_OWNERS_MAX)
        table->items[table->count++] = owner;
    else if (table->count == DUMP_OWNERS_MAX)
        table->items[table->count++] = (struct owner){.kind = DUMP_OWNER_SEVERAL};
    return (owner_number)(table->count - 1);
}

bool owner_table_borrows(const struct dump_root *root)
{
    return root->kind == DUMP_ROOT_STACK || root->kind == DUMP_ROOT_ALTSTACK ||
           root->kind == DUMP_ROOT_REGISTERS;
}

/* Without memory for more roots they are the same as the first one. */
static owner_number *root_slot(struct owner_table *table, uint32_t root)
{
    if (root < table->root_capacity)
        return &table->of_root[root];
    owner_number *larger =
        page_array_grow(table->of_root, &table->root_capacity, sizeof(*larger), 2 * (size_t)root);
    if (!larger)
        return &table->of_root[0];
    table->of_root = larger;
    return &table->of_root[root];
}

static owner_number of_variable(struct owner_table *table, struct variable *variable,
                                struct owner owner)
{
    owner.kind = DUMP_OWNER_VARIABLE;
    owner.address = variable->start;
    if (!variable->tag)
        variable->tag = add(table, owner);
    return (owner_number)variable->tag;
}

owner_number owner_table_of_root(struct owner_table *table, const struct roots *roots,
                                 const struct reference *reference)
{
    const struct dump_root *root = &roots->current;
    struct owner owner = {.kind = DUMP_OWNER_ROOT, .root = roots->begun - 1};
    owner.start = root->start;
    if (root->kind == DUMP_ROOT_GLOBAL) {
        struct variable *variable = variables_at(&table->variables, reference->source);
        if (variable && variable->start >= root->start)
            return of_variable(table, variable, owner);
    }
    owner_number *slot = owner_table_borrows(root) && root->owner != DUMP_NO_OWNER
                             ? &table->of_thread[root->owner]
                             : root_slot(table, owner.root);
    if (!*slot)
        *slot = add(table, owner);
    return *slot;
}

owner_number owner_table_of_block(struct owner_table *table, const struct heap_block *block)
{
    owner_number *slot =
        &table->of_group[block_groups_of(table->groups, block->number, block->stack)];
    bool runtime = dump_block_is_loaders(table->job, block->stack);
    if (!*slot)
        *slot = add(table, (struct owner){
                               .kind = runtime ? DUMP_OWNER_RUNTIME : DUMP_OWNER_BLOCKS,
                               .stack = dump_stacks_number(&table->job->stacks, block->stack),
                               .label = block_groups_label(table->groups, block->number),
                           });
    return *slot;
}

void owner_table_hold(struct owner_table *table, owner_number number, owner_number holder)
{
    struct owner *owner = &table->items[number];
    for (unsigned i = 0; i < owner->holders; i++)
        if (owner->holder[i] == holder)
            return;
    if (number == holder)
        return;
    if (owner->holders < DUMP_HOLDERS_MAX)
        owner->holder[owner->holders++] = holder;
    else
        owner->more = true;
}

void owner_table_forget_holders(struct owner_table *table, uint32_t first)
{
    for (uint32_t i = first; i < table->count; i++) {
        table->items[i].holders = 0;
        table->items[i].more = false;
    }
}
