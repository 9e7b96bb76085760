/*
 * A struct that caulk_label names lets go of a block, between two dumps: who dropped it has a
 * member's name.
 */
#include <stdlib.h>

#include "samples/sample.h"

struct session {
    long id;
    char *inbox;
};

static struct session *kept;

static void open_session(void)
{
    kept = calloc(1, sizeof(*kept));
    if (!kept)
        abort();
    caulk_label(kept, "struct session");
    kept->inbox = malloc(100);
}

static void drop_inbox(void)
{
    kept->inbox = NULL;
}

int main(void)
{
    sample_build(open_session);
    if (caulk_dump(NULL))
        return 1;
    sample_build(drop_inbox);
    return caulk_dump(NULL) != 0;
}
