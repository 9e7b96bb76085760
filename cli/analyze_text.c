/*
 * `caulk analyze` for a person: the head, then the few things that matter, each once, then what was
 * left out in a line each, then the command to type next.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/analyze.h"
#include "cli/findings_fold.h"
#include "cli/memory_split.h"
#include "cli/text.h"
#include "cli/words.h"

/* More than that nobody reads; all of it is in --json. */
#define FINDINGS_MAX 10

static void print_findings(const struct opened *opened, const struct findings *findings,
                           const char *cycle_heading, const char *site_heading)
{
    struct amount rest = {0};
    bool estimated = false;
    for (uint32_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->finding[i];
        if (i < FINDINGS_MAX) {
            putchar('\n');
            analyze_print_finding(opened, finding,
                                  finding->kind == FINDING_SHAPE ? cycle_heading : site_heading);
        } else {
            amount_add(&rest, finding->own);
            amount_add(&rest, finding->held);
            estimated |= finding->estimated;
        }
    }
    if (findings->count > FINDINGS_MAX)
        printf("\n… %s more, %s, %s%s (--json has all)\n",
               text_count(findings->count - FINDINGS_MAX).s, text_counted(rest.blocks, "block").s,
               text_size(rest.bytes).s, estimated ? ", estimated" : "");
}

static void print_of_kind(const struct opened *opened, enum block_kind kind)
{
    struct findings findings;
    findings_of_kind(opened, kind, &findings);
    findings_fold(opened, &findings);
    print_findings(opened, &findings, "", block_kind_name(kind));
    findings_finish(&findings);
}

static void print_live_cycles(const struct opened *opened)
{
    struct findings findings;
    findings_live_cycles(opened, &findings);
    print_findings(opened, &findings, "live cycle", "");
    findings_finish(&findings);
}

static void print_not_listed(const struct opened *opened, const struct analyze_options *options)
{
    const struct amount *possible = &opened->analysis->of_kind[KIND_POSSIBLE];
    if (possible->blocks && !options->possible)
        printf("%s possible (--possible).\n", text_size(possible->bytes).s);
    const struct amount *pending = &opened->analysis->pending.amount;
    if (pending->blocks)
        printf("%s pending: unreachable, but Python's garbage collector will come back for it.\n",
               text_size(pending->bytes).s);
    const struct amount *weak = &opened->analysis->verdicts.weak;
    if (weak->blocks)
        printf(
            "%s kept alive only by registers, threads that did not stop, or words on stacks that "
            "look stale.\n",
            text_size(weak->bytes).s);
}

static void print_suspects(const struct opened *opened, const struct suspects *suspects)
{
    for (uint32_t i = 0; i < suspects->count; i++) {
        putchar('\n');
        analyze_print_suspect(opened, &suspects->suspect[i], i);
    }
}

/* The heaviest ones, where owners are not known. */
static void print_places(const struct opened *opened, const struct findings *places)
{
    for (uint32_t i = 0; i < places->count; i++) {
        putchar('\n');
        analyze_print_finding(opened, &places->finding[i], "reachable");
    }
}

/* What a single dump cannot show is said where it shows nothing. */
static void print_limits(const struct opened *opened)
{
    if (opened->analysis->of_kind[KIND_DEFINITE].blocks > opened->analysis->pending.amount.blocks)
        return;
    puts("One dump cannot tell a cache that is still filling from a leak; two can.\n"
         "Not seen: pointers held only in pipes, sockets, io_uring or queued signals.");
    const struct memory_split memory = memory_split(&opened->dump->process);
    if (memory_is_elsewhere(&memory))
        printf("Not looked into: %s of %s resident, which malloc did not give out: files, heaps of "
               "other runtimes, the program's own mappings.\n",
               text_size(memory.other).s, text_size(memory.rss).s);
}

static void print_command(const struct opened *opened, const char *command)
{
    uint32_t count;
    struct dump *const *dumps = opened_dumps(opened, &count);
    printf("next  caulk %s", command);
    for (uint32_t i = 0; i < count; i++) {
        char *path = words_path(dumps[i]->path);
        printf(" %s", path);
        free(path);
    }
}

/* Whoever has seen the list wants to know what keeps the first of it. */
static void print_why(const struct opened *opened, enum block_kind kind)
{
    struct findings findings;
    findings_of_kind(opened, kind, &findings);
    if (findings.count && !opened->dump->summed_count) {
        char *path = words_path(opened->dump->path);
        printf("next  caulk why %s 0x%" PRIx64 "\n", path,
               opened->dump->block_address[findings.finding[0].example]);
        free(path);
    }
    findings_finish(&findings);
}

/* The next dump tells whether what it retains grows. */
static void print_diff(const struct opened *opened, const struct suspect *suspect)
{
    const struct dump *dump = opened->dump;
    char *path = words_path(dump->path);
    printf("next  caulk dump %s%u -o later.dump && caulk diff %s later.dump\n",
           dump->process.only_lost ? "--detail=lost " : "", dump->process.pid, path);
    if (opened->tree.group[suspect->body].kind == OWNER_BLOCK)
        printf("why   caulk why %s 0x%" PRIx64 "\n", path,
               dump->block_address[opened->tree.group[suspect->body].example]);
    free(path);
}

static void print_graph_of(const struct opened *opened, const struct finding *worst)
{
    print_command(opened, "graph");
    if (worst->kind == FINDING_SHAPE) {
        uint32_t cycle = 1 + opened->analysis->shapes.shape[worst->index].example;
        printf(" --cycle C%u -T svg -o c%u.svg\n", cycle, cycle);
    } else {
        printf(" --site S%u -T svg -o s%u.svg\n", 1 + worst->index, 1 + worst->index);
    }
}

static void print_next(const struct opened *opened, const struct findings *lost,
                       const struct suspects *suspects, const struct analyze_options *options)
{
    bool possible = opened->analysis->of_kind[KIND_POSSIBLE].blocks > 0;
    if (opened->dump->process.merged) {
        print_command(opened, "export");
        puts(" --format=pprof -o fleet.pb.gz");
    } else if (lost->count) {
        print_graph_of(opened, &lost->finding[0]);
    } else if (suspects->count && !opened->dump->summed_count &&
               !analyze_is_mostly_possible(opened, suspects)) {
        print_diff(opened, &suspects->suspect[0]);
    } else if (possible && options->possible) {
        print_why(opened, KIND_POSSIBLE);
    } else if (!possible && options->reachable && opened->dump->process.only_lost) {
        printf("next  caulk dump --detail=full %u\n", opened->dump->process.pid);
    } else if (!possible && options->reachable) {
        print_why(opened, KIND_REACHABLE);
    } else {
        print_command(opened, "analyze");
        puts(possible ? " --possible" : " --reachable");
    }
}

void analyze_print_text(const struct opened *opened, const struct suspects *suspects,
                        const struct analyze_options *options)
{
    struct findings lost, places;
    findings_lost(opened, &lost);
    findings_fold(opened, &lost);
    findings_places(opened, &places);
    analyze_print_head(opened, &lost, suspects, &places);
    print_findings(opened, &lost, "lost cycle", "lost");
    print_suspects(opened, suspects);
    if (!options->reachable)
        print_places(opened, &places);
    if (options->all_cycles)
        print_live_cycles(opened);
    if (options->possible)
        print_of_kind(opened, KIND_POSSIBLE);
    if (options->reachable)
        print_of_kind(opened, KIND_REACHABLE);
    putchar('\n');
    print_not_listed(opened, options);
    print_limits(opened);
    print_next(opened, &lost, suspects, options);
    findings_finish(&lost);
    findings_finish(&places);
}
