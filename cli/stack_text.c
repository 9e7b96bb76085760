/*
 * Stacks are first made into rows (recursion folded), so that what is left out is counted in rows
 * that would have been printed.
 */
#include "cli/stack_text.h"

#include <stdlib.h>
#include <string.h>

#include "cli/text.h"
#include "cli/words.h"
#include "libcaulk/memory.h"
#include "libcaulk/plumbing.h"

/* A person reads the ends of a stack: who allocated, and on whose behalf. */
#define ROWS_MAX 16
#define OUTER_ROWS 4
#define COLUMN_MAX 44
#define LOADER_FILE "<frozen importlib._bootstrap"

struct row {
    const struct frame *frame;
    size_t times;
};

static bool same_frame(const struct frame *a, const struct frame *b)
{
    return a->address == b->address && a->inlined == b->inlined && a->line == b->line &&
           a->function == b->function;
}

/* How many of the user's outermost frames both have. */
static size_t common_frames(const struct call_stack *stack, const struct call_stack *above)
{
    size_t a = stack->user_end, b = above->user_end, common = 0;
    while (a > stack->user_begin && b > above->user_begin &&
           same_frame(&stack->frame[a - 1], &above->frame[b - 1]))
        a--, b--, common++;
    return common;
}

/* Python leaves them out of its tracebacks, too. */
static bool is_loader(const struct frame *frame)
{
    return frame->file && !strncmp(frame->file, LOADER_FILE, strlen(LOADER_FILE));
}

/* Between the user's own: how std::make_shared comes to call a constructor. */
static bool is_between(const struct call_stack *stack, size_t frame)
{
    return !stack->frame[stack->user_begin].plumbing && plumbing_is_of_cxx(&stack->frame[frame]);
}

bool stack_text_shows(const struct call_stack *stack, size_t frame)
{
    return frame == stack->user_begin ||
           (!is_loader(&stack->frame[frame]) && !is_between(stack, frame));
}

static size_t make_rows(const struct call_stack *stack, size_t end, struct row *rows)
{
    size_t count = 0;
    for (size_t i = stack->user_begin; i < end; i++)
        if (!stack_text_shows(stack, i))
            continue;
        else if (count && same_frame(rows[count - 1].frame, &stack->frame[i]))
            rows[count - 1].times++;
        else
            rows[count++] = (struct row){&stack->frame[i], 1};
    return count;
}

/* Of the outermost frames. */
static size_t count_shown(const struct call_stack *stack, size_t frames)
{
    size_t count = 0;
    for (size_t i = stack->user_end - frames; i < stack->user_end; i++)
        count += stack_text_shows(stack, i);
    return count;
}

static int widest(const struct row *rows, size_t count)
{
    int width = 0;
    for (size_t i = 0; i < count; i++) {
        int columns = words_columns(words_function(rows[i].frame).s);
        if (columns > width)
            width = columns;
    }
    return width < COLUMN_MAX ? width : COLUMN_MAX;
}

static void print_row(const struct row *row, int indent, int width)
{
    struct phrase function = words_function(row->frame);
    struct phrase place = words_place(row->frame);
    int fill = width - words_columns(function.s);
    printf("%*s%s", indent, "", function.s);
    if (*place.s)
        printf("%*s  %s", fill > 0 ? fill : 0, "", place.s);
    if (row->times > 1)
        printf("  × %s", text_count(row->times).s);
    putchar('\n');
}

static void print_folded(size_t frames, const char *what, int indent)
{
    printf("%*s%s… %s%s%s\n", indent, "", text_colour(TEXT_DIM), text_counted(frames, "frame").s,
           what, text_colour(TEXT_PLAIN));
}

void stack_text_print(const struct call_stack *stack, const struct call_stack *above, int indent)
{
    if (!stack->count) {
        printf("%*s(stack not recorded)\n", indent, "");
        return;
    }
    /* One frame is not worth a line that says so. */
    size_t common = above ? common_frames(stack, above) : 0;
    if (common < 2)
        common = 0;
    struct row *rows = allocate(stack->count, sizeof(*rows));
    size_t count = make_rows(stack, stack->user_end - common, rows);
    int width = widest(rows, count);
    size_t skipped = count > ROWS_MAX ? count - ROWS_MAX + 1 : 0;
    size_t skip_from = ROWS_MAX - OUTER_ROWS;
    for (size_t i = 0; i < count; i++) {
        if (skipped && i == skip_from) {
            print_folded(skipped, "", indent);
            i += skipped;
        }
        print_row(&rows[i], indent, width);
    }
    if (common)
        print_folded(count_shown(stack, common), " as above", indent);
    else if (stack->truncated)
        printf("%*s%s… not recorded further%s\n", indent, "", text_colour(TEXT_DIM),
               text_colour(TEXT_PLAIN));
    free(rows);
}
