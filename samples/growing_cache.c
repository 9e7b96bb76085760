/*
 * verdict: definite 0; indirect 0; possible 0; cycles 0; reachable 1001 blocks 34240 bytes
 * valgrind: same
 *
 * Growing cache: everything is reachable, and still the program will run out of memory, since
 * nothing ever leaves the table. No leak checker finds it at exit.
 */
#include <stdlib.h>

#include "samples/sample.h"

struct answer {
    long question;
    char text[16];
};

static struct {
    struct answer **answers;
    size_t length, capacity;
} cache;

static void remember(long question)
{
    if (cache.length == cache.capacity) {
        cache.capacity = cache.capacity ? 2 * cache.capacity : 10;
        cache.answers = reallocarray(cache.answers, cache.capacity, sizeof(*cache.answers));
    }
    struct answer *answer = calloc(1, sizeof(*answer));
    if (!answer || !cache.answers)
        abort();
    answer->question = question;
    cache.answers[cache.length++] = answer;
}

static void run(void)
{
    for (long question = 0; question < 1000; question++)
        remember(question);
}

int main(void)
{
    sample_build(run);
    return caulk_dump(NULL) != 0;
}
