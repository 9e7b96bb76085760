/* The builder's inside, shared by dump_builder.c, dump_encode.c and dump_graph.c. */
#ifndef CAULK_TESTS_DUMP_MODEL_H
#define CAULK_TESTS_DUMP_MODEL_H

#include "tests/support/bytes.h"
#include "tests/support/dump_builder.h"

struct model_stack {
    uint32_t parent;
    uint64_t pc;
};

struct model_pair {
    uint32_t first, second;
};

struct model_typed {
    uint32_t block, type;
    uint32_t uses, weak;
};

/* A layout of one name. */
struct model_layout {
    uint32_t word, string;
};

struct model_attributes {
    uint32_t block, word, layout;
};

/* Arrays of the records named; of dump_format.h's where there is one. */
struct dump_builder {
    struct dump_process process;
    struct bytes strings;
    struct bytes modules;
    struct bytes segments;
    struct bytes maps;
    struct bytes threads;
    struct bytes stacks; /* struct model_stack */
    struct bytes blocks; /* struct builder_block */
    struct bytes edges;  /* struct builder_pointer */
    struct bytes roots;
    struct bytes refs;     /* struct builder_pointer */
    struct bytes declared; /* struct model_pair: owner, block */
    struct bytes labels;   /* struct model_pair: block, string */
    struct bytes types;
    struct bytes typed;  /* struct model_typed, in any order */
    struct bytes python; /* struct dump_python, at most one */
    struct bytes sums;   /* struct builder_sum */
    struct bytes owners; /* struct builder_owner */
    uint64_t weak_blocks, weak_bytes;
    uint32_t since;
    struct bytes symbols;
    struct bytes codes;
    struct bytes loops;
    struct bytes layouts;    /* struct model_layout */
    struct bytes attributes; /* struct model_attributes, in any order */
};

#endif
