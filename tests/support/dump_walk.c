/* Every index is used as one and every string read to its end, so that a sanitizer sees it too. */
#include "tests/support/dump_walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libcaulk/stack_frames.h"

#define PROMISE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition))                                                                          \
            broken(#condition, __LINE__);                                                          \
    } while (0)

static void __attribute__((noreturn)) broken(const char *promise, int line)
{
    fprintf(stderr, "dump_walk.c:%d: broken: %s\n", line, promise);
    abort();
}

static volatile size_t sink;

static void walk_process(const struct dump *dump)
{
    const struct process *process = &dump->process;
    sink = strlen(process->program) + strlen(process->started_as) + strlen(process->host) +
           strlen(process->options) + strlen(process->allocator);
    PROMISE(process->stacks_mode <= STACKS_CALLER);
    PROMISE(process->fork_tick <= process->tick);
    for (uint32_t i = 0; i < dump->thread_count; i++) {
        sink = strlen(dump->threads[i].name);
        PROMISE(dump->threads[i].state <= THREAD_UNPARKED);
        PROMISE(dump->threads[i].stack_start <= dump->threads[i].stack_end);
    }
    for (unsigned i = 0; i < DUMP_PARTS; i++)
        PROMISE(strlen(dump->parts[i].name) && dump->parts[i].bytes <= dump->file_bytes);
    for (size_t i = 0; i < dump->maps_bytes; i++)
        sink += (size_t)dump->maps[i];
}

static void walk_modules(const struct dump *dump)
{
    uint32_t segment = 0;
    for (uint32_t i = 0; i < dump->module_count; i++) {
        const struct module *module = &dump->modules[i];
        sink = strlen(module->path);
        PROMISE(strspn(module->build_id, "0123456789abcdef") == strlen(module->build_id));
        PROMISE(module->start <= module->end);
        PROMISE(!i || module[-1].start <= module->start);
        PROMISE(module->first_segment == segment);
        for (uint32_t end = segment + module->segment_count; segment < end; segment++) {
            PROMISE(dump->segments[segment].start >= module->start);
            PROMISE(dump->segments[segment].end <= module->end);
        }
        const struct module *found = dump_find_module(dump, module->start, module->loaded_tick);
        PROMISE(!found || (found->start <= module->start && module->start < found->end));
        PROMISE(found || module->start == module->end);
    }
    PROMISE(segment == dump->segment_count);
}

static unsigned stack_depth(const struct dump *dump, uint32_t node)
{
    unsigned depth = 0;
    for (; node; node = dump->stack_parent[node], depth++)
        PROMISE(dump->stack_parent[node] < node && depth < STACK_FRAMES_MAX);
    return depth;
}

static void walk_sums(const struct dump *dump)
{
    PROMISE(dump->process.only_lost || !dump->sum_count);
    for (uint32_t i = 0; i < dump->sum_count; i++) {
        const struct block_sum *sum = &dump->sums[i];
        PROMISE(sum->stack <= dump->stack_count && sum->blocks);
        PROMISE(!i || sum[-1].stack <= sum->stack);
        PROMISE(sum->first_birth <= sum->last_birth && sum->last_birth <= dump->process.tick);
        sink = sum->label ? strlen(sum->label) : 0;
    }
    for (uint32_t i = 0; i < dump->owner_count; i++) {
        const struct sum_owner *owner = &dump->owners[i];
        PROMISE(owner->root < dump->root_count || owner->kind > SUM_OWNER_VARIABLE);
        PROMISE(owner->stack <= dump->stack_count && owner->holder_count <= SUM_HOLDERS_MAX);
        for (uint32_t h = 0; h < owner->holder_count; h++)
            PROMISE(owner->holder[h] < dump->owner_count);
        sink = owner->label ? strlen(owner->label) : 0;
    }
    for (uint32_t i = 0; i < dump->owned_count; i++) {
        PROMISE(dump->owned[i].owner < dump->owner_count);
        PROMISE(dump->owned[i].of < dump->sum_count);
        PROMISE(dump->owned[i].sum.blocks <= dump->sums[dump->owned[i].of].blocks);
    }
}

static void walk_stack(const struct dump *dump, uint32_t node)
{
    static struct stack_frames frames;
    uint64_t pc = dump->stack_pc[node];
    stack_frames_list(dump, node, &frames);
    PROMISE(frames.count <= 2 * STACK_FRAMES_MAX);
    for (unsigned i = 0; i < frames.count; i++) {
        PROMISE(!stack_is_join(frames.frame[i]));
        if (stack_is_python(frames.frame[i]))
            PROMISE(stack_python_code(frames.frame[i]) < dump->code_count);
    }
    if (stack_is_join(pc))
        PROMISE((uint32_t)pc < node && stack_is_python(dump->stack_pc[(uint32_t)pc]));
    PROMISE(node == 0 || !stack_is_join(dump->stack_pc[dump_c_stack(dump, node)]));
}

static void walk_python(const struct dump *dump)
{
    for (uint32_t i = 0; i < dump->code_count; i++)
        sink = strlen(dump->codes[i].name) + strlen(dump->codes[i].file);
    for (uint32_t i = 0; i < dump->loop_count; i++)
        PROMISE(dump->loops[i].start <= dump->loops[i].end);
    for (uint32_t b = 0; b < dump->block_count; b++)
        walk_stack(dump, dump->block_stack[b]);
}

