/* The one-line notation of a heap; dump_builder.h says what it means. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/dump_model.h"

#define DEFAULT_BYTES 64u
#define LARGEST_BYTES 0x1000u
#define ROOT_BYTES 0x1000u
#define NEXT_FREE UINT64_MAX

/* A word being read. */
struct word {
    struct dump_builder *builder;
    const char *start, *at;
};

static void __attribute__((noreturn)) word_wrong(const struct word *word, const char *what)
{
    fprintf(stderr, "dump_builder: graph: %s at '%s' in '%s'\n", what, word->at, word->start);
    exit(2);
}

static bool word_ended(const struct word *word)
{
    return !*word->at || isspace((unsigned char)*word->at);
}

static bool accept(struct word *word, char character)
{
    if (*word->at != character)
        return false;
    word->at++;
    return true;
}

static uint64_t number(struct word *word)
{
    char *end;
    if (!isdigit((unsigned char)*word->at))
        word_wrong(word, "no number");
    uint64_t value = strtoull(word->at, &end, 0);
    word->at = end;
    return value;
}

/* Up to one of the characters in `ends`. */
static void text(struct word *word, const char *ends, char *ret_text, size_t size)
{
    size_t length = strcspn(word->at, ends);
    snprintf(ret_text, size, "%.*s", (int)length, word->at);
    word->at += length;
}

static uint32_t site_stack(struct dump_builder *builder, uint64_t site)
{
    const uint64_t pcs[] = {DUMP_BUILDER_SITE_PC(site), DUMP_BUILDER_MAIN_PC};
    return dump_builder_add_stack(builder, pcs, 2);
}

/* "2", "2/5", "2/": the caller's site, the one outside it, or nothing outside it. */
static uint32_t stack_of_sites(struct word *word)
{
    uint64_t caller = number(word);
    if (!accept(word, '/'))
        return site_stack(word->builder, caller);
    const uint64_t cut[] = {DUMP_BUILDER_SITE_PC(caller), DUMP_PC_NOT_RECORDED};
    if (word_ended(word) || !isdigit((unsigned char)*word->at))
        return dump_builder_add_stack(word->builder, cut, 2);
    const uint64_t pcs[] = {DUMP_BUILDER_SITE_PC(caller), DUMP_BUILDER_SITE_PC(number(word)),
                            DUMP_BUILDER_MAIN_PC};
    return dump_builder_add_stack(word->builder, pcs, 3);
}

/* The block with that number; it and those before it exist afterwards. */
static uint32_t block(struct word *word)
{
    uint64_t wanted = number(word);
    if (wanted > 1000000)
        word_wrong(word, "block number too large");
    uint64_t count;
    while ((count = word->builder->blocks.size / sizeof(struct builder_block)) <= wanted) {
        const struct builder_block added = {.address = DUMP_BUILDER_ADDRESS(count),
                                            .bytes = DEFAULT_BYTES,
                                            .stack = site_stack(word->builder, 0)};
        dump_builder_add_block(word->builder, &added);
    }
    return (uint32_t)wanted;
}

static void block_reach(struct word *word, uint32_t number_of, uint64_t bytes)
{
    struct builder_block *reached = dump_builder_block(word->builder, number_of);
    if (bytes > LARGEST_BYTES)
        word_wrong(word, "offset too large");
    if (reached->bytes < bytes)
        reached->bytes = bytes;
}

static enum root_kind root_kind(struct word *word)
{
    char name[32];
    text(word, " \t\n:#^!~%>@", name, sizeof(name));
    if (!strcmp(name, "r"))
        return ROOT_GLOBAL;
    for (enum root_kind kind = 0; kind < ROOT_KIND_END; kind++) {
        if (!strcmp(name, root_kind_name(kind)))
            return kind;
    }
    word_wrong(word, "no root of that kind");
}

/* The first root of that kind; it exists afterwards. */
static uint32_t root(struct dump_builder *builder, enum root_kind kind)
{
    const struct dump_root *roots = (const struct dump_root *)builder->roots.at;
    uint32_t count = (uint32_t)(builder->roots.size / sizeof(*roots));
    for (uint32_t i = 0; i < count; i++) {
        if (roots[i].kind == (uint32_t)kind)
            return i;
    }
    const struct dump_root added = {
        .kind = (uint32_t)kind,
        .owner = kind <= ROOT_THREAD ? 0 : DUMP_NO_OWNER,
        .start = kind == ROOT_GLOBAL ? 0x4f0000 : 0x4000000 + kind * ROOT_BYTES,
        .bytes = ROOT_BYTES,
    };
    return dump_builder_add_root(builder, &added, "");
}

/* One past the last pointer of that source. */
static uint64_t next_free(const struct bytes *pointers, uint32_t source)
{
    const struct builder_pointer *pointer = (const struct builder_pointer *)pointers->at;
    uint64_t next = 0;
    for (size_t i = 0; i < pointers->size / sizeof(*pointer); i++) {
        if (pointer[i].source == source && pointer[i].offset >= next)
            next = pointer[i].offset + 8;
    }
    return next;
}

static uint32_t witness(struct word *word)
{
    static const char letters[] = "slnmhc";
    uint32_t flags = 0;
    for (; !word_ended(word); word->at++) {
        const char *letter = strchr(letters, *word->at);
        if (!letter)
            word_wrong(word, "no such witness");
        flags |= 1u << (letter - letters);
    }
    return flags;
}

