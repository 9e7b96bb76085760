/* One dump's sums, and of its stacks, modules, names and Python functions those that they name. */
#include <stdlib.h>
#include <string.h>

#include "libcaulk/dump_merge_parts.h"

/* What an address is called that lies in no module. */
#define UNKNOWN_CODE 0u
#define DEFAULT_TICK_NS 250000000u

struct reducing {
    const struct dump *from;
    struct dump *to;
    uint32_t *stack;  /* from's number -> to's; while they are marked 1: used */
    uint32_t *code;   /* likewise, + 1; 0: not used */
    uint32_t *module; /* likewise */
};

static uint32_t ticks_of(uint64_t uptime_ns, uint64_t tick_ns)
{
    uint64_t ticks = uptime_ns / tick_ns + 1;
    return ticks < UINT32_MAX ? (uint32_t)ticks : UINT32_MAX;
}

/* What would differ from one process to the next, and says nothing of all, is left out. */
static void reduce_process(struct reducing *reducing, uint64_t tick_ns)
{
    const struct process *from = &reducing->from->process;
    struct process *to = &reducing->to->process;
    *to = *from;
    to->only_lost = to->merged = true;
    to->pid = to->parent_pid = to->sequence = to->fork_tick = 0;
    to->host = "";
    if (tick_ns || !to->tick_ns)
        to->tick_ns = tick_ns ? tick_ns : DEFAULT_TICK_NS;
    to->tick = ticks_of(to->uptime_ns, to->tick_ns);
    reducing->to->format_version = reducing->from->format_version;
}

/* ---- stacks ---- */

/* A node's parent, and the Python stack that it joins, have smaller numbers. */
static void mark_stacks(struct reducing *reducing)
{
    const struct dump *from = reducing->from;
    for (uint32_t i = 0; i < reducing->to->sum_count; i++)
        reducing->stack[reducing->to->sums[i].stack] = 1;
    for (uint32_t s = from->stack_count; s > 0; s--) {
        if (!reducing->stack[s])
            continue;
        reducing->stack[from->stack_parent[s]] = 1;
        if (stack_is_join(from->stack_pc[s]))
            reducing->stack[(uint32_t)from->stack_pc[s]] = 1;
    }
}

static const struct module *module_of(const struct dump *dump, uint64_t pc)
{
    for (uint32_t m = 0; m < dump->module_count; m++)
        if (pc - 1 >= dump->modules[m].start && pc - 1 < dump->modules[m].end)
            return &dump->modules[m];
    return NULL;
}

/* Marks what the address needs. */
static uint64_t reduce_pc(struct reducing *reducing, uint64_t pc)
{
    if (pc == STACK_NOT_RECORDED)
        return pc;
    if (stack_is_join(pc))
        return STACK_PYTHON_JOIN | reducing->stack[(uint32_t)pc];
    if (stack_is_python(pc)) {
        reducing->code[stack_python_code(pc)] = 1;
        return pc;
    }
    const struct module *module = module_of(reducing->from, pc);
    if (!module)
        return UNKNOWN_CODE;
    reducing->module[module - reducing->from->modules] = 1;
    return pc;
}

static bool reduce_stacks(struct reducing *reducing)
{
    const struct dump *from = reducing->from;
    struct dump *to = reducing->to;
    to->stack_parent = calloc((size_t)from->stack_count + 1, sizeof(*to->stack_parent));
    to->stack_pc = calloc((size_t)from->stack_count + 1, sizeof(*to->stack_pc));
    if (!to->stack_parent || !to->stack_pc)
        return false;
    mark_stacks(reducing);
    reducing->stack[0] = 0;
    for (uint32_t s = 1; s <= from->stack_count; s++) {
        if (!reducing->stack[s])
            continue;
        uint32_t node = reducing->stack[s] = ++to->stack_count;
        to->stack_parent[node] = reducing->stack[from->stack_parent[s]];
        to->stack_pc[node] = reduce_pc(reducing, from->stack_pc[s]);
    }
    for (uint32_t i = 0; i < to->sum_count; i++)
        to->sums[i].stack = reducing->stack[to->sums[i].stack];
    return true;
}

/* ---- Python's functions, after the stacks ---- */

static void reduce_loops(struct reducing *reducing)
{
    const struct dump *from = reducing->from;
    for (uint32_t i = 0; i < from->loop_count; i++) {
        const struct module *module = module_of(from, from->loops[i].start + 1);
        if (!module)
            continue;
        reducing->module[module - from->modules] = 1;
        reducing->to->loops[reducing->to->loop_count++] = from->loops[i];
    }
}

static void renumber_codes(struct reducing *reducing)
{
    struct dump *to = reducing->to;
    for (uint32_t s = 1; s <= to->stack_count; s++) {
        uint64_t pc = to->stack_pc[s];
        if (stack_is_python(pc))
            to->stack_pc[s] = (pc & (STACK_PYTHON | STACK_PYTHON_ENTRY)) |
                              (uint64_t)(reducing->code[stack_python_code(pc)] - 1)
                                  << STACK_CODE_SHIFT |
                              stack_python_line(pc);
    }
}

