/*
 * How much nicer than the program the dump's child is. It is to have about a tenth of a processor
 * that the program keeps busy: 10 against one thread (at 19 it would be a hundredth, and the dump
 * of a large heap would take minutes), less against several that share the processor, where 10
 * would be a thousandth.
 */
#ifndef CAULK_DUMP_NICENESS_H
#define CAULK_DUMP_NICENESS_H

#include <stdint.h>

/* running: threads of the program that want a processor; processors: 1 or more. */
static inline int dump_niceness(uint32_t running, uint32_t processors)
{
    /* The kernel's weights: a step is a factor of 1.25. */
    static const int nicer_against[] = {10, 10, 7, 5, 4, 3, 2, 1, 1};
    uint32_t each = (running + processors - 1) / processors;
    return each < sizeof(nicer_against) / sizeof(nicer_against[0]) ? nicer_against[each] : 0;
}

#endif
