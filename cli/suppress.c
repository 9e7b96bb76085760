/* `caulk suppress`: suppressions for what a dump has lost, to be kept in a file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/dump_json.h"
#include "cli/options.h"
#include "cli/text.h"
#include "cli/words.h"
#include "libcaulk/memory.h"

/* Valgrind reads no more frames, and fewer make a suppression that lasts. */
#define FRAMES_MAX 8

enum suppress_key { KEY_FORMAT = OPTION_FIRST_FREE };

struct arguments {
    const char *path;
    bool valgrind, json;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case OPTION_JSON:
        arguments->json = true;
        return 0;
    case KEY_FORMAT:
        arguments->valgrind = strcmp(argument, "valgrind") == 0;
        if (!arguments->valgrind && strcmp(argument, "lsan") != 0)
            options_fail("suppress", "--format: '%s' is neither lsan nor valgrind", argument);
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->path)
            options_fail("suppress", "one dump; '%s' is too much", argument);
        arguments->path = argument;
        return 0;
    case ARGP_KEY_END:
        if (!arguments->path)
            options_fail("suppress", "which dump? (caulk suppress DUMP)");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* What the mangled name is sure to have in it, in its order: "Session::open" is "*Session*open*".
 */
static struct phrase mangled_glob(const char *function)
{
    struct phrase glob = words_format("%s", "*");
    for (const char *at = function; *at;) {
        size_t length = strcspn(at, ":<>(),&* ");
        if (length)
            glob = words_format("%s%.*s*", glob.s, (int)(length < 100 ? length : 100), at);
        at += length;
        at += strspn(at, ":<>(),&* ");
    }
    return glob;
}

static void print_valgrind_frame(const struct frame *frame)
{
    if (frame->function && strpbrk(frame->function, ":<("))
        printf("   fun:%s\n", mangled_glob(frame->function).s);
    else if (frame->function)
        printf("   fun:%s\n", frame->function);
    else
        printf("   obj:%s\n", frame->module ? frame->module : "*");
}

static void print_valgrind(const struct leak *leak, const struct call_stack *stack)
{
    unsigned printed = 0;
    printf("{\n   %s: %s\n   Memcheck:Leak\n   match-leak-kinds: definite,indirect\n   ...\n",
           words_id('S', leak->site).s, text_counted(leak->own.blocks, "block").s);
    for (size_t i = stack->user_begin; i < stack->user_end && printed < FRAMES_MAX; i++) {
        if (stack->frame[i].inlined)
            continue;
        print_valgrind_frame(&stack->frame[i]);
        printed++;
    }
    puts("}");
}

/* What LeakSanitizer's format can say: one frame's function, or else its module. */
static const char *pattern_of(const struct call_stack *stack)
{
    const struct frame *frame = words_own_frame(stack);
    if (!frame)
        return NULL;
    if (frame->function)
        return frame->function;
    return frame->module ? words_file_name(frame->module) : NULL;
}

/* One line does for all places that share a function. patterns: those of the rows before, to which
 * this one's is added. */
static void print_lsan(const struct leak *leak, const struct call_stack *stack,
                       const char **patterns, uint32_t count)
{
    const char *pattern = patterns[count] = pattern_of(stack);
    for (uint32_t i = 0; pattern && i < count; i++)
        if (patterns[i] && strcmp(patterns[i], pattern) == 0)
            return;
    printf("# %s: %s, %s\n", words_id('S', leak->site).s, text_counted(leak->own.blocks, "block").s,
           text_size(leak->own.bytes).s);
    if (pattern)
        printf("leak:%s\n", pattern);
    else
        puts("# (its stack is not known)");
}

static void put_json(struct json *json, const struct leak *leak, const struct call_stack *stack)
{
    json_object(json, NULL);
    dump_json_id(json, "site", 'S', leak->site);
    json_number(json, "blocks", leak->own.blocks);
    json_number(json, "bytes", leak->own.bytes);
    json_string(json, "pattern", pattern_of(stack));
    json_end(json);
}

static void print_all(const struct opened *opened, const struct arguments *arguments)
{
    const struct leaks *leaks = &opened->analysis->leaks;
    const char **patterns = allocate(leaks->count, sizeof(*patterns));
    struct json *json = arguments->json ? json_create(stdout) : NULL;
    if (json) {
        json_object(json, NULL);
        json_string(json, "schema", "caulk.suppress/1");
        json_array(json, "suppressions");
    }
    for (uint32_t i = 0; i < leaks->count; i++) {
        struct call_stack stack;
        if (leaks->leak[i].kind != KIND_DEFINITE || leak_is_pending(&leaks->leak[i]))
            continue;
        opened_site_stack(opened, leaks->leak[i].site, &stack);
        if (json)
            put_json(json, &leaks->leak[i], &stack);
        else if (arguments->valgrind)
            print_valgrind(&leaks->leak[i], &stack);
        else
            print_lsan(&leaks->leak[i], &stack, patterns, i);
        call_stack_finish(&stack);
    }
    if (json) {
        json_end(json);
        json_end(json);
        json_destroy(json);
    }
    free(patterns);
}

int suppress_run(int argc, char **argv)
{
    static const struct argp_option rows[] = {
        {"format", KEY_FORMAT, "lsan|valgrind", 0,
         "LeakSanitizer's format (default): a function each; or Valgrind's: a stack each", 0},
        OPTIONS_JSON,
        {0}};
    static const struct argp argp = {
        .options = rows,
        .parser = parse,
        .args_doc = "DUMP",
        .doc = "Suppressions for what the dump has lost, worst first: to be kept in a file, read "
               "before it is trusted, and given to caulk analyze --suppressions."};
    struct arguments arguments = {0};
    struct names_from names;
    names_from_parse("suppress", &argp, argc, argv, &arguments, &names);
    struct opened opened;
    opened_init(&opened, &names, arguments.path);
    print_all(&opened, &arguments);
    opened_finish(&opened);
    return EXIT_DONE;
}
