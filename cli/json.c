/*
 * Over libyajl's generator, which knows commas, indentation and escapes. It passes bytes that are
 * not UTF-8 through or stops at them; so strings are cleaned first. Its integers are signed and its
 * doubles have 20 digits; so numbers are handed to it as text.
 */
#include "cli/json.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_gen.h>
#include <yajl/yajl_parse.h>
#include <yajl/yajl_tree.h>

#include "cli/fatal.h"
#include "cli/text.h"
#include "libcaulk/memory.h"
#include "libcaulk/utf8.h"

#define BUFFER_BYTES (64 * 1024)

struct json {
    yajl_gen generator;
    FILE *out;
    size_t used; /* of the buffer */
    char buffer[BUFFER_BYTES];
    uint64_t arrays; /* bit d: at depth d an array is open, else an object */
    unsigned depth;
};
#define MAX_DEPTH 63

static void flush(struct json *json)
{
    fwrite(json->buffer, 1, json->used, json->out);
    json->used = 0;
}

/* yajl hands out a few bytes at a time, too few for a locked fwrite() each. */
static void write_out(void *context, const char *text, size_t length)
{
    struct json *json = context;
    if (length > BUFFER_BYTES - json->used)
        flush(json);
    if (length > BUFFER_BYTES) {
        fwrite(text, 1, length, json->out);
        return;
    }
    memcpy(json->buffer + json->used, text, length);
    json->used += length;
}

struct json *json_create_lines(FILE *out)
{
    struct json *json = allocate(1, sizeof(*json));
    json->out = out;
    json->generator = need_memory(yajl_gen_alloc(NULL));
    yajl_gen_config(json->generator, yajl_gen_print_callback, write_out, json);
    return json;
}

struct json *json_create(FILE *out)
{
    struct json *json = json_create_lines(out);
    /* A person looks at a terminal; elsewhere the spaces would be half of the bytes. */
    yajl_gen_config(json->generator, yajl_gen_beautify, text_on_terminal(out));
    yajl_gen_config(json->generator, yajl_gen_indent_string, "  ");
    return json;
}

static void check(yajl_gen_status status)
{
    if (status != yajl_gen_status_ok)
        abort();
}

void json_next_line(struct json *json)
{
    if (json->depth)
        abort();
    write_out(json, "\n", 1);
    yajl_gen_reset(json->generator, NULL);
}

void json_destroy(struct json *json)
{
    if (!json)
        return;
    if (json->depth)
        abort();
    if (json->used && json->buffer[json->used - 1] != '\n')
        write_out(json, "\n", 1);
    flush(json);
    yajl_gen_free(json->generator);
    free(json);
}

static size_t valid_bytes(const char *text)
{
    size_t bytes = 0;
    for (size_t length; text[bytes] && (length = utf8_character(text + bytes)); bytes += length)
        ;
    return bytes;
}

static void put_repaired(struct json *json, const char *text)
{
    static const char replacement[] = "\xef\xbf\xbd";
    char *valid = allocate(3 * strlen(text) + 1, 1);
    size_t used = 0;
    while (*text) {
        size_t length = utf8_character(text);
        memcpy(valid + used, length ? text : replacement, length ? length : 3);
        used += length ? length : 3;
        text += length ? length : 1;
    }
    check(yajl_gen_string(json->generator, (const unsigned char *)valid, used));
    free(valid);
}

/* yajl escapes all that JSON wants escaped, so control characters may stay. */
static void put_string(struct json *json, const char *text)
{
    size_t bytes = valid_bytes(text);
    if (text[bytes])
        put_repaired(json, text);
    else
        check(yajl_gen_string(json->generator, (const unsigned char *)text, bytes));
}

static void put_key(struct json *json, const char *key)
{
    bool wants_key = json->depth && !(json->arrays >> json->depth & 1);
    if (wants_key != (key != NULL))
        abort();
    if (key)
        put_string(json, key);
}

static void enter(struct json *json, bool array)
{
    if (++json->depth > MAX_DEPTH)
        abort();
    uint64_t bit = UINT64_C(1) << json->depth;
    json->arrays = array ? json->arrays | bit : json->arrays & ~bit;
}

void json_object(struct json *json, const char *key)
{
    put_key(json, key);
    check(yajl_gen_map_open(json->generator));
    enter(json, false);
}

void json_array(struct json *json, const char *key)
{
    put_key(json, key);
    check(yajl_gen_array_open(json->generator));
    enter(json, true);
}

