/* Sums are made in 128 bits: a total that went over 64 must not agree with parts that did too. */
#include "tests/support/agreement.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <yajl/yajl_tree.h>

typedef unsigned __int128 sum;

static const char *command, *damage, *document;

void agreement_command(const char *line)
{
    command = line;
}

void agreement_damage(const char *what)
{
    damage = what;
}

static void say(const char *text)
{
    if (text)
        dprintf(STDERR_FILENO, "%s\n", text);
}

void agreement_say(void)
{
    say(damage);
    say(command);
}

void agreement_demand(int condition, const char *words, const char *file, int line)
{
    if (condition)
        return;
    dprintf(STDERR_FILENO, "%s:%d: broken: %s\n", file, line, words);
    agreement_say();
    say(document);
    abort();
}

static yajl_val parse(const char *text)
{
    char reason[200];
    document = text;
    yajl_val tree = yajl_tree_parse(text, reason, sizeof(reason));
    AGREE(tree != NULL);
    return tree;
}

static void finish(yajl_val tree)
{
    yajl_tree_free(tree);
    document = NULL;
}

/* What lies at "one" or at "one", "two". */
static yajl_val at(yajl_val object, const char *key, const char *inner)
{
    const char *path[] = {key, inner, NULL};
    yajl_val value = yajl_tree_get(object, path, yajl_t_any);
    AGREE(value != NULL);
    return value;
}

static uint64_t number(yajl_val object, const char *key, const char *inner)
{
    yajl_val value = at(object, key, inner);
    AGREE(YAJL_IS_NUMBER(value));
    return strtoull(YAJL_GET_NUMBER(value), NULL, 10);
}

static size_t length(yajl_val object, const char *key)
{
    yajl_val array = at(object, key, NULL);
    AGREE(YAJL_IS_ARRAY(array));
    return YAJL_GET_ARRAY(array)->len;
}

static yajl_val row(yajl_val object, const char *key, size_t index)
{
    return YAJL_GET_ARRAY(at(object, key, NULL))->values[index];
}

static bool is_kind(yajl_val leak, const char *kind)
{
    const char *said = YAJL_GET_STRING(at(leak, "kind", NULL));
    return said && strcmp(said, kind) == 0;
}

static void totals_add_up(yajl_val tree, const char *unit)
{
    static const char *const kinds[] = {"definite", "indirect", "possible", "reachable",
                                        "suppressed"};
    yajl_val totals = at(tree, "totals", NULL);
    sum all = 0;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        all += number(totals, kinds[i], unit);
    AGREE(all == number(totals, "live", unit));
}

static void leaks_add_up(yajl_val tree, const char *unit)
{
    yajl_val totals = at(tree, "totals", NULL);
    sum lost = 0, possible = 0;
    for (size_t i = 0; i < length(tree, "leaks"); i++) {
        yajl_val leak = row(tree, "leaks", i);
        *(is_kind(leak, "possible") ? &possible : &lost) +=
            (sum)number(leak, unit, NULL) + number(leak, "indirect", unit);
    }
    AGREE(lost == (sum)number(totals, "definite", unit) + number(totals, "indirect", unit));
    AGREE(possible == number(totals, "possible", unit));
}

static void sites_add_up(yajl_val tree, const char *unit)
{
    sum live = 0;
    for (size_t i = 0; i < length(tree, "sites"); i++)
        live += number(row(tree, "sites", i), "live", unit);
    AGREE(live == number(at(tree, "totals", NULL), "live", unit));
}

static void memory_adds_up(yajl_val tree)
{
    static const char *const parts[] = {"in_use", "allocator_free", "tracker", "stacks", "other"};
    sum all = 0;
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
        all += number(tree, "memory", parts[i]);
    AGREE(all == number(tree, "memory", "rss"));
}

static void shapes_hold_all_cycles(yajl_val tree)
{
    sum cycles = 0;
    for (size_t i = 0; i < length(tree, "shapes"); i++)
        cycles += number(row(tree, "shapes", i), "cycles", NULL);
    AGREE(cycles == length(tree, "cycles"));
}

void agreement_of_analysis(const char *text, struct agreed *ret_agreed)
{
    yajl_val tree = parse(text), totals = at(tree, "totals", NULL);
    for (int i = 0; i < 2; i++) {
        const char *unit = i ? "bytes" : "blocks";
        totals_add_up(tree, unit);
        leaks_add_up(tree, unit);
        sites_add_up(tree, unit);
    }
    memory_adds_up(tree);
    shapes_hold_all_cycles(tree);
    *ret_agreed = (struct agreed){.blocks = number(totals, "live", "blocks"),
                                  .bytes = number(totals, "live", "bytes"),
                                  .definite = number(totals, "definite", "blocks"),
                                  .possible = number(totals, "possible", "blocks"),
                                  .lasting_cycles = number(totals, "lost_cycles", "cycles") -
                                                    number(totals, "pending", "cycles")};
    finish(tree);
}

void agreement_of_info(const char *text, const struct agreed *agreed)
{
    yajl_val tree = parse(text);
    AGREE(number(tree, "counts", "blocks") == agreed->blocks);
    AGREE(number(tree, "bytes", NULL) == agreed->bytes);
    finish(tree);
}

void agreement_of_owners(const char *text, const struct agreed *agreed)
{
    yajl_val tree = parse(text);
    const char *const omitted[] = {"owners_omitted", NULL};
    const char *const detail[] = {"dump", "detail", NULL};
    const char *details = YAJL_GET_STRING(yajl_tree_get(tree, (const char **)detail, yajl_t_any));
    sum blocks = 0, bytes = 0;
    if (strcmp(details, "lost") == 0) { /* what was summed without an owner */
        blocks = number(tree, "summed", "blocks");
        bytes = number(tree, "summed", "bytes");
    }
    for (size_t i = 0; i < length(tree, "owners"); i++) {
        blocks += number(row(tree, "owners", i), "retained", "blocks");
        bytes += number(row(tree, "owners", i), "retained", "bytes");
    }
    AGREE(blocks <= agreed->blocks && bytes <= agreed->bytes);
    if (!yajl_tree_get(tree, (const char **)omitted, yajl_t_any))
        AGREE(blocks == agreed->blocks && bytes == agreed->bytes);
    finish(tree);
}

void agreement_of_diff(const char *text, const struct agreed *agreed)
{
    yajl_val tree = parse(text);
    AGREE(number(tree, "survived", "blocks") == agreed->blocks);
    AGREE(number(tree, "survived", "bytes") == agreed->bytes);
    AGREE(number(tree, "born", "blocks") == 0 && number(tree, "freed", "blocks") == 0);
    AGREE(length(tree, "dropped") == 0);
    finish(tree);
}

void agreement_is_json(const char *text)
{
    finish(parse(text));
}
