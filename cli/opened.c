/* Opening a dump for a command, and looking up what the command line names in it. */
#include "cli/opened.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/fatal.h"
#include "cli/options.h"
#include "cli/text.h"
#include "libcaulk/dump_sum.h"
#include "libcaulk/memory.h"

/* Of the lowest block, where the dump has any. */
static uint32_t *find_site_births(const struct opened *opened)
{
    const struct dump *dump = opened->dump;
    const struct sites *sites = &opened->analysis->sites;
    uint32_t *birth_of = allocate(sites->count, sizeof(*birth_of));
    for (uint32_t i = 0; i < dump->sum_count; i++)
        birth_of[sites->of_stack[dump->sums[i].stack]] = dump->sums[i].first_birth;
    for (uint32_t block = dump->block_count; block-- > 0;) {
        uint32_t site = opened_site_of(opened, block);
        if (site != SITE_NONE)
            birth_of[site] = dump->block_birth[block];
    }
    return birth_of;
}

static struct dump *open_all(char **paths, uint32_t count)
{
    struct error err;
    struct dump *sum;
    struct dump **parts = allocate(count, sizeof(*parts));
    bool done = true;
    for (uint32_t i = 0; done && i < count; i++)
        done = dump_open(paths[i], &parts[i], &err);
    if (!done || !dump_sum(parts, count, &sum, &err)) {
        text_progress(NULL);
        fatal_error(&err);
    }
    free(parts);
    return sum;
}

static void analyze(struct opened *opened)
{
    struct error err;
    text_progress("searching");
    const struct analysis_options options = {.all_cycles = opened->cycles == ALL_CYCLES};
    if (!analysis_create(opened->dump, &options, &opened->analysis, &err)) {
        text_progress(NULL);
        fatal_error(&err);
    }
    opened->site_birth = find_site_births(opened);
    text_progress(NULL);
}

void opened_init(struct opened *opened, const struct names_from *names, const char *path)
{
    char *paths[] = {(char *)path};
    opened_init_sum(opened, names, paths, 1, LOST_CYCLES);
}

void opened_init_sum(struct opened *opened, const struct names_from *names, char **paths,
                     uint32_t count, enum cycles_wanted cycles)
{
    text_progress("reading");
    opened_init_dump(opened, names, open_all(paths, count), cycles);
}

void opened_init_dump(struct opened *opened, const struct names_from *names, struct dump *dump,
                      enum cycles_wanted cycles)
{
    *opened = (struct opened){.dump = dump, .cycles = cycles};
    names_from_apply(names);
    opened->symbolizer = symbolizer_create(opened->dump, &names->search);
    opened->fields = fields_create(opened->dump, opened->symbolizer);
    opened->root_fields = root_fields_create(opened->dump, opened->symbolizer);
    analyze(opened);
}

void opened_analyze_again(struct opened *opened)
{
    free(opened->site_birth);
    analysis_destroy(opened->analysis);
    analyze(opened);
}

void opened_need_graph(const struct opened *opened, const char *what)
{
    if (opened->dump->process.merged)
        fatal(opened->dump->path,
              "a merged dump has sums and no graph; %s needs the dump of one process", what);
}

void opened_find_owners(struct opened *opened)
{
    const struct analysis *analysis = opened->analysis;
    struct error err;
    text_progress("adding up");
    bool done = owners_init(&opened->owners, &analysis->heap, &analysis->verdicts,
                            &analysis->cycles, opened->symbolizer, &err) &&
                owner_tree_init(&opened->tree, &opened->owners, &analysis->cycles, &err);
    text_progress(NULL);
    if (!done)
        fatal_error(&err);
}

struct dump *opened_release(struct opened *opened)
{
    owner_tree_finish(&opened->tree);
    owners_finish(&opened->owners);
    free(opened->site_birth);
    fields_destroy(opened->fields);
    root_fields_destroy(opened->root_fields);
    symbolizer_destroy(opened->symbolizer);
    analysis_destroy(opened->analysis);
    return opened->dump;
}

void opened_finish(struct opened *opened)
{
    dump_close(opened_release(opened));
}

static uint32_t block_at(const struct opened *opened, const char *command, const char *text)
{
    char *end;
    errno = 0;
    uint64_t address = strtoull(text, &end, 0);
    if (text[0] < '0' || text[0] > '9' || *end || errno)
        options_fail(command, "'%s' is neither an address (0x…) nor an id like S1 or C1", text);
    uint32_t block;
    if (!dump_find_block(opened->dump, address, &block))
        fatal(opened->dump->path,
              opened->dump->process.only_lost
                  ? "no lost or possible block at 0x%" PRIx64
                    "; any other was summed: this dump has --detail=lost"
                  : "no block at 0x%" PRIx64,
              address);
    return block;
}

