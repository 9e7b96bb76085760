/*
 * A link of a thread's list of Python frames, read by the layout, and as the two words that it is
 * known by: its code object, and where it is in there with what versions that.
 *
 *    63       34 33  32 31                0
 *   | generation | flags |     offset      |    `where`
 *
 * The generation is that of the code object's address (preload/python_code.h): while it is the
 * same, so is the code object, and with it all that the frame says of itself.
 */
#ifndef CAULK_PYTHON_LINK_H
#define CAULK_PYTHON_LINK_H

#include "preload/path_hash.h"
#include "preload/python_code.h"
#include "preload/python_layout.h"

/* Two words of the hash are the header. */
#define PYTHON_HEADER_WORDS 2u
#define PYTHON_LINKS_MAX ((PATH_HASH_WORDS_MAX - PYTHON_HEADER_WORDS) / 2)

struct python_link {
    uintptr_t code;
    uint64_t where;
};

static inline uintptr_t python_word(const char *start, unsigned offset)
{
    return *(const uintptr_t *)(start + offset);
}

/* Of a thread's state; NULL where it runs no Python. */
static inline const char *python_innermost(const struct python_layout *layout, const char *state)
{
    const char *frame = (const char *)python_word(state, layout->state_frame);
    if (layout->link_frame != PYTHON_NO_LINK && frame)
        frame = (const char *)python_word(frame, layout->link_frame);
    return frame;
}

static inline const char *python_previous(const struct python_layout *layout, const char *frame)
{
    return (const char *)python_word(frame, layout->previous);
}

/* Flags are nothing where instructions are indexes: each frame is the first of its loop there. */
static inline struct python_link python_link(const struct python_layout *layout, const char *frame)
{
    uintptr_t code = python_word(frame, layout->code);
    uint64_t version = (uint64_t)python_code_generation(code) << 2;
    uint32_t offset;
    if (layout->is_address) {
        version |= (uint8_t)frame[layout->flags] & 3;
        offset = (uint32_t)(python_word(frame, layout->instruction) - code);
    } else {
        offset = *(const uint32_t *)(frame + layout->instruction);
    }
    return (struct python_link){code, version << 32 | offset};
}

static inline unsigned python_link_flags(const struct python_link *link)
{
    return (link->where >> 32) & 3;
}

/* Does it mark a loop's beginning, and is no frame? */
static inline bool python_link_is_loop(const struct python_layout *layout,
                                       const struct python_link *link)
{
    return layout->entry == PYTHON_ENTRY_BELOW && python_link_flags(link) == PYTHON_OWNER_LOOP;
}

/* So many have depth frames among them, unless that is too many. */
static inline unsigned python_links_max(const struct python_layout *layout, unsigned depth)
{
    unsigned links = layout->entry == PYTHON_ENTRY_BELOW ? 2 * depth : depth;
    return links < PYTHON_LINKS_MAX ? links : PYTHON_LINKS_MAX;
}

#endif
