/* Descriptors are noted by the epoll_ctl hook in a bitmap, so that a server with 100,000 sockets
 * does not have to look at each. Whether one is still epoll's is seen from its fdinfo. */
#include "preload/kernel_words.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "preload/page_array.h"
#include "preload/plain_text.h"
#include "preload/proc.h"
#include "preload/raw_io.h"

enum { DESCRIPTORS_MAX = 1 << 20, WORD_BITS = 64, DESCRIPTOR_WORDS = DESCRIPTORS_MAX / WORD_BITS };
enum { WORDS_INITIAL = 4096 };

static _Atomic uint64_t epolls[DESCRIPTOR_WORDS];
/* Words from here on have never been touched: to look at them costs their pages. */
static _Atomic int epolls_end;

static struct {
    uint64_t *words;
    uint32_t count;
    size_t capacity;
} found;

void kernel_words_note_epoll(int fd)
{
    if (fd < 0 || fd >= DESCRIPTORS_MAX)
        return;
    int word = fd / WORD_BITS, end = epolls_end;
    uint64_t bit = UINT64_C(1) << (fd % WORD_BITS);
    while (end <= word && !atomic_compare_exchange_weak(&epolls_end, &end, word + 1))
        continue;
    if (!(atomic_load_explicit(&epolls[word], memory_order_relaxed) & bit))
        atomic_fetch_or(&epolls[word], bit);
}

static bool grow(void)
{
    uint64_t *words = page_array_grow(found.words, &found.capacity, sizeof(*words), WORDS_INITIAL);
    if (words)
        found.words = words;
    return words != NULL;
}

static void add(uint64_t word)
{
    if (word && (found.count < found.capacity || grow()))
        found.words[found.count++] = word;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

static uint64_t parse_hex(const char *text)
{
    uint64_t value = 0;
    while (*text == ' ')
        text++;
    for (int digit; (digit = hex_digit(*text)) >= 0; text++)
        value = value << 4 | (uint64_t)digit;
    return value;
}

/* A line of the files read here: what follows `key`, up to `separator` first where there is one, is
 * a number in hex. */
struct line_format {
    const char *key;
    char separator;
};

static void add_from_line(const char *line, const struct line_format *format)
{
    const char *at = strstr(line, format->key);
    if (!at)
        return;
    at += strlen(format->key);
    if (format->separator && !(at = strchr(at, format->separator)))
        return;
    add(parse_hex(at + (format->separator != '\0')));
}

/* Line by line through a buffer: a set of 100,000 descriptors is some megabytes of text. */
static void add_from_file(const char *name, const struct line_format *format)
{
    char text[4096];
    size_t kept = 0;
    int fd = proc_open(name);
    if (fd < 0)
        return;
    for (;;) {
        ssize_t n = raw_read(fd, text + kept, sizeof(text) - 1 - kept);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        text[kept + (size_t)n] = '\0';
        char *line = text;
        for (char *end; (end = strchr(line, '\n')); line = end + 1) {
            *end = '\0';
            add_from_line(line, format);
        }
        kept = strlen(line);
        if (kept == sizeof(text) - 1)
            kept = 0; /* no line of these files is that long */
        memmove(text, line, kept);
    }
    raw_close(fd);
}

static void add_epoll(int fd)
{
    char name[32];
    text_format(name, sizeof(name), "fdinfo/%d", fd);
    add_from_file(name, &(struct line_format){.key = "data:"});
}

const uint64_t *kernel_words_read(uint32_t *ret_count)
{
    found.count = 0;
    for (int i = 0; i < epolls_end; i++)
        for (uint64_t bits = epolls[i]; bits; bits &= bits - 1)
            add_epoll(i * WORD_BITS + __builtin_ctzll(bits));
    add_from_file("timers", &(struct line_format){.key = "signal:", .separator = '/'});
    *ret_count = found.count;
    return found.words;
}
