/* Through a file without a name: the reader wants a path, and none is left behind. */
#include "tests/support/opened_heap.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void opened_heap_of(struct dump_builder *builder, struct opened *ret_opened)
{
    char path[64];
    struct dump_image image = dump_builder_image(builder);
    int fd = memfd_create("dump", MFD_CLOEXEC);
    if (fd < 0 || write(fd, image.bytes, image.size) != (ssize_t)image.size)
        abort();
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    opened_init(ret_opened, &(struct names_from){0}, path);
    close(fd);
    free(image.bytes);
    dump_builder_destroy(builder);
}

void opened_heap(const char *line, struct opened *ret_opened)
{
    struct dump_builder *builder = dump_builder_create();
    dump_builder_add_graph(builder, line);
    opened_heap_of(builder, ret_opened);
    opened_find_owners(ret_opened);
}
