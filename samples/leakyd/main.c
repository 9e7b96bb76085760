/*
 * leakyd: a small file server on 127.0.0.1 that loses memory, for caulk to find.
 *
 *   main        options, signals, port file
 *   server      one epoll loop: accepts clients, serves sessions
 *   session     one client: lines and transfers in, FIFO out        ─┐ these two hold each
 *   filesystem  the directory that a session is in, and its account ─┘ other by counted references
 *   command     the line protocol
 *   fifo        chunked buffer between files and sockets
 *
 * A client that says QUIT makes the session close its file system, and all is released. A client
 * that drops the connection doesn't, and session, file system and what waited to be sent are lost:
 * a cycle that no count ever brings to zero.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "samples/leakyd/server.h"

struct options {
    const char *root, *port_file;
    uint16_t port;
    bool foreground;
};

static void usage(FILE *stream)
{
    fprintf(stream, "usage: leakyd [--foreground] [--port=N] [--port-file=FILE] ROOT\n");
}

static void parse_options(int count, char **words, struct options *ret_options)
{
    static const struct option known[] = {
        {"foreground", no_argument, NULL, 'f'},
        {"port", required_argument, NULL, 'p'},
        {"port-file", required_argument, NULL, 'P'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    struct options options = {0};
    int option;

    while ((option = getopt_long(count, words, "", known, NULL)) != -1) {
        switch (option) {
        case 'f':
            options.foreground = true;
            break;
        case 'p':
            options.port = strtoul(optarg, NULL, 10);
            break;
        case 'P':
            options.port_file = optarg;
            break;
        case 'h':
            usage(stdout);
            exit(0);
        default:
            usage(stderr);
            exit(2);
        }
    }
    if (optind + 1 != count) {
        usage(stderr);
        exit(2);
    }
    options.root = words[optind];
    *ret_options = options;
}

static void fail(const char *what)
{
    fprintf(stderr, "leakyd: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* Under its final name the file is there whole or not at all: clients wait for it. */
static void write_port_file(const char *path, uint16_t port)
{
    char *temporary;
    FILE *file;

    if (asprintf(&temporary, "%s.new", path) < 0)
        fail(path);
    file = fopen(temporary, "w");
    if (!file || fprintf(file, "%u\n", port) < 0 || fclose(file) != 0 ||
        rename(temporary, path) != 0)
        fail(path);
    free(temporary);
}

static void block_ending_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

int main(int count, char **words)
{
    struct options options;
    struct server *server;

    parse_options(count, words, &options);
    block_ending_signals();
    server = server_create(options.root, options.port);
    if (!server)
        fail(options.root);
    if (!options.foreground && daemon(1, 0) != 0)
        fail("daemon");
    if (options.port_file)
        write_port_file(options.port_file, server_port(server));
    else
        printf("leakyd: listening on 127.0.0.1:%u\n", server_port(server));
    fflush(stdout);
    if (!server_run(server))
        fail("epoll_wait");
    server_destroy(server);
    return 0;
}
