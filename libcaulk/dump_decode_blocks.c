/* Call stacks, blocks, and what the program declared about blocks. */
#include "libcaulk/dump_decode.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static_assert(STACK_FRAMES_MAX == DUMP_STACK_NODES_MAX, "same limit as in the file");
static_assert(STACK_PYTHON == DUMP_PC_PYTHON && STACK_PYTHON_ENTRY == DUMP_PC_PYTHON_ENTRY &&
                  STACK_PYTHON_JOIN == DUMP_PC_PYTHON_STACK &&
                  STACK_CODE_SHIFT == DUMP_PC_CODE_SHIFT,
              "same bits as in the file");
static_assert(STACK_NOT_RECORDED == DUMP_PC_NOT_RECORDED, "same address as in the file");
static_assert(BLOCK_CUSTOM == DUMP_BLOCK_CUSTOM && BLOCK_IGNORED == DUMP_BLOCK_IGNORED &&
                  BLOCK_RUNTIME == DUMP_BLOCK_RUNTIME && BLOCK_POOL == DUMP_BLOCK_POOL &&
                  BLOCK_INHERITED == DUMP_BLOCK_INHERITED,
              "same bits as in the file");

#define STACK_RECORD_LEAST 2
#define BLOCK_RECORD_LEAST 5
#define PAIR_RECORD_LEAST 2

/* Which kinds of nodes follow each other. */
static bool place_check(const struct dump *dump, const struct record_reader *reader, uint32_t node,
                        uint32_t parent, uint64_t pc)
{
    uint64_t outer = dump->stack_pc[parent];
    uint32_t joined = (uint32_t)pc;
    if (pc == DUMP_PC_NOT_RECORDED && parent)
        return record_wrong(reader, "outer frames not recorded, yet it has a parent");
    if (stack_is_join(outer))
        return record_wrong(reader, "its parent joins two stacks");
    if (parent && stack_is_python(pc) != stack_is_python(outer))
        return record_wrong(reader, "a C frame and a Python frame follow each other");
    if (stack_is_join(pc) && (!parent || pc != (STACK_PYTHON_JOIN | joined) || joined >= node ||
                              !stack_is_python(dump->stack_pc[joined])))
        return record_wrong(reader, "joins 0x%" PRIx64 " to %" PRIu32, pc, parent);
    return true;
}

/* depth[] keeps anybody who follows parents from a walk as long as the whole section. */
static bool stack_decode(struct dump *dump, struct record_reader *reader, uint32_t node,
                         uint16_t *depth)
{
    uint64_t distance, pc_step;
    if (!record_number(reader, &distance) || !record_number(reader, &pc_step))
        return false;
    if (distance >= node)
        return record_wrong(reader, "parent %" PRIu64 " nodes before it", distance);
    uint32_t parent = distance ? node - (uint32_t)distance : 0;
    uint64_t pc = dump->stack_pc[node - 1] + zigzag_decode(pc_step);
    if (!place_check(dump, reader, node, parent, pc))
        return false;
    depth[node] = (uint16_t)(depth[parent] + 1);
    if (depth[node] > STACK_FRAMES_MAX)
        return record_wrong(reader, "stack is deeper than %d", STACK_FRAMES_MAX);
    dump->stack_parent[node] = parent;
    dump->stack_pc[node] = pc;
    return true;
}

bool dump_decode_stacks(struct dump *dump, const struct section *section, struct error *err)
{
    if (!section_count_check(section, STACK_RECORD_LEAST, err))
        return false;
    uint64_t entries = section->count + 1;
    dump->stack_parent = section_allocate(section, entries, sizeof(*dump->stack_parent), err);
    dump->stack_pc = section_allocate(section, entries, sizeof(*dump->stack_pc), err);
    uint16_t *depth = section_allocate(section, entries, sizeof(*depth), err);
    bool done = dump->stack_parent && dump->stack_pc && depth;
    if (done) {
        dump->stack_count = (uint32_t)section->count;
        dump->stack_parent[0] = 0;
        dump->stack_pc[0] = 0;
        depth[0] = 0;
    }
    struct record_reader reader = record_reader(section, err);
    for (; done && reader.record < section->count; reader.record++)
        done = stack_decode(dump, &reader, (uint32_t)reader.record + 1, depth);
    free(depth);
    return done && record_reader_finish(&reader);
}

static bool address_decode(struct record_reader *reader, uint64_t before, uint64_t *ret_address)
{
    uint64_t step, address;
    if (!record_number(reader, &step))
        return false;
    if (!(step & 1) && step >> 1 > UINT64_MAX / 16)
        return record_wrong(reader, "address past the end of the address space");
    step = step & 1 ? step >> 1 : (step >> 1) * 16;
    if (reader->record && !step)
        return record_wrong(reader, "same address as the block before");
    if (__builtin_add_overflow(before, step, &address))
        return record_wrong(reader, "address past the end of the address space");
    *ret_address = address;
    return true;
}

/* What the blocks before a record come to. */
struct blocks_before {
    uint64_t address; /* of the last */
    uint32_t birth;   /* of the last */
    uint64_t bytes;   /* of all */
};

