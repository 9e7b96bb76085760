#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/stack_text.h"

#define FRAMES_MAX 64

/* A stack of a word like "wcbaM": each letter is a frame with a function of that name, innermost
 * first, called from a line of its own; library functions are before the '|'. */
struct made {
    struct frame frame[FRAMES_MAX];
    char name[FRAMES_MAX][2];
    struct call_stack stack;
};

static void make(struct made *made, const char *letters)
{
    const char *bar = strchr(letters, '|');
    *made = (struct made){.stack = {.frame = made->frame}};
    made->stack.user_begin = bar ? (size_t)(bar - letters) : 0;
    for (; *letters; letters++) {
        if (*letters == '|')
            continue;
        size_t i = made->stack.count++;
        made->name[i][0] = *letters;
        made->frame[i] =
            (struct frame){.address = (uint64_t)*letters,
                           .function = made->name[i],
                           .file = *letters == 'L' ? "<frozen importlib._bootstrap>" : "x.c",
                           .line = 7};
    }
    made->stack.user_end = made->stack.count;
}

/* Frames of one function compare by its name's address, as the symbolizer's do. */
static void share_names(struct made *of, const struct made *with)
{
    for (size_t i = 0; i < of->stack.count; i++) {
        for (size_t k = 0; k < i; k++)
            if (of->frame[i].address == of->frame[k].address)
                of->frame[i].function = of->frame[k].function;
        for (size_t k = 0; with && k < with->stack.count; k++)
            if (of->frame[i].address == with->frame[k].address)
                of->frame[i].function = with->frame[k].function;
    }
}

static char *printed(const struct call_stack *stack, const struct call_stack *above)
{
    char *text;
    size_t length;
    FILE *out = stdout;
    stdout = open_memstream(&text, &length);
    stack_text_print(stack, above, 1);
    fclose(stdout);
    stdout = out;
    return text;
}

static void prints(const char *letters, const char *above_letters, const char *expected)
{
    struct made stack, above;
    make(&stack, letters);
    if (above_letters) {
        make(&above, above_letters);
        share_names(&above, NULL);
    }
    share_names(&stack, above_letters ? &above : NULL);
    char *text = printed(&stack.stack, above_letters ? &above.stack : NULL);
    assert_string_equal(text, expected);
    free(text);
}

static void one_line_a_frame(void **state)
{
    (void)state;
    prints("abM", NULL, " a  x.c:7\n b  x.c:7\n M  x.c:7\n");
    prints("", NULL, " (stack not recorded)\n");
}

static void library_frames_are_left_out(void **state)
{
    (void)state;
    prints("yz|aM", NULL, " a  x.c:7\n M  x.c:7\n");
}

static void outer_frames_as_above_are_one_line(void **state)
{
    (void)state;
    prints("caM", "baM", " c  x.c:7\n … 2 frames as above\n");
    prints("caM", "bM", " c  x.c:7\n a  x.c:7\n M  x.c:7\n");
    prints("aM", "aM", " … 2 frames as above\n");
}

static void loading_a_module_is_left_out(void **state)
{
    (void)state;
    prints("aLLbLM", NULL, " a  x.c:7\n b  x.c:7\n M  x.c:7\n");
    prints("LLM", NULL, " L  <frozen importlib._bootstrap>:7\n M  x.c:7\n");
    prints("caLM", "baLM", " c  x.c:7\n … 2 frames as above\n");
}

static void recursion_is_counted(void **state)
{
    (void)state;
    prints("arrrM", NULL, " a  x.c:7\n r  x.c:7  × 3\n M  x.c:7\n");
}

static void the_middle_of_a_deep_stack_is_left_out(void **state)
{
    (void)state;
    prints("abcdefghijklmnop", NULL,
           " a  x.c:7\n b  x.c:7\n c  x.c:7\n d  x.c:7\n e  x.c:7\n f  x.c:7\n g  x.c:7\n"
           " h  x.c:7\n i  x.c:7\n j  x.c:7\n k  x.c:7\n l  x.c:7\n m  x.c:7\n n  x.c:7\n"
           " o  x.c:7\n p  x.c:7\n");
    prints("abcdefghijklmnopqrstuvwxyz", NULL,
           " a  x.c:7\n b  x.c:7\n c  x.c:7\n d  x.c:7\n e  x.c:7\n f  x.c:7\n g  x.c:7\n"
           " h  x.c:7\n i  x.c:7\n j  x.c:7\n k  x.c:7\n l  x.c:7\n … 11 frames\n"
           " x  x.c:7\n y  x.c:7\n z  x.c:7\n");
}

static void a_cut_stack_says_so(void **state)
{
    (void)state;
    struct made made;
    make(&made, "ab");
    made.stack.truncated = true;
    char *text = printed(&made.stack, NULL);
    assert_string_equal(text, " a  x.c:7\n b  x.c:7\n … not recorded further\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_line_a_frame),
        cmocka_unit_test(library_frames_are_left_out),
        cmocka_unit_test(outer_frames_as_above_are_one_line),
        cmocka_unit_test(loading_a_module_is_left_out),
        cmocka_unit_test(recursion_is_counted),
        cmocka_unit_test(the_middle_of_a_deep_stack_is_left_out),
        cmocka_unit_test(a_cut_stack_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
