/*
 * Blocks that the C library, the loader and the thread library keep for themselves: nothing of it
 * is lost. Only what lose_scratch() allocates is: its threads end with the only pointer in their
 * thread-local storage.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <iconv.h>
#include <libintl.h>
#include <locale.h>
#include <netdb.h>
#include <pthread.h>
#include <pwd.h>
#include <search.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include "tests/e2e/programs/gate.h"

static __thread char *scratch;
__thread char *kept;
locale_t kept_locale;
iconv_t kept_conversion;
FILE *kept_file, *kept_pipe;
DIR *kept_folder;
static pthread_key_t key;
static pthread_barrier_t barrier;

static void lose_scratch(void)
{
    scratch = malloc(40);
}

/* The environment's strings that were overwritten lie in a tree whose pointers carry a mark. */
static void use_environment(void)
{
    char name[32], value[64];
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof(name), "LIBC_BLOCKS_%d", i % 10);
        snprintf(value, sizeof(value), "value number %d", i);
        setenv(name, value, 1);
    }
    unsetenv("LIBC_BLOCKS_3");
    setenv("TZ", "CET-1CEST", 1);
    tzset();
}

static void use_databases(void)
{
    struct addrinfo *addresses = NULL;
    getpwnam("root");
    setpwent();
    getpwent();
    gethostbyname("localhost");
    getservbyname("http", "tcp");
    if (getaddrinfo("127.0.0.1", "80", NULL, &addresses) == 0)
        freeaddrinfo(addresses);
}

static void use_languages(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    kept_locale = newlocale(LC_ALL_MASK, "C.UTF-8", NULL);
    kept_conversion = iconv_open("UTF-16", "ISO-8859-1");
    iconv_t closed = iconv_open("UTF-8", "KOI8-R");
    if (closed != (iconv_t)-1)
        iconv_close(closed);
    bindtextdomain("libc_blocks", "/");
    textdomain("libc_blocks");
    puts(gettext("translated"));
}

static void use_streams(void)
{
    char *line = NULL;
    size_t bytes = 0;
    kept_file = fopen("/proc/self/status", "r");
    if (getline(&line, &bytes, kept_file) < 0)
        abort();
    free(line);
    kept_pipe = popen("true", "r");
    kept_folder = opendir("/");
    readdir(kept_folder);
    openlog("libc_blocks", LOG_PID, LOG_USER);
}

static void use_loader(void)
{
    void *closed = dlopen("libanl.so.1", RTLD_NOW | RTLD_GLOBAL);
    if (closed)
        dlclose(closed);
    dlopen("libno_such_thing.so", RTLD_NOW);
    dlerror();
    dlmopen(LM_ID_NEWLM, "libm.so.6", RTLD_NOW);
}

static int compare(const void *a, const void *b)
{
    return (a > b) - (a < b);
}

static void use_containers(void)
{
    static void *tree;
    ENTRY entry = {.key = "key", .data = NULL};
    for (uintptr_t i = 1; i < 200; i++)
        tsearch((void *)(i * 7919 % 1009), &tree, compare);
    hcreate(100);
    hsearch(entry, ENTER);
}

static void *end(void *unused)
{
    lose_scratch();
    pthread_setspecific(key, strdup("freed by the key's destructor"));
    dlerror();
    return unused;
}

static void *stay(void *unused)
{
    kept = strdup("thread-local");
    pthread_setspecific(key, strdup("specific"));
    strerror(12345);
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    return unused;
}

static void use_threads(void)
{
    pthread_t thread;
    pthread_key_create(&key, free);
    pthread_barrier_init(&barrier, NULL, 4);
    for (int i = 0; i < 3; i++)
        pthread_create(&thread, NULL, stay, NULL);
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < 5; i++) {
        pthread_create(&thread, NULL, end, NULL);
        pthread_join(thread, NULL);
    }
}

int main(void)
{
    use_environment();
    use_databases();
    use_languages();
    use_streams();
    use_loader();
    use_containers();
    use_threads();
    gate();
    return 0;
}
