/*
 * The instructions in unwind tables: a small machine that builds up the row of one address. DWARF
 * 5, section 6.4.2, with GNU's additions. Runs anywhere.
 */
#ifndef CAULK_CFI_PROGRAM_H
#define CAULK_CFI_PROGRAM_H

#include "preload/byte_cursor.h"
#include "preload/cfi.h"

/* How a pointer is coded (Linux Standard Base, "DWARF Exception Header Encoding"). */
#define CFI_POINTER_FORM 0x0f

/* What a common entry (CIE) says. */
struct cfi_common {
    uint64_t code_factor;
    int64_t data_factor;
    uint8_t pointer_coding;
    bool has_augmentation;
    bool signal_frame;
    struct byte_cursor program;
};

uint64_t cfi_read_form(struct byte_cursor *cursor, uint8_t form);
uintptr_t cfi_read_pointer(struct byte_cursor *cursor, uint8_t coding);

/* Runs the common entry's instructions, then those of the function that starts at start, up to
 * target. row comes with its base set, all else zero; its contents are undefined on failure. */
bool cfi_program_run(const struct cfi_common *common, struct byte_cursor program, uintptr_t start,
                     uintptr_t target, struct cfi_row *row);

#endif
