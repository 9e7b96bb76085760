/* The dumps lie in files without a name, under paths that stay the same. */
#include "tests/support/every_command.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/agreement.h"
#include "tests/support/command_run.h"

/* ---- the files ---- */

/* LATER and OTHER are later dumps of the same process, SIBLING is another process's. */
enum file_number { FILE_DUMP, FILE_LATER, FILE_OTHER, FILE_SIBLING, FILE_COUNT };

struct file {
    int descriptor;
    char path[32];
};

static struct file files[FILE_COUNT];

static void write_file(enum file_number number, const struct dump_image *image)
{
    struct file *file = &files[number];
    if (!*file->path) {
        file->descriptor = memfd_create("dump", MFD_CLOEXEC);
        snprintf(file->path, sizeof(file->path), "/proc/self/fd/%d", file->descriptor);
    }
    if (ftruncate(file->descriptor, 0) ||
        pwrite(file->descriptor, image->bytes, image->size, 0) != (ssize_t)image->size)
        abort();
}

/* The same heap in a dump that says another sequence and another PID. Only of one that can be read.
 */
static void write_altered(enum file_number number, const struct dump_image *image,
                          uint32_t more_sequence, uint32_t more_pid)
{
    struct dump_image altered = {malloc(image->size), image->size};
    struct dump_process process;
    if (!altered.bytes)
        abort();
    memcpy(altered.bytes, image->bytes, image->size);
    uint8_t *at = altered.bytes + dump_image_section(&altered, DUMP_PROCESS)->offset;
    memcpy(&process, at, sizeof(process));
    process.sequence += more_sequence;
    process.pid += more_pid;
    memcpy(at, &process, sizeof(process));
    dump_image_seal(altered.bytes, altered.size);
    write_file(number, &altered);
    free(altered.bytes);
}

/* ---- one command ---- */

static unsigned long count;
static char addresses[3][24]; /* of the first block, one in the middle, and the last */

unsigned long every_command_count(void)
{
    return count;
}

/* What a word of a command in capitals stands for; itself else. */
static char *meaning(char *word)
{
    const struct {
        const char *word;
        char *meaning;
    } meanings[] = {{"DUMP", files[FILE_DUMP].path},
                    {"LATER", files[FILE_LATER].path},
                    {"OTHER", files[FILE_OTHER].path},
                    {"SIBLING", files[FILE_SIBLING].path},
                    {"FIRST", addresses[0]},
                    {"MIDDLE", addresses[1]},
                    {"LAST", addresses[2]}};
    for (size_t i = 0; i < sizeof(meanings) / sizeof(*meanings); i++)
        if (strcmp(word, meanings[i].word) == 0)
            return meanings[i].meaning;
    return word;
}

/* The result is the caller's to finish. */
static struct command_result run(const char *line)
{
    char copy[128], *words[COMMAND_WORDS_MAX], *rest = copy, *word;
    struct command_result result;
    size_t words_count = 0;
    agreement_command(line);
    snprintf(copy, sizeof(copy), "%s", line);
    while ((word = strsep(&rest, " ")))
        words[words_count++] = meaning(word);
    command_run(words, words_count, &result);
    count++;
    return result;
}

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* One line that says what is wrong, and of memory there is enough. */
static void is_refusal(const struct command_result *result)
{
    AGREE(result->status == 2);
    AGREE(result->out_bytes == 0);
    AGREE(begins_with(result->errors, "caulk: "));
    AGREE(strlen(result->errors) == result->errors_bytes);
    AGREE(strchr(result->errors, '\n') == result->errors + result->errors_bytes - 1);
    AGREE(!strstr(result->errors, "out of memory"));
}

static void is_answer(const struct command_result *result)
{
    AGREE(result->status == 0);
    AGREE(strlen(result->out) == result->out_bytes);
    AGREE(!*result->errors || begins_with(result->errors, "caulk: "));
    if (result->out[0] == '{' && result->out[1] == '"')
        agreement_is_json(result->out);
}

/* ---- all of them ---- */

static const char *const answering[] = {
    "analyze DUMP",
    "analyze --possible --reachable --cycles=all DUMP",
    "analyze --json --cycles=all DUMP",
    "graph DUMP",
    "graph --json DUMP",
    "owners DUMP",
    "info DUMP",
    "suppress DUMP",
    "suppress --format=valgrind DUMP",
    "suppress --json DUMP",
    "export --format=dhat DUMP",
    "export --format=folded DUMP",
    "export --format=heapsnapshot DUMP",
    "export --format=heaptrack DUMP",
    "export --format=junit DUMP",
    "export --format=prometheus DUMP",
    "export --format=sarif DUMP",
    "export --format=valgrind-xml DUMP",
    "symbolize DUMP -o /dev/null",
    "symbolize --json DUMP -o /dev/null",
    "merge DUMP -o /dev/null",
    "merge --json DUMP -o /dev/null",
};