void json_end(struct json *json)
{
    bool array = json->arrays >> json->depth & 1;
    check(array ? yajl_gen_array_close(json->generator) : yajl_gen_map_close(json->generator));
    json->depth--;
}

void json_null(struct json *json, const char *key)
{
    put_key(json, key);
    check(yajl_gen_null(json->generator));
}

void json_bool(struct json *json, const char *key, bool value)
{
    put_key(json, key);
    check(yajl_gen_bool(json->generator, value));
}

static void put_number(struct json *json, const char *key, const char *digits)
{
    put_key(json, key);
    check(yajl_gen_number(json->generator, digits, strlen(digits)));
}

void json_number(struct json *json, const char *key, uint64_t value)
{
    char digits[24];
    snprintf(digits, sizeof(digits), "%" PRIu64, value);
    put_number(json, key, digits);
}

void json_seconds(struct json *json, const char *key, double seconds)
{
    char digits[352];
    snprintf(digits, sizeof(digits), "%.6f", seconds);
    put_number(json, key, digits);
}

void json_string(struct json *json, const char *key, const char *value)
{
    if (!value) {
        json_null(json, key);
        return;
    }
    put_key(json, key);
    put_string(json, value);
}

void json_address(struct json *json, const char *key, uint64_t address)
{
    char digits[24];
    snprintf(digits, sizeof(digits), "0x%" PRIx64, address);
    json_string(json, key, digits);
}

void json_amount(struct json *json, const char *key, struct amount amount)
{
    json_object(json, key);
    json_number(json, "blocks", amount.blocks);
    json_number(json, "bytes", amount.bytes);
    json_end(json);
}

/* The whole file, with a NUL behind it. */
static char *read_file(const char *path)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *in = fopen(path, "re");
    if (!in)
        fatal(path, "%s", strerror(errno));
    ssize_t read = getdelim(&text, &bytes, '\0', in);
    if (ferror(in))
        fatal(path, "%s", strerror(errno));
    fclose(in);
    return read < 0 ? allocate(1, 1) : text;
}

/* How deep brackets and braces stand in each other. */
static unsigned nesting(const char *text)
{
    unsigned depth = 0, deepest = 0;
    for (bool quoted = false; *text; text++) {
        if (quoted && *text == '\\' && text[1])
            text++;
        else if (*text == '"')
            quoted = !quoted;
        else if (!quoted && (*text == '[' || *text == '{'))
            depth++;
        else if (!quoted && depth && (*text == ']' || *text == '}'))
            depth--;
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest;
}

/* The string at a key of an object, borrowed from the tree; NULL where there is none. */
static const char *string_at(yajl_val object, const char *key)
{
    yajl_val value = yajl_tree_get(object, (const char *[]){key, NULL}, yajl_t_string);
    return value ? YAJL_GET_STRING(value) : NULL;
}

/* The line that text stops being JSON in. */
static size_t wrong_line(const char *text)
{
    yajl_handle parser = need_memory(yajl_alloc(NULL, NULL, NULL));
    yajl_parse(parser, (const unsigned char *)text, strlen(text));
    size_t line = 1;
    for (const char *end = text + yajl_get_bytes_consumed(parser); text < end; text++)
        line += *text == '\n';
    yajl_free(parser);
    return line;
}

void json_read_strings(const char *path, const char *schema, const char *array, const char *key,
                       char ***ret_strings, size_t *ret_count)
{
    char *text = read_file(path);
    if (nesting(text) > MAX_DEPTH) /* yajl frees a tree by recursion */
        fatal(path, "not a document of schema %s: nested too deeply", schema);
    yajl_val tree = yajl_tree_parse(text, NULL, 0);
    if (!tree)
        fatal(path, "line %zu: not JSON", wrong_line(text));
    const char *said = string_at(tree, "schema");
    yajl_val rows = yajl_tree_get(tree, (const char *[]){array, NULL}, yajl_t_array);
    if (!said || strcmp(said, schema) != 0 || !rows)
        fatal(path, "not a document of schema %s", schema);
    *ret_strings = allocate(YAJL_GET_ARRAY(rows)->len, sizeof(**ret_strings));
    *ret_count = 0;
    for (size_t i = 0; i < YAJL_GET_ARRAY(rows)->len; i++) {
        const char *string = string_at(YAJL_GET_ARRAY(rows)->values[i], key);
        if (string)
            (*ret_strings)[(*ret_count)++] = need_memory(strdup(string));
    }
    yajl_tree_free(tree);
    free(text);
}
