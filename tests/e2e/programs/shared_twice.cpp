/*
 * A group whose members are held by std::shared_ptr made of pointers, so that what counts each lies
 * in a block of its own; two of its members know the hub.
 */
#include <memory>

#include "samples/sample.h"

struct Hub;

struct Spoke {
    virtual ~Spoke() = default;
    std::shared_ptr<Hub> hub;
};

struct Rim {
    virtual ~Rim() = default;
    std::shared_ptr<Hub> middle;
};

struct Hub {
    virtual ~Hub() = default;
    std::shared_ptr<Spoke> spoke;
    std::shared_ptr<Rim> rim;
};

static void leak()
{
    auto hub = std::shared_ptr<Hub>(new Hub);
    hub->spoke = std::shared_ptr<Spoke>(new Spoke);
    hub->rim = std::shared_ptr<Rim>(new Rim);
    hub->spoke->hub = hub;
    hub->rim->middle = hub;
}

int main()
{
    sample_build(leak);
    return caulk_dump(nullptr) != 0;
}
