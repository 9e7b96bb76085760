/* The schema caulk.info/1. */
#include "cli/info.h"

#include "cli/dump_json.h"

static void put_modules(struct json *json, const struct opened *opened,
                        const struct info_retained *retained)
{
    json_array(json, "modules");
    for (uint32_t i = 0; i < opened->dump->module_count; i++) {
        const struct module *module = &opened->dump->modules[i];
        const char *reason = NULL;
        json_object(json, NULL);
        json_string(json, "path", module->path);
        json_string(json, "build_id", *module->build_id ? module->build_id : NULL);
        json_address(json, "start", module->start);
        json_address(json, "end", module->end);
        json_bool(json, "symbols", symbolizer_module(opened->symbolizer, i, &reason));
        json_string(json, "reason", reason);
        json_bool(json, "loaded", !module->unloaded_tick);
        json_amount(json, "retained", retained->module[i]);
        json_end(json);
    }
    json_end(json);
}

/* Files without which stacks have no lines: what to look for, on other machines or servers. */
static void put_missing(struct json *json, const struct opened *opened)
{
    json_array(json, "missing");
    for (uint32_t i = 0; i < opened->dump->module_count; i++) {
        const struct module *module = &opened->dump->modules[i];
        if (!symbolizer_misses(opened->symbolizer, i))
            continue;
        json_object(json, NULL);
        json_string(json, "build_id", *module->build_id ? module->build_id : NULL);
        json_string(json, "path", module->path);
        json_end(json);
    }
    json_end(json);
}

static void put_threads(struct json *json, const struct dump *dump,
                        const struct info_retained *retained)
{
    json_array(json, "threads");
    for (uint32_t i = 0; i < dump->thread_count; i++) {
        json_object(json, NULL);
        json_number(json, "tid", dump->threads[i].tid);
        json_string(json, "name", dump->threads[i].name);
        json_bool(json, "parked", dump->threads[i].state != THREAD_UNPARKED);
        json_amount(json, "retained", retained->thread[i]);
        json_end(json);
    }
    json_end(json);
}

static void put_processes(struct json *json, const struct merged *merged)
{
    json_array(json, "processes");
    for (uint32_t i = 0; i < merged->process_count; i++) {
        json_object(json, NULL);
        json_string(json, "host", merged->process[i].host);
        json_string(json, "program", merged->process[i].program);
        json_number(json, "pid", merged->process[i].pid);
        json_end(json);
    }
    json_end(json);
}

static const char *stacks_word(enum stacks_mode mode)
{
    static const char *const words[] = {
        [STACKS_FULL] = "full", [STACKS_SAMPLED] = "sampled", [STACKS_CALLER] = "caller"};
    return words[mode];
}

static void put_stacks(struct json *json, const struct dump *dump)
{
    json_object(json, "stacks");
    json_string(json, "mode", stacks_word(dump->process.stacks_mode));
    if (dump->process.stacks_mode == STACKS_SAMPLED)
        json_number(json, "interval", dump->process.sample_bytes);
    else
        json_null(json, "interval");
    json_number(json, "depth", dump->process.depth);
    if (dump->process.merged)
        json_null(json, "full");
    else
        json_number(json, "full", info_traced_blocks(dump));
    json_end(json);
}

static void put_types(struct json *json, const struct dump *dump)
{
    json_object(json, "types");
    json_number(json, "types", dump->type_count);
    json_number(json, "blocks", dump->typed_count);
    json_number(json, "links", info_links(dump));
    json_end(json);
    if (!dump->python.found) {
        json_null(json, "python");
        return;
    }
    json_object(json, "python");
    json_string(json, "collector", info_collector_word(dump->python.collector));
    json_number(json, "garbage", dump->python.garbage);
    json_end(json);
}

static void put_counts(struct json *json, const struct opened *opened)
{
    const struct dump *dump = opened->dump;
    json_object(json, "counts");
    json_number(json, "blocks", opened->analysis->live.blocks);
    json_number(json, "edges", dump->edges.count);
    json_number(json, "roots", dump->root_count);
    json_number(json, "sites", opened->analysis->sites.count);
    json_number(json, "dropped", dump->process.dropped_blocks);
    json_end(json);
}

void info_print_json(const struct opened *opened, const struct info_retained *retained)
{
    const struct dump *dump = opened->dump;
    struct json *json = json_create(stdout);
    json_object(json, NULL);
    json_string(json, "schema", "caulk.info/1");
    dump_json(json, opened);
    json_number(json, "format_version", dump->format_version);
    json_number(json, "file_bytes", dump->file_bytes);
    json_string(json, "options", dump->process.options);
    json_string(json, "allocator", dump->process.allocator);
    put_stacks(json, dump);
    put_types(json, dump);
    put_modules(json, opened, retained);
    put_missing(json, opened);
    put_threads(json, dump, retained);
    if (dump->process.merged)
        put_processes(json, &dump->merged);
    put_counts(json, opened);
    json_number(json, "bytes", opened->analysis->live.bytes);
    json_end(json);
    json_destroy(json);
}