static bool reduce_python(struct reducing *reducing)
{
    const struct dump *from = reducing->from;
    struct dump *to = reducing->to;
    to->codes = malloc(((size_t)from->code_count + 1) * sizeof(*to->codes));
    to->loops = malloc(((size_t)from->loop_count + 1) * sizeof(*to->loops));
    if (!to->codes || !to->loops)
        return false;
    for (uint32_t c = 0; c < from->code_count; c++) {
        if (!reducing->code[c])
            continue;
        to->codes[to->code_count++] = from->codes[c];
        reducing->code[c] = to->code_count;
    }
    renumber_codes(reducing);
    if (to->code_count)
        reduce_loops(reducing);
    return true;
}

/* ---- modules, after all that is in them ---- */

/* As if it had been there all the time: other processes' ticks say nothing here. */
static void keep_module(struct reducing *reducing, const struct module *module)
{
    struct dump *to = reducing->to;
    struct module *kept = &to->modules[to->module_count++];
    *kept = *module;
    kept->loaded_tick = kept->unloaded_tick = 0;
    kept->first_segment = to->segment_count;
    for (uint32_t s = 0; s < module->segment_count; s++)
        to->segments[to->segment_count++] = reducing->from->segments[module->first_segment + s];
}

static bool reduce_modules(struct reducing *reducing)
{
    const struct dump *from = reducing->from;
    struct dump *to = reducing->to;
    to->modules = malloc(((size_t)from->module_count + 1) * sizeof(*to->modules));
    to->segments = malloc(((size_t)from->segment_count + 1) * sizeof(*to->segments));
    if (!to->modules || !to->segments)
        return false;
    for (uint32_t m = 0; m < from->module_count; m++) {
        if (!reducing->module[m])
            continue;
        keep_module(reducing, &from->modules[m]);
        reducing->module[m] = to->module_count;
    }
    return true;
}

/* ---- names ---- */

static int compare_addresses(const void *left, const void *right)
{
    const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* Those of code that the stacks run through; variables have no pointers here. */
static bool reduce_symbols(struct reducing *reducing)
{
    const struct dump *from = reducing->from;
    struct dump *to = reducing->to;
    uint64_t *pcs = malloc(((size_t)to->stack_count + 1) * sizeof(*pcs));
    to->symbols = malloc(((size_t)from->code_symbol_count + 1) * sizeof(*to->symbols));
    if (pcs && to->symbols) {
        memcpy(pcs, to->stack_pc, ((size_t)to->stack_count + 1) * sizeof(*pcs));
        qsort(pcs, (size_t)to->stack_count + 1, sizeof(*pcs), compare_addresses);
    }
    for (uint32_t i = 0; pcs && to->symbols && i < from->code_symbol_count; i++) {
        const struct symbol *symbol = &from->symbols[i];
        uint32_t module = reducing->module[symbol->module];
        if (!module || !bsearch(&symbol->address, pcs, (size_t)to->stack_count + 1, sizeof(*pcs),
                                compare_addresses))
            continue;
        to->symbols[to->symbol_count] = *symbol;
        to->symbols[to->symbol_count++].module = module - 1;
    }
    to->code_symbol_count = to->symbol_count;
    free(pcs);
    return pcs && to->symbols;
}

static bool reduce(struct reducing *reducing, const struct analysis *analysis, uint64_t tick_ns)
{
    const struct dump *from = reducing->from;
    struct dump *to = reducing->to;
    reducing->stack = calloc((size_t)from->stack_count + 1, sizeof(*reducing->stack));
    reducing->code = calloc((size_t)from->code_count + 1, sizeof(*reducing->code));
    reducing->module = calloc((size_t)from->module_count + 1, sizeof(*reducing->module));
    if (!to || !reducing->stack || !reducing->code || !reducing->module)
        return false;
    reduce_process(reducing, tick_ns);
    to->weak_blocks = analysis->verdicts.weak.blocks;
    to->weak_bytes = analysis->verdicts.weak.bytes;
    return merge_sums_collect(analysis, &to->process, &to->sums, &to->sum_count) &&
           reduce_stacks(reducing) && reduce_python(reducing) && reduce_modules(reducing) &&
           reduce_symbols(reducing);
}

bool merge_reduce(const struct analysis *analysis, uint64_t tick_ns, struct dump **ret_reduced)
{
    struct reducing reducing = {.from = analysis->dump, .to = calloc(1, sizeof(struct dump))};
    bool done = reduce(&reducing, analysis, tick_ns);
    free(reducing.stack);
    free(reducing.code);
    free(reducing.module);
    if (done)
        *ret_reduced = reducing.to;
    else
        dump_close(reducing.to);
    return done;
}
