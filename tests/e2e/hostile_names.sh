# A program whose names are meant to break what shows them: hostile_program makes ./hostile.
# Source this after lib.sh.
# shellcheck shell=bash

# A program whose functions are called by quotes, tags, control characters, bytes that are not
# UTF-8, and 10,000 letters.
hostile_program() {
    local long
    long=$(printf 'l%.0s' {1..10000})
    cat >hostile.c <<C
#include <stdlib.h>
void *volatile kept;
#define MAKE(name, next) __attribute__((noinline)) void name(void) \\
    { kept = malloc(10); next; __asm__ volatile(""); }
MAKE($long, (void)0)
MAKE(placeholder_of_quotes_________, $long())
MAKE(placeholder_of_controls_______, placeholder_of_quotes_________())
MAKE(placeholder_of_bytes__________, placeholder_of_controls_______())
int main(void) { placeholder_of_bytes__________(); kept = NULL; return 0; }
C
    gcc -O0 -o hostile hostile.c
    python3 - <<'PYTHON'
program = open("hostile", "rb").read()
for old, new in ((b"placeholder_of_quotes_________", b"q\"'\\`</script>]]>&amp;;{x=\"\"}"),
                 (b"placeholder_of_controls_______", b"c\x01\x1b[31m\r\n\t\x7f"),
                 (b"placeholder_of_bytes__________", b"b\xff\xc0\xaf\xed\xa0\x80\xf5\xef\xbf\xbe")):
    program = program.replace(old, new.ljust(len(old), b"_"))
open("hostile", "wb").write(program)
PYTHON
}
