#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "samples/leakyd/command.h"
#include "samples/leakyd/filesystem.h"
#include "samples/leakyd/server.h"
#include "samples/leakyd/session.h"

static void say_error(struct session *session)
{
    session_say(session, "550 %s", strerror(errno));
}

static void run_pwd(struct session *session, char *unused)
{
    (void)unused;
    session_say(session, "200 %s", filesystem_path(session->filesystem));
}

static void run_cd(struct session *session, char *name)
{
    if (filesystem_enter(session->filesystem, name))
        run_pwd(session, name);
    else
        say_error(session);
}

static void run_list(struct session *session, char *unused)
{
    struct fifo listing;

    (void)unused;
    fifo_init(&listing);
    if (filesystem_list(session->filesystem, &listing)) {
        session_say(session, "150 %zu", listing.length);
        fifo_append(&session->output, &listing);
    } else {
        say_error(session);
    }
    fifo_finish(&listing);
}

static void run_get(struct session *session, char *name)
{
    uint64_t bytes;
    int file = filesystem_fetch(session->filesystem, name, &bytes);

    if (file < 0) {
        say_error(session);
        return;
    }
    session_say(session, "150 %" PRIu64, bytes);
    session_transfer(session, file, true, bytes);
}

static void run_put(struct session *session, char *arguments)
{
    char *space = strrchr(arguments, ' ');
    char *end = NULL;
    uint64_t bytes = space ? strtoull(space + 1, &end, 10) : 0;
    int file;

    if (!end || end == space + 1 || *end || bytes == 0) {
        session_say(session, "501 PUT NAME BYTES");
        return;
    }
    *space = '\0';
    file = filesystem_store(session->filesystem, arguments);
    if (file < 0) {
        say_error(session);
        return;
    }
    session_say(session, "350 %" PRIu64, bytes);
    session_transfer(session, file, false, bytes);
}

static void run_who(struct session *session, char *unused)
{
    (void)unused;
    session_say(session, "200 %zu", server_session_count(session->server));
}

static void run_quit(struct session *session, char *unused)
{
    (void)unused;
    session_say(session, "221 bye");
    session_quit(session);
}

static const struct command {
    const char *name;
    void (*run)(struct session *session, char *arguments);
} commands[] = {
    {"CD", run_cd},   {"GET", run_get},   {"LIST", run_list}, {"PUT", run_put},
    {"PWD", run_pwd}, {"QUIT", run_quit}, {"WHO", run_who},
};

void command_run(struct session *session, char *line)
{
    char *arguments = line + strcspn(line, " ");

    if (*arguments)
        *arguments++ = '\0';
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
        if (strcasecmp(line, commands[i].name) == 0) {
            commands[i].run(session, arguments);
            return;
        }
    }
    session_say(session, "500 unknown command");
}
