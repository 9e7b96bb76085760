/*
 * damage MOST [DUMP…]: every command on structurally damaged dumps: on one that has something of
 * everything, and on those named. MOST: how many records of each kind, numbers of each section and
 * places to cut a file are tried, evenly spread; 0: all.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "tests/damage/damage.h"
#include "tests/support/agreement.h"
#include "tests/support/dump_builder.h"
#include "tests/support/every_command.h"

#define MEMORY_MAX (2ull << 30)

#ifdef __SANITIZE_ADDRESS__
const char *__asan_default_options(void);

/* Commands that end by exit() leave their memory behind. */
const char *__asan_default_options(void)
{
    return "detect_leaks=0:hard_rss_limit_mb=2048:max_allocation_size_mb=2048";
}

static void limit_memory(void)
{
}
#else
static void limit_memory(void)
{
    setrlimit(RLIMIT_AS, &(struct rlimit){MEMORY_MAX, MEMORY_MAX});
}
#endif

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

static void damage_all(const struct dump_image *whole, const char *name, uint64_t most)
{
    const struct damage damage = {.whole = whole, .most = most ? most : UINT64_MAX, .visit = visit};
    visit(whole, "none");
    if (refused) {
        fprintf(stderr, "%s: cannot be read undamaged\n", name);
        exit(1);
    }
    for (size_t i = 0; i < KINDS; i++) {
        readable = refused = 0;
        kinds[i].damage(&damage);
        printf("%s: %s: %lu dumps refused, %lu read\n", name, kinds[i].name, refused, readable);
        fflush(stdout);
    }
    readable = refused = 0;
}

static struct dump_image read_image(const char *path)
{
    struct dump_image image = {NULL, 0};
    FILE *in = fopen(path, "re");
    if (!in || fseek(in, 0, SEEK_END) || !(image.bytes = malloc((size_t)ftell(in)))) {
        perror(path);
        exit(2);
    }
    image.size = (size_t)ftell(in);
    rewind(in);
    if (fread(image.bytes, 1, image.size, in) != image.size) {
        perror(path);
        exit(2);
    }
    fclose(in);
    return image;
}

/* Its modules' files are there to be looked into, which takes a hundred times as long as all else:
 * their paths are made relative, so that they count as no files. */
static void forget_files(struct dump_image *image)
{
    const struct dump_section *modules = dump_image_section(image, DUMP_MODULES);
    const struct dump_section *strings = dump_image_section(image, DUMP_STRINGS);
    for (uint64_t i = 0; i < modules->count; i++) {
        struct dump_module module;
        memcpy(&module, image->bytes + modules->offset + i * sizeof(module), sizeof(module));
        image->bytes[strings->offset + module.path] = '.';
    }
    dump_image_seal(image->bytes, image->size);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: damage MOST [DUMP…]\n");
        return 2;
    }
    uint64_t most = strtoull(argv[1], NULL, 10);
    limit_memory();
    struct dump_builder *builder = dump_builder_create_full();
    other = dump_builder_image(builder);
    damage_all(&other, "something of everything", most);
    for (int i = 2; i < argc; i++) {
        struct dump_image image = read_image(argv[i]);
        forget_files(&image);
        damage_all(&image, argv[i], most);
        free(image.bytes);
    }
    free(other.bytes);
    dump_builder_destroy(builder);
    printf("%lu commands\n", every_command_count());
    printf("damage: %zu passed, 0 failed\n", (size_t)(argc - 1) * KINDS);
    return 0;
}
