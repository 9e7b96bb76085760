/*
 * One epoll instance watches the listener, a signalfd, and every client. An event's data is the
 * session that it is about; for the listener it is NULL, for the signals the server itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "samples/leakyd/server.h"
#include "samples/leakyd/session.h"

#define EVENTS_AT_ONCE 64

struct server {
    int root, listener, poller, signals; /* descriptors, -1 while not open */
    struct session *sessions;
    size_t session_count;
};

static int listen_locally(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int yes = 1;

    if (listener < 0)
        return -1;
    if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0 ||
        bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(listener, SOMAXCONN) != 0) {
        close(listener);
        return -1;
    }
    return listener;
}

static int open_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static bool watch(struct server *server, int descriptor, void *about)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = about};

    return epoll_ctl(server->poller, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

struct server *server_create(const char *root, uint16_t port)
{
    struct server *server = calloc(1, sizeof(*server));

    if (!server)
        return NULL;
    server->root = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    server->listener = listen_locally(port);
    server->poller = epoll_create1(EPOLL_CLOEXEC);
    server->signals = -1;
    if (server->root < 0 || server->listener < 0 || server->poller < 0 ||
        !watch(server, server->listener, NULL)) {
        int error = errno;

        server_destroy(server);
        errno = error;
        return NULL;
    }
    return server;
}

static void add_session(struct server *server, struct session *session)
{
    session->next = server->sessions;
    if (session->next)
        session->next->previous = session;
    server->sessions = session;
    server->session_count++;
}

static void remove_session(struct server *server, struct session *session)
{
    if (session->previous)
        session->previous->next = session->next;
    else
        server->sessions = session->next;
    if (session->next)
        session->next->previous = session->previous;
    session->next = session->previous = NULL;
    server->session_count--;
}

/* The client has quit or is gone: forgets the session and gives up the server's reference. */
static void end_session(struct server *server, struct session *session)
{
    remove_session(server, session);
    session_hang_up(session);
    session_unref(session);
}

void server_destroy(struct server *server)
{
    if (!server)
        return;
    while (server->sessions) {
        session_quit(server->sessions);
        end_session(server, server->sessions);
    }
    const int descriptors[] = {server->root, server->listener, server->poller, server->signals};
    for (size_t i = 0; i < sizeof(descriptors) / sizeof(*descriptors); i++) {
        if (descriptors[i] >= 0)
            close(descriptors[i]);
    }
    free(server);
}

uint16_t server_port(const struct server *server)
{
    struct sockaddr_in address;
    socklen_t length = sizeof(address);

    if (getsockname(server->listener, (struct sockaddr *)&address, &length) != 0)
        return 0;
    return ntohs(address.sin_port);
}

size_t server_session_count(const struct server *server)
{
    return server->session_count;
}

/* Waits for room in the socket only while there is something to send. */
static void serve(struct server *server, struct session *session)
{
    struct epoll_event event = {.data.ptr = session};

    if (!session_serve(session)) {
        end_session(server, session);
        return;
    }
    event.events = session_has_output(session) ? EPOLLOUT : EPOLLIN;
    epoll_ctl(server->poller, EPOLL_CTL_MOD, session->socket, &event);
}

static void accept_client(struct server *server)
{
    int socket = accept4(server->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    struct session *session;

    if (socket < 0)
        return; /* the client was faster than we, or descriptors have run out */
    session = session_open(server, socket, server->root);
    if (!session) {
        close(socket);
        return;
    }
    add_session(server, session);
    if (watch(server, socket, session))
        serve(server, session);
    else
        end_session(server, session);
}

/* A signalfd that epoll watches reports the signals of the process that had it watched, so this has
 * to wait until the daemon has forked. */
static bool watch_signals(struct server *server)
{
    server->signals = open_signals();
    return server->signals >= 0 && watch(server, server->signals, server);
}

bool server_run(struct server *server)
{
    if (!watch_signals(server))
        return false;
    for (;;) {
        struct epoll_event events[EVENTS_AT_ONCE];
        int count = epoll_wait(server->poller, events, EVENTS_AT_ONCE, -1);

        if (count < 0 && errno != EINTR)
            return false;
        for (int i = 0; i < count; i++) {
            void *about = events[i].data.ptr;

            if (about == server)
                return true;
            if (about)
                serve(server, about);
            else
                accept_client(server);
        }
    }
}
