/*
 * What an executable's ELF headers say about how it will be loaded. The only user of libelf itself.
 */
#ifndef CAULK_ELF_FILE_H
#define CAULK_ELF_FILE_H

#include <limits.h>
#include <stdbool.h>

struct elf_file {
    bool is_x86_64;             /* 64 bit; x32 is not */
    bool is_program;            /* something that can be executed, not a relocatable or a core */
    char interpreter[PATH_MAX]; /* the loader it asks for; "" for a static program */
    bool defines_malloc;        /* in a symbol that is not local to one source file */
    bool needs_sanitizer;       /* the address, thread or leak sanitizer as a shared library */
};

/* Reads the file open at fd, which stays the caller's. False where it is no ELF file, or damaged.
 */
bool elf_file_read(int fd, struct elf_file *ret_file);

#endif
