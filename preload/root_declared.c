/* Roots that the program declared, and pointers that only the kernel keeps for it. */
#include "preload/root_kinds.h"

#include "preload/annotations.h"

static void scan_kernel_words(struct roots *roots)
{
    const struct snapshot *snapshot = roots->job->snapshot;
    roots_begin(roots, DUMP_ROOT_KERNEL, DUMP_NO_OWNER, 0,
                snapshot->kernel_word_count * sizeof(uint64_t));
    for (uint32_t i = 0; i < snapshot->kernel_word_count; i++)
        roots_word(roots, snapshot->kernel_words[i], i * sizeof(uint64_t));
    roots_end(roots);
}

void root_declared_scan(struct roots *roots)
{
    struct annotation annotation;
    for (size_t cursor = 0; annotations_any() && annotations_next(&cursor, &annotation);) {
        if (annotation.kind != ANNOTATION_ROOT)
            continue;
        uintptr_t end = annotation.address + annotation.bytes;
        roots_begin(roots, DUMP_ROOT_DECLARED, DUMP_NO_OWNER, annotation.address, end);
        roots_scan(roots, annotation.address, end, SCAN_ALL);
        roots_end(roots);
    }
    scan_kernel_words(roots);
}
