#include "libcaulk/root_fields.h"

#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "libcaulk/debug_info.h"
#include "libcaulk/debug_variables.h"

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

static void *need(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

struct root_fields *root_fields_create(const struct dump *dump, struct symbolizer *symbolizer)
{
    struct root_fields *fields = need(calloc(1, sizeof(*fields)));
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

static void look_up(const struct root_fields *fields, struct known_word *word)
{
    const struct dump *dump = fields->dump;
    const struct module *module = dump_find_module(dump, word->address, dump->process.tick);
    struct debug_info *info =
        module ? symbolizer_debug_info(fields->symbolizer, (uint32_t)(module - dump->modules))
               : NULL;
    uint64_t offset, bytes, address = module ? word->address - module->bias : 0;
    char text[NAME_BYTES];
    if (!info || !debug_info_variable(info, address, &offset, &bytes))
        return;
    struct debug_variables *variables = debug_info_variables(info);
    if (debug_variables_type(variables, address - offset, text, sizeof(text)))
        word->type = need(strdup(text));
    if (debug_variables_member(variables, address - offset, offset, text, sizeof(text)))
        word->member = need(strdup(text));
}

struct root_field root_fields_find(struct root_fields *fields, uint64_t address)
{
    struct known_word *word;
    HASH_FIND(hh, fields->known, &address, sizeof(address), word);
    if (!word) {
        word = need(calloc(1, sizeof(*word)));
        word->address = address;
        look_up(fields, word);
        HASH_ADD(hh, fields->known, address, sizeof(address), word);
    }
    return (struct root_field){word->type, word->member};
}
