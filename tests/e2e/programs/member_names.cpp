/*
 * A cycle of three classes with smart pointers as members: of a class itself, after a base class's,
 * in an array and in a template. The session also has a vector, and a member of another class.
 */
#include <memory>
#include <vector>

#include "samples/sample.h"

namespace relay
{

class Peer;

struct Message {
    long length = 0;
    char text[56] = {};
};

struct Queue {
    long length = 0;
    std::unique_ptr<Message> head;
};

class Connection
{
  public:
    virtual ~Connection() = default;
    long bytes_sent_ = 0;
};

class Session : public Connection
{
  public:
    std::vector<char> inbuf_ = std::vector<char>(1000);
    Queue inbox_;
    std::shared_ptr<Peer> peer_;
};

template <typename Owner> class Channel
{
  public:
    long number_ = 0;
    std::shared_ptr<Owner> owner_;
};

class Peer : public Connection
{
  public:
    std::shared_ptr<Channel<const Session>> channels_[4];
};

} // namespace relay

static void leak()
{
    auto session = std::make_shared<relay::Session>();
    session->inbox_.head = std::make_unique<relay::Message>();
    session->peer_ = std::shared_ptr<relay::Peer>(new relay::Peer);
    session->peer_->channels_[3] = std::make_shared<relay::Channel<const relay::Session>>();
    session->peer_->channels_[3]->owner_ = session;
}

int main()
{
    sample_build(leak);
    return caulk_dump(nullptr) != 0;
}
