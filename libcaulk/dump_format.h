/*
 * The dump file: what the tracker writes and libcaulk reads. This header is the specification.
 *
 * A dump holds one snapshot of a process's heap: which blocks were live, where each was allocated,
 * which pointers lie in which block, and which lie in roots. It holds no byte of any block's
 * contents, and no contents of a root: only where pointers to blocks were found.
 *
 *   offset 0    struct dump_header             64 bytes
 *   offset 64   struct dump_section[count]     40 bytes each, in ascending order of kind
 *   …           the sections in any order, each at the next multiple of 8 after the one before,
 *               filled up with zeros; the file ends with the last one or its filling
 *
 * Little-endian. Fixed records are laid out as the C structs below (all naturally aligned, no
 * padding). "varint" is an unsigned LEB128 number of at most 10 bytes; "zigzag" is a signed
 * number n stored as the varint (n << 1) ^ (n >> 63). Checksums are XXH3_64bits, seed 0.
 *
 * Every section of this version is present exactly once; an empty one has 0 bytes (and any offset
 * in the file that is a multiple of 8). Reserved fields are 0 and not looked at. A flag or a kind
 * that this version doesn't define makes a dump invalid.
 * kind  name        contents
 *  1    PROCESS     one struct dump_process
 *  2    STRINGS     bytes; a string is named by its offset and ends at the next NUL. Offset 0 is
 *                   the empty string; the section's last byte is NUL. Strings are what the system
 *                   gave: not necessarily UTF-8
 *  3    MODULES     struct dump_module each, by start address; those unloaded before the dump too
 *  4    SEGMENTS    struct dump_segment each, grouped by module
 *  5    MAPS        /proc/self/maps as text
 *  6    THREADS     struct dump_thread each
 *  7    STACKS      stack nodes, numbered from 1; for each: varint distance to the parent's number
 *                   (0: no parent, this is the outermost frame; else parent = number - distance),
 *                   zigzag difference of the return address to that of the node before (first:
 *                   to 0)
 *  8    BLOCKS      blocks in ascending order of address, numbered from 0; for each:
 *                   varint  step: difference d of the address to that of the block before (first:
 *                           to 0), as (d / 16) << 1 where 16 divides d, else d << 1 | 1. d is never
 *                           0 but for the first
 *                   varint  bytes that the program asked for
 *                   varint  stack node number, 0 where none is known
 *                   zigzag  difference of the birth tick to that of the block before (first: to 0)
 *                   varint  DUMP_BLOCK_… flags
 *  9    EDGES       for each block, in order: varint number of edges, then each edge, by offset:
 *                   varint  (o - p) / 8 << 1 | i; o: offset of the pointer in the block, a multiple
 *                           of 8 from the first 8-aligned address in it; p: the edge before's o
 *                           (first: 0); i: 1 where the pointer is interior, else exact
 *                   zigzag  target block's number minus this block's number
 *                   varint  only where i: offset in the target << 6 | DUMP_WITNESS_… flags
 *                   count in the section table: the number of edges
 * 10    ROOTS       struct dump_root each
 * 11    ROOT_REFS   for each root, in order, its `refs` references, by offset:
 *                   varint  as in EDGES, o from the root's first 8-aligned address
 *                   varint  target block's number
 *                   varint  as in EDGES
 * 12    DECLARED    edges declared through caulk_own: varint owner's number, varint block's number
 * 13    LABELS      varint block's number, varint string: a type's name for the block
 *                   (caulk_label); at most one for a block
 * 14    TYPES       struct dump_type each: what memory itself says of blocks' types
 * 15    BLOCK_TYPES for each block that has such a type, by number:
 *                   varint  its number minus that of the one before (first: to 0), minus 1 but for
 *                           the first
 *                   varint  type's number in TYPES, from 0
 *                   varint  only of a kind that is counted: references that keep the object; 0: it
 *                           is dead, and does not own what it points to (but of GOBJECT)
 *                   varint  only of DUMP_TYPE_CXX_COUNTED: its weak count, which is 1 more than
 *                           there are weak references while any other is left
 * 16    PYTHON      one struct dump_python where CPython was found, or nothing
 * 17    SUMS        what the process has beside BLOCKS, where DUMP_PROCESS_ONLY_LOST is set:
 *                   libcaulk/dump_format_sums.h; else empty
 * 18    SYMBOLS     struct dump_symbol each, by (kind, module, address): names of code at return
 *                   addresses in STACKS, then of variables that ROOT_REFS lie in, then of those
 *                   variables' members that ROOT_REFS are
 * 19    PYTHON_CODES  struct dump_python_code each: the code objects that Python frames name
 * 20    PYTHON_LOOPS  struct dump_python_loop each: code of the interpreter's loop
 * 21    LAYOUTS     sets of named words, numbered from 0; for each: varint number of names (at
 *                   least 1), then each name, by word:
 *                   varint  word minus the one before's (first: to 0); less than
 *                           DUMP_LAYOUT_WORDS_MAX
 *                   varint  string; not empty
 *                   Names are of code (attributes; members: libcaulk/member_name.h), not of data
 * 22    ATTRIBUTES  words of blocks that have names, by block and by word:
 *                   varint  block's number minus that of the one before (first: to 0)
 *                   varint  word of the block (o / 8 in EDGES) that is the layout's word 0
 *                   varint  layout's number
 *                   A word called "__dict__" points to a dictionary of this object's attributes
 *
 * With DUMP_PROCESS_ONLY_LOST a dump has in BLOCKS only those that no chain of exact pointers leads
 * to from a root: what is lost or possible. The others are in SUMS (but for pools in whose place
 * their blocks count). EDGES, ROOT_REFS, DECLARED and LABELS then tell of the blocks in BLOCKS
 * alone; what points to them from blocks that were summed is in one root, DUMP_ROOT_SUMMED, a
 * reference for each pointer, without addresses. Which pointers hit an offset where objects of
 * their target's site begin can't be told from such a dump: DUMP_WITNESS_HEADER says it.
 *
 * `o` counts from the first address at or after the block's (root's) start that is a multiple of 8,
 * minus the start: so for the usual aligned block it is simply the pointer's offset. A pointer lies
 * in its block (root) with all its 8 bytes, and each word is listed once at most. In a mapping with
 * code that the program made, o is that of the word in which the pointer begins. The offset in the
 * target of an interior pointer is at least 1 and less than the target's bytes.
 *
 * Ticks: coarse time since the program's start, in units of `tick_ns`. Every snapshot advances the
 * tick: a block born after a dump has a larger birth tick than that dump's `tick`, one born
 * before it has not. So two dumps of one process agree on a block's identity exactly: same address,
 * and birth in the newer dump not after the older one's tick.
 *
 * Stacks with Python functions: a node with DUMP_PC_PYTHON_STACK, which no other node has as its
 * parent, joins the C stack of its parent and the Python stack that ends in the node whose number
 * is its address' lower 32 bits, and which is smaller than its own. Nodes of Python stacks have
 * DUMP_PC_PYTHON and no others among their parents. A Python stack is made of runs, each of which
 * ends (outwards) with a frame that has DUMP_PC_PYTHON_ENTRY: a C frame of a PYTHON_LOOPS has run
 * it. C frames and runs belong together one by one from the innermost on; where neither stack was
 * cut, and there are more such C frames than runs, from the outermost on.
 *
 * Limits: fewer than 2^32 - 1 blocks, stack nodes, roots, modules, threads; strings below 4 GiB; a
 * stack of at most 1024 nodes. No range of addresses reaches past the end of the address space. No
 * block is born, and no module loaded or unloaded, later than the snapshot's `tick`. All blocks
 * together have at most DUMP_AMOUNT_MAX bytes, all sums too, and each amount in PROCESS is no
 * larger: no processor reaches more, and the sums of some thousand dumps fit 64 bits.
 *
 * Versions: 1, the first; 2, TYPES, BLOCK_TYPES, PYTHON, SUMS, SYMBOLS, PYTHON_CODES, PYTHON_LOOPS,
 * LAYOUTS, ATTRIBUTES, DUMP_WITNESS_HEADER (witnesses have 5 bits, before 4), DUMP_ROOT_SUMMED; 3,
 * owners in SUMS; 4, started_as in PROCESS, DUMP_TYPE_PYTHON_WEAK; 5, DUMP_WITNESS_CONTENTS
 * (witnesses have 6 bits, before 5).
 */
