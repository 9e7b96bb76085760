/*
 * A template's argument is a sum over its words, because their order differs; `const` and `*` bind
 * to what stands before them in both ways to write it, so at a `*` or `&` the sum so far is sealed.
 * Arguments follow each other in order.
 */
#include "libcaulk/type_key.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "libcaulk/checksum.h"

#define DEPTH_MAX 64

struct reader {
    const char *at;
    unsigned depth;
};

static uint64_t join(uint64_t left, uint64_t right)
{
    const uint64_t both[] = {left, right};
    return checksum(both, sizeof(both));
}

static uint64_t word_key(const char *word, size_t length)
{
    return checksum(word, length);
}

/* One argument, or one part of a qualified name, while it is read. */
struct argument {
    uint64_t sum;
    bool is_sized; /* long, short or unsigned: then `int` says nothing */
    bool has_int;
};

static uint64_t seal(struct argument *argument)
{
    if (argument->has_int && !argument->is_sized)
        argument->sum += word_key("int", 3);
    argument->is_sized = argument->has_int = false;
    return argument->sum;
}

static bool is_word(char character)
{
    return isalnum((unsigned char)character) || (character && strchr("_:~.$'\"", character)) ||
           (unsigned char)character >= 0x80;
}

static bool equals(const char *word, size_t length, const char *other)
{
    return strlen(other) == length && memcmp(word, other, length) == 0;
}

static void add_word(struct argument *argument, const char *word, size_t length)
{
    bool sizes = equals(word, length, "long") || equals(word, length, "short") ||
                 equals(word, length, "unsigned");
    argument->is_sized |= sizes;
    if (isdigit((unsigned char)*word))
        while (length > 1 && strchr("uUlL", word[length - 1]))
            length--;
    if (equals(word, length, "int"))
        argument->has_int = true;
    else
        argument->sum += word_key(word, length);
}

/* In a qualified name a scope's end is the word's. */
static size_t word_length(const char *text, bool qualified)
{
    size_t length = 0;
    while (is_word(text[length]) && !(qualified && length && !strncmp(text + length, "::", 2)))
        length++;
    return length;
}

/* A namespace without a name: the demangler's words and gcc's. */
static size_t anonymous_length(const char *text)
{
    static const char *const words[] = {TYPE_KEY_ANONYMOUS, "{anonymous}", "<unnamed>"};
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (!strncmp(text, words[i], strlen(words[i])))
            return strlen(words[i]);
    return 0;
}

static uint64_t read_list(struct reader *reader);

/* A word, a list in brackets, or a sign. */
static void read_item(struct reader *reader, struct argument *argument, bool qualified)
{
    size_t anonymous = anonymous_length(reader->at);
    size_t length = anonymous ? anonymous : word_length(reader->at, qualified);
    if (anonymous) {
        argument->sum += word_key(TYPE_KEY_ANONYMOUS, strlen(TYPE_KEY_ANONYMOUS));
    } else if (length) {
        add_word(argument, reader->at, length);
    } else if (strchr("<({[", *reader->at)) {
        argument->sum += read_list(reader);
        return;
    } else {
        length = 1;
        if (*reader->at != ' ')
            argument->sum = join(seal(argument), (uint64_t)*reader->at);
    }
    reader->at += length;
}

/* At the opening bracket; leaves the reader behind the closing one. */
static uint64_t read_list(struct reader *reader)
{
    uint64_t list = (uint64_t)*reader->at++;
    struct argument argument = {0};
    if (++reader->depth > DEPTH_MAX)
        reader->at += strlen(reader->at);
    while (*reader->at && !strchr(">)}]", *reader->at)) {
        if (*reader->at == ',') {
            list = join(list, seal(&argument));
            argument = (struct argument){0};
            reader->at++;
        } else {
            read_item(reader, &argument, false);
        }
    }
    reader->at += *reader->at != '\0';
    reader->depth--;
    return join(list, seal(&argument));
}

/* A function's parameters and what follows them, up to the next part. */
static void skip_parameters(struct reader *reader)
{
    while (*reader->at && strncmp(reader->at, "::", 2) != 0) {
        if (strchr("<({[", *reader->at))
            read_list(reader);
        else
            reader->at++;
    }
}

static bool begins_parameters(const struct reader *reader, const struct argument *part)
{
    return *reader->at == '(' && part->sum && !anonymous_length(reader->at);
}

size_t type_key_parts(uint64_t scope, const char *name, uint64_t *ret_keys, size_t limit)
{
    struct reader reader = {.at = name};
    size_t count = 0;
    while (*reader.at) {
        struct argument part = {0};
        while (*reader.at && strncmp(reader.at, "::", 2) != 0) {
            if (begins_parameters(&reader, &part))
                skip_parameters(&reader);
            else
                read_item(&reader, &part, true);
        }
        reader.at += *reader.at ? 2 : 0;
        if (count == limit)
            return 0;
        scope = ret_keys[count++] = join(scope, seal(&part));
    }
    return count;
}