/* What they print is neither a text nor one document. */
static const char *const exporting[] = {"export --format=pprof DUMP", "export --format=jsonl DUMP"};

/* All commands open their dump alike, before they print anything: once each will do. */
static const char *const refusing[] = {
    "analyze DUMP",
    "analyze --json DUMP",
    "graph DUMP",
    "diff DUMP OTHER",
    "diff --json OTHER DUMP",
    "owners DUMP",
    "info DUMP",
    "suppress DUMP",
    "show DUMP FIRST",
    "why --all DUMP FIRST",
    "symbolize DUMP -o /dev/null",
    "merge DUMP -o /dev/null",
};

static const char *const of_a_block[] = {"show DUMP FIRST",
                                         "show --json DUMP FIRST",
                                         "show DUMP MIDDLE",
                                         "show --json DUMP MIDDLE",
                                         "show DUMP LAST",
                                         "show --json DUMP LAST",
                                         "why DUMP FIRST",
                                         "why --all DUMP FIRST",
                                         "why --all --json DUMP FIRST",
                                         "why DUMP MIDDLE",
                                         "why --all DUMP MIDDLE",
                                         "why --all --json DUMP MIDDLE",
                                         "why DUMP LAST",
                                         "why --all DUMP LAST",
                                         "why --all --json DUMP LAST",
                                         "graph --block FIRST DUMP",
                                         "graph --json --block LAST DUMP"};

/* Refused where there is nothing of the kind, or the dumps are not of one process. */
static const char *const may_refuse[] = {
    "graph --site S1 DUMP",       "graph --cycle C1 DUMP",     "graph --cycle P1 DUMP",
    "diff --json DUMP OTHER",     "diff OTHER DUMP",           "diff DUMP LATER",
    "diff DUMP LATER OTHER",      "analyze DUMP SIBLING",      "analyze --json DUMP SIBLING",
    "owners --json DUMP SIBLING", "graph --json SIBLING DUMP", "merge DUMP SIBLING -o /dev/null",
};

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

/* Graphviz takes a hundred times as long to lay a graph out as all else, and SQLite ten times to
 * make a file: one dump of so many. */
#define DRAWN_OF 32

/* Every one of them refuses in the reader's own words. */
static void all_refuse(const struct error *err)
{
    char expected[sizeof(struct error) + 16];
    snprintf(expected, sizeof(expected), "caulk: %s: %s\n", files[FILE_DUMP].path, err->message);
    snprintf(addresses[0], sizeof(addresses[0]), "0x1000");
    for (size_t i = 0; i < COUNT(refusing); i++) {
        struct command_result result = run(refusing[i]);
        is_refusal(&result);
        AGREE(strcmp(result.errors, expected) == 0);
        command_result_finish(&result);
    }
}

static void all_answer(const char *const *lines, size_t lines_count)
{
    for (size_t i = 0; i < lines_count; i++) {
        struct command_result result = run(lines[i]);
        is_answer(&result);
        command_result_finish(&result);
    }
}

static void exports(const char *line)
{
    struct command_result result = run(line);
    AGREE(result.status == 0);
    AGREE(result.out_bytes > 0);
    AGREE(!*result.errors || begins_with(result.errors, "caulk: "));
    command_result_finish(&result);
}

static void each_answers_or_refuses(void)
{
    for (size_t i = 0; i < COUNT(may_refuse); i++) {
        struct command_result result = run(may_refuse[i]);
        if (result.status)
            is_refusal(&result);
        else
            is_answer(&result);
        command_result_finish(&result);
    }
}

static void agree(const char *line, void (*check)(const char *, const struct agreed *),
                  const struct agreed *agreed)
{
    struct command_result result = run(line);
    is_answer(&result);
    check(result.out, agreed);
    command_result_finish(&result);
}

static void fails_on(const char *line, bool found)
{
    struct command_result result = run(line);
    AGREE(result.status == found);
    command_result_finish(&result);
}

static void sums_agree(bool has_later)
{
    struct agreed agreed;
    struct command_result result = run("analyze --json DUMP");
    is_answer(&result);
    agreement_of_analysis(result.out, &agreed);
    command_result_finish(&result);
    agree("info --json DUMP", agreement_of_info, &agreed);
    agree("owners --json DUMP", agreement_of_owners, &agreed);
    if (has_later)
        agree("diff --json DUMP LATER", agreement_of_diff, &agreed);
    fails_on("analyze --fail-on=definite DUMP", agreed.definite);
    fails_on("analyze --fail-on=possible DUMP", agreed.possible);
    fails_on("analyze --fail-on=cycle DUMP", agreed.lasting_cycles);
}

