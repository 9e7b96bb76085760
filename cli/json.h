/*
 * JSON, written as it is made: nothing is kept, so a result may be of any size.
 *
 * Each function writes one value. `key` is its name in the object that is open, and NULL where an
 * array is (or at the top). Strings may be any bytes: what is not UTF-8 is written as U+FFFD, so
 * the document is always valid. Calls that would not make a document are programming errors and
 * abort.
 */
#ifndef CAULK_JSON_H
#define CAULK_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "libcaulk/amount.h"

struct json;

/* Writes to out, which stays the caller's; all of it is there after json_destroy(). */
struct json *json_create(FILE *out);
/* The same for documents one a line, also on a terminal: json_next_line() after each. */
struct json *json_create_lines(FILE *out);
void json_next_line(struct json *json);
/* Ends the last line. Everything opened must have been ended. */
void json_destroy(struct json *json);

void json_object(struct json *json, const char *key); /* opens, until json_end() */
void json_array(struct json *json, const char *key);  /* opens, until json_end() */
void json_end(struct json *json);

void json_null(struct json *json, const char *key);
void json_bool(struct json *json, const char *key, bool value);
void json_number(struct json *json, const char *key, uint64_t value);
void json_seconds(struct json *json, const char *key, double seconds);
void json_string(struct json *json, const char *key, const char *value); /* NULL: null */
/* A string, 0x and lower-case hex. */
void json_address(struct json *json, const char *key, uint64_t address);
/* { "blocks": …, "bytes": … } */
void json_amount(struct json *json, const char *key, struct amount amount);

/*
 * Reads a document from a file: the strings named `key` of the objects in the array named `array`,
 * in *ret_strings (each, and the array, the caller's to free). Others are left out. fatal() where
 * the file can't be read, is not JSON, or its "schema" is another.
 */
void json_read_strings(const char *path, const char *schema, const char *array, const char *key,
                       char ***ret_strings, size_t *ret_count);

#endif
