/* Roots. How many references each has is kept as refs.begin, which decoding the references needs.
 */
#include "libcaulk/dump_decode.h"

#include <inttypes.h>
#include <string.h>

/* How many owners of the kind that such a root has there are: modules, threads or none. */
static uint32_t owners_of(const struct dump *dump, uint32_t kind)
{
    switch ((enum dump_root_kind)kind) {
    case DUMP_ROOT_GLOBAL:
        return dump->module_count;
    case DUMP_ROOT_STACK:
    case DUMP_ROOT_ALTSTACK:
    case DUMP_ROOT_REGISTERS:
    case DUMP_ROOT_TLS:
    case DUMP_ROOT_THREAD:
        return dump->thread_count;
    case DUMP_ROOT_MAPPING:
    case DUMP_ROOT_KERNEL:
    case DUMP_ROOT_DECLARED:
    case DUMP_ROOT_RUNTIME:
    case DUMP_ROOT_SUMMED:
    case DUMP_ROOT_KIND_END:
        break;
    }
    return 0;
}

static bool root_check(const struct dump *dump, const struct section *section, uint64_t index,
                       const struct dump_root *root, struct error *err)
{
    if (root->kind >= DUMP_ROOT_KIND_END)
        return section_wrong(section, err, "record %" PRIu64 ": unknown kind %" PRIu32, index,
                             root->kind);
    if (root->kind == DUMP_ROOT_SUMMED && !dump->process.only_lost)
        return section_wrong(section, err, "record %" PRIu64 ": no blocks were summed", index);
    if (root->owner != DUMP_NO_OWNER && root->owner >= owners_of(dump, root->kind))
        return section_wrong(section, err, "record %" PRIu64 ": owner %" PRIu32 " of %" PRIu32,
                             index, root->owner, owners_of(dump, root->kind));
    if (root->bytes > UINT64_MAX - root->start)
        return section_wrong(
            section, err, "record %" PRIu64 ": reaches past the end of the address space", index);
    if (root->name >= dump->strings_bytes)
        return section_wrong(section, err,
                             "record %" PRIu64 ": string at %" PRIu32 " of %" PRIu64 " bytes",
                             index, root->name, dump->strings_bytes);
    return true;
}

static bool root_decode(struct dump *dump, const struct section *section, uint64_t index,
                        struct error *err)
{
    struct dump_root from;
    memcpy(&from, section->bytes + index * sizeof(from), sizeof(from));
    if (!root_check(dump, section, index, &from, err))
        return false;
    if (__builtin_add_overflow(dump->refs.begin[index], from.refs, &dump->refs.begin[index + 1]))
        return section_wrong(section, err, "record %" PRIu64 ": too many references", index);
    dump->roots[index] = (struct root){
        .kind = (enum root_kind)from.kind,
        .owner = from.owner,
        .start = from.start,
        .bytes = from.bytes,
        .name = dump->strings + from.name,
    };
    return true;
}

bool dump_decode_roots(struct dump *dump, const struct section *section, struct error *err)
{
    if (!section_count_check(section, sizeof(struct dump_root), err))
        return false;
    if (section->count * sizeof(struct dump_root) != section->size)
        return section_wrong(section, err, "%" PRIu64 " records of %zu bytes in %" PRIu64,
                             section->count, sizeof(struct dump_root), section->size);
    size_t begin_bytes = sizeof(*dump->refs.begin);
    dump->roots = section_allocate(section, section->count, sizeof(*dump->roots), err);
    dump->refs.begin = section_allocate(section, section->count + 1, begin_bytes, err);
    if (!dump->roots || !dump->refs.begin)
        return false;
    dump->root_count = (uint32_t)section->count;
    dump->refs.begin[0] = 0;
    for (uint64_t i = 0; i < section->count; i++) {
        if (!root_decode(dump, section, i, err))
            return false;
    }
    return true;
}
