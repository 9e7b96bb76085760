/*
 * The names by which people know things: functions, places, blocks, roots. Names come from foreign
 * files and may hold any bytes; a phrase is valid UTF-8 without control characters, and short.
 */
#ifndef CAULK_WORDS_H
#define CAULK_WORDS_H

#include <stdint.h>

#include "cli/opened.h"
#include "libcaulk/age_profile.h"
#include "libcaulk/ring.h"

struct phrase {
    char s[512];
};

struct phrase words_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* text, made fit to print, cut with "…" after so many characters (or where the phrase is full). */
struct phrase words_cut(const char *text, unsigned characters);

/* A C++ name so, without what the library adds by itself: "std::map<int, std::string>". */
struct phrase words_cxx(const char *name, unsigned characters);

/* The last part of a path; borrowed from it. */
const char *words_file_name(const char *path);

/* A path or an argument as a shell's word, without bytes that a terminal would obey. Release with
 * free(). */
char *words_quoted(const char *text);
/* The same of a file's path, which no command takes for an option. */
char *words_path(const char *path);

/* "Session::handshake"; without a symbol "libfoo.so+0x1234"; without a module "?". */
struct phrase words_function(const struct frame *frame);

/* "session.cpp:131"; without a line the module's name. */
struct phrase words_place(const struct frame *frame);

/* The frame that blocks of this stack are called by: the innermost of the user's own code that is
 * no wrapper of an allocator (zmalloc, xcalloc), or where all are the innermost; NULL where the
 * stack is empty. */
const struct frame *words_own_frame(const struct call_stack *stack);

/* The library function by which the user's code allocated ("make_shared"), or "". */
struct phrase words_through(const struct call_stack *stack);

/* What blocks of a stack are called, "make_node()": after its own frame; "block" without one. */
struct phrase words_stack(const struct call_stack *stack);

/* A type's name, cut where it is long. */
struct phrase words_type(const char *type);

/* What a block is called: its type, else the function that allocated it, "make_node()". */
struct phrase words_block(const struct opened *opened, uint32_t block);
struct phrase words_site(const struct opened *opened, uint32_t site);

/* The member or, of a Python object, the attribute in which a block has a pointer:
 * "Session::peer_", "OSFS.view"; "" where it is not known. */
struct phrase words_field(const struct opened *opened, uint32_t block, uint64_t offset);
/* The same for programs, however long: release with free(). NULL where it is not known. */
char *words_whole_field(const struct opened *opened, uint32_t block, uint64_t offset);
/* The same without the object's type: "view", "peer_". */
struct phrase words_member(const struct opened *opened, uint32_t block, uint64_t offset);
/* Whether it is a smart pointer, as far as that is known. */
enum smart_pointer words_smart_pointer(const struct opened *opened, uint32_t block,
                                       uint64_t offset);
/* Where a block that is called so has a pointer: "Session::peer_ +0x58", "main() +0x08". */
struct phrase words_pointer(const struct opened *opened, struct phrase name, uint32_t block,
                            uint64_t offset);

/* What a root is called where it holds a pointer at an offset. */
struct root_words {
    const char *kind;
    struct phrase name;   /* "g_table"; of a thread's its name; "" where there is none */
    const char *module;   /* path of the module it is in, or NULL */
    uint64_t offset;      /* of the pointer, from the start of what the name names */
    struct phrase type;   /* the variable's, "Session *"; "" where it is not known */
    struct phrase member; /* of the variable, "table_", "[3].head"; or "" */
    struct phrase phrase; /* all in one: "global g_table (relayd)", "stack of worker" */
};
/* The root that stands for the blocks that a dump has only the sums of: without offsets. */
#define WORDS_SUMMED "reachable blocks, which were summed"
struct root_words words_root(const struct opened *opened, const struct root *root, uint64_t offset);
/* "g_sessions.table_", "g_peers[3].next"; just the name where it has no members. */
struct phrase words_root_field(const struct root_words *root);

/* A shape's: "Session ⇄ Peer", "3 × make_node()", "make_node() holding itself". */
struct phrase words_shape(const struct opened *opened, const struct shape *shape);

/* The block's, a member of one of the shape's cycles; where stacks were sampled, by those of
 * members like it, because a caller's name may say less: "left() or right()". */
struct phrase words_in_shape(const struct opened *opened, const struct shape *shape,
                             uint32_t block);

/* Which of a shape's members to name: of one type, or without one of one place (a site; where
 * stacks were sampled, a caller), one, and no parts of others. The first `ring` of them hold each
 * other in this order, the last the first, themselves or by their parts. */
struct shape_names {
    uint32_t count;  /* of names; may be more than there is room for */
    uint32_t listed; /* in member */
    uint32_t ring;   /* 0: none is known */
    uint32_t member[RING_NODES_MAX];
};
void words_shape_names(const struct opened *opened, const struct shape *shape,
                       struct shape_names *ret_names);

/* What the references to a cycle's members prove, as the objects count them themselves, after its
 * word in the left column; "" where none of them counts. */
struct proof {
    const char *word;
    struct phrase phrase;
};
struct proof words_proof(const struct opened *opened, const struct shape *shape);

/* An owner's (after opened_find_owners()): "g_table (global, relayd)", "5,031 × node_new()",
 * "lost cycle Session ⇄ Peer × 5". */
struct phrase words_owner(const struct opened *opened, const struct owner_group *group);

/* To write behind that: "  Session *", of a variable whose type is known; else "". */
struct phrase words_owner_type(const struct opened *opened, const struct owner_group *group);

/* What the blocks of one are called that is of blocks. */
struct phrase words_owner_blocks(const struct opened *opened, const struct owner_group *group);

/* The same from the root that it is. */
struct root_words words_owner_root(const struct opened *opened, const struct owner_group *group);

/* "4 s ago", "between 75 h and 4 s ago", "only in the first minute"; the times are counted from the
 * program's start. */
struct phrase words_born(const struct opened *opened, double first_seconds, double last_seconds);

/* "▁▄▄▄▄▄▄▄▄█": births by bytes, a character for each tenth of the uptime; ▄ is their mean. */
struct phrase words_ages(const struct age_profile *ages);

/* "+1.2 KiB", "-64 B" */
struct phrase words_gain(int64_t bytes);

/* "66,000/h": a count over a time; the unit of time by how long that is. */
struct phrase words_rate(double count, double seconds);
/* "109 MiB/h" */
struct phrase words_rate_of_bytes(double bytes, double seconds);

/* What people call it: the name of the link or script that was executed, where it was one. */
struct phrase words_program(const struct process *process);

/* It was not: it is called by its own name. */
bool words_has_its_name(const struct process *process);

/* "12 processes on 3 hosts": what a merged dump is of. */
struct phrase words_merged(const struct dump *dump);
uint32_t words_host_count(const struct dump *dump);
bool words_is_of_one_program(const struct dump *dump);

/* What comes after the program's name: "pid 4711, up 3 d, dump 1, paused 2 ms, 8 of 8 threads
 * parked". */
struct phrase words_process(const struct opened *opened);

/* How many columns a text takes on a terminal, each character one. */
int words_columns(const char *text);

/* "S", "C" or "P" with the number of an index: "S1" is index 0. */
struct phrase words_id(char letter, uint32_t index);

#endif