#ifndef CAULK_DUMP_FORMAT_H
#define CAULK_DUMP_FORMAT_H

#include <assert.h>
#include <stdint.h>

#define DUMP_MAGIC "CAULKDMP"
#define DUMP_VERSION 5u
#define DUMP_STACK_NODES_MAX 1024u
#define DUMP_AMOUNT_MAX (1ull << 52)

enum dump_section_kind {
    DUMP_PROCESS = 1,
    DUMP_STRINGS,
    DUMP_MODULES,
    DUMP_SEGMENTS,
    DUMP_MAPS,
    DUMP_THREADS,
    DUMP_STACKS,
    DUMP_BLOCKS,
    DUMP_EDGES,
    DUMP_ROOTS,
    DUMP_ROOT_REFS,
    DUMP_DECLARED,
    DUMP_LABELS,
    DUMP_TYPES,
    DUMP_BLOCK_TYPES,
    DUMP_PYTHON,
    DUMP_SUMS,
    DUMP_SYMBOLS,
    DUMP_PYTHON_CODES,
    DUMP_PYTHON_LOOPS,
    DUMP_LAYOUTS,
    DUMP_ATTRIBUTES,
    DUMP_SECTION_END /* one past the last kind */
};
#define DUMP_SECTION_COUNT (DUMP_SECTION_END - 1u)