static bool block_decode(struct dump *dump, struct record_reader *reader,
                         struct blocks_before *before)
{
    const uint64_t known_flags =
        BLOCK_CUSTOM | BLOCK_IGNORED | BLOCK_RUNTIME | BLOCK_POOL | BLOCK_INHERITED;
    uint64_t address = 0, bytes, stack, birth_step, flags;
    if (!address_decode(reader, before->address, &address) || !record_number(reader, &bytes) ||
        !record_number(reader, &stack) || !record_number(reader, &birth_step) ||
        !record_number(reader, &flags))
        return false;
    if (bytes > UINT64_MAX - address)
        return record_wrong(reader, "%" PRIu64 " bytes reach past the end of the address space",
                            bytes);
    if (bytes > DUMP_AMOUNT_MAX - before->bytes)
        return record_wrong(reader, "more than %llu bytes in all blocks so far", DUMP_AMOUNT_MAX);
    if (stack > dump->stack_count)
        return record_wrong(reader, "stack %" PRIu64 " of %" PRIu32, stack, dump->stack_count);
    uint64_t born = before->birth + zigzag_decode(birth_step);
    if (born > dump->process.tick)
        return record_wrong(reader, "born at tick %" PRIu64 ", dumped at %" PRIu32, born,
                            dump->process.tick);
    if (flags & ~known_flags)
        return record_wrong(reader, "unknown flags 0x%" PRIx64, flags);
    *before = (struct blocks_before){address, (uint32_t)born, before->bytes + bytes};
    dump->block_address[reader->record] = address;
    dump->block_bytes[reader->record] = bytes;
    dump->block_stack[reader->record] = (uint32_t)stack;
    dump->block_birth[reader->record] = (uint32_t)born;
    dump->block_flags[reader->record] = (uint8_t)flags;
    return true;
}

static bool blocks_allocate(struct dump *dump, const struct section *section, struct error *err)
{
    uint64_t count = section->count;
    dump->block_address = section_allocate(section, count, sizeof(*dump->block_address), err);
    dump->block_bytes = section_allocate(section, count, sizeof(*dump->block_bytes), err);
    dump->block_stack = section_allocate(section, count, sizeof(*dump->block_stack), err);
    dump->block_birth = section_allocate(section, count, sizeof(*dump->block_birth), err);
    dump->block_flags = section_allocate(section, count, sizeof(*dump->block_flags), err);
    return dump->block_address && dump->block_bytes && dump->block_stack && dump->block_birth &&
           dump->block_flags;
}

/* Blocks that contain others' starts are few; dump_find_block() looks only at them when the block
 * just before an address does not contain it. */
static bool overlapping_find(struct dump *dump, const struct section *section, struct error *err)
{
    const uint64_t *address = dump->block_address;
    uint32_t found = 0;
    for (uint32_t i = 0; i + 1 < dump->block_count; i++)
        found += dump->block_bytes[i] > address[i + 1] - address[i];
    dump->overlapping = section_allocate(section, found, sizeof(*dump->overlapping), err);
    if (!dump->overlapping)
        return false;
    for (uint32_t i = 0; dump->overlapping_count < found; i++) {
        if (dump->block_bytes[i] > address[i + 1] - address[i])
            dump->overlapping[dump->overlapping_count++] = i;
    }
    return true;
}

bool dump_decode_blocks(struct dump *dump, const struct section *section, struct error *err)
{
    struct blocks_before before = {0};
    if (!section_count_check(section, BLOCK_RECORD_LEAST, err) ||
        !blocks_allocate(dump, section, err))
        return false;
    dump->block_count = (uint32_t)section->count;
    struct record_reader reader = record_reader(section, err);
    for (; reader.record < section->count; reader.record++) {
        if (!block_decode(dump, &reader, &before))
            return false;
    }
    return record_reader_finish(&reader) && overlapping_find(dump, section, err);
}

static bool block_number_check(const struct dump *dump, const struct record_reader *reader,
                               uint64_t block)
{
    return block < dump->block_count ||
           record_wrong(reader, "block %" PRIu64 " of %" PRIu32, block, dump->block_count);
}

bool dump_decode_declared(struct dump *dump, const struct section *section, struct error *err)
{
    if (!section_count_check(section, PAIR_RECORD_LEAST, err))
        return false;
    dump->declared = section_allocate(section, section->count, sizeof(*dump->declared), err);
    if (!dump->declared)
        return false;
    dump->declared_count = section->count;
    struct record_reader reader = record_reader(section, err);
    for (; reader.record < section->count; reader.record++) {
        uint64_t owner, block;
        if (!record_number(&reader, &owner) || !record_number(&reader, &block) ||
            !block_number_check(dump, &reader, owner) || !block_number_check(dump, &reader, block))
            return false;
        dump->declared[reader.record] = (struct declared_edge){(uint32_t)owner, (uint32_t)block};
    }
    return record_reader_finish(&reader);
}

static bool label_decode(struct dump *dump, struct record_reader *reader)
{
    uint64_t block, string;
    if (!record_number(reader, &block) || !record_number(reader, &string) ||
        !block_number_check(dump, reader, block))
        return false;
    if (string >= dump->strings_bytes)
        return record_wrong(reader, "string at %" PRIu64 " of %" PRIu64 " bytes", string,
                            dump->strings_bytes);
    if (dump->block_label[block])
        return record_wrong(reader, "block %" PRIu64 " has a label already", block);
    dump->block_label[block] = dump->strings + string;
    return true;
}

bool dump_decode_labels(struct dump *dump, const struct section *section, struct error *err)
{
    if (!section_count_check(section, PAIR_RECORD_LEAST, err))
        return false;
    if (section->count) {
        size_t entry_bytes = sizeof(*dump->block_label);
        dump->block_label = section_allocate(section, dump->block_count, entry_bytes, err);
        if (!dump->block_label)
            return false;
        memset(dump->block_label, 0, dump->block_count * entry_bytes);
    }
    struct record_reader reader = record_reader(section, err);
    for (; reader.record < section->count; reader.record++) {
        if (!label_decode(dump, &reader))
            return false;
    }
    return record_reader_finish(&reader);
}
