/*
 * The log. A line is one write to a descriptor that is checked first, or one datagram to syslog's
 * socket. A file's descriptor is kept (the program may drop privileges or change its root) at a
 * high number, out of the way of the program's own, and is opened again when the program has closed
 * it. Libc's syslog() and its wrappers for write and poll are left alone: the first locks, the
 * others are cancellation points.
 */
#include "preload/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "preload/options.h"
#include "preload/plain_text.h"
#include "preload/raw_io.h"
#include "preload/seccomp.h"
#include "preload/signals.h"

#define LINE_BYTES 9216
#define SHORT_LINE_BYTES 1024
#define WRITE_WAIT_MS 100     /* how long a full pipe may hold the program up */
#define DESCRIPTOR_FLOOR 1000 /* the log file's descriptor is at least this where limits allow */
#define SYSLOG_DAEMON_NOTICE "<29>"

struct file_identity {
    dev_t device;
    ino_t inode;
    bool is_regular;
};

static struct {
    const struct options *options;
    pid_t speaks_for;              /* 0: the process itself */
    int descriptor;                /* 2, the log file's, or -1 */
    struct file_identity identity; /* what it was when it became ours */
} sink = {NULL, 0, -1, {0, 0, false}};

/* Not on the stack: a thread's may be 16 KB. Whoever finds it taken makes do with a short one. */
static char line[LINE_BYTES];
static atomic_flag line_taken = ATOMIC_FLAG_INIT;

static bool identify(int descriptor, struct file_identity *ret_identity)
{
    struct stat status;
    if (!raw_status(descriptor, &status))
        return false;
    *ret_identity = (struct file_identity){status.st_dev, status.st_ino, S_ISREG(status.st_mode)};
    return true;
}

static bool is_still_ours(void)
{
    struct file_identity now;
    return sink.descriptor >= 0 && identify(sink.descriptor, &now) &&
           now.device == sink.identity.device && now.inode == sink.identity.inode;
}

static void adopt(int descriptor)
{
    sink.descriptor = identify(descriptor, &sink.identity) ? descriptor : -1;
}

static void open_file(void)
{
    int low = (int)syscall(SYS_openat, AT_FDCWD, sink.options->log_path,
                           O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
    sink.descriptor = -1;
    if (low < 0)
        return;
    int high = (int)syscall(SYS_fcntl, low, F_DUPFD_CLOEXEC, DESCRIPTOR_FLOOR);
    if (high >= 0)
        syscall(SYS_close, low);
    adopt(high >= 0 ? high : low);
}

void log_init(const struct options *options)
{
    int saved_errno = errno;
    sink.options = options;
    if (options->log == LOG_STDERR)
        adopt(STDERR_FILENO);
    else if (options->log == LOG_FILE)
        open_file();
    errno = saved_errno;
}

int log_descriptor(void)
{
    int saved_errno = errno;
    bool ours = is_still_ours();
    errno = saved_errno;
    return ours ? sink.descriptor : -1;
}

void log_speak_for(pid_t pid)
{
    sink.speaks_for = pid;
}

/* The signal of a file that may grow no more (RLIMIT_FSIZE) would end the program: it is blocked
 * here, and taken back where the write has caused it. */
static void write_without_signal(const char *text, size_t length)
{
    uint64_t bit = signal_bit(SIGXFSZ);
    uint64_t mask = signals_block_all();
    bool waited_before = signals_pending() & bit;
    if (syscall(SYS_write, sink.descriptor, text, length) < 0 && errno == EFBIG && !waited_before &&
        !seccomp_kills(SYS_rt_sigtimedwait))
        syscall(SYS_rt_sigtimedwait, &bit, NULL, &(struct timespec){0}, sizeof(bit));
    signals_restore(mask);
}

/* Without waiting, and without an error: that would raise SIGPIPE. */
static bool takes_a_line(void)
{
    struct pollfd ready = {.fd = sink.descriptor, .events = POLLOUT};
    struct timespec wait = {.tv_nsec = WRITE_WAIT_MS * 1000000};
    long found = seccomp_kills(SYS_poll) ? -1 : syscall(SYS_poll, &ready, 1, WRITE_WAIT_MS);
    if (found < 0 && !seccomp_kills(SYS_ppoll))
        found = syscall(SYS_ppoll, &ready, 1, &wait, NULL, 0);
    if (found < 0)
        return sink.identity.is_regular;
    return found == 1 && (ready.revents & (POLLOUT | POLLERR)) == POLLOUT;
}

static void write_descriptor(const char *text, size_t length)
{
    if (sink.options->log == LOG_FILE && !is_still_ours())
        open_file();
    if (!is_still_ours())
        return;
    if (takes_a_line())
        write_without_signal(text, length);
}

static void send_syslog(const char *datagram, size_t length)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};
    long descriptor = syscall(SYS_socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0)
        return;
    syscall(SYS_sendto, descriptor, datagram, length, MSG_NOSIGNAL, &address, sizeof(address));
    syscall(SYS_close, descriptor);
}

static void write_line(char *buffer, size_t capacity, const char *format, va_list args)
{
    bool syslog = sink.options->log == LOG_SYSLOG;
    int pid = sink.speaks_for ? sink.speaks_for : (int)syscall(SYS_getpid);
    size_t length = syslog ? text_format(buffer, capacity, SYSLOG_DAEMON_NOTICE "caulk[%d]: ", pid)
                           : text_format(buffer, capacity, "caulk: %d: ", pid);
    length += text_vformat(buffer + length, capacity - length - 1, format, args);
    if (syslog) {
        send_syslog(buffer, length);
    } else {
        buffer[length] = '\n';
        write_descriptor(buffer, length + 1);
    }
}

bool log_is_forbidden(void)
{
    bool syslog = sink.options && sink.options->log == LOG_SYSLOG;
    return syslog ? seccomp_forbidden() != NULL
                  : seccomp_kills(SYS_write) || seccomp_kills(SYS_rt_sigprocmask) ||
                        seccomp_kills(SYS_getpid);
}

void log_line(const char *format, ...)
{
    if (!sink.options || sink.options->log == LOG_NONE || log_is_forbidden())
        return;
    int saved_errno = errno;
    va_list args;
    va_start(args, format);
    if (!atomic_flag_test_and_set(&line_taken)) {
        write_line(line, sizeof(line), format, args);
        atomic_flag_clear(&line_taken);
    } else {
        char short_line[SHORT_LINE_BYTES];
        write_line(short_line, sizeof(short_line), format, args);
    }
    va_end(args);
    errno = saved_errno;
}
