/*
 * The FIFO is a singly linked list of chunks; bytes are taken from the first and added to the last.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "samples/leakyd/fifo.h"

#define CHUNK_BYTES 16384

struct fifo_chunk {
    struct fifo_chunk *next;
    unsigned begin, end; /* the bytes in use */
    char bytes[CHUNK_BYTES - 16];
};

void fifo_init(struct fifo *fifo)
{
    *fifo = (struct fifo){0};
}

static void drop_first(struct fifo *fifo)
{
    struct fifo_chunk *chunk = fifo->first;

    fifo->first = chunk->next;
    if (!fifo->first)
        fifo->last = NULL;
    free(chunk);
}

void fifo_finish(struct fifo *fifo)
{
    while (fifo->first)
        drop_first(fifo);
    fifo->length = 0;
}

/* The last chunk, a new one where that is full, or NULL. */
static struct fifo_chunk *chunk_with_room(struct fifo *fifo)
{
    struct fifo_chunk *chunk = fifo->last;

    if (chunk && chunk->end < sizeof(chunk->bytes))
        return chunk;
    chunk = calloc(1, sizeof(*chunk));
    if (!chunk)
        return NULL;
    chunk->next = NULL;
    chunk->begin = chunk->end = 0;
    if (fifo->last)
        fifo->last->next = chunk;
    else
        fifo->first = chunk;
    fifo->last = chunk;
    return chunk;
}

static size_t room_of(const struct fifo_chunk *chunk, size_t wanted)
{
    size_t room = sizeof(chunk->bytes) - chunk->end;

    return wanted < room ? wanted : room;
}

bool fifo_write(struct fifo *fifo, const void *bytes, size_t count)
{
    const char *source = bytes;

    while (count > 0) {
        struct fifo_chunk *chunk = chunk_with_room(fifo);
        size_t part;

        if (!chunk)
            return false;
        part = room_of(chunk, count);
        memcpy(chunk->bytes + chunk->end, source, part);
        chunk->end += part;
        fifo->length += part;
        source += part;
        count -= part;
    }
    return true;
}

void fifo_append(struct fifo *fifo, struct fifo *other)
{
    if (!other->first)
        return;
    if (fifo->last)
        fifo->last->next = other->first;
    else
        fifo->first = other->first;
    fifo->last = other->last;
    fifo->length += other->length;
    fifo_init(other);
}

ssize_t fifo_read_from(struct fifo *fifo, int file, size_t count)
{
    struct fifo_chunk *chunk = chunk_with_room(fifo);
    ssize_t got;

    if (!chunk)
        return -1;
    got = read(file, chunk->bytes + chunk->end, room_of(chunk, count));
    if (got > 0) {
        chunk->end += got;
        fifo->length += got;
    }
    return got;
}

bool fifo_send(struct fifo *fifo, int socket)
{
    while (fifo->first) {
        struct fifo_chunk *chunk = fifo->first;
        ssize_t sent =
            send(socket, chunk->bytes + chunk->begin, chunk->end - chunk->begin, MSG_NOSIGNAL);

        if (sent < 0)
            return errno == EAGAIN || errno == EINTR;
        chunk->begin += sent;
        fifo->length -= sent;
        if (chunk->begin == chunk->end)
            drop_first(fifo);
    }
    return true;
}
