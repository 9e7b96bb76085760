/*
 * A command's options as a table for programs: man pages and completions are made of it, so that
 * they have what --help has, and nothing else. `caulk COMMAND --table` prints it, one line for each
 * of these, with tabs between the fields:
 *
 *   arguments  what follows the options, as in the help
 *   about      what the command does
 *   section    heading of the options that follow; empty: they have none
 *   option     letter (without -), name (without --), argument, whether that is needed (required,
 *              optional, none), what it does; "" where there is none
 *   after      a line of what the help says after the options
 */
#ifndef CAULK_OPTION_TABLE_H
#define CAULK_OPTION_TABLE_H

#include <argp.h>
#include <stdio.h>

/* The table of these options and, before them, of their children's. */
void option_table_print(const struct argp *argp, FILE *out);

#endif
