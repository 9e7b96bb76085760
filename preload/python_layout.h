/*
 * Where CPython 3.8 to 3.13 keeps what a thread runs: offsets in its structs, in bytes, for release
 * builds on x86-64 with the global lock. A thread's frames are a list, innermost first:
 *
 *     3.8 to 3.10   state ──▶ frame ──▶ frame …          each has a C frame of the interpreter's
 *     3.11, 3.12    state ──▶ link ──▶ frame ──▶ frame …  calls share one: see `flags`
 *     3.13          state ──▶ frame ──▶ frame …           the same
 *
 * The numbers are offsetof()s by the headers of 3.8.18, 3.9.18, 3.10.13, 3.11.7, 3.12.1 and 3.13.0;
 * tests/e2e/python/layout.c compares them with those of the machine's own.
 */
#ifndef CAULK_PYTHON_LAYOUT_H
#define CAULK_PYTHON_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#define PYTHON_NO_LINK UINT16_MAX

/* How frames say that the interpreter's loop, a C function, began with them. */
enum python_entry {
    PYTHON_ENTRY_ALWAYS, /* each frame has a loop of its own */
    PYTHON_ENTRY_FLAG,   /* the byte at `flags` is 1 */
    PYTHON_ENTRY_BELOW,  /* the next one out is no frame but marks the loop: PYTHON_OWNER_LOOP */
};

#define PYTHON_OWNER_LOOP 3u /* in the byte at `flags` */

struct python_layout {
    unsigned minor;       /* of 3.minor */
    uint16_t state_frame; /* in the thread's state: its frame, or the link */
    uint16_t link_frame;  /* in the link: the frame; PYTHON_NO_LINK where there is none */
    uint16_t previous;    /* in a frame: the one that called it */
    uint16_t code;        /* … its code object */
    uint16_t instruction; /* … where in the code it is: an address, or 32 bits of an index */
    uint16_t flags;       /* … a byte; without meaning where entry is ALWAYS */
    bool is_address;      /* the instruction */
    enum python_entry entry;
    uint16_t unit;       /* bytes of code that an index counts */
    uint16_t code_bytes; /* a code object has at least that many */
    uint16_t code_file;  /* in a code object: str */
    uint16_t code_name;  /* … str; since 3.11 with the classes and functions around it */
    uint16_t code_line;  /* … int, its first line */
    uint16_t code_start; /* … its first instruction, where it is in there */
};

/* Of the version that begins a text as Py_GetVersion() gives it, or NULL where it is not known or a
 * build without the global lock. */
const struct python_layout *python_layout_of(const char *version);

#endif
