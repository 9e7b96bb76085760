/*
 * Preloaded before the tracker: refuses it memory from its Nth mapping on (REFUSE_FROM=N, counted
 * from 1). The tracker makes its mappings by syscall(), so that one is replaced. The tracker's
 * constructor runs before libc has its environment: it is read from /proc.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define VARIABLE "REFUSE_FROM="

typedef long syscall_function(long, long, long, long, long, long, long);

static long read_first_refused(void)
{
    static char text[65536];
    int file = open("/proc/self/environ", O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? 0 : read(file, text, sizeof(text) - 1);
    close(file);
    for (char *at = text; at < text + length; at += strlen(at) + 1) {
        if (strncmp(at, VARIABLE, strlen(VARIABLE)) == 0)
            return atol(at + strlen(VARIABLE));
    }
    return 1L << 40;
}

static int is_refused(void)
{
    static atomic_long first_refused, made;
    if (first_refused == 0)
        first_refused = read_first_refused();
    return atomic_fetch_add(&made, 1) + 1 >= first_refused;
}

/* Its declaration is variadic; the arguments are in the same registers. */
long refuse_or_pass(long number, long a, long b, long c, long d, long e, long f) __asm__("syscall");

long refuse_or_pass(long number, long a, long b, long c, long d, long e, long f)
{
    static syscall_function *next;
    if (!next)
        next = (syscall_function *)dlsym(RTLD_NEXT, "syscall");
    if (number == SYS_mmap && is_refused()) {
        errno = ENOMEM;
        return -1;
    }
    return next(number, a, b, c, d, e, f);
}
