/* Containers with a hundred elements each; of std::unordered_map's, memory proves nothing. */
#include <list>
#include <map>
#include <set>
#include <unordered_map>

#include "preload/caulk.h"

#define ELEMENTS 100

static std::map<long, long> table;
static std::set<int> numbers;
static std::list<long> queue;
static std::unordered_map<long, long> hashed;

int main()
{
    for (int i = 0; i < ELEMENTS; i++) {
        table[i * 7919 % 101] = i;
        numbers.insert(-i);
        queue.push_front(i);
        hashed[i] = i;
    }
    return caulk_dump(nullptr) != 0;
}
