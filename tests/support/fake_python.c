/* See tests/support/fake_python.h. */
#include "tests/support/fake_python.h"

#include <stdlib.h>
#include <string.h>

#define FRAME_BYTES 128u
#define BYTES_A_LINE 10

static struct {
    struct python_runtime runtime;
    char state[128], link[32];
    char frames[FAKE_FRAMES_MAX][FRAME_BYTES];
    unsigned frame_count;
    bool locked;
    char code_type, text_type, no_code; /* their addresses count */
    struct fake_text *newest;           /* all that live, newest first */
} fake;

static uintptr_t *word(char *start, unsigned offset)
{
    return (uintptr_t *)(start + offset);
}

static void *own_state(void)
{
    return fake.state;
}

static void *running_state(void)
{
    return fake.locked ? fake.state : NULL;
}

static int line_of(void *code, int offset)
{
    uint32_t first = *(uint32_t *)((char *)code + fake.runtime.layout.code_line);
    return offset < 0 ? (int)first : (int)first + offset / BYTES_A_LINE;
}

static ssize_t text_length(void *text)
{
    return ((const struct fake_text *)text)->length;
}

static uint32_t text_character(void *text, ssize_t index)
{
    return ((const struct fake_text *)text)->characters[index];
}

static void set_innermost(const char *frame)
{
    const struct python_layout *layout = &fake.runtime.layout;
    bool linked = layout->link_frame != PYTHON_NO_LINK;
    *word(fake.state, layout->state_frame) = (uintptr_t)(linked ? fake.link : frame);
    if (linked)
        *word(fake.link, layout->link_frame) = (uintptr_t)frame;
}

const struct python_runtime *fake_python(const char *version)
{
    fake.runtime = (struct python_runtime){
        .layout = *python_layout_of(version),
        .own_state = own_state,
        .running_state = running_state,
        .line_of = line_of,
        .text_length = text_length,
        .text_character = text_character,
        .code_type = (uintptr_t)&fake.code_type,
        .text_type = (uintptr_t)&fake.text_type,
    };
    fake.locked = true;
    fake_python_return_all();
    return &fake.runtime;
}

void fake_python_lock(bool held)
{
    fake.locked = held;
}

static struct fake_text *text_create(const char *ascii)
{
    size_t length = strlen(ascii);
    struct fake_text *text = malloc(sizeof(*text) + length * sizeof(*text->characters));
    *text = (struct fake_text){1, fake.runtime.text_type, (ssize_t)length, fake.newest};
    for (size_t i = 0; i < length; i++)
        text->characters[i] = (unsigned char)ascii[i];
    return fake.newest = text;
}

void fake_python_code(void *at, const char *name, const char *file, uint32_t first_line)
{
    const struct python_layout *layout = &fake.runtime.layout;
    memset(at, 0, FAKE_CODE_BYTES);
    *word(at, 8) = fake.runtime.code_type;
    *word(at, layout->code_name) = (uintptr_t)text_create(name);
    *word(at, layout->code_file) = (uintptr_t)text_create(file);
    *(uint32_t *)((char *)at + layout->code_line) = first_line;
}

static char *push(uintptr_t code, uintptr_t instruction, unsigned flags)
{
    const struct python_layout *layout = &fake.runtime.layout;
    char *frame = fake.frames[fake.frame_count];
    memset(frame, 0, FRAME_BYTES);
    if (fake.frame_count > 0)
        *word(frame, layout->previous) = (uintptr_t)fake.frames[fake.frame_count - 1];
    *word(frame, layout->code) = code;
    if (layout->is_address) {
        *word(frame, layout->instruction) = instruction;
        frame[layout->flags] = (char)flags;
    } else {
        *(uint32_t *)(frame + layout->instruction) = (uint32_t)instruction;
    }
    fake.frame_count++;
    return frame;
}

void fake_python_call(void *code, uint32_t instruction, bool entry)
{
    const struct python_layout *layout = &fake.runtime.layout;
    if (entry && layout->entry == PYTHON_ENTRY_BELOW)
        push((uintptr_t)&fake.no_code, (uintptr_t)&fake.no_code + 8, PYTHON_OWNER_LOOP);
    uintptr_t at = layout->is_address ? (uintptr_t)code + layout->code_start + instruction
                                      : instruction / layout->unit;
    set_innermost(push((uintptr_t)code, at, entry && layout->entry == PYTHON_ENTRY_FLAG));
}

void fake_python_return_all(void)
{
    fake.frame_count = 0;
    set_innermost(NULL);
}
