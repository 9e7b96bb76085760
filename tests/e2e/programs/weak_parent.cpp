/*
 * Two parents whose children know them by a std::weak_ptr. Of the first, a reference was hidden and
 * is never released: it is lost, and looks like a cycle. The second and its child own each other,
 * and a table that is alive has a weak_ptr to it, too.
 */
#include <cstdint>
#include <memory>

#include "samples/sample.h"

struct Child;
struct Friend;

struct Parent {
    std::shared_ptr<Child> child;
};

struct Child {
    std::weak_ptr<Parent> parent;
};

struct Owner {
    std::shared_ptr<Friend> other;
};

struct Friend {
    std::shared_ptr<Owner> owner;
    std::weak_ptr<Owner> same;
};

static uintptr_t hidden[2];
static std::weak_ptr<Owner> *table;

static void leak()
{
    auto parent = std::make_shared<Parent>();
    parent->child = std::make_shared<Child>();
    parent->child->parent = parent;

    alignas(std::shared_ptr<Parent>) unsigned char kept[sizeof(std::shared_ptr<Parent>)];
    new (kept) std::shared_ptr<Parent>(parent); /* never destroyed */
    for (int i = 0; i < 2; i++)
        hidden[i] = ~reinterpret_cast<uintptr_t *>(kept)[i];

    auto owner = std::make_shared<Owner>();
    owner->other = std::make_shared<Friend>();
    owner->other->owner = owner;
    owner->other->same = owner;
    table = new std::weak_ptr<Owner>(owner);
    for (int i = 0; i < 2; i++) /* what the table has keeps nothing alive, but would be a pointer */
        reinterpret_cast<uintptr_t *>(table)[i] = ~reinterpret_cast<uintptr_t *>(table)[i];
}

int main()
{
    sample_build(leak);
    return caulk_dump(nullptr) != 0;
}
