/* What the dump will hold, as arrays of records; dump_encode.c turns them into sections. */
#include "tests/support/dump_builder.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/dump_model.h"

struct dump_builder *dump_builder_create(void)
{
    struct dump_builder *builder = calloc(1, sizeof(*builder));
    if (!builder)
        abort();
    dump_builder_add_string(builder, "");
    builder->process = (struct dump_process){
        .pid = 4711,
        .parent_pid = 1,
        .sequence = 1,
        .time_ns = 1700000010 * UINT64_C(1000000000),
        .start_ns = 1700000000 * UINT64_C(1000000000),
        .uptime_ns = 10 * UINT64_C(1000000000),
        .pause_ns = 1000000,
        .tick_ns = 10000000,
        .tick = 1000,
        .depth = 64,
        .program = dump_builder_add_string(builder, "/bin/program"),
        .started_as = dump_builder_add_string(builder, "./program"),
        .host = dump_builder_add_string(builder, "host"),
        .options = dump_builder_add_string(builder, ""),
        .allocator = dump_builder_add_string(builder, "glibc 2.36"),
    };
    const struct dump_module program = {
        .start = 0x400000, .end = 0x500000, .flags = DUMP_MODULE_MAIN};
    dump_builder_add_module(builder, &program, "/bin/program", "");
    dump_builder_add_segment(builder, &(struct dump_segment){0x400000, 0x4f0000, 0, PF_R | PF_X});
    dump_builder_add_segment(builder, &(struct dump_segment){0x4f0000, 0x500000, 0, PF_R | PF_W});
    const struct dump_thread thread = {.tid = 4711,
                                       .state = DUMP_THREAD_DUMPING,
                                       .sp = 0x7fffff000,
                                       .stack_start = 0x7ffff0000,
                                       .stack_end = 0x800000000};
    dump_builder_add_thread(builder, &thread, "program");
    return builder;
}

/* An inlined call at site 1, a function at site 0 of the library, a variable and its member. */
static void add_symbols(struct dump_builder *builder)
{
    struct dump_symbol inlined = {
        .address = DUMP_BUILDER_SITE_PC(1), .line = 12, .flags = DUMP_SYMBOL_INLINED};
    struct dump_symbol outer = {.address = DUMP_BUILDER_SITE_PC(1), .line = 34};
    struct dump_symbol other = {.address = 0x7f0000000100, .module = 1};
    struct dump_symbol table = {.address = 0x4f0010, .bytes = 24, .flags = DUMP_SYMBOL_VARIABLE};
    struct dump_symbol member = {.address = 0x4f0018, .bytes = 8, .flags = DUMP_SYMBOL_MEMBER};
    dump_builder_add_symbol(builder, &inlined, "make", "make.h");
    dump_builder_add_symbol(builder, &outer, "main", "main.c");
    dump_builder_add_symbol(builder, &other, "_ZN3lib4openEv", "");
    dump_builder_add_symbol(builder, &table, "table", "hash *");
    dump_builder_add_symbol(builder, &member, ".head", "");
}

/* A stack that joins a C frame of the interpreter's loop with a run of two functions; block 2 is
 * from there. */
static void add_python(struct dump_builder *builder)
{
    uint32_t code = dump_builder_add_python_code(builder, "Server.serve", "server.py", 10);
    uint32_t outer = dump_builder_add_stack_node(
        builder, 0, DUMP_BUILDER_PYTHON(code, 17) | DUMP_PC_PYTHON_ENTRY);
    uint32_t inner = dump_builder_add_stack_node(builder, outer, DUMP_BUILDER_PYTHON(code, 12));
    uint32_t c_stack = dump_builder_add_stack(builder, (uint64_t[]){0x402010}, 1);
    dump_builder_add_python_loop(builder, 0x402000, 0x402100);
    dump_builder_block(builder, 2)->stack =
        dump_builder_add_stack_node(builder, c_stack, DUMP_PC_PYTHON_STACK | inner);
}

