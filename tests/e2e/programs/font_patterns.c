/*
 * Patterns of libfontconfig's, whose elements no pointer leads to: twenty are held, one is lost.
 * Ends with 77 where there is no libfontconfig.
 */
#include <dlfcn.h>

#include "tests/e2e/programs/gate.h"

static void *(*create)(void);
static int (*add_text)(void *pattern, const char *object, const char *text);
static void *kept[20];

static void *make_pattern(void)
{
    void *pattern = create();
    add_text(pattern, "family", "some family");
    add_text(pattern, "style", "some style");
    return pattern;
}

static void lose_pattern(void)
{
    void *volatile pattern = make_pattern();

    if (!pattern)
        _exit(98);
    pattern = NULL;
}

int main(void)
{
    void *library = dlopen("libfontconfig.so.1", RTLD_NOW);
    if (!library)
        return 77;
    *(void **)&create = dlsym(library, "FcPatternCreate");
    *(void **)&add_text = dlsym(library, "FcPatternAddString");
    lose_pattern();
    for (int i = 0; i < 20; i++)
        kept[i] = make_pattern();
    gate();
    return 0;
}
