/* Reads any bytes as a file of suppressions, and matches what comes out against a stack. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "libcaulk/suppressions.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct frame frames[] = {
    {.function = "operator new", .file = "new.cc", .module = "/usr/lib/libstdc++.so.6"},
    {.function = "std::vector<int, std::allocator<int> >::push_back", .module = "/usr/bin/relayd"},
    {.function = "make_node", .file = "src/tree.c", .module = "/usr/bin/relayd"},
    {.function = NULL, .module = NULL},
    {.function = "main", .file = "src/main.c", .module = "/usr/bin/relayd"},
};
#define FRAMES (sizeof(frames) / sizeof(*frames))
static const struct call_stack stack = {.frame = frames, .count = FRAMES, .user_end = FRAMES};

/* What matches is counted, and what is for another tool matches nothing. */
static void match(struct suppressions *suppressions)
{
    bool matched = suppressions_match(suppressions, &stack), counted = false;
    for (uint32_t i = 0; i < suppressions->count; i++) {
        const struct suppression *suppression = &suppressions->suppression[i];
        counted |= suppression->used;
        if (suppression->used && !suppression->applies)
            abort();
    }
    if (matched != counted)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct suppressions suppressions;
    struct error err;
    char path[32];
    int descriptor = memfd_create("suppressions", MFD_CLOEXEC);
    if (descriptor < 0 || write(descriptor, data, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
    if (suppressions_read(path, &suppressions, &err)) {
        match(&suppressions);
        suppressions_finish(&suppressions);
    }
    close(descriptor);
    return 0;
}