static void add_owners(struct dump_builder *builder)
{
    const struct builder_owner owners[] = {
        {.kind = DUMP_OWNER_VARIABLE, .place = 0, .what = 8},
        {.kind = DUMP_OWNER_ROOT, .place = 1, .holders = {1}},
        {.kind = DUMP_OWNER_BLOCKS, .place = 1, .holders = {1, 2}},
        {.kind = DUMP_OWNER_RUNTIME},
        {.kind = DUMP_OWNER_SEVERAL},
    };
    for (size_t i = 0; i < sizeof(owners) / sizeof(*owners); i++)
        dump_builder_add_owner(builder, &owners[i]);
}

struct dump_builder *dump_builder_create_full(void)
{
    struct dump_builder *builder = dump_builder_create();
    const struct dump_module library = {
        .start = 0x7f0000000000,
        .end = 0x7f0000100000,
        .bias = 0x7f0000000000,
        .loaded_tick = 10,
        .unloaded_tick = 900,
        .flags = DUMP_MODULE_LIBC,
    };
    const struct dump_segment text = {library.start, library.end, 1, PF_R | PF_X};
    dump_builder_process(builder)->flags = DUMP_PROCESS_PARTIAL;
    dump_builder_maps(builder, "00400000-00500000 r-xp 00000000 00:00 0 /bin/program\n");
    dump_builder_add_module(builder, &library, "/lib/libplugin.so", "0123456789abcdef");
    dump_builder_add_segment(builder, &text);
    dump_builder_add_thread(builder, &(struct dump_thread){.tid = 4712}, "worker");
    dump_builder_add_stack_node(builder, 0, DUMP_PC_NOT_RECORDED);
    dump_builder_add_graph(builder,
                           "0>1 1>2 2>0 2@48>1+20slnmhc 3:4096#1^300 4:0^200 5>3+4095 5>5 "
                           "0!custom 1!ignored 2!runtime 3!pool 4!inherited 0~Session "
                           "5~Peer 5=0 3=3 global>3 stack>4 altstack>4 registers@64>1 "
                           "tls>1+8 thread>2 mapping@512>0 mapping>2 kernel>1 "
                           "declared>1 runtime>2 summed>3+24 0%c7Session 1%gdict,1 2%s4Peer,1,2 "
                           "3:4096%a4Node 5%pstr,300 4%mMine,1 "
                           "1.48peer 1.24__dict__ 4.8own");
    dump_builder_block(builder, 4)->bytes = 40;
    dump_builder_python(builder, &(struct dump_python){.collector = DUMP_COLLECTOR_ON,
                                                       .heads = 0x4f0000,
                                                       .heads_bytes = 96,
                                                       .garbage = 2});
    dump_builder_add_sum(builder, &(struct builder_sum){.blocks = 3,
                                                        .bytes = 100,
                                                        .first = 1,
                                                        .last = 999,
                                                        .later = 2,
                                                        .newer_blocks = 1,
                                                        .newer_bytes = 100,
                                                        .born = {50, [9] = 50},
                                                        .owner = 1});
    dump_builder_add_sum(
        builder, &(struct builder_sum){
                     .stack = 1, .blocks = 1, .label = dump_builder_add_string(builder, "Summed")});
    add_owners(builder);
    dump_builder_weak(builder, 1, 50);
    add_python(builder);
    const struct builder_block unaligned = {.address = DUMP_BUILDER_ADDRESS(6) + 5, .bytes = 300};
    uint32_t last = dump_builder_add_block(builder, &unaligned);
    dump_builder_add_edge(builder, &(struct builder_pointer){.source = last, .offset = 280});
    add_symbols(builder);
    return builder;
}

void dump_builder_destroy(struct dump_builder *builder)
{
    if (!builder)
        return;
    struct bytes *const all[] = {
        &builder->strings, &builder->modules,    &builder->segments, &builder->maps,
        &builder->threads, &builder->stacks,     &builder->blocks,   &builder->edges,
        &builder->roots,   &builder->refs,       &builder->declared, &builder->labels,
        &builder->types,   &builder->typed,      &builder->python,   &builder->sums,
        &builder->owners,  &builder->symbols,    &builder->codes,    &builder->loops,
        &builder->layouts, &builder->attributes,
    };
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        bytes_finish(all[i]);
    free(builder);
}

