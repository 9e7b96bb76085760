/* Through a file in the folder of temporary ones, which is gone when it returns. */
#include "tests/support/exported.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/export.h"
#include "tests/support/opened_heap.h"

static FILE *temporary(char *path)
{
    const char *folder = getenv("TMPDIR");
    snprintf(path, 256, "%s/exported.XXXXXX", folder ? folder : "/tmp");
    int fd = mkstemp(path);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w+");
    if (!file)
        abort();
    return file;
}

static char *read_all(FILE *file, size_t *ret_bytes)
{
    fseek(file, 0, SEEK_END);
    size_t bytes = (size_t)ftell(file);
    char *text = calloc(bytes + 1, 1);
    rewind(file);
    if (!text || fread(text, 1, bytes, file) != bytes)
        abort();
    *ret_bytes = bytes;
    return text;
}

char *exported_from(const char *format, struct dump_builder *builder, size_t *ret_bytes)
{
    char out_path[256];
    FILE *out = temporary(out_path);
    struct opened opened;
    opened_heap_of(builder, &opened);
    export_format_find(format)->write(&opened, out);
    opened_finish(&opened);
    char *text = read_all(out, ret_bytes);
    fclose(out);
    unlink(out_path);
    return text;
}

char *exported(const char *format, const char *line, size_t *ret_bytes)
{
    struct dump_builder *builder = dump_builder_create();
    dump_builder_add_graph(builder, line);
    return exported_from(format, builder, ret_bytes);
}
