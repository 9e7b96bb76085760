/* list_blocks DUMP: address and size of every block, a line each. */
#include <inttypes.h>
#include <stdio.h>

#include "libcaulk/dump.h"

int main(int argc, char **argv)
{
    struct dump *dump;
    struct error err;
    if (argc != 2 || !dump_open(argv[1], &dump, &err)) {
        fprintf(stderr, "list_blocks: %s\n", argc != 2 ? "usage: list_blocks DUMP" : err.message);
        return 2;
    }
    for (uint32_t i = 0; i < dump->block_count; i++)
        printf("0x%" PRIx64 " %" PRIu64 "\n", dump->block_address[i], dump->block_bytes[i]);
    dump_close(dump);
    return 0;
}
