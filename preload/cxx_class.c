/* See cxx_class.h. */
#include "preload/cxx_class.h"

#include <string.h>

#include "preload/peek.h"

#define WORD sizeof(uint64_t)

/* What describes a class without bases, with one, with several: libstdc++ and libc++abi agree. */
static const char *const class_kinds[] = {
    "N10__cxxabiv117__class_type_infoE",
    "N10__cxxabiv120__si_class_type_infoE",
    "N10__cxxabiv121__vmi_class_type_infoE",
};
#define CLASS_KIND_BYTES 48u

/* std::_Sp_counted_ptr_inplace<…>, _Sp_counted_ptr<…> and _Sp_counted_deleter<…>. */
#define HOLDS_OBJECT "St23_Sp_counted_ptr_inplaceI"
static const char *const counted_starts[] = {
    HOLDS_OBJECT,
    "St15_Sp_counted_ptrI",
    "St19_Sp_counted_deleterI",
};

bool cxx_class_may_lie_in(const struct mapping *mapping)
{
    return mapping->readable && !mapping->writable && mapping->inode != 0;
}

static bool is_constant(const struct maps *maps, uintptr_t address)
{
    const struct mapping *mapping = address % WORD == 0 ? maps_find(maps, address) : NULL;
    return mapping && cxx_class_may_lie_in(mapping);
}

/* The type that a table belongs to. */
static bool read_type(const struct maps *maps, uintptr_t table, uintptr_t *ret_type)
{
    uint64_t head[2];
    if (table < sizeof(head) || !is_constant(maps, table - sizeof(head)) ||
        !is_constant(maps, table) || !peek(maps, table - sizeof(head), head, sizeof(head)))
        return false;
    *ret_type = head[1];
    return head[0] == 0 && is_constant(maps, head[1]);
}

/* A name that begins with an asterisk is one to be compared by address: of a local class.
 * Identifiers may have any letters, as UTF-8. */
static size_t read_name(const struct maps *maps, uintptr_t type, char *ret_name, size_t capacity)
{
    uint64_t at;
    char first;
    if (!peek_word(maps, type + WORD, &at) || !peek(maps, at, &first, 1))
        return 0;
    const struct mapping *mapping = maps_find(maps, at);
    return cxx_class_may_lie_in(mapping)
               ? peek_name(maps, at + (first == '*'), true, ret_name, capacity)
               : 0;
}

static bool is_one_of(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof(class_kinds) / sizeof(class_kinds[0]); i++)
        if (strlen(class_kinds[i]) == length && memcmp(class_kinds[i], name, length) == 0)
            return true;
    return false;
}

static bool is_class(const struct maps *maps, uintptr_t type)
{
    uint64_t table;
    uintptr_t kind;
    char name[CLASS_KIND_BYTES];
    return peek_word(maps, type, &table) && read_type(maps, table, &kind) &&
           is_one_of(name, read_name(maps, kind, name, sizeof(name)));
}

/* As mangled names of classes begin: 4Node, N2ns4NodeE, St…, Z4mainE4Node. */
static bool begins_like_class(char first)
{
    return (first >= '1' && first <= '9') || first == 'N' || first == 'S' || first == 'Z';
}

static bool begins_with(const struct cxx_class *class, const char *start)
{
    size_t length = strlen(start);
    return class->length > length && memcmp(class->name, start, length) == 0;
}

static void find_counts(struct cxx_class *class)
{
    class->counted = false;
    for (size_t i = 0; i < sizeof(counted_starts) / sizeof(counted_starts[0]); i++)
        class->counted |= begins_with(class, counted_starts[i]);
    class->holds_object = begins_with(class, HOLDS_OBJECT);
}

bool cxx_class_read(const struct maps *maps, uintptr_t table, struct cxx_class *ret_class)
{
    uintptr_t type;
    if (!read_type(maps, table, &type) || !is_class(maps, type))
        return false;
    ret_class->length = read_name(maps, type, ret_class->name, sizeof(ret_class->name));
    if (ret_class->length == 0 || !begins_like_class(ret_class->name[0]))
        return false;
    find_counts(ret_class);
    return true;
}
