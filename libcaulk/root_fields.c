#include "libcaulk/root_fields.h"

#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "libcaulk/debug_info.h"
#include "libcaulk/debug_variables.h"
#include "libcaulk/embedded_names.h"
#include "libcaulk/memory.h"

#define NAME_BYTES 256

struct known_word {
    uint64_t address;
    char *type, *member; /* or NULL */
    UT_hash_handle hh;
};

struct root_fields {
    const struct dump *dump;
    struct symbolizer *symbolizer;
    struct known_word *known;
};

struct root_fields *root_fields_create(const struct dump *dump, struct symbolizer *symbolizer)
{
    struct root_fields *fields = need_memory(calloc(1, sizeof(*fields)));
    fields->dump = dump;
    fields->symbolizer = symbolizer;
    return fields;
}

void root_fields_destroy(struct root_fields *fields)
{
    if (!fields)
        return;
    struct known_word *word, *next;
    HASH_ITER(hh, fields->known, word, next)
    {
        HASH_DEL(fields->known, word);
        free(word->type);
        free(word->member);
        free(word);
    }
    free(fields);
}

static char *copy(const char *text)
{
    return text ? need_memory(strdup(text)) : NULL;
}

static void look_up_in_file(struct debug_info *info, uint64_t address, struct known_word *word)
{
    uint64_t offset, bytes;
    char text[NAME_BYTES];
    if (!debug_info_variable(info, address, &offset, &bytes))
        return;
    struct debug_variables *variables = debug_info_variables(info);
    if (debug_variables_type(variables, address - offset, text, sizeof(text)))
        word->type = copy(text);
    if (debug_variables_member(variables, address - offset, offset, text, sizeof(text)))
        word->member = copy(text);
}

/* What the dump has itself is of the same build. */
static void look_up(const struct root_fields *fields, struct known_word *word)
{
    const struct dump *dump = fields->dump;
    const struct embedded_names *embedded = symbolizer_embedded(fields->symbolizer);
    const struct module *module = dump_find_module(dump, word->address, dump->process.tick);
    if (!module)
        return;
    uint32_t number = (uint32_t)(module - dump->modules);
    struct debug_info *info = symbolizer_debug_info(fields->symbolizer, number);
    if (info)
        look_up_in_file(info, word->address - module->bias, word);
    if (!word->type)
        word->type = copy(embedded_names_type(embedded, number, word->address));
    if (!word->member)
        word->member = copy(embedded_names_member(embedded, number, word->address));
}

struct root_field root_fields_find(struct root_fields *fields, uint64_t address)
{
    struct known_word *word;
    HASH_FIND(hh, fields->known, &address, sizeof(address), word);
    if (!word) {
        word = need_memory(calloc(1, sizeof(*word)));
        word->address = address;
        look_up(fields, word);
        HASH_ADD(hh, fields->known, address, sizeof(address), word);
    }
    return (struct root_field){word->type, word->member};
}
