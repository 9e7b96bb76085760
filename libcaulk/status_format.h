/*
 * The tracker's status block: how `caulk ps` and `caulk dump` see a tracked process from outside.
 *
 * libcaulk.so exports one object, `caulk_status`, of type struct tracker_status. Other processes
 * find it through the library's dynamic symbol table plus its load address, and read it with
 * process_vm_readv or /proc/PID/mem. They never write to it. This header is the specification of
 * the layout, shared by the tracker (writer) and libcaulk/target.c (reader).
 *
 * A dump is asked for by a queued signal (rt_sigqueueinfo, si_code SI_QUEUE), number
 * `request_signal`, whose 64-bit value is a cookie: STATUS_COOKIE_TAG in the upper 16 bits, a
 * random number below but for the bits STATUS_COOKIE_…, which say what the dump is to be like. Once
 * one of `replies` has the cookie and its result is no longer STATUS_PENDING, the dump is whole, or
 * has failed. The oldest reply gives way to the newest: who asks reads before STATUS_REPLIES others
 * were answered.
 *
 * Consistency: the writer makes `lock` odd, changes fields, makes it even again (each with a
 * release barrier). A reader takes `lock` (even), then the block, then `lock` again, and repeats
 * where they differ. `tracking` and dump_signal… change without it, and so do the counters, which
 * are only ever added to: a sum is off by what happened while it was read.
 *
 * Versions: 1, the first; 2, with dump_signal, dump_signal_taken and dump; 3, with more than one
 * reply; 4, with stack_frames, only_lost and has_python. A reader refuses a version that it doesn't
 * know.
 */
#ifndef CAULK_STATUS_FORMAT_H
#define CAULK_STATUS_FORMAT_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#define STATUS_SYMBOL "caulk_status"
#define STATUS_MAGIC UINT64_C(0x305441534b4c4143) /* "CALKSAT0" in memory */
#define STATUS_VERSION 4u

#define STATUS_COOKIE_TAG UINT64_C(0xCA11)
#define STATUS_COOKIE_SHIFT 48
#define STATUS_COOKIE_LOST (UINT64_C(1) << 47) /* lost and possible blocks, sums of the others */
#define STATUS_COOKIE_FULL                                                                         \
    (UINT64_C(1) << 46) /* all blocks; neither: as the process's options say */
#define STATUS_COOKIE_DETAIL (STATUS_COOKIE_LOST | STATUS_COOKIE_FULL)
#define STATUS_REQUEST_SIGNAL 32 /* where nothing keeps the tracker from having it */

#define STATUS_PATH_BYTES 4096
#define STATUS_REASON_BYTES 256
#define STATUS_DUMP_DEFAULT "/tmp/caulk.%p.%n.dump" /* the option `dump` where it is not given */
#define STATUS_REPLIES 16
#define STATUS_COUNTER_CHUNKS 64

enum status_result {
    STATUS_PENDING, /* accepted, under way */
    STATUS_WRITTEN, /* the path is whole */
    STATUS_FAILED,  /* the reason says why, the error may */
};

/* One thread's (or one shard's) counts since the program's start; they only grow. */
struct status_counter {
    uint64_t allocated_bytes;
    uint64_t freed_bytes;
    uint64_t allocated_blocks;
    uint64_t freed_blocks;
    uint64_t reserved[4];
};
static_assert(sizeof(struct status_counter) == 64, "one cache line a counter");

/* An array of counters in the tracked process; count 0 ends the list of chunks. */
struct status_chunk {
    uint64_t address; /* of struct status_counter[count], a run-time address */
    uint64_t count;
};

struct status_reply {
    uint64_t cookie;   /* of the request; 0: none */
    uint32_t result;   /* enum status_result */
    uint32_t error;    /* an errno, or 0 */
    uint32_t sequence; /* %n of that dump */
    uint32_t reserved;
    char path[STATUS_PATH_BYTES];     /* absolute, in the process's own root; NUL-terminated */
    char reason[STATUS_REASON_BYTES]; /* the log line's REASON, NUL-terminated */
};

struct tracker_status {
    uint64_t magic;    /* STATUS_MAGIC once the rest is valid */
    uint32_t version;  /* STATUS_VERSION */
    uint32_t pid;      /* in the process's own PID namespace; another one: a child just forked */
    uint64_t start_ns; /* Unix time of the program's start (exec) */

    uint32_t lock;     /* odd while the fields below change */
    uint32_t tracking; /* 1, or 0 where the tracker has given up: off_reason says why */
    uint32_t request_signal;
    uint32_t dumps_made;        /* whole files written so far */
    uint32_t dumping;           /* 1 while a dump is under way */
    uint32_t dump_signal;       /* the option `signal`, 0 for none */
    uint32_t dump_signal_taken; /* 1 while the program handles, ignores or waits for it itself */

    uint32_t replies_made; /* the next one goes to this modulo STATUS_REPLIES */
    struct status_reply replies[STATUS_REPLIES];
    char off_reason[STATUS_REASON_BYTES]; /* NUL-terminated */

    char dump[STATUS_PATH_BYTES]; /* the option `dump`, with its % sequences, NUL-terminated */

    /* Live bytes are the sum over all counters of allocated_bytes - freed_bytes. */
    struct status_chunk chunks[STATUS_COUNTER_CHUNKS];

    uint64_t stack_frames; /* address of a uint32_t: all stacks' frames so far, shared ones once */
    uint32_t only_lost;    /* 1 where the option `detail` is lost */
    uint32_t has_python;   /* 1 where CPython is loaded: of its programs no blocks are summed */
};
static_assert(sizeof(struct status_chunk) == 16, "chunk layout");
static_assert(sizeof(struct status_reply) == 24 + STATUS_PATH_BYTES + STATUS_REASON_BYTES,
              "reply layout");
static_assert(sizeof(struct tracker_status) == 56 + STATUS_REPLIES * sizeof(struct status_reply) +
                                                   STATUS_REASON_BYTES + STATUS_PATH_BYTES +
                                                   STATUS_COUNTER_CHUNKS * 16 + 16,
              "status layout");

/* Bytes that the process which writes a dump takes for itself, by the resident set of the program:
 * mostly one bit for each 16 bytes of heap and its page tables; where only lost blocks are written
 * in full, also what finding them takes. Pages that the program writes to meanwhile are copied on
 * top of that. */
static inline uint64_t status_dump_memory(uint64_t resident_bytes, bool only_lost)
{
    return (UINT64_C(16) << 20) + (only_lost ? UINT64_C(48) << 20 : 0) + resident_bytes / 80;
}

#endif
