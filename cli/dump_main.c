/*
 * caulk-dump: `caulk dump` alone, linked statically, for images that have nothing else in them, not
 * even a C library. What is to be read from the dump is read elsewhere.
 */
#include "cli/command.h"
#include "cli/fatal.h"

int main(int argc, char **argv)
{
    fatal_guard_output();
    return dump_run(argc, argv);
}
