#include "preload/task_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "libcaulk/dump_format.h"
#include "preload/signals.h"
#include "preload/tasks.h"

static bool control_signal_is_pending(pid_t tid)
{
    char text[2048];
    if (tasks_read(tid, "status", text, sizeof(text)) <= 0)
        return true;
    const char *pending = strstr(text, "SigPnd:");
    return !pending ||
           (strtoul(pending + strlen("SigPnd:"), NULL, 16) & signal_bit(CONTROL_SIGNAL));
}

bool task_is_in_sigtimedwait(pid_t tid)
{
    char text[256];
    return tasks_read(tid, "syscall", text, sizeof(text)) > 0 &&
           strtol(text, NULL, 10) == SYS_rt_sigtimedwait;
}

/* The order matters: a thread that runs the handler is not in that call, and one that will run it
 * still has the signal. */
bool task_takes_the_signal(pid_t tid)
{
    return !control_signal_is_pending(tid) && task_is_in_sigtimedwait(tid);
}

bool task_has_ended(pid_t tid)
{
    char text[256];
    if (syscall(SYS_tgkill, getpid(), tid, 0) != 0 && errno == ESRCH)
        return true;
    const char *state = tasks_read(tid, "stat", text, sizeof(text)) > 0 ? strrchr(text, ')') : NULL;
    return state && (state[2] == 'Z' || state[2] == 'X');
}

/* "nr a1 … a6 sp pc", or "running" */
void task_guess(pid_t tid, struct snapshot_thread *ret_thread)
{
    char text[256];
    *ret_thread = (struct snapshot_thread){.tid = tid, .state = DUMP_THREAD_UNPARKED};
    if (tasks_read(tid, "comm", text, sizeof(ret_thread->name)) > 0)
        memcpy(ret_thread->name, text, strcspn(text, "\n"));
    if (tasks_read(tid, "syscall", text, sizeof(text)) <= 0)
        return;
    char *pc = strrchr(text, ' ');
    if (!pc)
        return;
    *pc = '\0';
    char *sp = strrchr(text, ' ');
    if (sp)
        ret_thread->sp = strtoul(sp, NULL, 16);
}
