/*
 * From .eh_frame to one row. Three steps: the sorted table in .eh_frame_hdr leads to the frame
 * description entry (FDE) of the function; that names its common entry (CIE); and the two hold
 * instructions that build up the row of one address (preload/cfi_program.h).
 */
#include "preload/cfi.h"

#include "preload/byte_cursor.h"
#include "preload/cfi_program.h"

#define POINTER_OMITTED 0xff
#define SEARCH_TABLE_CODING                                                                        \
    0x3b /* relative to .eh_frame_hdr, signed, 4 bytes: what linkers write */

struct search_entry {
    int32_t code, entry; /* both relative to .eh_frame_hdr */
};

/* A cursor over an entry's contents; false for the terminator and for what lies outside. */
static bool open_entry(const struct cfi_tables *tables, const uint8_t *entry,
                       struct byte_cursor *ret_cursor)
{
    uintptr_t address = (uintptr_t)entry;
    if (address < tables->start || address >= tables->end)
        return false;
    struct byte_cursor cursor = {entry, (const uint8_t *)tables->end, false};
    uint64_t bytes = byte_cursor_unsigned(&cursor, 4);
    if (bytes == 0xffffffff)
        bytes = byte_cursor_unsigned(&cursor, 8);
    if (cursor.failed || !bytes || bytes > (uint64_t)(cursor.end - cursor.at))
        return false;
    cursor.end = cursor.at + bytes;
    *ret_cursor = cursor;
    return true;
}

static void read_augmentation(struct byte_cursor *cursor, const char *letters,
                              struct cfi_common *common)
{
    uint64_t bytes = byte_cursor_uleb(cursor);
    struct byte_cursor data = *cursor;
    if (!byte_cursor_skip(cursor, bytes))
        return;
    data.end = cursor->at;
    for (; *letters; letters++) {
        switch (*letters) {
        case 'R':
            common->pointer_coding = (uint8_t)byte_cursor_unsigned(&data, 1);
            break;
        case 'L':
            byte_cursor_skip(&data, 1);
            break;
        case 'P':
            cfi_read_form(&data, byte_cursor_unsigned(&data, 1) & CFI_POINTER_FORM);
            break;
        case 'S':
            common->signal_frame = true;
            break;
        default: /* what follows can't be understood, and its length says where it ends */
            return;
        }
    }
    cursor->failed |= data.failed;
}

static bool read_common(const struct cfi_tables *tables, const uint8_t *entry,
                        struct cfi_common *ret_common)
{
    struct byte_cursor cursor;
    if (!open_entry(tables, entry, &cursor) || byte_cursor_unsigned(&cursor, 4) != 0)
        return false;
    uint64_t version = byte_cursor_unsigned(&cursor, 1);
    const char *letters = (const char *)cursor.at;
    while (byte_cursor_unsigned(&cursor, 1))
        ;
    struct cfi_common common = {.code_factor = byte_cursor_uleb(&cursor)};
    common.data_factor = byte_cursor_sleb(&cursor);
    uint64_t return_column =
        version == 1 ? byte_cursor_unsigned(&cursor, 1) : byte_cursor_uleb(&cursor);
    if (cursor.failed || (version != 1 && version != 3) || return_column != CFI_RIP)
        return false;
    if (letters[0] == 'z') {
        common.has_augmentation = true;
        read_augmentation(&cursor, letters + 1, &common);
    } else if (letters[0]) {
        return false;
    }
    common.program = cursor;
    *ret_common = common;
    return !cursor.failed;
}

/* Of one frame description entry. */
static bool row_of_entry(const struct cfi_tables *tables, const uint8_t *entry, uintptr_t address,
                         struct cfi_row *ret_row)
{
    struct byte_cursor cursor;
    if (!open_entry(tables, entry, &cursor))
        return false;
    const uint8_t *common_field = cursor.at;
    uint64_t distance = byte_cursor_unsigned(&cursor, 4);
    struct cfi_common common;
    if (!distance || !read_common(tables, common_field - distance, &common))
        return false;
    uintptr_t start = cfi_read_pointer(&cursor, common.pointer_coding);
    uintptr_t length = cfi_read_form(&cursor, common.pointer_coding & CFI_POINTER_FORM);
    if (common.has_augmentation)
        byte_cursor_skip(&cursor, byte_cursor_uleb(&cursor));
    if (cursor.failed || address < start || address - start >= length)
        return false;

    struct cfi_row row = {.base = entry, .signal_frame = common.signal_frame};
    if (!cfi_program_run(&common, cursor, start, address, &row))
        return false;
    *ret_row = row;
    return true;
}

/* The last entry of the sorted search table that starts at or before address. */
static const uint8_t *search(const uint8_t *hdr, const struct search_entry *table, uint64_t count,
                             uintptr_t address)
{
    uint64_t low = 0, high = count;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if ((uintptr_t)(hdr + table[middle].code) <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? hdr + table[low - 1].entry : NULL;
}

bool cfi_find_row(const struct cfi_tables *tables, uintptr_t address, struct cfi_row *ret_row)
{
    const uint8_t *hdr = tables->eh_frame_hdr;
    struct byte_cursor cursor = {hdr, (const uint8_t *)tables->end, false};
    const uint8_t *coding = byte_cursor_skip(&cursor, 4); /* version; of frames, count, table */
    if (!coding || coding[0] != 1 || coding[1] == POINTER_OMITTED || coding[2] == POINTER_OMITTED ||
        coding[3] != SEARCH_TABLE_CODING)
        return false;
    cfi_read_form(&cursor, coding[1] & CFI_POINTER_FORM);
    uint64_t count = cfi_read_form(&cursor, coding[2] & CFI_POINTER_FORM);
    const struct search_entry *table = (const struct search_entry *)cursor.at;
    if (cursor.failed || count > (size_t)(cursor.end - cursor.at) / sizeof(*table))
        return false;
    const uint8_t *entry = search(hdr, table, count, address);
    return entry && row_of_entry(tables, entry, address, ret_row);
}
