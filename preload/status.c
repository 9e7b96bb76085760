#include "preload/status.h"

#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "preload/export.h"

EXPORT struct tracker_status caulk_status;

/* Makes the block's lock odd, or even again. Only the thread that serves a dump, or the
 * constructor, writes: there is one writer at a time. */
static void lock_step(void)
{
    atomic_thread_fence(memory_order_seq_cst);
    caulk_status.lock++;
    atomic_thread_fence(memory_order_seq_cst);
}

static void copy_text(char *to, size_t capacity, const char *from)
{
    size_t length = from ? strnlen(from, capacity - 1) : 0;
    memcpy(to, from ? from : "", length);
    to[length] = '\0';
}

void status_start(uint64_t start_ns, const char *dump, bool only_lost)
{
    lock_step();
    caulk_status.version = STATUS_VERSION;
    caulk_status.pid = (uint32_t)getpid();
    caulk_status.start_ns = start_ns;
    caulk_status.tracking = 1;
    caulk_status.request_signal = STATUS_REQUEST_SIGNAL;
    caulk_status.dumps_made = 0;
    caulk_status.dumping = 0;
    caulk_status.replies_made = 0;
    for (unsigned i = 0; i < STATUS_REPLIES; i++)
        caulk_status.replies[i].cookie = 0;
    caulk_status.only_lost = only_lost;
    copy_text(caulk_status.dump, sizeof(caulk_status.dump), dump);
    lock_step();
    caulk_status.magic = STATUS_MAGIC;
}

void status_stack_frames(const void *count)
{
    caulk_status.stack_frames = (uint64_t)(uintptr_t)count;
}

void status_python(bool loaded)
{
    caulk_status.has_python = loaded;
}

void status_tracking_off(const char *reason)
{
    copy_text(caulk_status.off_reason, sizeof(caulk_status.off_reason), reason);
    caulk_status.tracking = 0;
}

void status_dumping(bool dumping)
{
    lock_step();
    caulk_status.dumping = dumping;
    lock_step();
}

void status_dump_signal(int number, bool taken)
{
    caulk_status.dump_signal = (uint32_t)number;
    caulk_status.dump_signal_taken = taken;
}

static void put_answer(const struct status_answer *answer)
{
    struct status_reply *reply =
        &caulk_status.replies[caulk_status.replies_made++ % STATUS_REPLIES];
    reply->cookie = answer->cookie;
    reply->result = answer->result;
    reply->error = (uint32_t)answer->error;
    reply->sequence = answer->sequence;
    copy_text(reply->path, sizeof(reply->path), answer->path);
    copy_text(reply->reason, sizeof(reply->reason), answer->reason);
}

/* Who asked by a cookie may still have to read the answer: a dump without one takes no place. */
void status_answer(const struct status_answer *answer)
{
    lock_step();
    caulk_status.dumps_made += answer->result == STATUS_WRITTEN;
    if (answer->cookie != 0)
        put_answer(answer);
    lock_step();
}

bool status_add_counters(const void *counters, size_t count)
{
    for (size_t i = 0; i < STATUS_COUNTER_CHUNKS; i++)
        if (caulk_status.chunks[i].count == 0) {
            caulk_status.chunks[i].address = (uint64_t)(uintptr_t)counters;
            caulk_status.chunks[i].count = count;
            return true;
        }
    return false;
}
