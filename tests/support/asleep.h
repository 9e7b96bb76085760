/* When a thread of the test waits. */
#ifndef CAULK_TESTS_ASLEEP_H
#define CAULK_TESTS_ASLEEP_H

#include <sys/types.h>

/* Returns as soon as the kernel shows the thread asleep in a system call. */
void until_asleep(pid_t tid);

#endif
