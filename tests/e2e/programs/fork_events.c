/*
 * A thread of its own that userfaultfd tells of faults and forks: a fork returns only when that
 * thread has read of it. The exit status is 77 where that may not be had.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "tests/e2e/programs/gate.h"

#define AREA_BYTES (1u << 20)
#define UNAVAILABLE 77

static int faults;

static void *read_events(void *unused)
{
    struct uffd_msg event;
    while (read(faults, &event, sizeof(event)) == sizeof(event))
        if (event.event == UFFD_EVENT_FORK)
            close((int)event.arg.fork.ufd);
    return unused;
}

static void watch_area(void)
{
    struct uffdio_api api = {.api = UFFD_API, .features = UFFD_FEATURE_EVENT_FORK};
    void *area = mmap(NULL, AREA_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct uffdio_register watched = {
        .range = {(unsigned long)area, AREA_BYTES},
        .mode = UFFDIO_REGISTER_MODE_MISSING,
    };
    faults = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
    if (faults < 0 || ioctl(faults, UFFDIO_API, &api) != 0 ||
        ioctl(faults, UFFDIO_REGISTER, &watched) != 0)
        _exit(UNAVAILABLE);
}

int main(void)
{
    int status = 0;
    pthread_t thread;
    watch_area();
    pthread_create(&thread, NULL, read_events, NULL);
    gate();
    pid_t child = fork();
    if (child == 0)
        _exit(3);
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}
