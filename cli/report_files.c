/* Taken in by the assembler, so that the files stay what editors, formatters and browsers know.
 * The hashes are made by the Makefile. */
#include "cli/report_files.h"

__asm__(".section .rodata\n"
        ".global report_style, report_style_hash, report_script, report_script_hash\n"
        "report_style: .incbin \"cli/report/report.css\"\n"
        ".byte 0\n"
        "report_style_hash: .incbin \"cli/report.css.hash\"\n"
        ".byte 0\n"
        "report_script: .incbin \"cli/report/report.js\"\n"
        ".byte 0\n"
        "report_script_hash: .incbin \"cli/report.js.hash\"\n"
        ".byte 0\n"
        ".previous\n");
