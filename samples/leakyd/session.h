/*
 * One client: its socket, the line that it is typing, the transfer that is under way, and what
 * waits to be sent to it.
 *
 * Counts references. The server holds one while the client is connected, the session's file system
 * another: see samples/leakyd/filesystem.h.
 */
#ifndef LEAKYD_SESSION_H
#define LEAKYD_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "samples/leakyd/fifo.h"

#define SESSION_LINE_BYTES 512

struct filesystem;
struct server;

/* A file on its way from or to the client. */
struct transfer {
    int file; /* -1: none */
    bool to_client;
    uint64_t remaining; /* bytes */
};

struct session {
    int references;
    int socket;
    bool quitting; /* to be closed when all is sent */
    struct server *server;
    struct session *next, *previous; /* the server's list */
    struct filesystem *filesystem;   /* a counted reference */
    struct fifo output;
    struct transfer transfer;
    uint64_t charged_bytes;
    size_t line_length;
    char line[SESSION_LINE_BYTES];
};

/* A session for a connected, non-blocking socket, which is the session's from now on. The caller's
 * reference is the only one but for the file system's. NULL with errno, the socket untouched. */
struct session *session_open(struct server *server, int socket, int root);

struct session *session_ref(struct session *session);
void session_unref(struct session *session);

/* The orderly end, at the client's wish or the server's: closes the file system, and the session
 * quits when what waits is sent. */
void session_quit(struct session *session);

/* The client is gone: closes socket and transfer. */
void session_hang_up(struct session *session);

/* Takes what the client sent and sends what waits. False where the client is gone, or has quit and
 * got everything. */
bool session_serve(struct session *session);

/* Whether more is to be sent, now or after the socket drained. */
bool session_has_output(const struct session *session);

/* Sends a line. */
void session_say(struct session *session, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Starts a transfer of a file, which is the session's from now on. */
void session_transfer(struct session *session, int file, bool to_client, uint64_t bytes);

#endif
