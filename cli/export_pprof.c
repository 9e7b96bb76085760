/*
 * pprof's profile.proto, compressed. Of a protobuf message's repeated fields, parts that follow
 * each other are one: so the profile is written as many small ones with one thing in each, and
 * never is in memory as a whole.
 *
 * duration_nanos stays 0: Parca takes a profile with a duration for a difference.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/export.h"
#include "cli/export_groups.h"
#include "cli/export_stack.h"
#include "cli/gzip.h"
#include "cli/profile.pb-c.h"
#include "cli/string_table.h"
#include "cli/words.h"
#include "libcaulk/memory.h"

#define VALUES 6

typedef Perftools__Profiles__Profile Profile;
typedef Perftools__Profiles__ValueType ValueType;
typedef Perftools__Profiles__Sample Sample;
typedef Perftools__Profiles__Label Label;
typedef Perftools__Profiles__Mapping Mapping;
typedef Perftools__Profiles__Location Location;
typedef Perftools__Profiles__Line Line;
typedef Perftools__Profiles__Function Function;

struct pprof {
    const struct opened *opened;
    struct gzip *gzip;
    uint8_t *packed; /* room for one part */
    size_t room;
    struct string_table strings;
    struct id_table mappings; /* module */
    struct export_calls locations;
    struct id_table functions; /* name, file */
};

static void write_part(struct pprof *pprof, const Profile *part)
{
    size_t bytes = perftools__profiles__profile__get_packed_size(part);
    if (bytes > pprof->room) {
        pprof->room = 2 * bytes;
        free(pprof->packed);
        pprof->packed = allocate(pprof->room, 1);
    }
    perftools__profiles__profile__pack(part, pprof->packed);
    gzip_write(pprof->gzip, pprof->packed, bytes);
}

static int64_t text(struct pprof *pprof, const char *string)
{
    return string_table_add(&pprof->strings, string);
}

/* The number of a key, from 1. *ret_new: it had none before. */
static uint64_t id_of(struct id_table *table, uint64_t key, bool *ret_new)
{
    uint32_t known = table->count, number = export_number(table, key);
    *ret_new = number == known;
    return (uint64_t)number + 1;
}

/* ---- what a profile is of ---- */

static void write_types(struct pprof *pprof)
{
    static const struct {
        const char *type, *unit;
    } types[VALUES] = {
        {"alloc_objects", "count"}, {"alloc_space", "bytes"},  {"inuse_objects", "count"},
        {"inuse_space", "bytes"},   {"leaked_space", "bytes"}, {"cycle_space", "bytes"},
    };
    for (size_t i = 0; i < VALUES; i++) {
        ValueType type = PERFTOOLS__PROFILES__VALUE_TYPE__INIT;
        type.type = text(pprof, types[i].type);
        type.unit = text(pprof, types[i].unit);
        Profile part = PERFTOOLS__PROFILES__PROFILE__INIT;
        part.sample_type = (ValueType *[]){&type};
        part.n_sample_type = 1;
        write_part(pprof, &part);
    }
}

static char *describe(const struct dump *dump)
{
    const struct process *process = &dump->process;
    if (process->merged)
        return format_text("caulk %s: %s, %s", CAULK_VERSION, process->program,
                           words_merged(dump).s);
    return format_text("caulk %s: %s, pid %" PRIu32 " on %s, dump %" PRIu32, CAULK_VERSION,
                       process->program, process->pid, process->host, process->sequence);
}

static void write_head(struct pprof *pprof)
{
    const struct process *process = &pprof->opened->dump->process;
    char *comment = describe(pprof->opened->dump);
    ValueType period = PERFTOOLS__PROFILES__VALUE_TYPE__INIT;
    period.type = text(pprof, "space");
    period.unit = text(pprof, "bytes");
    Profile part = PERFTOOLS__PROFILES__PROFILE__INIT;
    part.period_type = &period;
    part.period = process->sample_bytes ? (int64_t)process->sample_bytes : 1;
    part.time_nanos = (int64_t)process->time_ns;
    part.default_sample_type = text(pprof, "inuse_space");
    part.comment = (int64_t[]){text(pprof, comment)};
    part.n_comment = 1;
    write_part(pprof, &part);
    free(comment);
}

