/*
 * SARIF 2.1.0, for code scanning (GitHub, GitLab, editors). A result is a leak; its place is where
 * the program's own code allocated, its code flow the way there, and its fingerprint the leak's
 * signature, which outlives addresses and lines. Paths below the working directory are relative to
 * it: run in the repository, they are the repository's.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/export.h"
#include "cli/export_leaks.h"
#include "cli/export_stack.h"
#include "cli/fatal.h"
#include "cli/json.h"
#include "cli/suppressed.h"
#include "cli/text.h"
#include "libcaulk/memory.h"

/* GitHub refuses a run with more. */
#define RESULTS_MAX 25000

static const struct rule {
    const char *id, *level, *text;
} rules[] = {
    {"caulk/cycle", "error",
     "Blocks that hold each other, and that nothing else leads to: they are never released."},
    {"caulk/lost", "error", "Blocks that nothing leads to: they are never released."},
    {"caulk/possible", "note", "Blocks that only pointers into the middle of them lead to."},
    {"caulk/pending", "note",
     "Blocks that nothing leads to: a garbage collector will release them."},
};
enum rule_number { RULE_CYCLE, RULE_LOST, RULE_POSSIBLE, RULE_PENDING, RULE_COUNT };

struct sarif {
    const struct opened *opened;
    struct json *json;
    char *folder; /* the working directory with a slash behind it, or NULL */
    uint32_t results;
};

static void put_text(struct json *json, const char *key, const char *text)
{
    json_object(json, key);
    json_string(json, "text", text);
    json_end(json);
}

static void write_rules(struct json *json)
{
    json_array(json, "rules");
    for (int i = 0; i < RULE_COUNT; i++) {
        json_object(json, NULL);
        json_string(json, "id", rules[i].id);
        put_text(json, "shortDescription", rules[i].text);
        json_object(json, "defaultConfiguration");
        json_string(json, "level", rules[i].level);
        json_end(json);
        json_end(json);
    }
    json_end(json);
}

static void write_tool(struct json *json)
{
    json_object(json, "tool");
    json_object(json, "driver");
    json_string(json, "name", "caulk");
    json_string(json, "version", CAULK_VERSION);
    write_rules(json);
    json_end(json);
    json_end(json);
}

/* ---- places ---- */

/* A path as a URI: every byte that has a meaning there, or is no ASCII, as %XX. */
static char *make_uri(const struct sarif *sarif, const char *path)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t below = sarif->folder ? strlen(sarif->folder) : 0;
    bool inside = below && strncmp(path, sarif->folder, below) == 0;
    char *uri = allocate(3 * strlen(path) + sizeof("file://"), 1);
    char *end = stpcpy(uri, *path == '/' && !inside ? "file://" : "");
    path += inside ? below : strncmp(path, "./", 2) == 0 ? 2 : 0;
    for (; *path; path++) {
        unsigned char byte = (unsigned char)*path;
        if (byte < 0x80 && (isalnum(byte) || strchr("/-._~", byte))) {
            *end++ = *path;
        } else {
            *end++ = '%';
            *end++ = digits[byte >> 4];
            *end++ = digits[byte & 15];
        }
    }
    return uri;
}

static void write_location(struct sarif *sarif, const char *key, const struct frame *frame)
{
    struct json *json = sarif->json;
    char *function = export_function(frame);
    json_object(json, key);
    if (frame->file && frame->line) {
        char *uri = make_uri(sarif, frame->file);
        json_object(json, "physicalLocation");
        json_object(json, "artifactLocation");
        json_string(json, "uri", uri);
        json_end(json);
        json_object(json, "region");
        json_number(json, "startLine", frame->line);
        json_end(json);
        json_end(json);
        free(uri);
    }
    json_array(json, "logicalLocations");
    json_object(json, NULL);
    json_string(json, "fullyQualifiedName", function);
    json_string(json, "kind", "function");
    json_end(json);
    json_end(json);
    put_text(json, "message", function);
    json_end(json);
    free(function);
}

/* In the order of the calls. */
static void write_flow(struct sarif *sarif, const struct call_stack *stack)
{
    struct json *json = sarif->json;
    json_array(json, "codeFlows");
    json_object(json, NULL);
    json_array(json, "threadFlows");
    json_object(json, NULL);
    json_array(json, "locations");
    for (size_t i = stack->user_end; i-- > stack->user_begin;) {
        json_object(json, NULL);
        write_location(sarif, "location", &stack->frame[i]);
        json_end(json);
    }
    json_end(json);
    json_end(json);
    json_end(json);
    json_end(json);
    json_end(json);
}

/* ---- results ---- */

static enum rule_number rule_of(const struct leak *leak)
{
    if (leak->kind == KIND_POSSIBLE)
        return RULE_POSSIBLE;
    if (leak_is_pending(leak))
        return RULE_PENDING;
    return leak->cyclic ? RULE_CYCLE : RULE_LOST;
}

static void write_result(void *context, const struct export_leak *leak)
{
    struct sarif *sarif = context;
    struct json *json = sarif->json;
    enum rule_number rule = rule_of(leak->leak);
    if (sarif->results++ >= RESULTS_MAX)
        return;
    json_object(json, NULL);
    json_string(json, "ruleId", rules[rule].id);
    json_number(json, "ruleIndex", rule);
    json_string(json, "level", rules[rule].level);
    put_text(json, "message",
             words_format("%s: %s", export_leak_place(sarif->opened, leak).s,
                          export_leak_text(sarif->opened, leak).s)
                 .s);
    json_array(json, "locations");
    write_location(sarif, NULL, words_own_frame(&leak->stack));
    json_end(json);
    json_object(json, "partialFingerprints");
    json_string(json, "primaryLocationLineHash", suppressed_signature(&leak->stack).s);
    json_end(json);
    write_flow(sarif, &leak->stack);
    json_object(json, "properties");
    json_number(json, "blocks", leak->leak->own.blocks);
    json_number(json, "bytes", leak->leak->own.bytes);
    json_end(json);
    json_end(json);
}

static char *working_folder(void)
{
    char *here = getcwd(NULL, 0);
    if (!here)
        return NULL;
    char *folder = format_text("%s/", here);
    free(here);
    return folder;
}

void export_sarif(const struct opened *opened, FILE *out)
{
    struct sarif sarif = {.opened = opened, .json = json_create(out), .folder = working_folder()};
    json_object(sarif.json, NULL);
    json_string(sarif.json, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    json_string(sarif.json, "version", "2.1.0");
    json_array(sarif.json, "runs");
    json_object(sarif.json, NULL);
    write_tool(sarif.json);
    json_array(sarif.json, "results");
    export_leaks_each(opened, write_result, &sarif);
    json_end(sarif.json);
    json_end(sarif.json);
    json_end(sarif.json);
    json_end(sarif.json);
    json_destroy(sarif.json);
    if (sarif.results > RESULTS_MAX)
        note(opened->dump->path, "%s left out, the smallest: GitHub takes %s",
             text_counted(sarif.results - RESULTS_MAX, "result").s, text_count(RESULTS_MAX).s);
    free(sarif.folder);
}
