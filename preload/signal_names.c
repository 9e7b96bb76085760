/* A table of our own: libc's sigabbrev_np() wants glibc 2.32, and strsignal() a locale. */
#include "preload/signal_names.h"

#include <signal.h>
#include <stdint.h>
#include <string.h>

#include "preload/plain_text.h"

/* The realtime signals as programs count them: 32 and 33 belong to glibc's threads. */
#define REALTIME_FIRST 34
#define REALTIME_LAST 64

static const struct {
    const char *name;
    int number;
} names[] = {
    {"none", 0},           {"HUP", SIGHUP},   {"INT", SIGINT},     {"QUIT", SIGQUIT},
    {"ILL", SIGILL},       {"TRAP", SIGTRAP}, {"ABRT", SIGABRT},   {"BUS", SIGBUS},
    {"FPE", SIGFPE},       {"USR1", SIGUSR1}, {"SEGV", SIGSEGV},   {"USR2", SIGUSR2},
    {"PIPE", SIGPIPE},     {"ALRM", SIGALRM}, {"TERM", SIGTERM},   {"STKFLT", SIGSTKFLT},
    {"CHLD", SIGCHLD},     {"CONT", SIGCONT}, {"TSTP", SIGTSTP},   {"TTIN", SIGTTIN},
    {"TTOU", SIGTTOU},     {"URG", SIGURG},   {"XCPU", SIGXCPU},   {"XFSZ", SIGXFSZ},
    {"VTALRM", SIGVTALRM}, {"PROF", SIGPROF}, {"WINCH", SIGWINCH}, {"IO", SIGIO},
    {"POLL", SIGIO},       {"PWR", SIGPWR},   {"SYS", SIGSYS},
};

static bool is_usable(uint64_t number)
{
    return number >= 1 && number <= REALTIME_LAST && number != SIGKILL && number != SIGSTOP &&
           (number < 32 || number >= REALTIME_FIRST);
}

static bool realtime(const char *name, uint64_t *ret_number)
{
    uint64_t offset = 0;
    bool up = strncmp(name, "RTMIN", 5) == 0;
    bool down = strncmp(name, "RTMAX", 5) == 0;
    if (!up && !down)
        return false;
    if (name[5] != '\0' && (name[5] != (up ? '+' : '-') ||
                            !text_to_number(name + 6, REALTIME_LAST - REALTIME_FIRST, &offset)))
        return false;
    *ret_number = up ? REALTIME_FIRST + offset : REALTIME_LAST - offset;
    return true;
}

static bool named(const char *name, uint64_t *ret_number)
{
    for (size_t i = 1; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(name, names[i].name) == 0) {
            *ret_number = (uint64_t)names[i].number;
            return true;
        }
    }
    return false;
}

bool signal_from_name(const char *name, int *ret_number)
{
    uint64_t number;
    if (strcmp(name, names[0].name) == 0) {
        *ret_number = 0;
        return true;
    }
    if (!text_to_number(name, REALTIME_LAST, &number)) {
        if (strncmp(name, "SIG", 3) == 0)
            name += 3;
        if (!realtime(name, &number) && !named(name, &number))
            return false;
    }
    if (!is_usable(number))
        return false;
    *ret_number = (int)number;
    return true;
}

size_t signal_to_name(int number, char *ret_name, size_t capacity)
{
    if (number >= REALTIME_FIRST)
        return text_format(ret_name, capacity, "RTMIN+%d", number - REALTIME_FIRST);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].number == number)
            return text_format(ret_name, capacity, "%s", names[i].name);
    }
    return text_format(ret_name, capacity, "%d", number);
}
