/*
 * A dump, opened: checked as a whole, then decoded into plain arrays that the graph is built from.
 *
 * dump_open() reads the file section by section, verifies header, section table, every checksum
 * and every number in every record (indices in range, addresses ascending, strings ended) and
 * decodes blocks, edges and references. After it has returned true nothing in struct dump can be
 * out of range, and the file is closed. Blocks may overlap: where custom allocators carve theirs
 * out of a larger one. Cost: linear in the file; about 33 bytes of memory a block and 13 an edge.
 * Not thread-safe.
 *
 * Everything a struct dump points to is owned by it and borrowed until dump_close().
 * The fields' meanings are those of libcaulk/dump_format.h; only this module knows the layout.
 */
#ifndef CAULK_DUMP_H
#define CAULK_DUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libcaulk/error.h"
#include "libcaulk/summed.h"

enum block_flag {
    BLOCK_CUSTOM = 1,
    BLOCK_IGNORED = 2,
    BLOCK_RUNTIME = 4,
    BLOCK_POOL = 8,
    BLOCK_INHERITED = 16
};

enum witness_flag {
    WITNESS_STDSTRING = 1,
    WITNESS_LENGTH64 = 2,
    WITNESS_NEWARRAY = 4,
    WITNESS_MULTIPLE_INHERITANCE = 8,
    WITNESS_HEADER = 16,
    WITNESS_CONTENTS = 32,
    /* Not in the file, but found by dump_open() from what types say (libcaulk/dump_links.c): */
    WITNESS_OBJECT = 64, /* it points to where the object in the block begins */
    WITNESS_LINK = 128   /* it owns nothing */
};

enum root_kind {
    ROOT_GLOBAL,
    ROOT_STACK,
    ROOT_ALTSTACK,
    ROOT_REGISTERS,
    ROOT_TLS,
    ROOT_THREAD,
    ROOT_MAPPING,
    ROOT_KERNEL,
    ROOT_DECLARED,
    ROOT_RUNTIME,
    ROOT_SUMMED, /* blocks that the dump only has the sums of */
    ROOT_KIND_END
};
/* "global", "stack", … as in the JSON. */
const char *root_kind_name(enum root_kind kind);

enum stacks_mode { STACKS_FULL, STACKS_SAMPLED, STACKS_CALLER };
enum thread_state { THREAD_PARKED, THREAD_DUMPING, THREAD_UNPARKED };

enum type_kind {
    TYPE_CXX,
    TYPE_CXX_ARRAY,
    TYPE_CXX_COUNTED,
    TYPE_PYTHON,
    TYPE_PYTHON_GC,
    TYPE_GOBJECT,
    TYPE_NAMED,
    TYPE_PYTHON_WEAK
};
enum collector { COLLECTOR_UNKNOWN, COLLECTOR_ON, COLLECTOR_OFF };

/* As an address in a stack: outer frames were not recorded. Such a node has no parent. */
#define STACK_NOT_RECORDED 1u
/* No stack of a dump is deeper; one with Python functions is a C and a Python stack. */
#define STACK_FRAMES_MAX 1024
/* What else an address in a stack can be; see libcaulk/dump_format.h, and libcaulk/stack_frames.h
 * for a stack as a whole. */
#define STACK_PYTHON (UINT64_C(1) << 63)
#define STACK_PYTHON_ENTRY (UINT64_C(1) << 61)
#define STACK_PYTHON_JOIN (UINT64_C(3) << 62)
#define STACK_CODE_SHIFT 31

struct process {
    uint32_t pid, parent_pid, sequence;
    uint64_t time_ns, start_ns, uptime_ns, pause_ns, tick_ns;
    uint32_t tick, fork_tick;
    uint64_t rss_bytes, in_use_bytes, allocator_free_bytes, tracker_bytes, stacks_bytes;
    uint64_t dropped_blocks;
    uint64_t sample_bytes; /* 0 in a sum of dumps that were not sampled alike */
    enum stacks_mode stacks_mode;
    uint32_t depth;
    bool pymalloc, gslice, no_proc, partial_roots, no_calls;
    bool no_births;         /* all blocks' births are 0 and say nothing */
    bool only_lost;         /* reachable blocks are in the dump's sums, and not among its blocks */
    bool merged;            /* only_lost, and all others are there too: what many processes had */
    const char *program;    /* its file */
    const char *started_as; /* what was executed: that file, a link to it, or a script */
    const char *host, *options, *allocator;
};

struct module {
    uint64_t start, end, bias;
    uint32_t loaded_tick, unloaded_tick;
    const char *path;
    const char *build_id; /* hex, or "" */
    bool is_main, is_loader, is_libc, is_tracker;
    uint32_t first_segment, segment_count;
};