static void walk_blocks(const struct dump *dump)
{
    uint32_t found;
    sink = stack_depth(dump, dump->stack_count);
    for (uint32_t i = 0; i < dump->block_count; i++) {
        uint64_t address = dump->block_address[i], bytes = dump->block_bytes[i];
        PROMISE(!i || dump->block_address[i - 1] < address);
        PROMISE(address + bytes >= address);
        PROMISE(dump->block_stack[i] <= dump->stack_count);
        PROMISE(dump->block_birth[i] <= dump->process.tick);
        PROMISE(dump->block_flags[i] < 2 * BLOCK_INHERITED);
        if (dump->block_label && dump->block_label[i])
            sink = strlen(dump->block_label[i]);
        PROMISE(dump_find_block(dump, address, &found) && found == i);
        if (bytes && dump_find_block(dump, address + bytes - 1, &found))
            PROMISE(found >= i);
    }
}

static void walk_types(const struct dump *dump)
{
    for (uint32_t i = 0; i < dump->type_count; i++)
        PROMISE(strlen(dump->types[i].name) && dump->types[i].kind <= TYPE_NAMED);
    for (uint32_t i = 0; i < dump->typed_count; i++) {
        const struct typed_block *typed = &dump->typed[i];
        PROMISE(typed->block < dump->block_count && typed->type < dump->type_count);
        PROMISE(!i || typed[-1].block < typed->block);
        PROMISE(dump_find_type(dump, typed->block) == typed);
    }
    PROMISE(dump->python.collector <= COLLECTOR_OFF);
}

static void walk_attributes(const struct dump *dump)
{
    for (uint32_t i = 0; i < dump->attributes_count; i++) {
        const struct attributes *attributes = &dump->attributes[i];
        PROMISE(attributes->block < dump->block_count);
        PROMISE(attributes->layout < dump->layout_count);
        PROMISE(
            !i || attributes[-1].block < attributes->block ||
            (attributes[-1].block == attributes->block && attributes[-1].word < attributes->word));
        const struct layout *layout = &dump->layouts[attributes->layout];
        PROMISE(layout->count && layout->first + layout->count <= dump->layout_name_count);
        for (uint32_t n = layout->first; n < layout->first + layout->count; n++) {
            uint64_t offset = (attributes->word + (uint64_t)dump->layout_names[n].word) * 8 +
                              -dump->block_address[attributes->block] % 8;
            PROMISE(n == layout->first ||
                    dump->layout_names[n - 1].word < dump->layout_names[n].word);
            PROMISE(offset + 8 <= dump->block_bytes[attributes->block]);
            PROMISE(dump_find_attribute(dump, attributes->block, offset) != NULL);
        }
    }
}

static void walk_pointers(const struct dump *dump, const struct pointers *pointers,
                          uint32_t source_count)
{
    PROMISE(pointers->begin[0] == 0 && pointers->begin[source_count] == pointers->count);
    for (uint32_t source = 0; source < source_count; source++) {
        uint64_t begin = pointers->begin[source], end = pointers->begin[source + 1];
        PROMISE(begin <= end && end <= pointers->count);
        for (uint64_t i = begin; i < end; i++) {
            PROMISE(pointers->target[i] < dump->block_count);
            PROMISE(!pointers->target_offset[i] ||
                    pointers->target_offset[i] < dump->block_bytes[pointers->target[i]]);
            PROMISE(pointers->target_offset[i] || !(pointers->witness[i] & ~WITNESS_LINK));
            PROMISE(i == begin || pointers->source_words[i - 1] < pointers->source_words[i] ||
                    pointers->source_words[i] == UINT32_MAX);
        }
    }
}

static void walk_roots(const struct dump *dump)
{
    for (uint32_t i = 0; i < dump->root_count; i++) {
        const struct root *root = &dump->roots[i];
        sink = strlen(root->name) + strlen(root_kind_name(root->kind));
        PROMISE(root->start + root->bytes >= root->start);
        if (root->owner != NO_OWNER)
            PROMISE(root->owner <
                    (root->kind == ROOT_GLOBAL ? dump->module_count : dump->thread_count));
    }
}

static void walk_symbols(const struct dump *dump)
{
    PROMISE(dump->code_symbol_count <= dump->symbol_count);
    for (uint32_t i = 0; i < dump->symbol_count; i++) {
        const struct symbol *symbol = &dump->symbols[i], *found;
        sink = strlen(symbol->name) + strlen(symbol->file);
        PROMISE(symbol->module < dump->module_count);
        PROMISE((symbol->bytes > 0) == (i >= dump->code_symbol_count));
        PROMISE((symbol->bytes > 0) == (symbol->kind != SYMBOL_CODE));
        if (symbol->bytes)
            continue;
        uint32_t count = dump_find_symbols(dump, symbol->module, symbol->address, &found);
        PROMISE(found <= symbol && symbol < found + count && !found[count - 1].inlined);
    }
}

void dump_walk(const struct dump *dump)
{
    walk_process(dump);
    walk_modules(dump);
    walk_sums(dump);
    walk_blocks(dump);
    walk_python(dump);
    walk_roots(dump);
    walk_types(dump);
    walk_symbols(dump);
    walk_attributes(dump);
    walk_pointers(dump, &dump->edges, dump->block_count);
    walk_pointers(dump, &dump->refs, dump->root_count);
    for (uint64_t i = 0; i < dump->declared_count; i++) {
        PROMISE(dump->declared[i].owner < dump->block_count);
        PROMISE(dump->declared[i].block < dump->block_count);
    }
}
