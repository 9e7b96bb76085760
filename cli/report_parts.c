#include "cli/report_parts.h"

#include <inttypes.h>

#include "cli/html.h"
#include "cli/text.h"
#include "cli/words.h"

/* Deeper ones are recursion, or generated. */
#define FRAMES_MAX 64

static void put_frame(FILE *out, const struct frame *frame)
{
    html_put(out, "<li><span class=function>$</span> <span class=place title=\"$\">$</span></li>",
             words_function(frame).s, frame->file ? words_cut(frame->file, 100).s : "",
             words_place(frame).s, NULL);
}

void report_stack(FILE *out, const struct call_stack *stack, enum stack_shown shown)
{
    const struct frame *own = words_own_frame(stack);
    if (!own) {
        html_put(out, "<span class=place>(stack not recorded)</span>", NULL);
        return;
    }
    html_put(out, "<details class=stack $><summary>$ <span class=place>$</span></summary><ol>",
             shown == STACK_OPEN ? "open" : "", words_function(own).s, words_place(own).s, NULL);
    size_t end = stack->user_end;
    for (size_t i = stack->user_begin; i < end && i - stack->user_begin < FRAMES_MAX; i++)
        put_frame(out, &stack->frame[i]);
    if (end - stack->user_begin > FRAMES_MAX)
        html_put(out, "<li class=place>… $</li>",
                 text_counted(end - stack->user_begin - FRAMES_MAX, "more frame").s, NULL);
    else if (stack->truncated)
        html_put(out, "<li class=place>… not recorded further</li>", NULL);
    html_put(out, "</ol></details>", NULL);
}

static void put_cell(FILE *out, const char *label, uint64_t value, const char *text)
{
    fprintf(out, "<td class=number data-sort=%" PRIu64, value);
    html_put(out, " data-label=\"$\">$</td>", label, text, NULL);
}

void report_cell_count(FILE *out, const char *label, uint64_t count)
{
    put_cell(out, label, count, text_count(count).s);
}

void report_cell_bytes(FILE *out, const char *label, uint64_t bytes)
{
    put_cell(out, label, bytes, text_size(bytes).s);
}

struct share_text report_share(uint64_t part, uint64_t whole)
{
    struct share_text share;
    double percent = whole ? 100.0 * (double)part / (double)whole : 0;
    snprintf(share.s, sizeof(share.s), "%.3f%%", percent);
    return share;
}

void report_bar(FILE *out, const char *kind, uint64_t part, uint64_t whole)
{
    html_put(out,
             "<svg class=bar aria-hidden=true><rect width=\"100%\" height=\"100%\" class=track />"
             "<rect width=\"$\" height=\"100%\" class=\"$\" /></svg>",
             report_share(part, whole).s, kind, NULL);
}