struct segment {
    uint64_t start, end;
    uint32_t flags; /* PF_R, PF_W, PF_X */
};

struct thread {
    uint32_t tid;
    enum thread_state state;
    uint64_t sp, stack_start, stack_end;
    const char *name;
};

struct root {
    enum root_kind kind;
    uint32_t owner; /* module or thread number, or NO_OWNER */
    uint64_t start, bytes;
    const char *name;
};
#define NO_OWNER UINT32_MAX

/* Pointers, stored column by column. `begin` has sources + 1 entries: those of source s are
 * begin[s] up to begin[s + 1]. */
struct pointers {
    uint64_t count;
    uint64_t *begin;
    uint32_t *target;        /* block number */
    uint32_t *source_words;  /* from the source's first 8-aligned address, / 8, saturated */
    uint32_t *target_offset; /* 0: exact; else bytes into the target, saturated */
    uint8_t *witness;        /* WITNESS_…; of an exact pointer only WITNESS_LINK */
};

struct declared_edge {
    uint32_t owner, block;
};

/* What memory itself says of blocks: see libcaulk/labels.h for the name that is shown. */
struct type {
    const char *name; /* of C++: mangled */
    enum type_kind kind;
    uint32_t object_offset; /* in the block */
};

struct typed_block {
    uint32_t block, type;
    uint32_t uses, weak; /* of kinds that are counted; saturated */
};

/* Names of words: of attributes of CPython's objects. */
struct layout_name {
    uint32_t word; /* ascending in a layout */
    const char *name;
};
struct layout {
    uint32_t first, count; /* in layout_names; never empty */
};

/* The words of a block from this one on, counted as in struct pointers, have a layout's names. */
struct attributes {
    uint32_t block, word, layout;
};

/* The name of a pointer to what holds nothing but its owner's attributes. */
#define ATTRIBUTE_DICTIONARY "__dict__"

struct python_collector {
    bool found;
    enum collector collector;
    uint64_t heads, heads_bytes; /* of the collector's lists, or 0 */
    uint64_t garbage;            /* objects in gc.garbage */
};

/* What a merged dump was made of. */
struct merged_process {
    uint64_t start_ns;
    uint32_t pid;
    const char *host, *program;
};
struct merged {
    struct merged_process *process; /* by start and pid */
    uint32_t process_count;         /* 0: the dump is not merged */
    uint64_t cycles;                /* lost ones … */
    uint64_t pending_cycles;        /* … of which these are pending */
    uint64_t threads, unparked;
};

/* A name that the dump itself has: of a function at a return address, or of a variable. */
enum symbol_kind { SYMBOL_CODE, SYMBOL_VARIABLE, SYMBOL_MEMBER };

struct symbol {
    uint64_t address; /* the return address; the variable's or member's first byte */
    uint64_t bytes;   /* of the variable or member; of code 0 */
    enum symbol_kind kind;
    uint32_t module;
    uint32_t line; /* or 0 */
    const char *name;
    const char *file; /* of a variable its type; or "" */
    bool inlined;
};

/* A Python function. */
struct python_code {
    const char *name, *file; /* empty where not known */
    uint32_t first_line;
};

/* Code of the function that runs Python functions. */
struct python_loop {
    uint64_t start, end;
};

/* A section of the file, as `caulk info` lists it. */
struct dump_part {
    const char *name;
    uint64_t offset, bytes, count;
};
#define DUMP_PARTS 22

struct dump {
    char *path;
    uint64_t file_bytes;
    uint64_t checksum; /* of the header, and so of the whole file: 0 in a sum of dumps */
    uint32_t format_version;
    struct process process;
    struct module *modules;
    uint32_t module_count;
    struct segment *segments;
    uint32_t segment_count;
    struct thread *threads;
    uint32_t thread_count;
    char *maps; /* text, not NUL-terminated */
    size_t maps_bytes;

    /* Stack nodes 1 to stack_count; entry 0 is the unknown stack. A parent's number is less. */
    uint32_t stack_count;
    uint32_t *stack_parent;
    uint64_t *stack_pc; /* a return address, STACK_NOT_RECORDED, or Python's */

    uint32_t block_count;
    uint64_t *block_address; /* ascending */
    uint64_t *block_bytes;
    uint32_t *block_stack;
    uint32_t *block_birth;    /* ticks */
    uint8_t *block_flags;     /* BLOCK_… */
    const char **block_label; /* NULL where no block has one; else NULL for a block without */

    struct type *types;
    uint32_t type_count;
    struct typed_block *typed; /* by block, each once */
    uint32_t typed_count;
    struct python_collector python;
    struct layout *layouts;
    uint32_t layout_count;
    struct layout_name *layout_names;
    uint32_t layout_name_count;
    struct attributes *attributes; /* by block and word, each once */
    uint32_t attributes_count;

