/* The shortest ring in a small graph: what of a tangle of cycles a person is told. */
#ifndef CAULK_RING_H
#define CAULK_RING_H

#include <stdint.h>

#define RING_NODES_MAX 64u

/*
 * The nodes of a shortest cycle of two nodes or more, in the order of its edges, into ret_ring;
 * returns how many they are, 0 where there is no such cycle. successors[n] has a bit for each node
 * that n points to; count is at most RING_NODES_MAX. Of equally short ones it is that of the
 * lowest node, which comes first. A search breadth first from each node.
 */
uint32_t ring_find(const uint64_t *successors, uint32_t count, uint32_t *ret_ring);

#endif
