/*
 * A program that brings jemalloc: it must be called through, with its own entry points too. Loses 4
 * blocks and keeps 3.
 */
#include <jemalloc/jemalloc.h>
#include <stdint.h>

#include "preload/caulk.h"
#include "tests/e2e/programs/gate.h"

static void *kept[3];

static void lose_extended(void)
{
    char *volatile block = mallocx(90, MALLOCX_ALIGN(64) | MALLOCX_ZERO);

    if (!block || (uintptr_t)block % 64 != 0 || block[89] != 0)
        _exit(97);
    block = rallocx(block, 4000, 0);
    if (!block || sallocx(block, 0) < 4000)
        _exit(97);
    block = NULL;
}

static void use_and_free(void)
{
    void *block = mallocx(1000, 0);

    if (xallocx(block, 1000, 0, 0) < 1000)
        _exit(97);
    sdallocx(block, 1000, 0);
    dallocx(mallocx(10, 0), 0);
    free(malloc(17));
}

int main(void)
{
    const char *version;
    size_t bytes = sizeof(version);

    if (mallctl("version", &version, &bytes, NULL, 0) != 0)
        return 1;
    for (int i = 0; i < 3; i++) {
        kept[i] = malloc(50);
        lose_block(70);
    }
    lose_extended();
    use_and_free();
    wipe_stack();
    return caulk_dump(NULL) != 0;
}
