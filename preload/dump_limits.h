/*
 * The dump's child within the limits of the program's control group. "The child dies first" is no
 * protection where the whole group dies with it (memory.oom.group, systemd's OOMPolicy): it gives
 * up by itself while there is still room. And it takes a tenth of the processor time that the group
 * may use, so that the program is not held back for it.
 */
#ifndef CAULK_DUMP_LIMITS_H
#define CAULK_DUMP_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Called in a signal handler, and does not return. */
typedef void dump_limits_give_up(const char *reason);

/* Learns the limits. False with a reason where a dump of a program of that size won't fit. */
bool dump_limits_admit(uint64_t resident_bytes, bool only_lost, char *ret_reason, size_t capacity);

/* From now on the limits are looked after, by a timer's signal, until the stop. */
void dump_limits_watch(dump_limits_give_up *give_up);
void dump_limits_stop(void);

/* How long a process that has used cpu_ns in wall_ns has to rest, where its group has so many
 * processors' worth of time. */
uint64_t dump_limits_rest_ns(uint64_t cpu_ns, uint64_t wall_ns, double cpus);

#endif
