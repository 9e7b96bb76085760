/* What CPython's functions in stacks are called. */
#include "libcaulk/dump_decode.h"

#include <inttypes.h>
#include <string.h>

static bool code_decode(struct dump *dump, const struct section *section, uint32_t index,
                        struct error *err)
{
    struct dump_python_code from;
    struct python_code *code = &dump->codes[index];
    memcpy(&from, section->bytes + (size_t)index * sizeof(from), sizeof(from));
    code->first_line = from.first_line;
    return section_string(dump, section, index, from.name, &code->name, err) &&
           section_string(dump, section, index, from.file, &code->file, err);
}

/* STACKS, which came before, names them. */
static bool stacks_check(const struct dump *dump, const struct section *section, struct error *err)
{
    for (uint32_t node = 1; node <= dump->stack_count; node++) {
        uint64_t pc = dump->stack_pc[node];
        if (stack_is_python(pc) && stack_python_code(pc) >= section->count)
            return section_wrong(section, err,
                                 "stack node %" PRIu32 " is code %" PRIu32 " of %" PRIu64, node,
                                 stack_python_code(pc), section->count);
    }
    return true;
}

bool dump_decode_python_codes(struct dump *dump, const struct section *section, struct error *err)
{
    if (!section_records_check(section, sizeof(struct dump_python_code), err) ||
        !stacks_check(dump, section, err))
        return false;
    dump->codes = section_allocate(section, section->count, sizeof(*dump->codes), err);
    if (!dump->codes)
        return false;
    dump->code_count = (uint32_t)section->count;
    for (uint32_t i = 0; i < dump->code_count; i++)
        if (!code_decode(dump, section, i, err))
            return false;
    return true;
}

bool dump_decode_python_loops(struct dump *dump, const struct section *section, struct error *err)
{
    if (!section_records_check(section, sizeof(struct dump_python_loop), err))
        return false;
    dump->loops = section_allocate(section, section->count, sizeof(*dump->loops), err);
    if (!dump->loops)
        return false;
    dump->loop_count = (uint32_t)section->count;
    for (uint32_t i = 0; i < dump->loop_count; i++) {
        struct dump_python_loop from;
        memcpy(&from, section->bytes + (size_t)i * sizeof(from), sizeof(from));
        dump->loops[i] = (struct python_loop){from.start, from.end};
        if (from.start > from.end)
            return section_wrong(
                section, err, "record %" PRIu32 ": range ends at 0x%" PRIx64 ", before its start",
                i, from.end);
    }
    return true;
}
