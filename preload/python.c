/*
 * See python.h. Offsets in a type object have been the same since Python 3.0; that they still hold
 * is checked by what is found there: flags that only types have, and the way up to PyType_Type.
 */
#include "preload/python.h"

#include <assert.h>
#include <string.h>

#include "preload/module_symbols.h"
#include "preload/peek.h"

/* PyTypeObject, up to its flags. */
struct type_object {
    uint64_t references, type, size, name, basic_bytes, item_bytes, slots[15], flags;
};
static_assert(offsetof(struct type_object, flags) == 168, "tp_flags");

#define FLAG_MANAGED_WEAK_REFERENCES (1ul << 3)
#define FLAG_MANAGED_DICTIONARY (1ul << 4)
#define FLAG_READY (1ul << 12)
#define FLAG_HAS_GC (1ul << 14)
#define FLAG_IS_STRING (1ul << 28) /* short ones have less than the type says */
#define FLAG_IS_TYPE (1ul << 31)   /* Py_TPFLAGS_TYPE_SUBCLASS: its instances are types */

#define METATYPES_MAX 3u
#define BASE_AT 256u           /* tp_base */
#define BASES_MAX 64u          /* a class of more is none */
#define WORDS_BEFORE_BYTES 16u /* of each of the two kinds */
#define OBJECT_HEAD_BYTES 16u
#define OBJECT_BYTES_MAX (1ul << 40)

/* _PyRuntime begins with these since 3.13. */
struct debug_offsets {
    char cookie[8];
    uint64_t version, free_threaded;
};
#define DEBUG_COOKIE "xdebugpy"

static bool has_no_global_lock(const struct python *python, const struct maps *maps)
{
    struct debug_offsets offsets;
    return python->runtime && peek(maps, python->runtime, &offsets, sizeof(offsets)) &&
           memcmp(offsets.cookie, DEBUG_COOKIE, sizeof(offsets.cookie)) == 0 &&
           offsets.free_threaded != 0;
}

/* The version as it is compiled in: 0x030b02f0 is 3.11.2. */
static unsigned read_minor(const struct maps *maps, const struct loaded_module *module)
{
    struct module_symbol symbol;
    uint64_t version;
    if (!module_symbol_find(maps, module, "Py_Version", &symbol) ||
        !peek_word(maps, symbol.address, &version))
        return 0;
    return version >> 16 & 0xff;
}

static void find_weak_types(struct python *python, const struct maps *maps,
                            const struct loaded_module *module)
{
    static const char *const names[PYTHON_WEAK_TYPES] = {
        "_PyWeakref_RefType", "_PyWeakref_ProxyType", "_PyWeakref_CallableProxyType"};
    struct module_symbol symbol;
    for (unsigned i = 0; i < PYTHON_WEAK_TYPES; i++)
        if (module_symbol_find(maps, module, names[i], &symbol))
            python->weak_types[i] = symbol.address;
}

void python_find(struct python *python, const struct maps *maps,
                 const struct loaded_module *const *modules, uint32_t module_count)
{
    struct module_symbol symbol = {0};
    memset(python, 0, sizeof(*python));
    for (uint32_t i = 0; i < module_count && !python->type_type; i++) {
        if (!module_symbol_find(maps, modules[i], "PyType_Type", &symbol))
            continue;
        python->type_type = symbol.address;
        python->module = modules[i];
        if (module_symbol_find(maps, modules[i], "_PyRuntime", &symbol)) {
            python->runtime = symbol.address;
            python->runtime_bytes = symbol.bytes;
        }
        if (module_symbol_find(maps, modules[i], "PyDict_Type", &symbol))
            python->dict_type = symbol.address;
        find_weak_types(python, maps, modules[i]);
        python->minor = read_minor(maps, modules[i]);
    }
    if (has_no_global_lock(python, maps))
        python->type_type = 0;
}

static bool read_object(const struct maps *maps, uintptr_t address, struct type_object *ret_type)
{
    return address % sizeof(uint64_t) == 0 && peek(maps, address, ret_type, sizeof(*ret_type));
}

/* Whether the type's instances are types: it is PyType_Type or derives from it. */
static bool is_metatype(const struct python *python, const struct maps *maps, uintptr_t address)
{
    struct type_object type;
    for (unsigned i = 0; i < METATYPES_MAX; i++) {
        if (address == python->type_type)
            return true;
        if (!read_object(maps, address, &type) || !(type.flags & FLAG_IS_TYPE))
            return false;
        address = type.type;
    }
    return false;
}

bool python_type_read(const struct python *python, const struct maps *maps, uintptr_t address,
                      struct python_type *ret_type)
{
    struct type_object type;
    if (!read_object(maps, address, &type) || !(type.flags & FLAG_READY) ||
        type.basic_bytes > OBJECT_BYTES_MAX || !is_metatype(python, maps, type.type))
        return false;
    bool managed = type.flags & (FLAG_MANAGED_DICTIONARY | FLAG_MANAGED_WEAK_REFERENCES);
    ret_type->linked = type.flags & FLAG_HAS_GC;
    ret_type->offset = (ret_type->linked + managed) * WORDS_BEFORE_BYTES;
    ret_type->least_bytes =
        ret_type->offset + (type.flags & FLAG_IS_STRING ? OBJECT_HEAD_BYTES : type.basic_bytes);
    ret_type->length = peek_name(maps, type.name, true, ret_type->name, sizeof(ret_type->name));
    return ret_type->length != 0;
}

bool python_type_is_weak(const struct python *python, const struct maps *maps, uintptr_t address)
{
    uint64_t base = address;
    for (unsigned i = 0; i < BASES_MAX && base != 0; i++) {
        for (unsigned k = 0; k < PYTHON_WEAK_TYPES; k++)
            if (base == python->weak_types[k])
                return true;
        if (!peek_word(maps, base + BASE_AT, &base))
            return false;
    }
    return false;
}
