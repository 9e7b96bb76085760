/* See fake_memory.h. The pages end before ones that nobody may touch. */
#include "tests/support/fake_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define TYPE_WORDS 37u /* up to tp_dictoffset */

static uint64_t *map_pages(void)
{
    char *pages = mmap(NULL, FAKE_BYTES + 4096, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    if (pages == MAP_FAILED || mprotect(pages + FAKE_BYTES, 4096, PROT_NONE) != 0)
        abort();
    return (uint64_t *)pages;
}

void fake_memory_init(struct fake_memory *memory)
{
    *memory = (struct fake_memory){.constants = map_pages(), .variables = map_pages()};
    uintptr_t constants = (uintptr_t)memory->constants, variables = (uintptr_t)memory->variables;
    const char *form = constants < variables
                           ? "%1$lx-%2$lx r--p 0 08:01 7 /lib\n%3$lx-%4$lx rw-p 0 "
                             "00:00 0 \n"
                           : "%3$lx-%4$lx rw-p 0 00:00 0 \n%1$lx-%2$lx r--p 0 "
                             "08:01 7 /lib\n";
    memory->maps.text = memory->text;
    memory->maps.text_bytes =
        (size_t)snprintf(memory->text, sizeof(memory->text), form, constants,
                         constants + FAKE_BYTES, variables, variables + FAKE_BYTES);
    if (!maps_parse(&memory->maps) || memory->maps.count != 2)
        abort();
}

void fake_memory_finish(struct fake_memory *memory)
{
    munmap(memory->constants, FAKE_BYTES + 4096);
    munmap(memory->variables, FAKE_BYTES + 4096);
    memory->maps.text = NULL;
}

static uintptr_t put(uint64_t *pages, size_t *used, const uint64_t *words, size_t count)
{
    if ((*used + count) * sizeof(*words) > FAKE_BYTES)
        abort();
    uint64_t *at = pages + *used;
    memcpy(at, words, count * sizeof(*words));
    *used += count;
    return (uintptr_t)at;
}

uintptr_t fake_constants(struct fake_memory *memory, const uint64_t *words, size_t count)
{
    return put(memory->constants, &memory->constants_used, words, count);
}

uintptr_t fake_variables(struct fake_memory *memory, const uint64_t *words, size_t count)
{
    return put(memory->variables, &memory->variables_used, words, count);
}

uintptr_t fake_text(struct fake_memory *memory, const char *text)
{
    uint64_t words[64] = {0};
    size_t length = strlen(text);
    if (length >= sizeof(words))
        abort();
    memcpy(words, text, length);
    return fake_constants(memory, words, length / sizeof(*words) + 1);
}

static uintptr_t table_of(struct fake_memory *memory, uintptr_t type)
{
    const uint64_t table[] = {0, type, 0x1000};
    return fake_constants(memory, table, 3) + 2 * sizeof(*table);
}

uintptr_t fake_class(struct fake_memory *memory, const char *name)
{
    const uint64_t kind[] = {0, fake_text(memory, "N10__cxxabiv117__class_type_infoE")};
    const uint64_t type[] = {table_of(memory, fake_constants(memory, kind, 2)),
                             fake_text(memory, name)};
    return table_of(memory, fake_constants(memory, type, 2));
}

uintptr_t fake_python_type(struct fake_memory *memory, const char *name, uint64_t flags,
                           uint64_t basic_bytes, uintptr_t metatype)
{
    uint64_t type[TYPE_WORDS] = {
        [0] = 1, [1] = metatype, [3] = fake_text(memory, name), [4] = basic_bytes, [21] = flags,
    };
    uint64_t *at = (uint64_t *)fake_variables(memory, type, TYPE_WORDS);
    if (metatype == 0)
        at[1] = (uintptr_t)at;
    return (uintptr_t)at;
}
