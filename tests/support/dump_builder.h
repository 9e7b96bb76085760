/*
 * Builds dumps for tests and benchmarks, without a traced program.
 *
 * A whole heap in one line, opened:
 *
 *     struct dump *dump = dump_from_graph("0>1 1>2 2>0 global>3 3>4+8");
 *
 * The line is a list of words:
 *     1>2         a pointer from block 1 to block 2, in block 1's next free 8 bytes
 *     1@16>2      the same, at offset 16
 *     1>2+8       interior: to offset 8 of block 2
 *     1>2+8sm     … with the witnesses s (stdstring), l (length64), n (newarray), m (multiple
 *                 inheritance), h (header: in a dump of lost blocks alone)
 *     global>1    a reference from a root; any root_kind_name(), and r for global; also stack@24>1
 *     1=2         an edge declared by caulk_own: 1 owns 2
 *     1           a block that may have no pointers
 *     1:100       block 1 has 100 bytes (64 without it, or more where its pointers need it)
 *     1#2         it was allocated at site 2 (0 without it): a stack of its own
 *     1#2/5       … called at site 5; 1#2/ only site 2, the caller, was recorded
 *     1^30        born at tick 30 (0 without it)
 *     1!ignored   a flag: custom ignored runtime pool inherited
 *     1~node      its label: the rest of the word
 *     1%c7Session its type; the letter is its kind: c a C++ class, a an array of one, k the
 *                 counts of shared_ptr, s the same with the object at 16, p an object of Python's,
 *                 g one in the collector's lists, m the same with 16 more bytes before it, o one of
 *                 GObject's with 48 bytes before it, w a weak reference of Python's, n anything
 * else 1.16peer    its word at offset 16 is an attribute of that name 1%gNode,2   … counted: 2
 * references; 1%s7Session,1,2 has a weak count of 2 too Blocks 0 to the largest number named exist.
 * Block n lies at DUMP_BUILDER_ADDRESS(n) and may have up to 4096 bytes.
 *
 * What goes wrong here is a fault in the test: the program ends with a message.
 */
#ifndef CAULK_TESTS_DUMP_BUILDER_H
#define CAULK_TESTS_DUMP_BUILDER_H

#include <stdint.h>

#include "libcaulk/dump_format_sums.h"
#include "tests/support/dump_image.h"

#define DUMP_BUILDER_ADDRESS(n) (0x10000000u + (uint64_t)(n)*0x1000u)

/* Of the site in "1#2" the innermost return address; the next one out is DUMP_BUILDER_MAIN_PC. */
#define DUMP_BUILDER_SITE_PC(site) (0x401000u + (uint64_t)(site)*0x10u)
#define DUMP_BUILDER_MAIN_PC 0x400100u

/* A frame of a Python function, for a stack node. */
#define DUMP_BUILDER_PYTHON(code, line)                                                            \
    (DUMP_PC_PYTHON | (uint64_t)(code) << DUMP_PC_CODE_SHIFT | (uint64_t)(line))

struct dump_builder;

/* A process 4711, "/bin/program", at tick 1000 of 10 ms, with module 0 (the program, 0x400000 to
 * 0x500000, a text and a data segment) and thread 0, and an empty heap. */
struct dump_builder *dump_builder_create(void);

/* The same with a heap that has something of everything: no section is empty, every kind of root,
 * flag and coding is there. For tests that damage dumps. */
struct dump_builder *dump_builder_create_full(void);
void dump_builder_destroy(struct dump_builder *builder);

/* The record as it will be written, to change. */
struct dump_process *dump_builder_process(struct dump_builder *builder);
struct dump_module *dump_builder_module(struct dump_builder *builder, uint32_t module);

/* Each of these adds something and returns its number (of a string its offset). */
uint32_t dump_builder_add_string(struct dump_builder *builder, const char *text);
uint32_t dump_builder_add_module(struct dump_builder *builder, const struct dump_module *module,
                                 const char *path, const char *build_id);
/* Counts it in its module's `segments`; modules' segments must be added in the modules' order. */
uint32_t dump_builder_add_segment(struct dump_builder *builder, const struct dump_segment *segment);
uint32_t dump_builder_add_thread(struct dump_builder *builder, const struct dump_thread *thread,
                                 const char *name);
void dump_builder_clear_threads(struct dump_builder *builder);
uint32_t dump_builder_add_root(struct dump_builder *builder, const struct dump_root *root,
                               const char *name);
