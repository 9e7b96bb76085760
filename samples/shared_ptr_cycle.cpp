/*
 * verdict: definite 2 blocks 80 bytes; indirect 1 block 1000 bytes; possible 0;
 *          cycles 1 of 2 blocks 80 bytes
 * valgrind: definite 1 block 32 bytes; indirect 2 blocks 1048 bytes; possible 0
 *
 * C++ shared_ptr cycle: session and peer own each other; one of the two should be a weak_ptr.
 * Valgrind makes one of them the other's owner.
 */
#include <memory>
#include <vector>

#include "samples/sample.h"

struct Peer;

struct Session {
    std::shared_ptr<Peer> peer;
};

struct Peer {
    std::shared_ptr<Session> session;
    std::unique_ptr<char[]> inbox;
    long id = 0;
};

static void leak()
{
    auto session = std::make_shared<Session>();
    auto peer = std::make_shared<Peer>();

    session->peer = peer;
    peer->session = session;
    peer->inbox = std::make_unique<char[]>(1000);
}

int main()
{
    sample_build(leak);
    return caulk_dump(nullptr) != 0;
}
