/* make_corpus FOLDER: the dumps that fuzzing starts from, one a file. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "libcaulk/dump_merge.h"
#include "tests/support/dump_builder.h"

static void write_image(struct dump_builder *builder, const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s.dump", folder, name);
    struct dump_image image = dump_builder_image(builder);
    dump_image_write(&image, path);
    free(image.bytes);
    dump_builder_destroy(builder);
}

static void write_graph(const char *line, const char *folder, const char *name)
{
    struct dump_builder *builder = dump_builder_create();
    dump_builder_add_graph(builder, line);
    write_image(builder, folder, name);
}

static void write_sampled(const char *folder)
{
    struct dump_builder *builder = dump_builder_create();
    dump_builder_process(builder)->stacks_mode = DUMP_STACKS_SAMPLED;
    dump_builder_process(builder)->sample_bytes = 1000;
    dump_builder_add_graph(builder, "0#1/5 0>1 1#1/ 2#1/6 3#1/~x 3>3 4#1/ r>4 5#1/7:0");
    write_image(builder, folder, "sampled");
}

/* What is reachable is summed; block 1 is possible. */
static void write_lost(const char *folder)
{
    struct dump_builder *builder = dump_builder_create();
    dump_builder_add_graph(builder, "0>0 1 2>0+16h summed>1+8 0~x");
    dump_builder_add_sum(
        builder, &(struct builder_sum){
                     .stack = 1, .blocks = 2, .bytes = 64, .last = 5, .born = {64}, .owner = 1});
    dump_builder_add_owner(builder, &(struct builder_owner){.kind = DUMP_OWNER_BLOCKS, .place = 1});
    write_image(builder, folder, "lost");
}

/* Two processes' dumps as one. */
static void write_merged(const char *folder)
{
    struct dump_merge merge = {0};
    char path[4096];
    for (uint32_t pid = 1; pid <= 2; pid++) {
        const struct analysis_options options = {.all_cycles = false};
        struct dump_builder *builder = dump_builder_create_full();
        struct analysis *analysis;
        struct error err;
        dump_builder_process(builder)->pid = pid;
        struct dump *dump = dump_builder_open(builder);
        if (!analysis_create(dump, &options, &analysis, &err) ||
            !dump_merge_add(&merge, analysis, &err))
            exit(2);
        analysis_destroy(analysis);
        dump_close(dump);
    }
    snprintf(path, sizeof(path), "%s/merged.dump", folder);
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0 || !dump_merge_write(&merge, descriptor, path, NULL) || close(descriptor))
        exit(2);
    dump_merge_finish(&merge);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: make_corpus FOLDER\n");
        return 2;
    }
    write_image(dump_builder_create_full(), argv[1], "full");
    write_graph("", argv[1], "empty");
    write_graph("0>1 1>2 2>0 r>3 3>4+8", argv[1], "ring");
    write_graph("0:4000!pool 0@3992>1+60 1=0 1~x 0~y 1#3^999 stack@4088>1", argv[1], "corners");
    write_graph("0%s7Session,1,2 0@16>1 1%s4Peer,1,1 1@16>0 2%c7Session 2~x 3:80%a4Node "
                "4%oDemoView,1 4@56>5 5%nstd::map 5@16>4+48",
                argv[1], "classes");
    write_graph("0%gdict,1 0@0>1 0@8>1 0@16>1+16 1%mNode,1 1@40>0+16 1@0>2+8 2 3%pstr,0 r>3",
                argv[1], "python");
    write_sampled(argv[1]);
    write_lost(argv[1]);
    write_merged(argv[1]);
    return 0;
}
