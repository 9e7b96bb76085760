#include "tests/support/asleep.h"

#include <sched.h>
#include <stdio.h>

void until_asleep(pid_t tid)
{
    char path[64], state = 'R';
    snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
    while (state != 'S') {
        FILE *stat = fopen(path, "r");
        if (!stat || fscanf(stat, "%*d (%*[^)]) %c", &state) != 1)
            state = 'R';
        if (stat)
            fclose(stat);
        sched_yield();
    }
}