/* In a process of its own: drawn twice in one, Graphviz uses a font's name after it was freed. */
static void draw(void)
{
    static const char *const line = "graph -T svg DUMP";
    int status;
    pid_t child = fork();
    if (child == 0) {
        all_answer(&line, 1);
        _exit(0);
    }
    /* The fuzzer has a timer of its own, which interrupts. */
    AGREE(TEMP_FAILURE_RETRY(waitpid(child, &status, 0)) == child && status == 0);
}

/* A merged dump has no graph. */
static const char *const of_sums[] = {
    "analyze DUMP",
    "analyze --possible --reachable --cycles=all DUMP",
    "analyze --json --cycles=all DUMP",
    "diff --json DUMP DUMP",
    "diff DUMP DUMP DUMP",
    "info DUMP",
    "suppress DUMP",
    "suppress --json DUMP",
    "export --format=dhat DUMP",
    "export --format=folded DUMP",
    "export --format=heaptrack DUMP",
    "export --format=junit DUMP",
    "export --format=prometheus DUMP",
    "export --format=sarif DUMP",
    "export --format=valgrind-xml DUMP",
    "symbolize DUMP -o /dev/null",
    "merge --json DUMP -o /dev/null",
};
static const char *const without_graph[] = {
    "graph DUMP",
    "owners DUMP",
    "why DUMP 0x1000",
    "show DUMP 0x1000",
    "analyze DUMP OTHER",
    "diff OTHER DUMP",
    "merge DUMP DUMP -o /dev/null",
    "graph --json OTHER DUMP",
    "export --format=heapsnapshot DUMP",
};

static void merged_agrees(void)
{
    struct agreed agreed;
    struct command_result result = run("analyze --json DUMP");
    is_answer(&result);
    agreement_of_analysis(result.out, &agreed);
    command_result_finish(&result);
    agree("info --json DUMP", agreement_of_info, &agreed);
    fails_on("analyze --fail-on=definite DUMP", agreed.definite);
    fails_on("analyze --fail-on=possible DUMP", agreed.possible);
    fails_on("analyze --fail-on=cycle DUMP", agreed.lasting_cycles);
}

static void all_of_merged(void)
{
    all_answer(of_sums, COUNT(of_sums));
    for (size_t i = 0; i < COUNT(exporting); i++)
        exports(exporting[i]);
    merged_agrees();
    for (size_t i = 0; i < COUNT(without_graph); i++) {
        struct command_result result = run(without_graph[i]);
        is_refusal(&result);
        command_result_finish(&result);
    }
}

static void choose_blocks(const struct dump *dump)
{
    uint32_t blocks = dump->block_count;
    const uint32_t chosen[] = {0, blocks / 2, blocks ? blocks - 1 : 0};
    for (size_t i = 0; i < COUNT(chosen); i++)
        snprintf(addresses[i], sizeof(addresses[i]), "0x%" PRIx64,
                 blocks ? dump->block_address[chosen[i]] : 0);
}

bool every_command(const struct dump_image *image, const struct dump_image *other)
{
    struct dump *dump;
    struct error err;
    bool has_blocks, has_later, merged;
    write_file(FILE_DUMP, image);
    write_altered(FILE_OTHER, other, 2, 0);
    write_altered(FILE_SIBLING, other, 0, 1);
    if (!dump_open(files[FILE_DUMP].path, &dump, &err)) {
        all_refuse(&err);
        return false;
    }
    choose_blocks(dump);
    has_blocks = dump->block_count > 0;
    /* What was summed compares with the very dump before alone. */
    has_later = dump->process.sequence != UINT32_MAX && !dump->process.only_lost;
    merged = dump->process.merged;
    dump_close(dump);
    if (merged) {
        all_of_merged();
        return true;
    }
    write_altered(FILE_LATER, image, 1, 0);
    all_answer(answering, COUNT(answering));
    for (size_t i = 0; i < COUNT(exporting); i++)
        exports(exporting[i]);
    if (has_blocks)
        all_answer(of_a_block, COUNT(of_a_block));
    sums_agree(has_later);
    each_answers_or_refuses();
    if (((const struct dump_header *)image->bytes)->checksum % DRAWN_OF == 0) {
        draw();
        exports("report -o - DUMP");
        exports("export --format=sqlite DUMP");
    }
    return true;
}