/* ---- code ---- */

static uint64_t write_mapping(struct pprof *pprof, uint32_t number)
{
    bool is_new;
    const char *reason;
    uint64_t id = id_of(&pprof->mappings, number, &is_new);
    if (!is_new)
        return id;
    const struct module *module = &pprof->opened->dump->modules[number];
    bool named = symbolizer_module(pprof->opened->symbolizer, number, &reason);
    Mapping mapping = PERFTOOLS__PROFILES__MAPPING__INIT;
    mapping.id = id;
    mapping.memory_start = module->start;
    mapping.memory_limit = module->end;
    mapping.filename = text(pprof, module->path);
    mapping.build_id = text(pprof, module->build_id);
    mapping.has_functions = named;
    mapping.has_filenames = mapping.has_line_numbers = mapping.has_inline_frames = named && !reason;
    Profile part = PERFTOOLS__PROFILES__PROFILE__INIT;
    part.mapping = (Mapping *[]){&mapping};
    part.n_mapping = 1;
    write_part(pprof, &part);
    return id;
}

static void write_program(struct pprof *pprof)
{
    for (uint32_t i = 0; i < pprof->opened->dump->module_count; i++)
        if (pprof->opened->dump->modules[i].is_main)
            write_mapping(pprof, i);
}

static int64_t function_text(struct pprof *pprof, const struct frame *frame)
{
    char *name = export_function(frame);
    int64_t number = text(pprof, name);
    free(name);
    return number;
}

static uint64_t write_function(struct pprof *pprof, const struct frame *frame)
{
    bool is_new;
    int64_t name_text = function_text(pprof, frame);
    int64_t file_text = text(pprof, frame->file ? frame->file : "");
    uint64_t id =
        id_of(&pprof->functions, (uint64_t)name_text << 32 | (uint64_t)file_text, &is_new);
    if (!is_new)
        return id;
    Function function = PERFTOOLS__PROFILES__FUNCTION__INIT;
    function.id = id;
    function.name = function.system_name = name_text;
    function.filename = file_text;
    Profile part = PERFTOOLS__PROFILES__PROFILE__INIT;
    part.function = (Function *[]){&function};
    part.n_function = 1;
    write_part(pprof, &part);
    return id;
}

/* The frames at one return address. pprof wants the address of the call, not the one behind it. */
static uint64_t write_location(struct pprof *pprof, const struct frame *frame, size_t count,
                               uint32_t tick)
{
    const struct dump *dump = pprof->opened->dump;
    const struct module *module =
        frame->address ? dump_find_module(dump, frame->address - 1, tick) : NULL;
    uint64_t mapping = module ? write_mapping(pprof, (uint32_t)(module - dump->modules)) : 0;
    int64_t place = frame->address ? (int64_t)mapping : function_text(pprof, frame);
    bool is_new;
    uint64_t id =
        export_calls_add(&pprof->locations, frame, (uint32_t)place, &is_new) + UINT64_C(1);
    if (!is_new)
        return id;
    Line *lines = allocate(count, sizeof(*lines));
    Line **pointers = allocate(count, sizeof(*pointers));
    for (size_t i = 0; i < count; i++) {
        perftools__profiles__line__init(&lines[i]);
        lines[i].function_id = write_function(pprof, &frame[i]);
        lines[i].line = frame[i].line;
        pointers[i] = &lines[i];
    }
    Location location = PERFTOOLS__PROFILES__LOCATION__INIT;
    location.id = id;
    location.mapping_id = mapping;
    location.address = frame->address ? frame->address - 1 : 0;
    location.line = pointers;
    location.n_line = count;
    Profile part = PERFTOOLS__PROFILES__PROFILE__INIT;
    part.location = (Location *[]){&location};
    part.n_location = 1;
    write_part(pprof, &part);
    free(pointers);
    free(lines);
    return id;
}

