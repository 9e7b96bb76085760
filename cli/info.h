/* `caulk info` in its parts: what is looked up in a dump, and the ways to say it. */
#ifndef CAULK_INFO_H
#define CAULK_INFO_H

#include "cli/info_retained.h"
#include "cli/opened.h"

/* How many blocks have a stack that goes on beyond the caller. Cost: the blocks. */
uint64_t info_traced_blocks(const struct dump *dump);

/* How many pointers own nothing (libcaulk/dump_links.c). Cost: the pointers. */
uint64_t info_links(const struct dump *dump);

/* "on", "off" or "unknown". */
const char *info_collector_word(enum collector collector);

void info_print_text(const struct opened *opened, const struct info_retained *retained);
void info_print_json(const struct opened *opened, const struct info_retained *retained);

#endif
