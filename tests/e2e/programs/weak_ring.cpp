/* Three classes that own each other in a ring, in which one knows the one before it, too, but
 * weakly. */
#include <memory>

#include "samples/sample.h"

struct Peer;
struct Channel;

struct Session {
    virtual ~Session() = default;
    std::shared_ptr<Peer> peer;
};

struct Peer {
    virtual ~Peer() = default;
    std::shared_ptr<Channel> channel;
    std::weak_ptr<Session> session;
};

struct Channel {
    virtual ~Channel() = default;
    std::shared_ptr<Session> session;
};

static void leak()
{
    auto session = std::make_shared<Session>();
    session->peer = std::make_shared<Peer>();
    session->peer->session = session;
    session->peer->channel = std::make_shared<Channel>();
    session->peer->channel->session = session;
}

int main()
{
    sample_build(leak);
    return caulk_dump(nullptr) != 0;
}
