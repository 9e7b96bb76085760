/*
 * A service of systemd's: holds a heap of MEBIBYTES in blocks of 1 KiB, loses 5000 blocks more,
 * says that it is ready where it is asked to (NOTIFY_SOCKET), then that it is alive
 * (WATCHDOG_USEC), until a signal ends it.
 *
 *   service [MEBIBYTES]
 */
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "tests/e2e/programs/gate.h"

#define BLOCK_BYTES 1024

struct entry {
    struct entry *next;
    char filling[BLOCK_BYTES - sizeof(struct entry *)];
};

static struct entry *head;

static void hold(long bytes)
{
    for (long i = 0; i < bytes / BLOCK_BYTES; i++) {
        struct entry *entry = malloc(sizeof(*entry));

        if (!entry)
            _exit(98);
        memset(entry->filling, (int)i, sizeof(entry->filling));
        entry->next = head;
        head = entry;
    }
}

static void notify(const char *state)
{
    struct sockaddr_un manager = {.sun_family = AF_UNIX};
    const char *name = getenv("NOTIFY_SOCKET");

    if (!name)
        return;
    strncpy(manager.sun_path, name, sizeof(manager.sun_path) - 1);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (sendto(fd, state, strlen(state), 0, (struct sockaddr *)&manager, sizeof(manager)) < 0)
        _exit(97);
    close(fd);
}

int main(int argc, char **argv)
{
    const char *watchdog = getenv("WATCHDOG_USEC");
    int rest_ms = watchdog ? atoi(watchdog) / 4000 : -1;

    hold(argc > 1 ? atol(argv[1]) << 20 : 0);
    for (int i = 0; i < 5000; i++) /* no dump fits into a page */
        lose_block(77);
    wipe_stack();
    notify("READY=1");
    for (;;) {
        poll(NULL, 0, rest_ms);
        notify("WATCHDOG=1");
    }
}
