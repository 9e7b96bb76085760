/* C++ names as people write them: what the library adds by itself says nothing. */
#include "cli/words.h"

#include <stdlib.h>
#include <string.h>

#include "libcaulk/memory.h"

/* A name's length may grow with the square of its nesting; what is cut off later need not be
 * looked at. */
#define CHARACTERS_MAX 4096

/* Up to the end of the template's arguments, whose bracket opens at the text's start. */
static size_t arguments_length(const char *text)
{
    size_t length = 0;
    int depth = 0;
    for (; text[length]; length++) {
        if (strchr("<(", text[length]))
            depth++;
        else if (strchr(">)", text[length]) && --depth == 0)
            return length + 1;
    }
    return length;
}

static void remove_bytes(char *at, size_t count)
{
    memmove(at, at + count, strlen(at + count) + 1);
}

/* Arguments that are the library's own choice, mostly. */
static void drop_defaults(char *name)
{
    static const char *const defaults[] = {
        ", std::allocator", ", std::char_traits", ", std::default_delete",
        ", std::less",      ", std::hash",        ", std::equal_to",
    };
    for (size_t i = 0; i < sizeof(defaults) / sizeof(*defaults); i++) {
        size_t length = strlen(defaults[i]);
        for (char *at = name; (at = strstr(at, defaults[i])) != NULL;) {
            if (at[length] == '<')
                remove_bytes(at, length + arguments_length(at + length));
            else
                at += length;
        }
    }
}

static void replace_all(char *name, const char *text, const char *by)
{
    size_t length = strlen(text), shorter = strlen(by);
    for (char *at = name; (at = strstr(at, text)) != NULL; at += shorter) {
        memcpy(at, by, shorter);
        remove_bytes(at + shorter, length - shorter);
    }
}

struct phrase words_cxx(const char *name, unsigned characters)
{
    char *text = need_memory(strndup(name, CHARACTERS_MAX));
    replace_all(text, "std::__cxx11::", "std::");
    replace_all(text, "std::__1::", "std::");
    replace_all(text, "[abi:cxx11]", "");
    drop_defaults(text);
    replace_all(text, " >", ">");
    replace_all(text, "std::basic_string<char>", "std::string");
    replace_all(text, "std::basic_string_view<char>", "std::string_view");
    struct phrase phrase = words_cut(text, characters);
    free(text);
    return phrase;
}
