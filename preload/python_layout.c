/* See preload/python_layout.h. */
#include "preload/python_layout.h"

#include <stddef.h>
#include <string.h>

static const struct python_layout layouts[] = {
    {
        .minor = 8,
        .state_frame = 24,
        .link_frame = PYTHON_NO_LINK,
        .previous = 24,
        .code = 32,
        .instruction = 104,
        .unit = 1,
        .code_bytes = 176,
        .code_file = 104,
        .code_name = 112,
        .code_line = 40,
    },
    {
        .minor = 9,
        .state_frame = 24,
        .link_frame = PYTHON_NO_LINK,
        .previous = 24,
        .code = 32,
        .instruction = 104,
        .unit = 1,
        .code_bytes = 176,
        .code_file = 104,
        .code_name = 112,
        .code_line = 40,
    },
    {
        .minor = 10,
        .state_frame = 24,
        .link_frame = PYTHON_NO_LINK,
        .previous = 24,
        .code = 32,
        .instruction = 96,
        .unit = 2,
        .code_bytes = 176,
        .code_file = 104,
        .code_name = 112,
        .code_line = 40,
    },
    {
        .minor = 11,
        .state_frame = 56,
        .link_frame = 8,
        .previous = 48,
        .code = 32,
        .instruction = 56,
        .flags = 68,
        .is_address = true,
        .entry = PYTHON_ENTRY_FLAG,
        .unit = 1,
        .code_bytes = 192,
        .code_file = 112,
        .code_name = 128,
        .code_line = 72,
        .code_start = 184,
    },
    {
        .minor = 12,
        .state_frame = 56,
        .link_frame = 0,
        .previous = 8,
        .code = 0,
        .instruction = 56,
        .flags = 70,
        .is_address = true,
        .entry = PYTHON_ENTRY_BELOW,
        .unit = 1,
        .code_bytes = 200,
        .code_file = 112,
        .code_name = 128,
        .code_line = 68,
        .code_start = 192,
    },
    {
        .minor = 13,
        .state_frame = 72,
        .link_frame = PYTHON_NO_LINK,
        .previous = 8,
        .code = 0,
        .instruction = 56,
        .flags = 70,
        .is_address = true,
        .entry = PYTHON_ENTRY_BELOW,
        .unit = 1,
        .code_bytes = 208,
        .code_file = 112,
        .code_name = 128,
        .code_line = 68,
        .code_start = 200,
    },
};

static unsigned read_number(const char *digits)
{
    unsigned number = 0;
    while (*digits >= '0' && *digits <= '9' && number < 1000)
        number = number * 10 + (unsigned)(*digits++ - '0');
    return number;
}

const struct python_layout *python_layout_of(const char *version)
{
    if (strncmp(version, "3.", 2) != 0 || strstr(version, "free-threading"))
        return NULL;
    unsigned minor = read_number(version + 2);
    for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
        if (layouts[i].minor == minor)
            return &layouts[i];
    return NULL;
}
