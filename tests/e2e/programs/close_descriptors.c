/*
 * A daemon's first act: it closes every descriptor from 3 up. The next ones that it opens get those
 * numbers; whoever remembered one of them now reads and writes the daemon's data.
 */
#include <sys/socket.h>
#include <string.h>

#include "preload/caulk.h"
#include "tests/e2e/programs/gate.h"

#define PAIRS 8

static int pairs[PAIRS][2];

static void expect_silence(int descriptor)
{
    char byte;

    if (recv(descriptor, &byte, 1, MSG_DONTWAIT) != -1)
        _exit(97);
}

static void expect_echo(int from, int to)
{
    char byte = 0;

    if (write(from, "x", 1) != 1 || read(to, &byte, 1) != 1 || byte != 'x')
        _exit(96);
}

int main(void)
{
    free(malloc(10));
    closefrom(3);
    for (int i = 0; i < PAIRS; i++) {
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[i]) != 0)
            return 1;
    }
    if (pairs[0][0] != 3)
        return 2;
    lose_block(33);
    if (caulk_dump(NULL) != 0)
        return 3;
    lose_block(33);
    for (int i = 0; i < PAIRS; i++) {
        expect_silence(pairs[i][0]);
        expect_silence(pairs[i][1]);
        expect_echo(pairs[i][0], pairs[i][1]);
        expect_echo(pairs[i][1], pairs[i][0]);
    }
    return caulk_dump(NULL) != 0;
}
