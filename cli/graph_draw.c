/*
 * The words and colours of a drawing. A node says what it is and how large; everything else, where
 * it was allocated first of all, is in its tooltip, for whoever points at it.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/graph.h"
#include "cli/text.h"
#include "cli/words.h"
#include "cli/written_text.h"
#include "libcaulk/memory.h"

#define TOOLTIP_FRAMES 16

static const char *const fill_of_kind[KIND_COUNT] = {
    [KIND_DEFINITE] = "#f4b6b6",  [KIND_INDIRECT] = "#fbdcb8",   [KIND_POSSIBLE] = "#fff3b0",
    [KIND_REACHABLE] = "#d5ead0", [KIND_SUPPRESSED] = "#e4e4e4",
};

static void write_stack(FILE *out, const struct call_stack *stack)
{
    for (size_t i = stack->user_begin; i < stack->user_end; i++) {
        if (i - stack->user_begin == TOOLTIP_FRAMES) {
            fprintf(out, "\n… %s", text_counted(stack->user_end - i, "more frame").s);
            return;
        }
        struct phrase place = words_place(&stack->frame[i]);
        fprintf(out, "\n%s%s%s", words_function(&stack->frame[i]).s, *place.s ? "  " : "", place.s);
    }
}

static void write_amount(FILE *out, const struct picture_node *node, const struct dump *dump)
{
    if (!node->same_size)
        fprintf(out, "%s, %s", text_counted(node->amount.blocks, "block").s,
                text_size(node->amount.bytes).s);
    else if (node->amount.blocks > 1)
        fprintf(out, "%s × %s", text_size(dump->block_bytes[node->block]).s,
                text_count(node->amount.blocks).s);
    else
        fprintf(out, "%s", text_size(node->amount.bytes).s);
}

/* ", S1, 0x…" */
static void write_identity(FILE *out, const struct opened *opened, uint32_t block,
                           const char *which)
{
    uint32_t site = opened_site_of(opened, block);
    if (site != SITE_NONE)
        fprintf(out, ", %s", words_id('S', site).s);
    fprintf(out, ", %s0x%" PRIx64, which, opened->dump->block_address[block]);
}

static void write_block_tooltip(FILE *out, const struct opened *opened,
                                const struct picture_node *node, struct amount retained)
{
    struct call_stack stack;
    opened_block_stack(opened, node->traced, &stack);
    fprintf(out, "%s", block_kind_name(node->kind));
    write_identity(out, opened, node->block, node->amount.blocks > 1 ? "first " : "");
    fprintf(out, "\nretain%s %s", node->amount.blocks == 1 ? "s" : "", text_size(retained.bytes).s);
    if (node->traced != node->block) {
        fprintf(out, "\none whose stack was sampled");
        write_identity(out, opened, node->traced, "");
    }
    write_stack(out, &stack);
    call_stack_finish(&stack);
}

static void draw_block(struct dot *dot, const struct opened *opened,
                       const struct picture_node *node, struct amount retained, uint32_t cluster)
{
    const struct dot_look look = {DOT_BLOCK, fill_of_kind[node->kind], cluster != DOT_NO_CLUSTER};
    struct written_text label, tooltip;
    written_text_begin(&label);
    fprintf(label.out, "%s\n", words_block(opened, node->traced).s);
    write_amount(label.out, node, opened->dump);
    written_text_begin(&tooltip);
    write_block_tooltip(tooltip.out, opened, node, retained);
    dot_node(dot, cluster, &look, written_text_end(&label), written_text_end(&tooltip));
    free(label.text);
    free(tooltip.text);
}

static void draw_root(struct dot *dot, const struct opened *opened, const struct picture_node *node)
{
    const struct dot_look look = {DOT_ROOT, "#cfe2f3", false};
    if (node->root_offset == OFFSET_UNKNOWN) {
        struct phrase several = words_format("%s × %s", root_kind_name(node->root->kind),
                                             text_count(node->amount.blocks).s);
        dot_node(dot, DOT_NO_CLUSTER, &look, several.s, "several roots");
        return;
    }
    struct root_words words = words_root(opened, node->root, node->root_offset);
    uint64_t places = node->amount.blocks;
    struct phrase count = {""};
    if (places > 1)
        count = words_format(" × %s", text_count(places).s);
    struct phrase label =
        words_format("%s%s%s%s", words.kind, count.s, *words.name.s ? "\n" : "", words.name.s);
    dot_node(dot, DOT_NO_CLUSTER, &look, label.s, words.phrase.s);
}