/* Return addresses, innermost first; outer frames that are there already are shared. */
uint32_t dump_builder_add_stack(struct dump_builder *builder, const uint64_t *pcs, unsigned count);
/* One more frame, inside of parent (0: none). */
uint32_t dump_builder_add_stack_node(struct dump_builder *builder, uint32_t parent, uint64_t pc);

struct builder_block {
    uint64_t address, bytes;
    uint32_t stack, birth;
    uint32_t flags; /* DUMP_BLOCK_… */
};

/* In ascending order of address. */
uint32_t dump_builder_add_block(struct dump_builder *builder, const struct builder_block *block);
struct builder_block *dump_builder_block(struct dump_builder *builder, uint32_t block);

/* A pointer in a block, or in a root. In any order. */
struct builder_pointer {
    uint32_t source, target;
    uint64_t offset;        /* in the source, from its first 8-aligned address */
    uint32_t target_offset; /* 0: exact */
    uint32_t witness;       /* DUMP_WITNESS_… */
};
void dump_builder_add_edge(struct dump_builder *builder, const struct builder_pointer *edge);
void dump_builder_add_ref(struct dump_builder *builder, const struct builder_pointer *ref);
void dump_builder_own(struct dump_builder *builder, uint32_t owner, uint32_t block);
void dump_builder_label(struct dump_builder *builder, uint32_t block, const char *type);
uint32_t dump_builder_add_type(struct dump_builder *builder, const struct dump_type *type,
                               const char *name);
/* Counts are left out where the type's kind has none. */
void dump_builder_type_block(struct dump_builder *builder, uint32_t block, uint32_t type,
                             uint32_t uses, uint32_t weak);
/* One word with a name. */
uint32_t dump_builder_add_layout(struct dump_builder *builder, uint32_t word, const char *name);
/* In any order; word: that the layout's word 0 is. */
void dump_builder_name_words(struct dump_builder *builder, uint32_t block, uint32_t word,
                             uint32_t layout);
void dump_builder_python(struct dump_builder *builder, const struct dump_python *python);

/* Blocks that are only summed; their stack, label and owner make them one sum. In ascending order.
 */
struct builder_sum {
    uint32_t stack, label; /* a string, or 0 */
    uint64_t blocks, bytes;
    uint32_t first, last; /* births, in ticks */
    uint64_t later, newer_blocks, newer_bytes;
    uint64_t born[DUMP_SUM_TENTHS];
    uint32_t owner; /* from 1, or 0 */
};

/* Who owns sums, numbered from 1. */
struct builder_owner {
    enum dump_owner_kind kind;
    uint32_t place;      /* root or stack */
    uint64_t what;       /* of a variable its offset, of blocks their label, a string */
    uint32_t holders[2]; /* 0: none */
};
/* Makes it a dump of lost blocks alone (DUMP_PROCESS_ONLY_LOST). */
void dump_builder_add_sum(struct dump_builder *builder, const struct builder_sum *sum);
void dump_builder_add_owner(struct dump_builder *builder, const struct builder_owner *owner);
/* The tick after the dump before. */
void dump_builder_since(struct dump_builder *builder, uint32_t tick);
void dump_builder_weak(struct dump_builder *builder, uint64_t blocks, uint64_t bytes);

/* In the order of the section. */
void dump_builder_add_symbol(struct dump_builder *builder, const struct dump_symbol *symbol,
                             const char *name, const char *file);
uint32_t dump_builder_add_python_code(struct dump_builder *builder, const char *name,
                                      const char *file, uint32_t first_line);
void dump_builder_add_python_loop(struct dump_builder *builder, uint64_t start, uint64_t end);
void dump_builder_maps(struct dump_builder *builder, const char *text);

/* What the line says, added to what is there. */
void dump_builder_add_graph(struct dump_builder *builder, const char *line);

/* The file, sealed; the caller frees image.bytes. */
struct dump_image dump_builder_image(struct dump_builder *builder);

/* The file with other bytes as one section: to say what the builder wouldn't. */
struct dump_image dump_builder_image_with(struct dump_builder *builder, enum dump_section_kind kind,
                                          const void *bytes, size_t size, uint64_t count);

/* Builds, opens. The first of each pair destroys the builder. */
struct dump *dump_builder_open(struct dump_builder *builder);
struct dump *dump_from_graph(const char *line);

#endif
