/*
 * verdict: definite 0; indirect 0; possible 0; cycles 0; reachable 1 block 45 bytes
 * valgrind: same
 *
 * Heuristic stdstring: a string that counts references starts with length, capacity and count, and
 * its users point to the characters after them (libstdc++'s std::string before C++11).
 */
#include <stdlib.h>

#include "samples/sample.h"

struct string {
    size_t length, capacity, references;
    char characters[];
};

static char *title;

static void build(void)
{
    const char text[] = "twenty characters...";
    struct string *string = malloc(sizeof(*string) + sizeof(text));

    if (!string)
        abort();
    string->length = string->capacity = sizeof(text) - 1;
    string->references = 0;
    strcpy(string->characters, text);
    title = string->characters;
}

int main(void)
{
    sample_build(build);
    return caulk_dump(NULL) != 0;
}
