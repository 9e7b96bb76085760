/*
 * A chunked FIFO of bytes: what waits to be sent to a client. Grows and shrinks by chunks, never
 * moves a byte, and holds no memory while it is empty.
 */
#ifndef LEAKYD_FIFO_H
#define LEAKYD_FIFO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct fifo {
    struct fifo_chunk *first, *last;
    size_t length; /* bytes */
};

void fifo_init(struct fifo *fifo);
void fifo_finish(struct fifo *fifo);

/* Appends all of it, or nothing where memory has run out. */
bool fifo_write(struct fifo *fifo, const void *bytes, size_t count);

/* Appends all that other holds, which is empty then. */
void fifo_append(struct fifo *fifo, struct fifo *other);

/* Appends up to count bytes read from a file. Returns their number, 0 at its end, or -1 with errno.
 */
ssize_t fifo_read_from(struct fifo *fifo, int file, size_t count);

/* Sends as much as the socket takes without blocking and forgets it. False with errno on failure;
 * a full socket is none. */
bool fifo_send(struct fifo *fifo, int socket);

#endif
