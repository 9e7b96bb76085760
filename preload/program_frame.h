/*
 * Where the program called the tracker from, exactly: an entry written in assembly stores the
 * caller's registers in a struct program_frame before any code of ours has changed them, and calls
 * a C function with it. When the entry itself was reached by a tail call from an exported function,
 * the caller is the program. Vector registers are the caller's to save: nothing of its own is in
 * them.
 */
#ifndef CAULK_PROGRAM_FRAME_H
#define CAULK_PROGRAM_FRAME_H

#include <assert.h>
#include <stdint.h>

#include "preload/park.h"

struct program_frame {
    uint64_t rbx, rbp, r12, r13, r14, r15;
    uint64_t sp;    /* the stack pointer that the caller will have again */
    uint64_t value; /* the entry's argument */
};
static_assert(sizeof(struct program_frame) == 64, "PROGRAM_FRAME_ENTRY lays it out");

#define FRAME_PUSH(what) "    push " what "\n    .cfi_adjust_cfa_offset 8\n"

/* Defines the hidden function `entry`, which returns what target(const struct program_frame *)
 * does. */
#define PROGRAM_FRAME_ENTRY(entry, target)                                                         \
    __asm__(".text\n"                                                                              \
            ".globl " #entry "\n"                                                                  \
            ".hidden " #entry "\n"                                                                 \
            ".type " #entry ", @function\n" #entry ":\n"                                           \
            "    .cfi_startproc\n"                                                                 \
            "    endbr64\n" FRAME_PUSH("%rdi") "    lea 16(%rsp), %rax\n" FRAME_PUSH("%rax")       \
                FRAME_PUSH("%r15") FRAME_PUSH("%r14") FRAME_PUSH("%r13") FRAME_PUSH("%r12")        \
                    FRAME_PUSH("%rbp") FRAME_PUSH("%rbx") "    mov %rsp, %rdi\n"                   \
                                                          "    sub $8, %rsp\n"                     \
                                                          "    .cfi_adjust_cfa_offset 8\n"         \
                                                          "    call " #target "\n"                 \
                                                          "    add $72, %rsp\n"                    \
                                                          "    .cfi_adjust_cfa_offset -72\n"       \
                                                          "    ret\n"                              \
                                                          "    .cfi_endproc\n"                     \
                                                          ".size " #entry ", . - " #entry "\n")

void program_frame_place(const struct program_frame *frame, struct stopped_at *ret_place);

#endif