struct dump_header {
    char magic[8];
    uint32_t version;
    uint32_t section_count;
    uint64_t file_bytes; /* of the whole file */
    uint64_t checksum;   /* of this header with checksum 0, followed by the section table */
    uint64_t reserved[4];
};
static_assert(sizeof(struct dump_header) == 64, "header layout");

struct dump_section {
    uint32_t kind;
    uint32_t reserved;
    uint64_t offset; /* in the file, a multiple of 8 */
    uint64_t bytes;
    uint64_t count; /* records; of a blob its bytes */
    uint64_t checksum;
};
static_assert(sizeof(struct dump_section) == 40, "section layout");

/* How stacks were recorded (the option `stacks`). Sampled: a block of n bytes got its full stack
 * with probability 1 - exp(-n / sample_bytes), independently of all others; the others have the
 * node of their caller, whose parent is the one with DUMP_PC_NOT_RECORDED. */
enum dump_stacks_mode { DUMP_STACKS_FULL, DUMP_STACKS_SAMPLED, DUMP_STACKS_CALLER };

/* struct dump_process.flags */
#define DUMP_PROCESS_PYMALLOC 1u   /* CPython with its own allocator on: its objects are hidden */
#define DUMP_PROCESS_NO_PROC 2u    /* /proc was out of reach: roots are partial */
#define DUMP_PROCESS_PARTIAL 4u    /* some roots could not be read */
#define DUMP_PROCESS_NO_CALLS 8u   /* the tracker has seen no allocation: another one serves */
#define DUMP_PROCESS_NO_BIRTHS 16u /* memory=low: births are 0 and say nothing */
#define DUMP_PROCESS_ONLY_LOST 32u /* reachable blocks are in SUMS and not in BLOCKS */
#define DUMP_PROCESS_MERGED 64u    /* of many processes: libcaulk/dump_format_merged.h */
#define DUMP_PROCESS_GSLICE 128u   /* GLib with its own allocator on: blocks of it are hidden */

struct dump_process {
    uint32_t pid;
    uint32_t parent_pid;
    uint32_t sequence; /* the process's dump number, from 1 */
    uint32_t flags;    /* DUMP_PROCESS_… */
    uint64_t time_ns;  /* Unix time of the snapshot */
    uint64_t start_ns; /* Unix time of the program's start (exec) */
    uint64_t uptime_ns;
    uint64_t pause_ns; /* from the signal to the last thread's release */
    uint64_t tick_ns;
    uint32_t tick;      /* birth ticks up to and including this one are before the snapshot */
    uint32_t fork_tick; /* tick at which this process was forked from its tracked parent, or 0 */
    uint64_t rss_bytes; /* resident memory, and what it is made of; the rest is other */
    uint64_t in_use_bytes;
    uint64_t allocator_free_bytes;
    uint64_t tracker_bytes;
    uint64_t stacks_bytes;
    uint64_t dropped_blocks; /* allocations that could not be recorded */
    uint64_t sample_bytes;   /* mean bytes between two sampled stacks */
    uint32_t stacks_mode;    /* enum dump_stacks_mode */
    uint32_t depth;          /* frames kept of a stack */
    uint32_t program;        /* strings: path of the executable */
    uint32_t host;
    uint32_t options;    /* the options in force, as in CAULK_OPTIONS */
    uint32_t allocator;  /* name of the allocator below: "glibc 2.36", or a library's path */
    uint32_t started_as; /* strings: what was executed: a link to the program, or its script */
    uint32_t reserved;
};
static_assert(sizeof(struct dump_process) == 152, "process layout");

