/*
 * A snapshot: what was captured in the pause and is handed to the dump's child process, in whose
 * copy of the address space nothing changes any more.
 *
 * All of it lies in memory from pages_map(); arrays are borrowed from the snapshot module.
 */
#ifndef CAULK_SNAPSHOT_H
#define CAULK_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct snapshot_thread {
    pid_t tid;
    uint32_t state; /* enum dump_thread_state */
    /* Stack pointer of the program's own code; scanned from there up, and from 128 bytes below it
     * where `red_zone` (user code was interrupted by the signal). */
    uintptr_t sp;
    bool red_zone;
    uintptr_t stack_start, stack_end; /* its own stack, 0 where not known; sp may lie elsewhere */
    uintptr_t tcb;                    /* thread pointer (fs base), 0 where not known */
    uintptr_t altstack_start, altstack_end; /* alternate signal stack, or 0 */
    /* Saved words that are roots: general and vector registers. In the thread's signal frame or in
     * a frame of the tracker's; NULL where there are none. */
    const uint64_t *registers;
    size_t register_words;
    const uint64_t *vector_registers;
    size_t vector_words;
    char name[16]; /* as in /proc/self/task/TID/comm */
};

struct snapshot {
    uint32_t sequence;
    uint32_t flags; /* DUMP_PROCESS_… known in the pause */
    bool only_lost; /* blocks that are reachable are summed */
    pid_t pid, parent_pid;
    uint64_t time_ns, uptime_ns;
    uint32_t tick;
    uint32_t dumped_until; /* the tick after the dump before, or 0 */
    struct snapshot_thread *threads;
    uint32_t thread_count;
    const uint64_t *kernel_words; /* epoll data, timer values */
    uint32_t kernel_word_count;
    uint64_t rss_bytes;
    uint64_t pause_ns; /* 0 where the child never learned it */
};

/* What the child found, for the log line and the status block. */
struct snapshot_result {
    uint64_t blocks, bytes;
};

/*
 * Scan the process's memory and write the dump to fd. Runs in the child only: single-threaded, on a
 * private copy of the address space, signals blocked, all other descriptors closed. proc_fd is an
 * open descriptor of /proc/self's directory, or -1 where /proc is out of reach. Returns 0 or an
 * errno; on failure ret_what names the step.
 */
int snapshot_write(const struct snapshot *snapshot, int fd, int proc_fd,
                   struct snapshot_result *ret_result, const char **ret_what);

#endif