    struct pointers edges; /* from blocks */
    struct root *roots;
    uint32_t root_count;
    struct pointers refs; /* from roots */
    struct declared_edge *declared;
    uint64_t declared_count;

    struct merged merged;
    struct block_sum *sums;   /* by stack */
    uint32_t sum_count;       /* 0 unless only_lost */
    struct sum_owner *owners; /* of what was summed; none where they are not known */
    uint32_t owner_count;
    struct owned_sum *owned; /* by stack, label and owner: all that is known of them */
    uint32_t owned_count;
    uint64_t weak_blocks, weak_bytes; /* of those summed, what only weak witnesses keep */
    uint32_t sums_since;              /* the tick after the process's dump before this one, or 0 */

    /* Those of code first, by module and address, innermost first; then variables likewise. */
    struct symbol *symbols;
    uint32_t symbol_count;
    uint32_t code_symbol_count;

    struct python_code *codes; /* the same numbers in all dumps of a process */
    uint32_t code_count;
    struct python_loop *loops;
    uint32_t loop_count;

    struct dump_part parts[DUMP_PARTS];

    /* What this is the sum of (libcaulk/dump_sum.h), by the time of their processes' start; empty
     * for a dump of one process. */
    struct dump **summed;
    uint32_t summed_count;

    /* Private to dump*.c. */
    char *strings;
    uint64_t strings_bytes;
    uint32_t *overlapping; /* ascending: the blocks that reach past the next one's start */
    uint32_t overlapping_count;
};

/* On failure *ret_dump is untouched and err says what is wrong and where. */
bool dump_open(const char *path, struct dump **ret_dump, struct error *err);

/* Whether a regular file begins as dumps do, sound or damaged. */
bool dump_recognize(const char *path);
void dump_close(struct dump *dump); /* accepts NULL */

static inline bool stack_is_join(uint64_t pc)
{
    return (pc & STACK_PYTHON_JOIN) == STACK_PYTHON_JOIN;
}

static inline bool stack_is_python(uint64_t pc)
{
    return (pc & STACK_PYTHON_JOIN) == STACK_PYTHON;
}

/* Of a frame's address that stack_is_python(). */
static inline uint32_t stack_python_code(uint64_t pc)
{
    return (uint32_t)((pc & ~(STACK_PYTHON_JOIN | STACK_PYTHON_ENTRY)) >> STACK_CODE_SHIFT);
}

static inline uint32_t stack_python_line(uint64_t pc)
{
    return (uint32_t)(pc & ((UINT64_C(1) << STACK_CODE_SHIFT) - 1));
}

/* The stack's C frames alone. */
static inline uint32_t dump_c_stack(const struct dump *dump, uint32_t stack)
{
    return stack_is_join(dump->stack_pc[stack]) ? dump->stack_parent[stack] : stack;
}

/* Is the caller alone known of a stack (`stacks=caller`, or a block that was not sampled)? */
static inline bool dump_stack_is_cut(const struct dump *dump, uint32_t stack)
{
    return dump->stack_pc[dump->stack_parent[stack]] == STACK_NOT_RECORDED;
}

/* What is known of a block's type, or NULL. */
const struct typed_block *dump_find_type(const struct dump *dump, uint32_t block);

/* What the attribute is called whose pointer lies at that offset in the block, or NULL. */
const char *dump_find_attribute(const struct dump *dump, uint32_t block, uint64_t offset);

/* Is the name one as people write it, and not a mangled one? */
static inline bool dump_type_is_plain(enum type_kind kind)
{
    return kind >= TYPE_PYTHON;
}

/* Are its objects in the lists of CPython's collector? */
static inline bool dump_type_is_linked(enum type_kind kind)
{
    return kind == TYPE_PYTHON_GC || kind == TYPE_PYTHON_WEAK;
}

static inline bool dump_type_is_python(enum type_kind kind)
{
    return kind == TYPE_PYTHON || dump_type_is_linked(kind);
}

/* The block that address lies in, within the bytes asked for (a block of 0 bytes: its address). Of
 * several, the one that starts last: the innermost. */
bool dump_find_block(const struct dump *dump, uint64_t address, uint32_t *ret_block);

/* The module whose code at address ran at the given tick (a block's birth), or NULL. A module may
 * be noticed late, so where none was loaded at that tick, the next one that came there counts.
 * Where the dump has no births, tick is ignored and the last one counts. Borrowed. */
const struct module *dump_find_module(const struct dump *dump, uint64_t address, uint32_t tick);

/* The dump's own names for a return address in a module, innermost first; how many. Borrowed. */
uint32_t dump_find_symbols(const struct dump *dump, uint32_t module, uint64_t address,
                           const struct symbol **ret_first);

#endif
