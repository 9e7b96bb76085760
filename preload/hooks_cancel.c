/* libc installs its handler for cancellation at the first pthread_cancel(), over ours for the same
 * signal: ours takes its place again, and passes on what is libc's. */
#include <pthread.h>

#include "preload/dump_signal.h"
#include "preload/export.h"
#include "preload/next.h"

static int (*next_cancel)(pthread_t);

EXPORT int pthread_cancel(pthread_t thread)
{
    int error = NEXT(next_cancel, "pthread_cancel")(thread);
    if (dump_signal_started())
        control_signal_keep();
    return error;
}
