/*
 * Contexts, objects and texts of talloc's, of which the program knows places inside of blocks, or
 * past their ends (empty contexts), alone. One object and one context with an object below it are
 * lost. Ends with 77 where there is no libtalloc.
 */
#include <dlfcn.h>

#include "tests/e2e/programs/gate.h"

static void *(*named)(const void *context, size_t bytes, const char *name);
static char *(*text)(const void *context, const char *characters);
static void *(*pool)(const void *context, size_t bytes);

struct session {
    char *user;
    void *scratch; /* an empty context, held by this alone */
};

static struct session *session;
static void *empty, *filled, *arena;

static void keep_objects(void)
{
    session = named(NULL, sizeof(*session), "struct session");
    session->user = text(session, "somebody");
    session->scratch = named(NULL, 0, "scratch");
    empty = named(NULL, 0, "struct empty");
    filled = named(NULL, 0, "filled");
    for (int i = 0; i < 100; i++)
        named(filled, 40, "struct member");
    arena = pool(NULL, 4000);
    named(arena, 100, "struct of_pool");
    pool(session, 2000);
}

static void lose_objects(void)
{
    void *volatile lost = named(NULL, 60, "struct lost");
    lost = named(NULL, 0, "lost context");
    named(lost, 24, "struct below");
    lost = NULL;
}

int main(void)
{
    void *library = dlopen("libtalloc.so.2", RTLD_NOW);
    if (!library)
        return 77;
    *(void **)&named = dlsym(library, "talloc_named_const");
    *(void **)&text = dlsym(library, "talloc_strdup");
    *(void **)&pool = dlsym(library, "talloc_pool");
    lose_objects();
    keep_objects();
    gate();
    return 0;
}