/* struct dump_module.flags */
#define DUMP_MODULE_MAIN 1u   /* the executable */
#define DUMP_MODULE_LOADER 2u /* ld.so */
#define DUMP_MODULE_LIBC 4u
#define DUMP_MODULE_TRACKER 8u

struct dump_module {
    uint64_t start;         /* lowest address of its segments */
    uint64_t end;           /* one past the highest */
    uint64_t bias;          /* run-time address minus the ELF file's virtual address */
    uint32_t loaded_tick;   /* when it was noticed: code of it may have run before */
    uint32_t unloaded_tick; /* 0 while loaded */
    uint32_t path;          /* strings */
    uint32_t build_id;      /* strings: lower-case hex, or empty */
    uint32_t flags;         /* DUMP_MODULE_… */
    uint32_t segments;
};
static_assert(sizeof(struct dump_module) == 48, "module layout");

struct dump_segment {
    uint64_t start;
    uint64_t end;
    uint32_t module; /* number in MODULES, from 0 */
    uint32_t flags;  /* PF_R, PF_W, PF_X of the program header */
};
static_assert(sizeof(struct dump_segment) == 24, "segment layout");

enum dump_thread_state {
    DUMP_THREAD_PARKED,   /* stopped at a known place, registers in its roots */
    DUMP_THREAD_DUMPING,  /* took the signal */
    DUMP_THREAD_UNPARKED, /* did not stop in time: scanned from where the kernel saw it */
};

struct dump_thread {
    uint32_t tid;
    uint32_t state; /* enum dump_thread_state */
    uint64_t sp;
    uint64_t stack_start; /* lowest address of its stack, or 0 where unknown */
    uint64_t stack_end;
    uint32_t name; /* strings */
    uint32_t reserved;
};
static_assert(sizeof(struct dump_thread) == 40, "thread layout");

/* A stack node with this address stands for outer frames that were not recorded (`stacks=caller`,
 * or a block that was not sampled); it has no parent. */
#define DUMP_PC_NOT_RECORDED 1u

/* Nodes of Python functions have addresses that no code has: see above. A frame's number in
 * PYTHON_CODES, from 0, lies above its line (0 where not known). */
#define DUMP_PC_PYTHON (1ull << 63)       /* one function: its code's number and a line */
#define DUMP_PC_PYTHON_ENTRY (1ull << 61) /* … with which a C frame of the interpreter began */
#define DUMP_PC_PYTHON_STACK (3ull << 62) /* a Python stack: its innermost node's number */
#define DUMP_PC_CODE_SHIFT 31

#define DUMP_BLOCK_CUSTOM 1u     /* announced by caulk_allocated */
#define DUMP_BLOCK_IGNORED 2u    /* caulk_ignore: leaked on purpose */
#define DUMP_BLOCK_RUNTIME 4u    /* the loader's, C library's or tracker's own: never lost */
#define DUMP_BLOCK_POOL 8u       /* other blocks were carved out of it: they count, it does not */
#define DUMP_BLOCK_INHERITED 16u /* allocated before this process was forked */

/* Why an interior pointer may count as exact; the first four in Valgrind's words. */
#define DUMP_WITNESS_STDSTRING 1u
#define DUMP_WITNESS_LENGTH64 2u
#define DUMP_WITNESS_NEWARRAY 4u
#define DUMP_WITNESS_MULTIPLE_INHERITANCE 8u
#define DUMP_WITNESS_HEADER 16u   /* with DUMP_PROCESS_ONLY_LOST: libcaulk/header_rule.h */
#define DUMP_WITNESS_CONTENTS 32u /* what stands beside the place tells: preload/interior.h */
#define DUMP_WITNESS_BITS 6

enum dump_root_kind {
    DUMP_ROOT_GLOBAL,    /* a module's writable segment; owner: module */
    DUMP_ROOT_STACK,     /* owner: thread */
    DUMP_ROOT_ALTSTACK,  /* alternate signal stack; owner: thread */
    DUMP_ROOT_REGISTERS, /* offset / 8 numbers the saved words; owner: thread */
    DUMP_ROOT_TLS,       /* thread-local storage and thread control block; owner: thread */
    DUMP_ROOT_THREAD,    /* a thread's argument before it runs, its result until it is joined */
    DUMP_ROOT_MAPPING,   /* another mapping; name: what maps says of it */
    DUMP_ROOT_KERNEL,    /* epoll data, POSIX timers, alternate signal stacks */
    DUMP_ROOT_DECLARED,  /* caulk_root */
    DUMP_ROOT_RUNTIME,   /* blocks that the loader or the C library keeps for itself */
    DUMP_ROOT_SUMMED,    /* with DUMP_PROCESS_ONLY_LOST: blocks that were summed */
    DUMP_ROOT_KIND_END
};