uint32_t opened_id(const struct opened *opened, const char *command, const char *id, char letter,
                   uint32_t count)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(id[0] ? id + 1 : id, &end, 10);
    if (id[0] != letter || id[1] < '1' || id[1] > '9' || *end || errno)
        options_fail(command, "'%s' is not an id like %c1", id, letter);
    if (!count)
        fatal(opened->dump->path, "no %s: there is nothing of its kind", id);
    if (number > count && count == 1)
        fatal(opened->dump->path, "no %s: there is %c1 alone", id, letter);
    if (number > count)
        fatal(opened->dump->path, "no %s: there are %c1 to %c%" PRIu32, id, letter, letter, count);
    return (uint32_t)(number - 1);
}

/* The kinds are in order: of the site's blocks the first of those that are the least alive. */
static uint32_t example_of(const struct opened *opened, uint32_t site)
{
    uint32_t example = GRAPH_NONE;
    enum block_kind kind = KIND_SUPPRESSED;
    for (uint32_t block = 0; block < opened->dump->block_count; block++) {
        if (opened_site_of(opened, block) != site)
            continue;
        enum block_kind next = verdicts_kind(&opened->analysis->verdicts, block);
        if (example == GRAPH_NONE || next < kind) {
            example = block;
            kind = next;
        }
    }
    if (example == GRAPH_NONE)
        fatal(opened->dump->path, "S%u has no block that the dump has by itself", site + 1);
    return example;
}

uint32_t opened_block(const struct opened *opened, const char *command, const char *text)
{
    const struct analysis *analysis = opened->analysis;
    if (text[0] == 'C')
        return analysis->cycles.cycle[opened_id(opened, command, text, 'C', analysis->cycles.count)]
            .entry;
    if (text[0] == 'S')
        return example_of(opened, opened_id(opened, command, text, 'S', analysis->sites.count));
    return block_at(opened, command, text);
}

uint32_t opened_site_of(const struct opened *opened, uint32_t block)
{
    if (!heap_graph_counts(&opened->analysis->heap, block))
        return SITE_NONE;
    return sites_of(&opened->analysis->sites, opened->dump, block);
}

void opened_block_stack(const struct opened *opened, uint32_t block, struct call_stack *ret_stack)
{
    symbolizer_stack(opened->symbolizer, opened->dump->block_stack[block],
                     opened->dump->block_birth[block], ret_stack);
}

void opened_site_stack(const struct opened *opened, uint32_t site, struct call_stack *ret_stack)
{
    symbolizer_stack(opened->symbolizer, opened->analysis->sites.site[site].stack,
                     opened->site_birth[site], ret_stack);
}

struct amount opened_unowned(const struct opened *opened)
{
    const struct dump *dump = opened->dump;
    struct amount unowned = {0};
    for (uint32_t i = 0; i < dump->sum_count; i++)
        amount_add(&unowned, (struct amount){dump->sums[i].blocks, dump->sums[i].bytes});
    for (uint32_t i = 0; i < dump->owned_count; i++) {
        unowned.blocks -= dump->owned[i].sum.blocks;
        unowned.bytes -= dump->owned[i].sum.bytes;
    }
    return unowned;
}

uint32_t opened_owner_node(const struct opened *opened, const struct owner_group *group)
{
    uint32_t stack;
    const char *label;
    if (group->kind == OWNER_BLOCK)
        return opened->dump->block_stack[group->example];
    owner_tree_sum_place(group, opened->dump, &stack, &label);
    return stack;
}

void opened_owner_stack(const struct opened *opened, const struct owner_group *group,
                        struct call_stack *ret_stack)
{
    uint32_t birth = group->kind == OWNER_BLOCK ? opened->dump->block_birth[group->example]
                                                : opened->dump->owned[group->index].sum.first_birth;
    symbolizer_stack(opened->symbolizer, opened_owner_node(opened, group), birth, ret_stack);
}

const char *opened_owner_type(const struct opened *opened, const struct owner_group *group)
{
    uint32_t stack;
    const char *label;
    if (group->kind == OWNER_BLOCK)
        return labels_name_of(&opened->analysis->heap.labels, group->example);
    owner_tree_sum_place(group, opened->dump, &stack, &label);
    return label;
}

struct dump *const *opened_dumps(const struct opened *opened, uint32_t *ret_count)
{
    bool sum = opened->dump->summed_count > 0;
    *ret_count = sum ? opened->dump->summed_count : 1;
    return sum ? opened->dump->summed : &opened->dump;
}

uint32_t opened_parked(const struct opened *opened)
{
    const struct dump *dump = opened->dump;
    uint32_t parked = 0;
    for (uint32_t i = 0; i < dump->thread_count; i++)
        parked += dump->threads[i].state != THREAD_UNPARKED;
    return parked;
}

bool opened_born(const struct opened *opened, uint32_t block, double *ret_seconds)
{
    const struct process *process = &opened->dump->process;
    if (process->no_births)
        return false;
    *ret_seconds = leak_born_seconds(process, opened->dump->block_birth[block]);
    return true;
}

double opened_uptime(const struct opened *opened)
{
    return (double)opened->dump->process.uptime_ns / 1e9;
}
