/*
 * An executable that carries a malloc of its own: the loader finds that one before a preloaded one.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

static _Alignas(16) char memory[1 << 20];
static size_t used;

void *malloc(size_t bytes)
{
    void *block = memory + used;

    used += (bytes + 15) / 16 * 16;
    return used <= sizeof(memory) ? block : NULL;
}

void free(void *block)
{
    (void)block;
}

void *calloc(size_t count, size_t bytes)
{
    return malloc(count * bytes);
}

void *realloc(void *block, size_t bytes)
{
    char *copy = malloc(bytes);

    for (size_t i = 0; block && copy && i < bytes; i++)
        copy[i] = ((char *)block)[i];
    return copy;
}

int main(void)
{
    free(malloc(10));
    return 0;
}
