/* Objects that know the std::weak_ptr to themselves, lost: one made together with its counts, one
 * apart from them. */
#include <cstdint>
#include <memory>

#include "preload/caulk.h"

struct Alone : std::enable_shared_from_this<Alone> {
    long id = 1;
};

struct Apart : std::enable_shared_from_this<Apart> {
    virtual ~Apart() = default;
};

/* Forgets a reference without releasing it. */
template <typename T> static void forget(std::shared_ptr<T> pointer)
{
    alignas(std::shared_ptr<T>) unsigned char kept[sizeof(std::shared_ptr<T>)];
    new (kept) std::shared_ptr<T>(std::move(pointer));
}

__attribute__((noinline)) static void leak()
{
    forget(std::make_shared<Alone>());
    forget(std::shared_ptr<Apart>(new Apart));
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