struct dump_process *dump_builder_process(struct dump_builder *builder)
{
    return &builder->process;
}

struct dump_module *dump_builder_module(struct dump_builder *builder, uint32_t module)
{
    return (struct dump_module *)builder->modules.at + module;
}

struct builder_block *dump_builder_block(struct dump_builder *builder, uint32_t block)
{
    return (struct builder_block *)builder->blocks.at + block;
}

/* The number of the record just appended. */
static uint32_t append(struct bytes *bytes, const void *record, size_t size)
{
    bytes_append(bytes, record, size);
    return (uint32_t)(bytes->size / size - 1);
}

uint32_t dump_builder_add_string(struct dump_builder *builder, const char *text)
{
    if (!*text && builder->strings.size)
        return 0;
    uint32_t offset = (uint32_t)builder->strings.size;
    bytes_append(&builder->strings, text, strlen(text) + 1);
    return offset;
}

uint32_t dump_builder_add_module(struct dump_builder *builder, const struct dump_module *module,
                                 const char *path, const char *build_id)
{
    struct dump_module added = *module;
    added.path = dump_builder_add_string(builder, path);
    added.build_id = dump_builder_add_string(builder, build_id);
    return append(&builder->modules, &added, sizeof(added));
}

uint32_t dump_builder_add_segment(struct dump_builder *builder, const struct dump_segment *segment)
{
    dump_builder_module(builder, segment->module)->segments++;
    return append(&builder->segments, segment, sizeof(*segment));
}

uint32_t dump_builder_add_thread(struct dump_builder *builder, const struct dump_thread *thread,
                                 const char *name)
{
    struct dump_thread added = *thread;
    added.name = dump_builder_add_string(builder, name);
    return append(&builder->threads, &added, sizeof(added));
}

void dump_builder_clear_threads(struct dump_builder *builder)
{
    bytes_finish(&builder->threads);
    builder->threads = (struct bytes){0};
}

uint32_t dump_builder_add_root(struct dump_builder *builder, const struct dump_root *root,
                               const char *name)
{
    struct dump_root added = *root;
    added.refs = 0;
    added.name = dump_builder_add_string(builder, name);
    return append(&builder->roots, &added, sizeof(added));
}

uint32_t dump_builder_add_stack_node(struct dump_builder *builder, uint32_t parent, uint64_t pc)
{
    return append(&builder->stacks, &(struct model_stack){parent, pc}, sizeof(struct model_stack)) +
           1;
}

static uint32_t stack_child(struct dump_builder *builder, uint32_t parent, uint64_t pc)
{
    const struct model_stack *stacks = (const struct model_stack *)builder->stacks.at;
    for (uint32_t i = 0; i < builder->stacks.size / sizeof(*stacks); i++) {
        if (stacks[i].parent == parent && stacks[i].pc == pc)
            return i + 1;
    }
    return dump_builder_add_stack_node(builder, parent, pc);
}

uint32_t dump_builder_add_stack(struct dump_builder *builder, const uint64_t *pcs, unsigned count)
{
    uint32_t node = 0;
    while (count--)
        node = stack_child(builder, node, pcs[count]);
    return node;
}

uint32_t dump_builder_add_block(struct dump_builder *builder, const struct builder_block *block)
{
    return append(&builder->blocks, block, sizeof(*block));
}

void dump_builder_add_edge(struct dump_builder *builder, const struct builder_pointer *edge)
{
    append(&builder->edges, edge, sizeof(*edge));
}

void dump_builder_add_ref(struct dump_builder *builder, const struct builder_pointer *ref)
{
    append(&builder->refs, ref, sizeof(*ref));
    ((struct dump_root *)builder->roots.at)[ref->source].refs++;
}

