/*
 * C++ exceptions, thrown through several frames with destructors, caught, rethrown, kept and moved
 * between threads; a dump is made while one is in flight. What the program prints must be the same
 * with and without the tracker.
 */
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "preload/caulk.h"

static int destroyed;

struct Guard {
    std::string text = std::string(100, 'g');
    ~Guard()
    {
        destroyed++;
    }
};

static void throw_below(int levels)
{
    Guard guard;

    if (levels == 0)
        throw std::runtime_error(std::string(200, 'e'));
    throw_below(levels - 1);
}

static int count_caught(int times)
{
    int caught = 0;

    for (int i = 0; i < times; i++) {
        try {
            try {
                throw_below(i % 20);
            } catch (const std::logic_error &) {
                caught = -1;
            } catch (...) {
                throw;
            }
        } catch (const std::exception &error) {
            caught += std::string(error.what()).size() == 200;
        }
    }
    return caught;
}

static void dump_in_flight()
{
    struct Dumper {
        ~Dumper()
        {
            caulk_dump(nullptr);
        }
    };
    try {
        Dumper dumper;
        throw_below(3);
    } catch (const std::exception &) {
    }
}

static std::exception_ptr kept_by_thread()
{
    std::exception_ptr kept;
    std::thread thread([&kept] {
        try {
            throw_below(5);
        } catch (...) {
            kept = std::current_exception();
        }
    });

    thread.join();
    return kept;
}

int main()
{
    std::vector<std::thread> threads;
    int caught[4] = {0};

    for (int i = 0; i < 4; i++)
        threads.emplace_back([&caught, i] { caught[i] = count_caught(500); });
    for (auto &thread : threads)
        thread.join();
    for (int i : caught)
        std::printf("caught %d\n", i);
    dump_in_flight();
    try {
        std::rethrow_exception(kept_by_thread());
    } catch (const std::exception &error) {
        std::printf("kept %zu\n", std::string(error.what()).size());
    }
    try {
        std::vector<char> huge(static_cast<size_t>(1) << 62);
        std::printf("%zu\n", huge.size());
    } catch (const std::bad_alloc &) {
        std::printf("bad_alloc\n");
    }
    std::printf("done\n");
    return 0;
}
