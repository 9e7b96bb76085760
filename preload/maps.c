/* See maps.h. The kernel gives whole lines of up to a page at each read, so the text is read to its
 * end into a buffer that doubles, and only then parsed. */
#include "preload/maps.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "preload/page_array.h"
#include "preload/pages.h"

#define MAPS_FIRST_CAPACITY (256u << 10)

static bool grow_text(struct maps *maps)
{
    char *text = page_array_grow(maps->text, &maps->text_capacity, 1, MAPS_FIRST_CAPACITY);
    if (text)
        maps->text = text;
    return text != NULL;
}

static int read_text(int fd, struct maps *maps)
{
    for (;;) {
        if (maps->text_bytes == maps->text_capacity && !grow_text(maps))
            return ENOMEM;
        ssize_t n = read(fd, maps->text + maps->text_bytes, maps->text_capacity - maps->text_bytes);
        if (n == 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return errno;
        maps->text_bytes += n > 0 ? (size_t)n : 0;
    }
}

struct cursor {
    const char *at, *end;
};

static bool take_number(struct cursor *cursor, unsigned base, uint64_t *ret_number)
{
    const char *first = cursor->at;
    uint64_t number = 0;
    for (; cursor->at < cursor->end; cursor->at++) {
        char c = *cursor->at;
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                                                : 16;
        if (digit >= base)
            break;
        number = number * base + digit;
    }
    *ret_number = number;
    return cursor->at > first;
}

static bool take_char(struct cursor *cursor, char c)
{
    if (cursor->at == cursor->end || *cursor->at != c)
        return false;
    cursor->at++;
    return true;
}

static void skip_spaces(struct cursor *cursor)
{
    while (take_char(cursor, ' '))
        ;
}

static bool take_permissions(struct cursor *cursor, struct mapping *mapping)
{
    if (cursor->end - cursor->at < 4)
        return false;
    mapping->readable = cursor->at[0] == 'r';
    mapping->writable = cursor->at[1] == 'w';
    mapping->executable = cursor->at[2] == 'x';
    mapping->shared = cursor->at[3] == 's';
    cursor->at += 4;
    return true;
}

/* start-end perms offset major:minor inode   name */
static bool parse_line(struct cursor line, struct mapping *ret_mapping)
{
    uint64_t start, end, device;
    struct mapping mapping = {0};
    if (!take_number(&line, 16, &start) || !take_char(&line, '-') ||
        !take_number(&line, 16, &end) || !take_char(&line, ' ') ||
        !take_permissions(&line, &mapping) || !take_char(&line, ' ') ||
        !take_number(&line, 16, &mapping.offset) || !take_char(&line, ' ') ||
        !take_number(&line, 16, &device) || !take_char(&line, ':') ||
        !take_number(&line, 16, &device) || !take_char(&line, ' ') ||
        !take_number(&line, 10, &mapping.inode) || start >= end)
        return false;
    skip_spaces(&line);
    mapping.start = start;
    mapping.end = end;
    mapping.name = line.at;
    mapping.name_length = (size_t)(line.end - line.at);
    *ret_mapping = mapping;
    return true;
}

static size_t count_lines(const struct maps *maps)
{
    size_t lines = 1;
    for (size_t i = 0; i < maps->text_bytes; i++)
        lines += maps->text[i] == '\n';
    return lines;
}

bool maps_parse(struct maps *maps)
{
    maps->items = pages_map(count_lines(maps) * sizeof(*maps->items));
    if (!maps->items)
        return false;
    const char *end = maps->text + maps->text_bytes;
    for (const char *line = maps->text; line < end;) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        const char *line_end = newline ? newline : end;
        if (parse_line((struct cursor){line, line_end}, &maps->items[maps->count]))
            maps->count++;
        line = line_end + 1;
    }
    return true;
}

static int read_file(int proc_fd, const char *name, struct maps *ret_maps)
{
    struct maps maps = {0};
    int fd = proc_fd < 0 ? -1 : openat(proc_fd, name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return proc_fd < 0 ? ENOENT : errno;
    int error = read_text(fd, &maps);
    close(fd);
    if (error == 0 && !maps_parse(&maps))
        error = ENOMEM;
    if (error == 0)
        *ret_maps = maps;
    else
        maps_finish(&maps);
    return error;
}

int maps_read(int proc_fd, struct maps *ret_maps)
{
    return read_file(proc_fd, "maps", ret_maps);
}

int maps_read_smaps(int proc_fd, struct maps *ret_maps)
{
    return read_file(proc_fd, "smaps", ret_maps);
}

void maps_finish(struct maps *maps)
{
    if (maps->items)
        pages_unmap(maps->items, count_lines(maps) * sizeof(*maps->items));
    if (maps->text)
        pages_unmap(maps->text, maps->text_capacity);
    memset(maps, 0, sizeof(*maps));
}

const struct mapping *maps_find(const struct maps *maps, uintptr_t address)
{
    size_t low = 0, high = maps->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (maps->items[middle].end > address)
            high = middle;
        else
            low = middle + 1;
    }
    return low < maps->count && maps->items[low].start <= address ? &maps->items[low] : NULL;
}

bool maps_readable(const struct maps *maps, uintptr_t start, uintptr_t end)
{
    const struct mapping *last = maps->items + maps->count;
    const struct mapping *mapping = maps_find(maps, start);
    if (!mapping || start > end)
        return false;
    for (; mapping < last && mapping->start <= start && mapping->readable; mapping++) {
        if (end <= mapping->end)
            return true;
        start = mapping->end;
    }
    return false;
}

bool mapping_name_is(const struct mapping *mapping, const char *name)
{
    return mapping->name_length == strlen(name) &&
           memcmp(mapping->name, name, mapping->name_length) == 0;
}

bool mapping_name_starts(const struct mapping *mapping, const char *start)
{
    size_t length = strlen(start);
    return mapping->name_length >= length && memcmp(mapping->name, start, length) == 0;
}
