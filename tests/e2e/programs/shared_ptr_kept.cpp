/* A cycle one of whose members has a reference more, which was hidden and is never released. */
#include <cstdint>
#include <memory>

#include "preload/caulk.h"

struct Peer;

struct Session {
    std::shared_ptr<Peer> peer;
};

struct Peer {
    std::shared_ptr<Session> session;
};

static uintptr_t hidden[2];

__attribute__((noinline)) static void leak()
{
    auto session = std::make_shared<Session>();
    session->peer = std::make_shared<Peer>();
    session->peer->session = session;

    alignas(std::shared_ptr<Session>) unsigned char kept[sizeof(std::shared_ptr<Session>)];
    new (kept) std::shared_ptr<Session>(session); /* never destroyed */
    for (int i = 0; i < 2; i++)
        hidden[i] = ~reinterpret_cast<uintptr_t *>(kept)[i];
}

__attribute__((noinline)) static void wipe()
{
    volatile char area[16384];
    for (auto &byte : area)
        byte = 0;
}

int main()
{
    leak();
    wipe();
    return caulk_dump(nullptr) != 0;
}
