/*
 * A session moves bytes: from the socket into lines or an upload, from a download into the FIFO,
 * and from the FIFO to the socket. The leak of this daemon is in session_hang_up().
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "samples/leakyd/command.h"
#include "samples/leakyd/filesystem.h"
#include "samples/leakyd/session.h"

/* Enough to keep a socket busy, and all that a slow client can hold. */
#define OUTPUT_BYTES 65536

struct session *session_open(struct server *server, int socket, int root)
{
    struct session *session = calloc(1, sizeof(*session));

    if (!session)
        return NULL;
    session->references = 1;
    session->server = server;
    session->transfer.file = -1;
    fifo_init(&session->output);
    session->filesystem = filesystem_open(session, root);
    if (!session->filesystem) {
        free(session);
        return NULL;
    }
    session->socket = socket;
    session_say(session, "200 leakyd is ready");
    return session;
}

struct session *session_ref(struct session *session)
{
    session->references++;
    return session;
}

static void close_transfer(struct session *session)
{
    if (session->transfer.file >= 0)
        close(session->transfer.file);
    session->transfer.file = -1;
}

void session_unref(struct session *session)
{
    if (--session->references > 0)
        return;
    filesystem_unref(session->filesystem);
    fifo_finish(&session->output);
    free(session);
}

void session_quit(struct session *session)
{
    if (session->quitting)
        return;
    session->quitting = true;
    close_transfer(session);
    filesystem_close(session->filesystem);
}

/* Here the file system should be closed too. It is not, so a session whose client hangs up without
 * QUIT holds its file system, and that holds the session. */
void session_hang_up(struct session *session)
{
    close_transfer(session);
    close(session->socket);
}

bool session_has_output(const struct session *session)
{
    return session->output.length > 0 ||
           (session->transfer.file >= 0 && session->transfer.to_client);
}

void session_say(struct session *session, const char *format, ...)
{
    char line[SESSION_LINE_BYTES];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(line, sizeof(line) - 1, format, arguments);
    va_end(arguments);
    if (length > (int)sizeof(line) - 2)
        length = sizeof(line) - 2;
    line[length++] = '\n';
    fifo_write(&session->output, line, length);
}

void session_transfer(struct session *session, int file, bool to_client, uint64_t bytes)
{
    session->transfer = (struct transfer){.file = file, .to_client = to_client, .remaining = bytes};
    filesystem_charge(session->filesystem, bytes);
}

/* Moves the download under way into the FIFO, as far as that may grow. */
static bool fill_output(struct session *session)
{
    struct transfer *transfer = &session->transfer;

    while (transfer->file >= 0 && transfer->to_client && session->output.length < OUTPUT_BYTES) {
        ssize_t got = fifo_read_from(&session->output, transfer->file, transfer->remaining);

        if (got <= 0 && transfer->remaining > 0)
            return false; /* the length was promised: only hanging up tells the client */
        transfer->remaining -= got;
        if (transfer->remaining == 0)
            close_transfer(session);
    }
    return true;
}

static void take_upload(struct session *session, const char *bytes, size_t count)
{
    struct transfer *transfer = &session->transfer;

    while (count > 0) {
        ssize_t written = write(transfer->file, bytes, count);

        if (written < 0) {
            session_say(session, "452 %s", strerror(errno));
            session_quit(session);
            return;
        }
        bytes += written;
        count -= written;
        transfer->remaining -= written;
    }
    if (transfer->remaining == 0) {
        close_transfer(session);
        session_say(session, "226 stored");
    }
}

static void take_line_byte(struct session *session, char byte)
{
    if (byte == '\n') {
        session->line[session->line_length] = '\0';
        session->line_length = 0;
        command_run(session, session->line);
    } else if (session->line_length < sizeof(session->line) - 1) {
        session->line[session->line_length++] = byte;
    } else {
        session_say(session, "500 line too long");
        session_quit(session);
    }
}

static void take(struct session *session, const char *bytes, size_t count)
{
    while (count > 0 && !session->quitting) {
        struct transfer *transfer = &session->transfer;
        size_t part = 1;

        if (transfer->file >= 0 && !transfer->to_client) {
            part = count < transfer->remaining ? count : transfer->remaining;
            take_upload(session, bytes, part);
        } else {
            take_line_byte(session, *bytes);
        }
        bytes += part;
        count -= part;
    }
}

/* False where the client has closed its side or is gone. */
static bool receive(struct session *session)
{
    char bytes[4096];
    ssize_t got = recv(session->socket, bytes, sizeof(bytes), 0);

    if (got > 0)
        take(session, bytes, got);
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

bool session_serve(struct session *session)
{
    /* While a download is under way the client's next commands wait in the socket. */
    bool connected = (session->transfer.file >= 0 && session->transfer.to_client) ||
                     session->quitting || receive(session);

    return connected && fill_output(session) && fifo_send(&session->output, session->socket) &&
           (!session->quitting || session_has_output(session));
}
