/*
 * Whether the program is told of its own forks by userfaultfd (UFFD_FEATURE_EVENT_FORK). A clone
 * then returns only when the event has been read, mostly by a thread of the program's, which a
 * snapshot has stopped: so no snapshot may be made. What is asked of the kernel past libc's ioctl()
 * is not seen.
 */
#ifndef CAULK_FORK_EVENTS_H
#define CAULK_FORK_EVENTS_H

#include <stdbool.h>

/* Would this ioctl() ask for such events? To be looked at before the call, which writes over what
 * it is asked for. */
bool fork_events_would(unsigned long request, const void *argument);

void fork_events_note(void); /* one that would has been made */
bool fork_events_asked(void);

#endif
