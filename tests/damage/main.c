/*
 * damage MOST KIND [DUMP]: every command on a dump that is damaged in one kind of way, again and
 * again: the one named, or one that has something of everything. MOST: how many records of each
 * kind, numbers of each section and places to cut a file are tried, evenly spread; 0: all.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/damage/damage.h"
#include "tests/damage/program.h"
#include "tests/support/agreement.h"
#include "tests/support/dump_builder.h"
#include "tests/support/every_command.h"

static struct dump_image other;
static unsigned long readable, refused;

static void visit(const struct dump_image *damaged, const char *what)
{
    agreement_damage(what);
    if (every_command(damaged, &other))
        readable++;
    else
        refused++;
}

static const struct {
    const char *name;
    void (*damage)(const struct damage *damage);
} kinds[] = {{"fields", damage_fields},
             {"numbers", damage_numbers},
             {"sections", damage_sections},
             {"cuts", damage_cuts}};
#define KINDS (sizeof(kinds) / sizeof(*kinds))

static const struct dump_image *open_dump(const char *path)
{
    static struct dump_image image;
    if (!path)
        return &other;
    image = program_read(path);
    program_forget_modules(&image, NULL);
    return &image;
}

static void demand_readable(const struct dump_image *whole, const char *name)
{
    visit(whole, "none");
    if (refused) {
        fprintf(stderr, "%s: cannot be read undamaged\n", name);
        exit(2);
    }
    readable = 0;
}

static size_t find_kind(const char *name)
{
    size_t kind = 0;
    while (kind < KINDS && strcmp(kinds[kind].name, name) != 0)
        kind++;
    return kind;
}

int main(int argc, char **argv)
{
    size_t kind = argc < 3 ? KINDS : find_kind(argv[2]);
    if (kind == KINDS) {
        fprintf(stderr, "usage: damage MOST fields|numbers|sections|cuts [DUMP]\n");
        return 2;
    }
    uint64_t most = strtoull(argv[1], NULL, 10);
    const char *name = argv[3] ? argv[3] : "something of everything";
    program_start();
    struct dump_builder *builder = dump_builder_create_full();
    other = dump_builder_image(builder);
    const struct damage damage = {
        .whole = open_dump(argv[3]), .most = most ? most : UINT64_MAX, .visit = visit};
    demand_readable(damage.whole, name);
    kinds[kind].damage(&damage);
    printf("%s: %s: %lu dumps refused, %lu read, %lu commands\n", name, kinds[kind].name, refused,
           readable, every_command_count());
    printf("damage: 1 passed, 0 failed\n");
    /* What commands leave behind, and the dumps, end with the program. */
    exit(0);
}