#define DUMP_NO_OWNER UINT32_MAX

/* struct dump_symbol.flags */
#define DUMP_SYMBOL_VARIABLE 1u
#define DUMP_SYMBOL_INLINED 2u /* the function's body is part of the next record's */
#define DUMP_SYMBOL_MEMBER 4u

/* Code: a function that is active at a return address; of those at one address the innermost first,
 * all but the last inlined. Variables: a range that the name covers. Members: a word of a variable,
 * whose name stands behind the variable's: ".db", "[3].head". */
struct dump_symbol {
    uint64_t address; /* the return address; the variable's or member's first byte */
    uint64_t bytes;   /* of the variable or member, at least 1; of code 0 */
    uint32_t module;  /* number in MODULES */
    uint32_t name;    /* strings: mangled or not */
    uint32_t file;    /* strings: the source file's path; of a variable its type; or empty */
    uint32_t line;    /* or 0 */
    uint32_t flags;   /* DUMP_SYMBOL_… */
    uint32_t reserved;
};
static_assert(sizeof(struct dump_symbol) == 40, "symbol layout");

struct dump_root {
    uint64_t start; /* address, or 0 where the words have none */
    uint64_t bytes; /* of the words that were scanned; without an address 8 for each word */
    uint64_t refs;  /* references in ROOT_REFS */
    uint32_t kind;  /* enum dump_root_kind */
    uint32_t owner; /* number in MODULES or THREADS, or DUMP_NO_OWNER */
    uint32_t name;  /* strings, or empty */
    uint32_t reserved;
};
static_assert(sizeof(struct dump_root) == 40, "root layout");

enum dump_type_kind {
    DUMP_TYPE_CXX,         /* a class with virtual functions; name: mangled */
    DUMP_TYPE_CXX_ARRAY,   /* new[] of such a class, whose number of elements precedes them */
    DUMP_TYPE_CXX_COUNTED, /* what std::shared_ptr counts by (and, of make_shared, the object) */
    DUMP_TYPE_PYTHON,      /* an object of CPython's that its collector knows nothing of; counted */
    DUMP_TYPE_PYTHON_GC, /* counted; the DUMP_GC_LINK_BYTES before it link its collector's lists */
    DUMP_TYPE_GOBJECT,   /* of GObject or derived; counted. What lies before it is its own */
    DUMP_TYPE_NAMED,     /* anything else that has a name */
    DUMP_TYPE_PYTHON_WEAK, /* as PYTHON_GC: a weak reference, which owns neither what it is to, nor
                              the others to the same object */
    DUMP_TYPE_KIND_END
};

#define DUMP_OBJECT_OFFSET_MAX 65528u
#define DUMP_GC_LINK_BYTES 16u

struct dump_type {
    uint32_t name;          /* strings; not empty */
    uint32_t kind;          /* enum dump_type_kind */
    uint32_t object_offset; /* where in the block the object begins: a multiple of 8 up to
                               DUMP_OBJECT_OFFSET_MAX; of PYTHON_GC at least DUMP_GC_LINK_BYTES */
    uint32_t reserved;
};
static_assert(sizeof(struct dump_type) == 16, "type layout");

#define DUMP_LAYOUT_WORDS_MAX (1u << 20)

enum dump_collector { DUMP_COLLECTOR_UNKNOWN, DUMP_COLLECTOR_ON, DUMP_COLLECTOR_OFF };

struct dump_python {
    uint32_t collector; /* enum dump_collector: whether it collects by itself (gc.enable) */
    uint32_t reserved;
    uint64_t heads; /* of the collector's lists: links that own nothing, or 0 */
    uint64_t heads_bytes;
    uint64_t garbage; /* objects in gc.garbage */
};
static_assert(sizeof(struct dump_python) == 32, "python layout");
/* In the order in which they were seen, the same in all dumps of a process. */
struct dump_python_code {
    uint32_t name; /* strings; since 3.11 a qualified one */
    uint32_t file; /* strings */
    uint32_t first_line;
    uint32_t reserved;
};
static_assert(sizeof(struct dump_python_code) == 16, "code layout");

struct dump_python_loop {
    uint64_t start;
    uint64_t end;
};
static_assert(sizeof(struct dump_python_loop) == 16, "loop layout");

#endif
