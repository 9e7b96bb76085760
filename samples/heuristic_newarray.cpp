/*
 * verdict: definite 0; indirect 0; possible 0; cycles 0
 * valgrind: same
 *
 * Heuristic newarray: new[] of a class with a destructor puts the number of elements before the
 * first one, and the program points to the first one.
 */
#include "samples/sample.h"

struct Element {
    long value = 1;
    ~Element()
    {
        value = 0;
    }
};

static Element *elements;

static void build()
{
    elements = new Element[10];
}

int main()
{
    sample_build(build);
    return caulk_dump(nullptr) != 0;
}
