#include "preload/heap_parts.h"

struct heap_parts heap_parts_of(const struct heap_block *block)
{
    return (struct heap_parts){block->address, block->address + block->bytes, block->inner};
}

bool heap_parts_next(const struct heap_blocks *heap, struct heap_parts *parts,
                     struct range *ret_part)
{
    for (;;) {
        for (; parts->inner < heap->custom_count; parts->inner++) {
            const struct custom_block *inner = &heap->customs[parts->inner];
            if (inner->address > parts->at)
                break;
            if (inner->address + inner->bytes > parts->at)
                parts->at = inner->address + inner->bytes;
        }
        if (parts->at >= parts->end)
            return false;
        struct range part = {parts->at, parts->end};
        if (parts->inner < heap->custom_count && heap->customs[parts->inner].address < part.end)
            part.end = heap->customs[parts->inner].address;
        parts->at = part.end;
        if (heap->freed.count > 0) {
            if (!ranges_gap(&heap->freed, part.start, part.end, &part))
                continue;
            parts->at = part.end;
        }
        *ret_part = part;
        return true;
    }
}
