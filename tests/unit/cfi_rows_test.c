/*
 * Every row of unwind information in the system's own programs and libraries, as we read it and as
 * elfutils does.
 */
#include <elf.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>
#include <dwarf.h>
#include <elfutils/libdw.h>

#include "preload/cfi.h"
#include "preload/unwind_rule.h"

#define DIFFERENCES_SHOWN 5

struct image {
    int file;
    Elf *elf;
    Dwarf_CFI *cfi;
    uint8_t *memory;
    size_t bytes;
    struct cfi_tables tables;
};

static struct totals {
    unsigned long files, rows, differences, rules;
} totals;

static size_t image_span(Elf *elf)
{
    size_t count, span = 0;
    GElf_Phdr header;
    assert_int_equal(elf_getphdrnum(elf, &count), 0);
    for (size_t i = 0; i < count; i++)
        if (gelf_getphdr(elf, (int)i, &header) && header.p_type == PT_LOAD &&
            header.p_vaddr + header.p_memsz > span)
            span = header.p_vaddr + header.p_memsz;
    return span;
}

/* As the loader would, at addresses relative to image->memory. */
static void load_segments(struct image *image)
{
    size_t count;
    GElf_Phdr header;
    assert_int_equal(elf_getphdrnum(image->elf, &count), 0);
    for (size_t i = 0; i < count; i++) {
        if (!gelf_getphdr(image->elf, (int)i, &header))
            continue;
        uint8_t *at = image->memory + header.p_vaddr;
        if (header.p_type == PT_LOAD)
            assert_int_equal(pread(image->file, at, header.p_filesz, (off_t)header.p_offset),
                             header.p_filesz);
        if (header.p_type == PT_GNU_EH_FRAME)
            image->tables.eh_frame_hdr = at;
    }
    image->tables.start = (uintptr_t)image->memory;
    image->tables.end = (uintptr_t)image->memory + image->bytes;
}

