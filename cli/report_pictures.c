#include "cli/report_pictures.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/graph.h"
#include "cli/text.h"
#include "cli/words.h"
#include "libcaulk/memory.h"

/* What a window can show; the rest is a node that says how much it is. Where few nodes have so many
 * edges, nobody sees anything and Graphviz takes minutes: then there are fewer nodes. */
#define NODES_MAX 60
#define NODES_MIN 4
#define EDGES_MAX 150
#define STEPS 2

/* A layout of so few takes a tenth of a second. */
#define SECONDS_MAX 20

static bool choose(const struct opened *opened, const struct cycle *cycle,
                   struct picture *ret_picture)
{
    const struct cycles *cycles = &opened->analysis->cycles;
    struct error err;
    for (uint32_t nodes = NODES_MAX;; nodes /= 2) {
        if (!picture_around(opened->analysis, cycles->member + cycle->first, cycle->member_count,
                            STEPS, nodes, ret_picture, &err))
            return false;
        if (ret_picture->edge_count <= EDGES_MAX || nodes / 2 < NODES_MIN)
            return true;
        picture_finish(ret_picture);
    }
}

/* In the child. */
static bool draw(const struct opened *opened, uint32_t cycle, FILE *out)
{
    struct picture picture;
    struct error err;
    alarm(SECONDS_MAX);
    if (!choose(opened, &opened->analysis->cycles.cycle[cycle], &picture))
        return false;
    struct dot *dot = graph_draw(opened, &picture);
    dot_prefix_ids(dot, words_id('C', cycle).s);
    return dot_write(dot, "svg", out, &err) && fflush(out) == 0;
}

/* Only the element: what is before it belongs to files. */
static char *read_element(FILE *file)
{
    long bytes = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    if (bytes < 0)
        return NULL;
    char *text = allocate((size_t)bytes + 1, 1);
    rewind(file);
    size_t got = fread(text, 1, (size_t)bytes, file);
    const char *element = got == (size_t)bytes ? strstr(text, "<svg") : NULL;
    if (element)
        memmove(text, element, strlen(element) + 1);
    if (element)
        return text;
    free(text);
    return NULL;
}

/* Where the child has failed as a command does, it has said why, for both. */
static bool wait_for(pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_FAILED)
        exit(EXIT_FAILED);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* _exit: what the parent does at its end is not the child's to do. */
static char *draw_apart(const struct opened *opened, uint32_t cycle)
{
    FILE *file = tmpfile();
    if (!file)
        return NULL;
    pid_t child = fork();
    if (child == 0)
        _exit(draw(opened, cycle, file) ? 0 : 1);
    char *svg = child > 0 && wait_for(child) ? read_element(file) : NULL;
    fclose(file);
    return svg;
}

void pictures_init(struct pictures *pictures, const struct opened *opened)
{
    const struct shapes *shapes = &opened->analysis->shapes;
    pictures->count = shapes->lost_count < PICTURES_MAX ? shapes->lost_count : PICTURES_MAX;
    pictures->svg = allocate(pictures->count, sizeof(*pictures->svg));
    text_progress("drawing");
    for (uint32_t i = 0; i < pictures->count; i++)
        pictures->svg[i] = draw_apart(opened, shapes->shape[i].example);
    text_progress(NULL);
}

void pictures_finish(struct pictures *pictures)
{
    for (uint32_t i = 0; i < pictures->count; i++)
        free(pictures->svg[i]);
    free(pictures->svg);
}
