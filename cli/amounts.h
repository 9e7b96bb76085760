/* Times and sizes on the command line. */
#ifndef CAULK_AMOUNTS_H
#define CAULK_AMOUNTS_H

#include <stdint.h>

/* "30s", "10m", "2h", "1d", or a number of seconds: at least one second, 366 days at most. Else
 * options_fail() naming the option. */
uint64_t amounts_seconds(const char *command, const char *option, const char *text);

/* "500M", "2G", "1T", "64K", or a number of bytes, at least 1. Else options_fail(). */
uint64_t amounts_bytes(const char *command, const char *option, const char *text);

#endif
