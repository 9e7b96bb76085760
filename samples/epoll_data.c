/*
 * verdict: definite 0; indirect 0; possible 0; cycles 0; reachable 1 block 120 bytes
 * valgrind: definite 1 block 120 bytes; indirect 0; possible 0
 *
 * Epoll data: a connection's only pointer is the one that the program gave the kernel, and that
 * epoll_wait will hand back. Half of all event loops are written like this. Valgrind does not look
 * into the kernel and calls it lost.
 */
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "samples/sample.h"

struct connection {
    int descriptor;
    char buffer[116];
};

static int poller;

static void build(void)
{
    struct connection *connection = calloc(1, sizeof(*connection));
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    int ends[2];

    if (!connection || pipe(ends) != 0)
        abort();
    connection->descriptor = ends[0];
    if (epoll_ctl(poller, EPOLL_CTL_ADD, ends[0], &event) != 0)
        abort();
}

int main(void)
{
    poller = epoll_create1(EPOLL_CLOEXEC);
    sample_build(build);
    return caulk_dump(NULL) != 0;
}
