/*
 * leakyd's clients: they store a file, list the directory, fetch the file back and compare, and
 * then leave, in one of three ways.
 *
 *   leakyd-client PORT_FILE quit [N]     says QUIT and waits for the server to close
 *   leakyd-client PORT_FILE drop [N]     just closes the connection
 *   leakyd-client PORT_FILE abort [N]    closes it in the middle of a download
 *   leakyd-client PORT_FILE wait         returns when the server knows that all others have left
 *
 * N clients, one after another. Exit status 0 if the server did all that was asked of it.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_SECONDS 120 /* then SIGALRM ends the client */
#define SMALL_BYTES 10000
#define LARGE_BYTES (16 << 20) /* more than the sockets' buffers hold, however they grow */
#define RECEIVE_BYTES 65536

struct client {
    FILE *in, *out;
};

static void fail(const char *what)
{
    fprintf(stderr, "leakyd-client: %s: %s\n", what, errno ? strerror(errno) : "unexpected answer");
    exit(1);
}

static uint16_t read_port(const char *path)
{
    FILE *file = fopen(path, "r");
    unsigned port;

    if (!file || fscanf(file, "%u", &port) != 1)
        fail(path);
    fclose(file);
    return port;
}

/* Sends a line, unless format is NULL, and reads the answer's line, which must start with code. */
static void ask(struct client *client, char *ret_answer, size_t bytes, int code, const char *format,
                ...) __attribute__((format(printf, 5, 6)));

static void ask(struct client *client, char *ret_answer, size_t bytes, int code, const char *format,
                ...)
{
    va_list arguments;

    if (format) {
        va_start(arguments, format);
        vfprintf(client->out, format, arguments);
        va_end(arguments);
        fputc('\n', client->out);
        fflush(client->out);
    }
    errno = 0;
    if (!fgets(ret_answer, bytes, client->in) || atoi(ret_answer) != code)
        fail(format ? format : "greeting");
}

static void expect(struct client *client, int code, const char *command)
{
    char answer[512];

    ask(client, answer, sizeof(answer), code, command ? "%s" : NULL, command);
}

static struct client enter(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int receive_bytes = RECEIVE_BYTES;
    struct client client;

    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof(receive_bytes));
    if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, sizeof(address)) != 0)
        fail("connect");
    client.in = fdopen(descriptor, "r");
    client.out = fdopen(dup(descriptor), "w");
    if (!client.in || !client.out)
        fail("fdopen");
    expect(&client, 200, NULL);
    return client;
}

static void leave(struct client *client)
{
    fclose(client->in);
    fclose(client->out);
}

static void fill(char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        bytes[i] = (char)(i * 31 + i / 251);
}

static void store(struct client *client, const char *name, size_t count)
{
    char answer[512];
    char *bytes = malloc(count);

    if (!bytes)
        fail("malloc");
    fill(bytes, count);
    ask(client, answer, sizeof(answer), 350, "PUT %s %zu", name, count);
    if (fwrite(bytes, 1, count, client->out) != count || fflush(client->out) != 0)
        fail("upload");
    expect(client, 226, NULL);
    free(bytes);
}

/* Reads the bytes that the answer announced. The caller frees them. */
static char *read_announced(struct client *client, const char *answer, size_t *ret_count)
{
    size_t count = strtoull(answer + 4, NULL, 10);
    char *bytes = malloc(count + 1);

    errno = 0;
    if (!bytes || fread(bytes, 1, count, client->in) != count)
        fail("download");
    bytes[count] = '\0';
    *ret_count = count;
    return bytes;
}

static void list(struct client *client, const char *name)
{
    char answer[512];
    size_t count;
    char *listing;

    ask(client, answer, sizeof(answer), 150, "LIST");
    listing = read_announced(client, answer, &count);
    if (!strstr(listing, name))
        fail("LIST");
    free(listing);
}

static void fetch(struct client *client, const char *name, size_t expected_count)
{
    char *expected = malloc(expected_count);
    char answer[512];
    size_t count;
    char *bytes;

    ask(client, answer, sizeof(answer), 150, "GET %s", name);
    bytes = read_announced(client, answer, &count);
    if (!expected)
        fail("malloc");
    fill(expected, expected_count);
    if (count != expected_count || memcmp(bytes, expected, count) != 0)
        fail("GET");
    free(bytes);
    free(expected);
}

static void visit(struct client *client)
{
    expect(client, 200, "PWD");
    store(client, "small", SMALL_BYTES);
    list(client, "small");
    fetch(client, "small", SMALL_BYTES);
}

static void quit(struct client *client)
{
    visit(client);
    expect(client, 221, "QUIT");
    if (fgetc(client->in) != EOF)
        fail("QUIT");
}

static void break_off(struct client *client)
{
    char answer[512];

    store(client, "large", LARGE_BYTES);
    ask(client, answer, sizeof(answer), 150, "GET large");
    if (fgetc(client->in) == EOF)
        fail("GET large");
}

static void wait_for_others(struct client *client)
{
    char answer[512];

    do
        ask(client, answer, sizeof(answer), 200, "WHO");
    while (atoi(answer + 4) != 1);
    expect(client, 221, "QUIT");
}

int main(int count, char **words)
{
    static const struct {
        const char *name;
        void (*act)(struct client *client);
    } ways[] = {{"quit", quit}, {"drop", visit}, {"abort", break_off}, {"wait", wait_for_others}};
    int clients = count > 3 ? atoi(words[3]) : 1;

    alarm(PATIENCE_SECONDS);
    for (size_t i = 0; count >= 3 && i < sizeof(ways) / sizeof(*ways); i++) {
        if (strcmp(words[2], ways[i].name) != 0)
            continue;
        while (clients-- > 0) {
            struct client client = enter(read_port(words[1]));

            ways[i].act(&client);
            leave(&client);
        }
        return 0;
    }
    fprintf(stderr, "usage: leakyd-client PORT_FILE quit|drop|abort|wait [N]\n");
    return 2;
}