/* What follows the source: [@OFFSET] > TARGET [+ OFFSET [WITNESS]]. */
static struct builder_pointer pointer(struct word *word, uint32_t source,
                                      const struct bytes *others)
{
    struct builder_pointer made = {.source = source, .offset = NEXT_FREE};
    if (accept(word, '@'))
        made.offset = number(word);
    if (!accept(word, '>'))
        word_wrong(word, "no '>'");
    made.target = block(word);
    if (accept(word, '+')) {
        made.target_offset = (uint32_t)number(word);
        made.witness = witness(word);
        block_reach(word, made.target, made.target_offset + 1);
    }
    if (made.offset == NEXT_FREE)
        made.offset = next_free(others, source);
    return made;
}

static uint32_t flag(struct word *word)
{
    static const char *const names[] = {"custom", "ignored", "runtime", "pool", "inherited"};
    char name[32];
    text(word, " \t\n:#^!~%>@", name, sizeof(name));
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!strcmp(name, names[i]))
            return 1u << i;
    }
    word_wrong(word, "no such flag");
}

/* By the letter in "1%gNode". */
static struct dump_type type_kind(struct word *word)
{
    if (accept(word, 'c'))
        return (struct dump_type){.kind = DUMP_TYPE_CXX};
    if (accept(word, 'a'))
        return (struct dump_type){.kind = DUMP_TYPE_CXX_ARRAY, .object_offset = 8};
    if (accept(word, 's'))
        return (struct dump_type){.kind = DUMP_TYPE_CXX_COUNTED, .object_offset = 16};
    if (accept(word, 'k'))
        return (struct dump_type){.kind = DUMP_TYPE_CXX_COUNTED};
    if (accept(word, 'p'))
        return (struct dump_type){.kind = DUMP_TYPE_PYTHON};
    if (accept(word, 'g'))
        return (struct dump_type){.kind = DUMP_TYPE_PYTHON_GC, .object_offset = 16};
    if (accept(word, 'm'))
        return (struct dump_type){.kind = DUMP_TYPE_PYTHON_GC, .object_offset = 32};
    if (accept(word, 'w'))
        return (struct dump_type){.kind = DUMP_TYPE_PYTHON_WEAK, .object_offset = 16};
    if (accept(word, 'o'))
        return (struct dump_type){.kind = DUMP_TYPE_GOBJECT, .object_offset = 48};
    if (accept(word, 'n'))
        return (struct dump_type){.kind = DUMP_TYPE_NAMED};
    word_wrong(word, "no such kind of type");
}

/* The type with that name and kind; it exists afterwards. */
static uint32_t type_named(struct dump_builder *builder, const struct dump_type *type,
                           const char *name)
{
    const struct dump_type *types = (const struct dump_type *)builder->types.at;
    for (uint32_t i = 0; i < builder->types.size / sizeof(*types); i++)
        if (types[i].kind == type->kind && types[i].object_offset == type->object_offset &&
            strcmp((const char *)builder->strings.at + types[i].name, name) == 0)
            return i;
    return dump_builder_add_type(builder, type, name);
}

static void type_of_block(struct word *word, uint32_t of)
{
    char name[256];
    struct dump_type type = type_kind(word);
    text(word, " \t\n,", name, sizeof(name));
    uint64_t uses = accept(word, ',') ? number(word) : 1;
    uint64_t weak = accept(word, ',') ? number(word) : 1;
    dump_builder_type_block(word->builder, of, type_named(word->builder, &type, name),
                            (uint32_t)uses, (uint32_t)weak);
}

static void name_of_word(struct word *word, uint32_t of)
{
    char name[256];
    uint64_t offset = number(word);
    text(word, " \t\n", name, sizeof(name));
    dump_builder_name_words(word->builder, of, (uint32_t)(offset / 8),
                            dump_builder_add_layout(word->builder, 0, name));
}

static void attribute(struct word *word, uint32_t of)
{
    struct builder_block *changed = dump_builder_block(word->builder, of);
    char label[256];
    if (accept(word, ':')) {
        changed->bytes = number(word);
    } else if (accept(word, '#')) {
        changed->stack = stack_of_sites(word);
    } else if (accept(word, '^')) {
        changed->birth = (uint32_t)number(word);
    } else if (accept(word, '!')) {
        changed->flags |= flag(word);
    } else if (accept(word, '%')) {
        type_of_block(word, of);
    } else if (accept(word, '.')) {
        name_of_word(word, of);
    } else if (accept(word, '~')) {
        text(word, " \t\n", label, sizeof(label));
        dump_builder_label(word->builder, of, label);
    } else {
        word_wrong(word, "what is this");
    }
}

static void block_word(struct word *word)
{
    struct dump_builder *builder = word->builder;
    uint32_t subject = block(word);
    if (*word->at == '>' || *word->at == '@') {
        struct builder_pointer edge = pointer(word, subject, &builder->edges);
        block_reach(word, subject, edge.offset + 8);
        dump_builder_add_edge(builder, &edge);
    } else if (accept(word, '=')) {
        dump_builder_own(builder, subject, block(word));
    }
    while (!word_ended(word))
        attribute(word, subject);
}

static void root_word(struct word *word)
{
    struct dump_builder *builder = word->builder;
    uint32_t source = root(builder, root_kind(word));
    struct builder_pointer ref = pointer(word, source, &builder->refs);
    dump_builder_add_ref(builder, &ref);
    if (!word_ended(word))
        word_wrong(word, "what is this");
}

void dump_builder_add_graph(struct dump_builder *builder, const char *line)
{
    struct word word = {builder, line, line};
    for (;;) {
        while (isspace((unsigned char)*word.at))
            word.at++;
        if (!*word.at)
            return;
        if (isdigit((unsigned char)*word.at))
            block_word(&word);
        else
            root_word(&word);
    }
}
