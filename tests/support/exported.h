/* What `caulk export` makes of a heap in the notation of tests/support/dump_builder.h. */
#ifndef CAULK_TESTS_EXPORTED_H
#define CAULK_TESTS_EXPORTED_H

#include <stddef.h>

#include "tests/support/dump_builder.h"

/* The bytes, with a NUL behind them; the caller frees them. */
char *exported(const char *format, const char *line, size_t *ret_bytes);

/* The same of a dump that is built; destroys the builder. */
char *exported_from(const char *format, struct dump_builder *builder, size_t *ret_bytes);

#endif
