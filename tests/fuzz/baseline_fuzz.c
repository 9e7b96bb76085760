/* Gives any bytes to `caulk analyze` as an older analysis: it refuses them, or its answer adds up.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <sanitizer/lsan_interface.h>

#include "tests/support/agreement.h"
#include "tests/support/command_run.h"
#include "tests/support/dump_builder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *path_of(int descriptor, char path[32])
{
    snprintf(path, 32, "/proc/self/fd/%d", descriptor);
    return path;
}

static int new_file(const void *bytes, size_t size)
{
    int descriptor = memfd_create("file", MFD_CLOEXEC);
    if (descriptor < 0 || write(descriptor, bytes, size) != (ssize_t)size)
        abort();
    return descriptor;
}

/* Two places that lost something. */
static int dump_file(void)
{
    struct dump_builder *builder = dump_builder_create();
    dump_builder_add_graph(builder, "0#1 1#2 0>1 1>0 2#3 r>3");
    struct dump_image image = dump_builder_image(builder);
    dump_builder_destroy(builder);
    int descriptor = new_file(image.bytes, image.size);
    free(image.bytes);
    return descriptor;
}

static void analyze(const char *baseline, const char *dump)
{
    char *const words[] = {"analyze", "--json", "--baseline", (char *)baseline, (char *)dump};
    struct command_result result;
    struct agreed agreed;
    command_run(words, sizeof(words) / sizeof(*words), &result);
    if (result.status == 0) {
        agreement_of_analysis(result.out, &agreed);
        AGREE(agreed.blocks == 4);
    } else {
        AGREE(result.status == 2 && result.out_bytes == 0);
        AGREE(strchr(result.errors, '\n') == result.errors + result.errors_bytes - 1);
    }
    command_result_finish(&result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int dump = -1;
    char dump_path[32], path[32];
    if (dump < 0)
        dump = dump_file();
    int baseline = new_file(data, size);
    __lsan_disable(); /* what a command leaves behind at its exit() */
    analyze(path_of(baseline, path), path_of(dump, dump_path));
    __lsan_enable();
    close(baseline);
    return 0;
}
