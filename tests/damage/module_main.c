/*
 * damage_module MOST DUMP MODULE: commands that look up names, while the file of a module that the
 * dump names is damaged. MODULE: its path in the dump; the file is whole again at the end.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/damage/damage.h"
#include "tests/damage/program.h"
#include "tests/support/agreement.h"
#include "tests/support/command_run.h"

static const char *module_path;
static char dump_path[32];
static struct agreed expected;
static unsigned long visited;

static struct command_result run(const char *command, char *option)
{
    char *const words[] = {(char *)command, dump_path, option};
    struct command_result result;
    agreement_command(command);
    command_run(words, option ? 3 : 2, &result);
    AGREE(result.status == 0);
    return result;
}

/* Names may be lost, of the heap nothing. */
static void look_up(struct agreed *ret_agreed)
{
    struct command_result analysis = run("analyze", "--json"), text = run("analyze", NULL),
                          info = run("info", "--json");
    agreement_of_analysis(analysis.out, ret_agreed);
    agreement_of_info(info.out, ret_agreed);
    command_result_finish(&analysis);
    command_result_finish(&text);
    command_result_finish(&info);
}

static void write_module(const struct dump_image *image)
{
    int descriptor = open(module_path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    if (descriptor < 0 || write(descriptor, image->bytes, image->size) != (ssize_t)image->size)
        abort();
    close(descriptor);
}

static void visit(const struct dump_image *damaged, const char *what)
{
    struct agreed agreed;
    agreement_damage(what);
    write_module(damaged);
    look_up(&agreed);
    AGREE(memcmp(&agreed, &expected, sizeof(agreed)) == 0);
    visited++;
}

static void write_dump(const char *path)
{
    struct dump_image dump = program_read(path);
    int descriptor = memfd_create("dump", MFD_CLOEXEC);
    program_forget_modules(&dump, module_path);
    if (descriptor < 0 || write(descriptor, dump.bytes, dump.size) != (ssize_t)dump.size)
        abort();
    snprintf(dump_path, sizeof(dump_path), "/proc/self/fd/%d", descriptor);
    free(dump.bytes);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: damage_module MOST DUMP MODULE\n");
        return 2;
    }
    uint64_t most = strtoull(argv[1], NULL, 10);
    module_path = argv[3];
    program_start();
    write_dump(argv[2]);
    struct dump_image whole = program_read(module_path);
    const struct damage damage = {
        .whole = &whole, .most = most ? most : UINT64_MAX, .visit = visit};
    look_up(&expected);
    damage_module(&damage);
    write_module(&whole);
    free(whole.bytes);
    printf("%s: %lu damaged files\n", module_path, visited);
    printf("damage: 1 passed, 0 failed\n");
    return 0;
}
