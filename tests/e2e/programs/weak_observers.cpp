/*
 * Subjects whose observers own them, and that know their observers weakly, in a container. A
 * reference to each observer was hidden and is never released: both are lost, and look like a
 * cycle.
 */
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "samples/sample.h"

struct Listener;
struct Viewer;

struct Topic {
    std::vector<std::weak_ptr<Listener>> listeners;
};

struct Listener {
    std::shared_ptr<Topic> topic;
};

struct Page {
    std::map<int, std::weak_ptr<Viewer>> viewers;
};

struct Viewer {
    std::shared_ptr<Page> page;
};

static uintptr_t hidden[4];

template <class T> static void hide(const std::shared_ptr<T> &owner, uintptr_t *where)
{
    alignas(std::shared_ptr<T>) unsigned char kept[sizeof(owner)];
    new (kept) std::shared_ptr<T>(owner); /* never destroyed */
    for (int i = 0; i < 2; i++)
        where[i] = ~reinterpret_cast<uintptr_t *>(kept)[i];
}

static void leak()
{
    auto listener = std::make_shared<Listener>();
    listener->topic = std::make_shared<Topic>();
    listener->topic->listeners.push_back(listener);
    hide(listener, hidden);
    auto viewer = std::make_shared<Viewer>();
    viewer->page = std::make_shared<Page>();
    viewer->page->viewers[7] = viewer;
    hide(viewer, hidden + 2);
}

int main()
{
    sample_build(leak);
    return caulk_dump(nullptr) != 0;
}
