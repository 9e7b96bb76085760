/* See fork_events.h. Once asked for it stays so: the descriptor may be anywhere by the time that it
 * is closed. */
#include "preload/fork_events.h"

#include <linux/userfaultfd.h>
#include <stdatomic.h>
#include <sys/ioctl.h>

static _Atomic bool asked;

bool fork_events_would(unsigned long request, const void *argument)
{
    const struct uffdio_api *api = argument;
    return request == UFFDIO_API && api && (api->features & UFFD_FEATURE_EVENT_FORK);
}

void fork_events_note(void)
{
    asked = true;
}

bool fork_events_asked(void)
{
    return asked;
}
