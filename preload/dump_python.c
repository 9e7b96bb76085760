/* See preload/dump_python.h. */
#include "preload/dump_python.h"

#include "preload/python_code.h"
#include "preload/python_frames.h"

static void write_codes(struct dump_job *job)
{
    uint32_t count = python_code_count();
    dump_writer_begin(&job->writer, DUMP_PYTHON_CODES);
    for (uint32_t number = 0; number < count; number++) {
        struct python_code_text text = python_code_text(number);
        struct dump_python_code record = {
            .name = dump_strings_text(&job->strings, text.name),
            .file = dump_strings_text(&job->strings, text.file),
            .first_line = text.first_line,
        };
        dump_writer_bytes(&job->writer, &record, sizeof(record));
    }
    dump_writer_end(&job->writer, count);
}

static void write_loops(struct dump_job *job)
{
    const struct python_runtime *runtime = python_frames_runtime();
    dump_writer_begin(&job->writer, DUMP_PYTHON_LOOPS);
    if (runtime) {
        struct dump_python_loop loop = {runtime->eval_start, runtime->eval_end};
        dump_writer_bytes(&job->writer, &loop, sizeof(loop));
    }
    dump_writer_end(&job->writer, runtime != NULL);
}

void dump_python_write(struct dump_job *job)
{
    write_codes(job);
    write_loops(job);
}