/* ---- samples ---- */

static size_t write_stack(struct pprof *pprof, uint32_t site, uint64_t **ret_locations)
{
    const struct opened *opened = pprof->opened;
    uint32_t tick = opened->site_birth[site];
    struct call_stack stack;
    size_t count = 0;
    export_stack(opened, site, &stack);
    *ret_locations = allocate(stack.count, sizeof(**ret_locations));
    for (size_t i = 0, end; i < stack.count; i = end) {
        end = export_stack_call_end(&stack, i);
        (*ret_locations)[count++] = write_location(pprof, &stack.frame[i], end - i, tick);
    }
    call_stack_finish(&stack);
    return count;
}

static void set_label(struct pprof *pprof, Label *label, const char *key, const char *value)
{
    perftools__profiles__label__init(label);
    label->key = text(pprof, key);
    label->str = text(pprof, value);
}

static void write_sample(struct pprof *pprof, const struct export_group *group, uint64_t *locations,
                         size_t count)
{
    int64_t blocks = (int64_t)group->amount.blocks, bytes = (int64_t)group->amount.bytes;
    int64_t values[VALUES] = {blocks,
                              bytes,
                              blocks,
                              bytes,
                              block_kind_is_lost(group->kind) ? bytes : 0,
                              group->in_lost_cycle ? bytes : 0};
    Label verdict, type;
    set_label(pprof, &verdict, "verdict", block_kind_name(group->kind));
    if (group->label != LABEL_NONE)
        set_label(pprof, &type, "type", pprof->opened->analysis->heap.labels.name[group->label]);
    Sample sample = PERFTOOLS__PROFILES__SAMPLE__INIT;
    sample.location_id = locations;
    sample.n_location_id = count;
    sample.value = values;
    sample.n_value = VALUES;
    sample.label = (Label *[]){&verdict, &type};
    sample.n_label = group->label == LABEL_NONE ? 1 : 2;
    Profile part = PERFTOOLS__PROFILES__PROFILE__INIT;
    part.sample = (Sample *[]){&sample};
    part.n_sample = 1;
    write_part(pprof, &part);
}

static void write_samples(struct pprof *pprof)
{
    struct export_groups groups;
    export_groups_init(pprof->opened, &groups);
    uint32_t site = SITE_NONE;
    uint64_t *locations = NULL;
    size_t count = 0;
    for (uint32_t i = 0; i < groups.count; i++) {
        if (groups.group[i].site != site) {
            free(locations);
            site = groups.group[i].site;
            count = write_stack(pprof, site, &locations);
        }
        write_sample(pprof, &groups.group[i], locations, count);
    }
    free(locations);
    export_groups_finish(&groups);
}

static void write_strings(struct pprof *pprof)
{
    for (uint32_t i = 0; i < pprof->strings.count; i++) {
        Profile part = PERFTOOLS__PROFILES__PROFILE__INIT;
        part.string_table = (char *[]){(char *)string_table_text(&pprof->strings, i)};
        part.n_string_table = 1;
        write_part(pprof, &part);
    }
}

static void finish(struct pprof *pprof)
{
    string_table_finish(&pprof->strings);
    id_table_finish(&pprof->mappings);
    export_calls_finish(&pprof->locations);
    id_table_finish(&pprof->functions);
    free(pprof->packed);
}

void export_pprof(const struct opened *opened, FILE *out)
{
    struct pprof pprof = {.opened = opened, .gzip = gzip_create(out)};
    text(&pprof, "");
    write_types(&pprof);
    write_head(&pprof);
    write_program(&pprof);
    write_samples(&pprof);
    write_strings(&pprof);
    gzip_destroy(pprof.gzip);
    finish(&pprof);
}
