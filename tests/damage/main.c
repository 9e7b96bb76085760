/*
 * damage MOST [DUMP…]: every command on structurally damaged dumps: on one that has something of
 * everything, and on those named. MOST: how many records of each kind, numbers of each section and
 * places to cut a file are tried, evenly spread; 0: all.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* In a child, with what its commands leave behind: it ends with them. */
static void damage_one(const struct damage *damage, size_t kind, const char *name)
{
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        kinds[kind].damage(damage);
        printf("%s: %s: %lu dumps refused, %lu read, %lu commands\n", name, kinds[kind].name,
               refused, readable, every_command_count());
        exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        exit(2);
    readable = 0;
}

static void damage_all(const struct dump_image *whole, const char *name, uint64_t most)
{
    const struct damage damage = {.whole = whole, .most = most ? most : UINT64_MAX, .visit = visit};
    visit(whole, "none");
    if (refused) {
        fprintf(stderr, "%s: cannot be read undamaged\n", name);
        exit(2);
    }
    for (size_t i = 0; i < KINDS; i++)
        damage_one(&damage, i, name);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: damage MOST [DUMP…]\n");
        return 2;
    }
    uint64_t most = strtoull(argv[1], NULL, 10);
    program_start();
    struct dump_builder *builder = dump_builder_create_full();
    other = dump_builder_image(builder);
    damage_all(&other, "something of everything", most);
    for (int i = 2; i < argc; i++) {
        struct dump_image image = program_read(argv[i]);
        program_forget_modules(&image, NULL);
        damage_all(&image, argv[i], most);
        free(image.bytes);
    }
    free(other.bytes);
    dump_builder_destroy(builder);
    printf("damage: %zu passed, 0 failed\n", (size_t)(argc - 1) * KINDS);
    return 0;
}
