/*
 * verdict: definite 0; indirect 0; possible 0; cycles 0
 * valgrind: same
 *
 * Heuristic multipleinheritance: a pointer to an object's second base points into its middle,
 * where that base's vtable pointer lies.
 */
#include "samples/sample.h"

struct Readable {
    long position = 0;
    virtual ~Readable() = default;
};

struct Writable {
    long written = 0;
    virtual ~Writable() = default;
};

struct File : Readable, Writable {
    long size = 0;
};

static Writable *output;

static void build()
{
    output = new File;
}

int main()
{
    sample_build(build);
    return caulk_dump(nullptr) != 0;
}
