/*
 * verdict: definite 4 blocks 120 bytes; indirect 0; possible 0; cycles 1 of 4 blocks 120 bytes
 * valgrind: definite 1 block 32 bytes; indirect 3 blocks 88 bytes; possible 0
 *
 * C++ shared_ptr cycle through three classes, each named by what memory says of it: Session and
 * Peer by what counts them (make_shared), Channel by its virtual functions. It was made by new, so
 * what counts it is a block of its own.
 */
#include <memory>

#include "samples/sample.h"

namespace relay
{

struct Peer;
struct Channel;

struct Session {
    std::shared_ptr<Peer> peer;
};

struct Peer {
    std::shared_ptr<Channel> channel;
    long id = 0;
};

struct Channel {
    std::shared_ptr<Session> session;

    virtual ~Channel() = default;
};

} // namespace relay

static void leak()
{
    auto session = std::make_shared<relay::Session>();
    session->peer = std::make_shared<relay::Peer>();
    session->peer->channel = std::shared_ptr<relay::Channel>(new relay::Channel);
    session->peer->channel->session = session;
}

int main()
{
    sample_build(leak);
    return caulk_dump(nullptr) != 0;
}
