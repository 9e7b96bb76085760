/*
 * Whether a child that the calling thread made now would be the first process of a PID namespace:
 * the thread has called unshare(CLONE_NEWPID), or setns(), and made none yet. The dump's child must
 * not be that one: when it ends, the kernel refuses the program every further child (ENOMEM).
 *
 * Async-signal-safe. Where /proc is out of reach, or older than Linux 4.12, the answer is false.
 */
#ifndef CAULK_CHILD_NAMESPACE_H
#define CAULK_CHILD_NAMESPACE_H

#include <stdbool.h>

bool child_namespace_is_empty(void);

#endif
