#include "tests/damage/program.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "tests/support/agreement.h"

#define MEMORY_MAX (2ull << 30)

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>

const char *__asan_default_options(void);

/* Commands that end by exit() leave their memory behind. Freed memory is kept back in small
 * amounts: in large ones the kernel spends as long on new pages as the commands run. */
const char *__asan_default_options(void)
{
    return "detect_leaks=0:hard_rss_limit_mb=2048:max_allocation_size_mb=2048:"
           "quarantine_size_mb=16:max_malloc_fill_size=0";
}

void program_start(void)
{
    __sanitizer_set_death_callback(agreement_say);
}
#else
static void say_and_end(int number)
{
    agreement_say();
    signal(number, SIG_DFL);
    raise(number);
}

void program_start(void)
{
    setrlimit(RLIMIT_AS, &(struct rlimit){MEMORY_MAX, MEMORY_MAX});
    signal(SIGSEGV, say_and_end);
    signal(SIGBUS, say_and_end);
    signal(SIGFPE, say_and_end);
}
#endif

static _Noreturn void fail(const char *path)
{
    perror(path);
    exit(2);
}

struct dump_image program_read(const char *path)
{
    struct dump_image image = {NULL, 0};
    FILE *in = fopen(path, "re");
    if (!in || fseek(in, 0, SEEK_END))
        fail(path);
    image.size = (size_t)ftell(in);
    image.bytes = malloc(image.size);
    rewind(in);
    if (!image.bytes || fread(image.bytes, 1, image.size, in) != image.size)
        fail(path);
    fclose(in);
    return image;
}

void program_forget_modules(struct dump_image *dump, const char *but)
{
    const struct dump_section *modules = dump_image_section(dump, DUMP_MODULES);
    const struct dump_section *strings = dump_image_section(dump, DUMP_STRINGS);
    for (uint64_t i = 0; i < modules->count; i++) {
        struct dump_module module;
        memcpy(&module, dump->bytes + modules->offset + i * sizeof(module), sizeof(module));
        char *path = (char *)dump->bytes + strings->offset + module.path;
        if (!but || strcmp(path, but) != 0)
            *path = '.';
    }
    dump_image_seal(dump->bytes, dump->size);
}