void dump_builder_own(struct dump_builder *builder, uint32_t owner, uint32_t block)
{
    append(&builder->declared, &(struct model_pair){owner, block}, sizeof(struct model_pair));
}

void dump_builder_label(struct dump_builder *builder, uint32_t block, const char *type)
{
    struct model_pair label = {block, dump_builder_add_string(builder, type)};
    append(&builder->labels, &label, sizeof(label));
}

uint32_t dump_builder_add_type(struct dump_builder *builder, const struct dump_type *type,
                               const char *name)
{
    struct dump_type added = *type;
    added.name = dump_builder_add_string(builder, name);
    return append(&builder->types, &added, sizeof(added));
}

void dump_builder_type_block(struct dump_builder *builder, uint32_t block, uint32_t type,
                             uint32_t uses, uint32_t weak)
{
    const struct model_typed typed = {block, type, uses, weak};
    append(&builder->typed, &typed, sizeof(typed));
}

uint32_t dump_builder_add_layout(struct dump_builder *builder, uint32_t word, const char *name)
{
    const struct model_layout layout = {word, dump_builder_add_string(builder, name)};
    return append(&builder->layouts, &layout, sizeof(layout));
}

void dump_builder_name_words(struct dump_builder *builder, uint32_t block, uint32_t word,
                             uint32_t layout)
{
    const struct model_attributes attributes = {block, word, layout};
    append(&builder->attributes, &attributes, sizeof(attributes));
}

void dump_builder_python(struct dump_builder *builder, const struct dump_python *python)
{
    append(&builder->python, python, sizeof(*python));
}

void dump_builder_add_sum(struct dump_builder *builder, const struct builder_sum *sum)
{
    builder->process.flags |= DUMP_PROCESS_ONLY_LOST;
    append(&builder->sums, sum, sizeof(*sum));
}

void dump_builder_add_owner(struct dump_builder *builder, const struct builder_owner *owner)
{
    append(&builder->owners, owner, sizeof(*owner));
}

void dump_builder_since(struct dump_builder *builder, uint32_t tick)
{
    builder->since = tick;
}

void dump_builder_weak(struct dump_builder *builder, uint64_t blocks, uint64_t bytes)
{
    builder->weak_blocks = blocks;
    builder->weak_bytes = bytes;
}

uint32_t dump_builder_add_python_code(struct dump_builder *builder, const char *name,
                                      const char *file, uint32_t first_line)
{
    struct dump_python_code code = {.name = dump_builder_add_string(builder, name),
                                    .file = dump_builder_add_string(builder, file),
                                    .first_line = first_line};
    return append(&builder->codes, &code, sizeof(code));
}

void dump_builder_add_python_loop(struct dump_builder *builder, uint64_t start, uint64_t end)
{
    append(&builder->loops, &(struct dump_python_loop){start, end},
           sizeof(struct dump_python_loop));
}

void dump_builder_maps(struct dump_builder *builder, const char *text)
{
    bytes_append(&builder->maps, text, strlen(text));
}

struct dump *dump_builder_open(struct dump_builder *builder)
{
    struct dump_image image = dump_builder_image(builder);
    struct dump *dump;
    struct error err;
    if (!dump_image_open(&image, &dump, &err)) {
        fprintf(stderr, "dump_builder: %s\n", err.message);
        exit(2);
    }
    free(image.bytes);
    dump_builder_destroy(builder);
    return dump;
}

struct dump *dump_from_graph(const char *line)
{
    struct dump_builder *builder = dump_builder_create();
    dump_builder_add_graph(builder, line);
    return dump_builder_open(builder);
}

void dump_builder_add_symbol(struct dump_builder *builder, const struct dump_symbol *symbol,
                             const char *name, const char *file)
{
    struct dump_symbol added = *symbol;
    added.name = dump_builder_add_string(builder, name);
    added.file = dump_builder_add_string(builder, file);
    append(&builder->symbols, &added, sizeof(added));
}
