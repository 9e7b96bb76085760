// Allocates while exceptions are thrown, in flight, and caught; the oracle compares every stack.
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

struct allocates_when_it_dies {
    explicit allocates_when_it_dies(int number) : number(number)
    {
    }
    ~allocates_when_it_dies()
    {
        std::string text(100 + number, 'x');
        keep = text.size();
    }
    int number;
    volatile size_t keep = 0;
};

__attribute__((noinline)) int dig(int depth, int throw_at)
{
    allocates_when_it_dies guard(depth);
    if (depth == throw_at)
        throw std::runtime_error("found it at level " + std::to_string(depth) +
                                 " of the recursion");
    return depth > 12 ? 0 : dig(depth + 1, throw_at) + 1;
}

__attribute__((noinline)) void rethrow(int throw_at)
{
    try {
        dig(0, throw_at);
    } catch (const std::exception &error) {
        std::string text = error.what();
        std::throw_with_nested(std::logic_error(text + ", and passed it on to the caller"));
    }
}

struct shape {
    virtual ~shape() = default;
    virtual std::vector<int> sides(int count) = 0;
};

struct polygon : shape {
    std::vector<int> sides(int count) override
    {
        std::vector<int> result;
        for (int i = 0; i < count; i++)
            result.push_back(i);
        return result;
    }
};

} // namespace

int main()
{
    std::map<std::string, std::unique_ptr<shape>> shapes;
    int caught = 0;
    for (int i = 0; i < 300; i++) {
        try {
            rethrow(i % 13);
        } catch (const std::logic_error &) {
            caught++;
        }
        shapes["a polygon with a long name " + std::to_string(i % 50)] =
            std::make_unique<polygon>();
        for (auto &entry : shapes)
            entry.second->sides(i % 9);
    }
    return caught == 300 ? 0 : 1;
}