static bool open_image(const char *path, struct image *ret_image)
{
    struct image image = {.file = open(path, O_RDONLY | O_CLOEXEC)};
    if (image.file < 0)
        return false;
    image.elf = elf_begin(image.file, ELF_C_READ_MMAP, NULL);
    assert_non_null(image.elf);
    image.cfi = dwarf_getcfi_elf(image.elf);
    assert_non_null(image.cfi);
    image.bytes = image_span(image.elf);
    image.memory =
        mmap(NULL, image.bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(image.memory, MAP_FAILED);
    load_segments(&image);
    assert_non_null(image.tables.eh_frame_hdr);
    *ret_image = image;
    return true;
}

static void close_image(struct image *image)
{
    munmap(image->memory, image->bytes);
    dwarf_cfi_end(image->cfi);
    elf_end(image->elf);
    close(image->file);
}

/* What elfutils says of one register, in our words; an expression only as such. */
static enum cfi_how how_elsewhere(Dwarf_Frame *frame, int reg, int64_t *ret_value)
{
    Dwarf_Op memory[3], *ops;
    size_t count;
    *ret_value = 0;
    assert_int_equal(dwarf_frame_register(frame, reg, memory, &ops, &count), 0);
    if (count == 0)
        return ops == NULL ? CFI_SAME : CFI_UNDEFINED;
    bool is_value = ops[count - 1].atom == DW_OP_stack_value;
    count -= is_value;
    if (ops[0].atom == DW_OP_regx) {
        *ret_value = (int64_t)ops[0].number;
        return CFI_IN_REGISTER;
    }
    if (ops[0].atom == DW_OP_call_frame_cfa &&
        (count == 1 || (count == 2 && ops[1].atom == DW_OP_plus_uconst))) {
        *ret_value = count == 2 ? (int64_t)ops[1].number : 0;
        return is_value ? CFI_IS_OFFSET : CFI_AT_OFFSET;
    }
    return is_value ? CFI_IS_EXPRESSION : CFI_AT_EXPRESSION;
}

static bool same_cfa(Dwarf_Frame *frame, const struct cfi_row *row)
{
    Dwarf_Op *ops;
    size_t count;
    assert_int_equal(dwarf_frame_cfa(frame, &ops, &count), 0);
    if (count != 1 || ops[0].atom != DW_OP_bregx)
        return row->cfa_is_expression;
    return !row->cfa_is_expression && ops[0].number == row->cfa_register &&
           (int64_t)ops[0].number2 == row->cfa_offset;
}

/* Of registers that no rule mentions, elfutils says what the ABI does: callers' are undefined. */
static bool same_register(Dwarf_Frame *frame, const struct cfi_row *row, int reg)
{
    int64_t value;
    enum cfi_how how = how_elsewhere(frame, reg, &value);
    if (row->how[reg] == CFI_SAME)
        return how == CFI_SAME || how == CFI_UNDEFINED ||
               (reg == CFI_RSP && how == CFI_IS_OFFSET && !value);
    bool is_expression = how == CFI_AT_EXPRESSION || how == CFI_IS_EXPRESSION;
    return how == row->how[reg] && (is_expression || value == row->value[reg]);
}

static bool same_row(Dwarf_Frame *frame, const struct cfi_row *row, bool signal_frame)
{
    if (signal_frame != row->signal_frame)
        return false;
    if (row->how[CFI_RIP] == CFI_UNDEFINED) /* elfutils has nothing to say of outermost frames */
        return true;
    for (int reg = 0; reg < CFI_REGISTERS; reg++)
        if (!same_register(frame, row, reg))
            return false;
    return same_cfa(frame, row);
}

/* Returns where the row ends; 0 where elfutils has none. */
static uintptr_t compare_row(const struct image *image, uintptr_t address)
{
    uintptr_t base = (uintptr_t)image->memory;
    Dwarf_Frame *frame;
    Dwarf_Addr start, end;
    bool signal_frame;
    struct cfi_row first, last;
    if (dwarf_cfi_addrframe(image->cfi, address, &frame) != 0)
        return 0;
    assert_true(dwarf_frame_info(frame, &start, &end, &signal_frame) >= 0);
    totals.rows++;
    if (!cfi_find_row(&image->tables, base + address, &first) ||
        !cfi_find_row(&image->tables, base + end - 1, &last) ||
        !same_row(frame, &first, signal_frame) || !same_row(frame, &last, signal_frame)) {
        if (totals.differences++ < DIFFERENCES_SHOWN)
            print_message("differs: row at 0x%lx\n", (unsigned long)address);
    } else if (unwind_rule_kind(unwind_rule_from_row(&first)) != UNWIND_OTHER) {
        totals.rules++;
    }
    free(frame);
    return end;
}

/* The table behind .eh_frame_hdr's head of 12 bytes names the start of every function, in order. */
static void compare_image(const struct image *image)
{
    const uint8_t *hdr = image->tables.eh_frame_hdr;
    uintptr_t hdr_address = (uintptr_t)(hdr - image->memory);
    uint32_t count;
    memcpy(&count, hdr + 8, sizeof(count));
    for (uint32_t i = 0; i < count; i++) {
        int32_t offsets[3] = {0};
        memcpy(offsets, hdr + 12 + 8 * i, i + 1 < count ? 12 : 4);
        uintptr_t address = hdr_address + (uintptr_t)(intptr_t)offsets[0];
        uintptr_t next = i + 1 < count ? hdr_address + (uintptr_t)(intptr_t)offsets[2] : 0;
        do
            address = compare_row(image, address);
        while (address && address < next);
    }
}

static void rows_are_those_that_elfutils_reads(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "/lib/x86_64-linux-gnu/libc.so.6",
        "/lib64/ld-linux-x86-64.so.2",
        "/lib/x86_64-linux-gnu/libm.so.6",
        "/usr/lib/x86_64-linux-gnu/libstdc++.so.6",
        "/usr/lib/x86_64-linux-gnu/libcrypto.so.3",
        "/usr/lib/x86_64-linux-gnu/libgnutls.so.30",
        "/usr/bin/python3",
        "/usr/bin/redis-server",
        "/proc/self/exe",
    };
    elf_version(EV_CURRENT);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        struct image image;
        if (!open_image(paths[i], &image))
            continue;
        compare_image(&image);
        close_image(&image);
        totals.files++;
    }
    print_message("%lu files, %lu rows, %lu differ, %.3f %% fit a rule\n", totals.files,
                  totals.rows, totals.differences,
                  100.0 * (double)totals.rules / (double)totals.rows);
    assert_true(totals.rows > 1000);
    assert_int_equal(totals.differences, 0);
    assert_true(totals.rules * 100 > totals.rows * 95);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_those_that_elfutils_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
