/*
 * Upper ends of what was measured (make bench), from figures that the kernel and the status block
 * have at hand: the pause is spent on copying page tables and on stopping threads, the file's size
 * goes with the number of blocks and of their stacks' frames. It also goes with the pointers
 * between blocks, which nobody has counted: three to far-off blocks in each made it 5 to 9 %
 * larger.
 */
#include "cli/forecast.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "cli/dump_template.h"
#include "cli/json.h"
#include "cli/text.h"
#include "libcaulk/memory.h"
#include "libcaulk/memory_room.h"
#include "libcaulk/proc.h"

#define PAUSE_SECONDS 0.001
#define PAUSE_SECONDS_PER_TABLE_MIB 0.014
#define PAUSE_SECONDS_PER_THREAD 5e-6

#define FILE_BYTES (UINT64_C(128) << 10)
#define FILE_BYTES_PER_BLOCK 16
#define FILE_BYTES_PER_FRAME 16 /* of the stacks, with names and sums */

/* Of the file system where dumps go. A % in the folder's own name is for the tracker to fill in. */
static void look_for_room(const struct target *target, struct forecast *forecast)
{
    struct statvfs system;
    char plain[PATH_MAX], *template = dump_template(target);
    char *folder = dirname(template);
    forecast->file_room = UINT64_MAX;
    if (!strchr(folder, '%') && statvfs(folder, &system) == 0) {
        proc_plain_path(folder, plain);
        forecast->folder = need_memory(strdup(plain));
        forecast->file_room = (uint64_t)system.f_bavail * system.f_frsize;
    }
    free(template);
}

static void forecast_file(const struct target *target, bool only_lost, struct forecast *forecast)
{
    bool summed = only_lost && !target->status.has_python;
    forecast->file_bytes = FILE_BYTES + FILE_BYTES_PER_FRAME * (uint64_t)target->stack_frames;
    if (summed)
        forecast->lost_block_bytes = FILE_BYTES_PER_BLOCK;
    else
        forecast->file_bytes += FILE_BYTES_PER_BLOCK * target->live_blocks;
}

void forecast_make(const struct target *target, uint64_t detail, struct forecast *ret_forecast)
{
    bool only_lost = detail ? detail & STATUS_COOKIE_LOST : target->status.only_lost;
    struct proc_status process = {0};
    proc_status(target->task, &process);
    *ret_forecast = (struct forecast){
        .pause_seconds =
            PAUSE_SECONDS +
            PAUSE_SECONDS_PER_TABLE_MIB * (double)process.page_table_bytes / (1 << 20) +
            PAUSE_SECONDS_PER_THREAD * process.threads,
        .memory_bytes = status_dump_memory(process.resident_bytes, only_lost),
        .memory_room = memory_room(target->task),
        .resident_bytes = process.resident_bytes,
    };
    if (target->state == TARGET_TRACKED)
        forecast_file(target, only_lost, ret_forecast);
    look_for_room(target, ret_forecast);
}

static void known_number(struct json *json, const char *key, uint64_t value, uint64_t unknown)
{
    if (value == unknown)
        json_null(json, key);
    else
        json_number(json, key, value);
}

static void print_json(const struct target *target, const struct forecast *forecast)
{
    struct json *json = json_create(stdout);
    json_object(json, NULL);
    json_string(json, "schema", "caulk.forecast/1");
    json_number(json, "pid", (uint64_t)target->pid);
    json_string(json, "program", target->program);
    json_seconds(json, "pause_seconds", forecast->pause_seconds);
    json_object(json, "file");
    json_string(json, "folder", forecast->folder);
    known_number(json, "bytes", forecast->file_bytes, 0);
    json_number(json, "bytes_per_lost_block", forecast->lost_block_bytes);
    known_number(json, "free", forecast->file_room, UINT64_MAX);
    json_end(json);
    json_object(json, "memory");
    json_number(json, "bytes", forecast->memory_bytes);
    json_number(json, "copied_at_most", forecast->resident_bytes);
    known_number(json, "free", forecast->memory_room, UINT64_MAX);
    json_end(json);
    json_end(json);
    json_destroy(json);
}

static struct text known_size(uint64_t bytes, uint64_t unknown)
{
    return bytes == unknown ? (struct text){"not known"} : text_size(bytes);
}

static void print_text(const struct target *target, const struct forecast *forecast)
{
    printf("%s pid %d: no dump is made; one would take about\n", target->program, (int)target->pid);
    printf("pause   %s\n", text_duration(forecast->pause_seconds).s);
    printf("file    %s", known_size(forecast->file_bytes, 0).s);
    if (forecast->lost_block_bytes)
        printf(", and %s for each block that is lost or possible,",
               text_size(forecast->lost_block_bytes).s);
    printf(" in %s (free: %s)\n", forecast->folder ? forecast->folder : "a folder of its own",
           known_size(forecast->file_room, UINT64_MAX).s);
    printf("memory  %s, and a copy of each page that the program writes to meanwhile, of %s\n"
           "        (free: %s)\n",
           text_size(forecast->memory_bytes).s, text_size(forecast->resident_bytes).s,
           known_size(forecast->memory_room, UINT64_MAX).s);
}

void forecast_finish(struct forecast *forecast)
{
    free(forecast->folder);
}

void forecast_print(const struct target *target, uint64_t detail, bool as_json)
{
    struct forecast forecast;
    forecast_make(target, detail, &forecast);
    if (as_json)
        print_json(target, &forecast);
    else
        print_text(target, &forecast);
    forecast_finish(&forecast);
}
