/*
 * A session and a peer that hold each other. The session has containers, whose nodes point back to
 * them, and so into the session; and it drags what is cyclic itself: the nodes of a map elsewhere,
 * and of a tree that know their parent. Of a class that is a template, one that holds itself.
 */
#include <list>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "samples/sample.h"

struct Node {
    Node *parent, *left, *right;
};

struct Peer;

struct Session {
    virtual ~Session() = default;
    std::shared_ptr<Peer> peer;
    std::map<int, std::string> names;
    std::list<int> numbers;
    std::unordered_map<int, int> index;
    std::unique_ptr<std::map<int, int>> elsewhere;
    Node *tree = nullptr;
};

struct Peer {
    virtual ~Peer() = default;
    std::shared_ptr<Session> session;
};

template <typename Key, int Count> struct Table {
    virtual ~Table() = default;
    Key keys[Count];
    std::shared_ptr<Table> self;
};

static Node *grow(Node *parent, int depth)
{
    if (depth == 0)
        return nullptr;
    Node *node = new Node{parent, nullptr, nullptr};
    node->left = grow(node, depth - 1);
    node->right = grow(node, depth - 1);
    return node;
}

static void leak()
{
    auto session = std::make_shared<Session>();
    session->peer = std::make_shared<Peer>();
    session->peer->session = session;
    for (int i = 0; i < 5; i++)
        session->names[i] = "a name";
    session->numbers.assign(5, 1);
    for (int i = 0; i < 5; i++)
        session->index[i] = i;
    session->elsewhere = std::make_unique<std::map<int, int>>();
    for (int i = 0; i < 5; i++)
        (*session->elsewhere)[i] = i;
    session->tree = grow(nullptr, 5);
    auto table = std::make_shared<Table<std::string, 4>>();
    table->self = table;
}

int main()
{
    void (*volatile build)() = leak; /* or the linker would make one function of all */
    sample_build(build);
    return caulk_dump(nullptr) != 0;
}