static uint32_t draw_group(struct dot *dot, const struct opened *opened,
                           const struct picture_group *group)
{
    const struct cycle *cycle = &opened->analysis->cycles.cycle[group->cycle];
    struct phrase id = words_id('C', group->cycle);
    struct phrase tooltip =
        words_format("%s, retains %s", cycle->lost ? "lost cycle" : "cycle, not lost",
                     text_size(cycle->retained.bytes).s);
    if (group->cycle_count == 1)
        return dot_cluster(dot, id.s, tooltip.s);
    struct phrase label = words_format("%s × %s", id.s, text_count(group->cycle_count).s);
    return dot_cluster(dot, label.s, tooltip.s);
}

static struct phrase offset_words(const struct picture_edge *edge)
{
    if (edge->first_offset == OFFSET_UNKNOWN)
        return words_format("declared");
    if (edge->first_offset == edge->last_offset)
        return words_format("+0x%02" PRIx64, edge->first_offset);
    return words_format("+0x%02" PRIx64 " … +0x%02" PRIx64, edge->first_offset, edge->last_offset);
}

/* "peer_", also where it is a smart pointer's two words; "" where members have no names, or the
 * node's blocks may not all have the same. */
static struct phrase edge_member(const struct opened *opened, const struct picture_node *node,
                                 const struct picture_edge *edge)
{
    if (node->root && edge->first_offset == edge->last_offset)
        return words_root(opened, node->root, edge->first_offset).member;
    if (node->root || !node->same_size)
        return words_format("%s", "");
    struct phrase first = words_member(opened, node->block, edge->first_offset);
    struct phrase last = words_member(opened, node->block, edge->last_offset);
    if (!*first.s || !*last.s || strcmp(first.s, last.s) == 0)
        return *last.s ? first : last;
    return words_format("%s … %s", words_cut(first.s, 60).s, words_cut(last.s, 60).s);
}

/* A weak pointer's two words. */
#define WEAK_BYTES 8u

bool graph_edge_is_weak(const struct opened *opened, const struct picture *picture,
                        const struct picture_edge *edge)
{
    const struct picture_node *from = &picture->nodes[edge->from];
    return !from->root && edge->first_offset != OFFSET_UNKNOWN &&
           edge->last_offset - edge->first_offset <= WEAK_BYTES &&
           smart_pointer_owns_nothing(
               words_smart_pointer(opened, from->block, edge->first_offset)) &&
           smart_pointer_owns_nothing(words_smart_pointer(opened, from->block, edge->last_offset));
}

static void draw_edge(struct dot *dot, const struct opened *opened, const struct picture *picture,
                      const struct picture_edge *edge, bool opens)
{
    const struct picture_node *from = &picture->nodes[edge->from];
    /* Where in a stack or in registers a pointer lies tells nobody anything. */
    bool silent = from->root && from->root->kind != ROOT_DECLARED;
    bool weak = graph_edge_is_weak(opened, picture, edge);
    struct phrase label = edge_member(opened, from, edge), offset = {""};
    if (!silent)
        offset = offset_words(edge);
    bool both = *label.s && *offset.s;
    struct phrase tooltip =
        words_format("%s%s%s%s%s", both ? offset.s : "", both ? ", " : "",
                     text_counted(edge->pointers, "pointer").s, edge->interior ? ", interior" : "",
                     weak ? ", weak: owns nothing" : "");
    if (!*label.s)
        label = offset;
    dot_edge(dot, edge->from, edge->to, label.s, tooltip.s, edge->interior || weak, opens);
}

static void draw_rest(struct dot *dot, const struct amount *left_out)
{
    const struct dot_look look = {DOT_REST, "#ffffff", false};
    struct phrase label =
        words_format("… %s more\n%s", text_count(left_out->blocks).s, text_size(left_out->bytes).s);
    dot_node(dot, DOT_NO_CLUSTER, &look, label.s, "not drawn: see --max-nodes");
}

struct dot *graph_draw(const struct opened *opened, const struct picture *picture)
{
    struct dot *dot = dot_create(words_program(&opened->dump->process).s);
    struct amount *retained = graph_retained(opened, picture);
    uint32_t *cluster = allocate(picture->group_count, sizeof(*cluster));
    for (uint32_t i = 0; i < picture->group_count; i++)
        cluster[i] = draw_group(dot, opened, &picture->groups[i]);
    for (uint32_t i = 0; i < picture->node_count; i++) {
        const struct picture_node *node = &picture->nodes[i];
        if (node->root)
            draw_root(dot, opened, node);
        else
            draw_block(dot, opened, node, retained[i],
                       node->group == PICTURE_NO_GROUP ? DOT_NO_CLUSTER : cluster[node->group]);
    }
    if (picture->left_out.blocks)
        draw_rest(dot, &picture->left_out);
    bool *opening = graph_opening(opened, picture);
    for (uint32_t i = 0; i < picture->edge_count; i++)
        draw_edge(dot, opened, picture, &picture->edges[i], opening[i]);
    free(opening);
    free(cluster);
    free(retained);
    return dot;
}
