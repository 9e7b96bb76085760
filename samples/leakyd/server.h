/*
 * The server: a listening socket on 127.0.0.1, the sessions of the clients that are connected, and
 * the loop that serves them all from one thread.
 */
#ifndef LEAKYD_SERVER_H
#define LEAKYD_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Serves the files below root. Port 0 lets the system choose one. NULL with errno. */
struct server *server_create(const char *root, uint16_t port);

/* Ends all sessions in good order. Accepts NULL. */
void server_destroy(struct server *server);

uint16_t server_port(const struct server *server);

size_t server_session_count(const struct server *server);

/* Serves until SIGTERM or SIGINT, which must be blocked. False with errno on failure. */
bool server_run(struct server *server);

#endif
