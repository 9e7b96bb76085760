/* Who owns what was summed: the list before the sums. */
#include "libcaulk/dump_decode.h"

#include <inttypes.h>

#include "libcaulk/dump_format_sums.h"

static_assert(SUM_HOLDERS_MAX == DUMP_HOLDERS_MAX, "as many as in the file");
static_assert(SUM_OWNER_SEVERAL + 1 == DUMP_OWNER_KIND_END, "the same kinds");

#define OWNER_LEAST 2u /* bytes */

static bool root_decode(const struct dump *dump, struct record_reader *reader,
                        struct sum_owner *owner)
{
    uint64_t root;
    if (!record_number(reader, &root))
        return false;
    if (root >= dump->root_count)
        return record_wrong(reader, "root %" PRIu64 " of %" PRIu32, root, dump->root_count);
    owner->root = (uint32_t)root;
    if (owner->kind == SUM_OWNER_ROOT)
        return true;
    if (!record_number(reader, &owner->offset))
        return false;
    if (owner->offset >= dump->roots[root].bytes || dump->roots[root].kind != ROOT_GLOBAL)
        return record_wrong(reader, "a variable at %" PRIu64 " of root %" PRIu64, owner->offset,
                            root);
    return true;
}

static bool blocks_decode(const struct dump *dump, struct record_reader *reader,
                          struct sum_owner *owner)
{
    uint64_t stack, label;
    if (!record_number(reader, &stack) || !record_number(reader, &label))
        return false;
    if (stack > dump->stack_count)
        return record_wrong(reader, "stack %" PRIu64 " of %" PRIu32, stack, dump->stack_count);
    if (label >= dump->strings_bytes)
        return record_wrong(reader, "string at %" PRIu64 " of %" PRIu64 " bytes", label,
                            dump->strings_bytes);
    owner->stack = (uint32_t)stack;
    owner->label = label ? dump->strings + label : NULL;
    return true;
}

static bool holders_decode(const struct dump *dump, struct record_reader *reader,
                           struct sum_owner *owner)
{
    uint64_t holders, holder;
    if (!record_number(reader, &holders))
        return false;
    if (holders >> 1 > SUM_HOLDERS_MAX)
        return record_wrong(reader, "%" PRIu64 " holders", holders >> 1);
    owner->more = holders & 1;
    owner->holder_count = (uint32_t)(holders >> 1);
    for (uint32_t i = 0; i < owner->holder_count; i++) {
        if (!record_number(reader, &holder))
            return false;
        if (!holder || holder > dump->owner_count)
            return record_wrong(reader, "holder %" PRIu64 " of %" PRIu32, holder,
                                dump->owner_count);
        owner->holder[i] = (uint32_t)holder - 1;
    }
    return true;
}

static bool owner_decode(const struct dump *dump, struct record_reader *reader,
                         struct sum_owner *owner)
{
    uint64_t kind;
    *owner = (struct sum_owner){0};
    if (!record_number(reader, &kind))
        return false;
    if (kind >= DUMP_OWNER_KIND_END)
        return record_wrong(reader, "unknown kind of owner %" PRIu64, kind);
    owner->kind = (enum sum_owner_kind)kind;
    switch (owner->kind) {
    case SUM_OWNER_ROOT:
    case SUM_OWNER_VARIABLE:
        if (!root_decode(dump, reader, owner))
            return false;
        break;
    case SUM_OWNER_BLOCKS:
    case SUM_OWNER_RUNTIME:
        if (!blocks_decode(dump, reader, owner))
            return false;
        break;
    case SUM_OWNER_SEVERAL:
        break;
    }
    return holders_decode(dump, reader, owner);
}

bool dump_decode_owners(struct dump *dump, struct record_reader *reader)
{
    const struct section *section = reader->section;
    uint64_t count;
    if (!record_number(reader, &count))
        return false;
    if (count > DUMP_OWNERS_MAX || count > section->size / OWNER_LEAST)
        return record_wrong(reader, "%" PRIu64 " owners", count);
    dump->owners = section_allocate(section, count, sizeof(*dump->owners), reader->err);
    if (!dump->owners)
        return false;
    dump->owner_count = (uint32_t)count;
    for (uint32_t i = 0; i < dump->owner_count; i++)
        if (!owner_decode(dump, reader, &dump->owners[i]))
            return false;
    return true;
}
