/*
 * Each reference gets a key that tells its owner from all others: an address for a variable, and
 * above every address a number for what has none.
 */
#include "libcaulk/root_owners.h"

#include <stdlib.h>

#include "libcaulk/array_room.h"
#include "libcaulk/id_table.h"

#define WORD_BYTES 8u

/* No address of a process is as high. */
#define KEY_OF_MODULE (UINT64_C(1) << 61)
#define KEY_OF_THREAD (UINT64_C(1) << 62)
#define KEY_OF_ROOT (UINT64_C(1) << 63)

struct making {
    struct root_owners owners;
    const struct dump *dump;
    struct symbolizer *symbolizer;
    struct id_table keys;
};

static bool is_borrowing(enum root_kind kind)
{
    return kind == ROOT_STACK || kind == ROOT_ALTSTACK || kind == ROOT_REGISTERS;
}

static uint64_t key_of_root(const struct making *making, uint32_t number)
{
    const struct root *root = &making->dump->roots[number];
    if (!making->symbolizer && root->kind == ROOT_GLOBAL && root->owner != NO_OWNER)
        return KEY_OF_MODULE + root->owner;
    if (is_borrowing(root->kind) && root->owner != NO_OWNER)
        return KEY_OF_THREAD + root->owner;
    return KEY_OF_ROOT + number;
}

/* Where the variable that the address lies in begins, from the root's start; false: no name. */
static bool find_variable(const struct making *making, const struct root *root, uint64_t address,
                          uint64_t *ret_offset)
{
    if (root->kind != ROOT_GLOBAL || !making->symbolizer)
        return false;
    struct data_name name =
        symbolizer_data_name(making->symbolizer, address, making->dump->process.tick);
    if (!name.name || name.offset > address - root->start)
        return false;
    *ret_offset = address - name.offset - root->start;
    return true;
}

static bool add_owner(struct making *making, struct root_owner owner)
{
    struct root_owners *owners = &making->owners;
    struct root_owner *larger = array_room(owners->owner, owners->count, sizeof(*larger));
    if (!larger)
        return false;
    owners->owner = larger;
    owners->owner[owners->count++] = owner;
    return true;
}

static bool find_owner(struct making *making, uint32_t number, bool named, uint64_t offset,
                       uint32_t *ret_owner)
{
    const struct root *root = &making->dump->roots[number];
    struct root_owner owner = {
        .root = number, .offset = named ? offset : 0, .borrows = is_borrowing(root->kind)};
    uint64_t key = named ? root->start + offset : key_of_root(making, number);
    return id_table_add(&making->keys, key, ret_owner) &&
           (*ret_owner < making->owners.count || add_owner(making, owner));
}

static bool add_ref(struct making *making, uint32_t number, uint64_t ref)
{
    const struct root *root = &making->dump->roots[number];
    uint64_t first_word = (root->start + WORD_BYTES - 1) & ~(uint64_t)(WORD_BYTES - 1);
    uint64_t address = first_word + (uint64_t)making->dump->refs.source_words[ref] * WORD_BYTES;
    uint64_t offset = 0;
    bool named = find_variable(making, root, address, &offset);
    return find_owner(making, number, named, offset, &making->owners.of_ref[ref]);
}

static bool add_sum_owner(struct making *making, uint32_t index)
{
    const struct sum_owner *from = &making->dump->owners[index];
    uint32_t *owner = &making->owners.of_sum_owner[index];
    uint64_t offset = 0;
    *owner = ROOT_OWNER_NONE;
    if (from->kind != SUM_OWNER_ROOT && from->kind != SUM_OWNER_VARIABLE)
        return true;
    const struct root *root = &making->dump->roots[from->root];
    bool named = from->kind == SUM_OWNER_VARIABLE &&
                 find_variable(making, root, root->start + from->offset, &offset);
    return find_owner(making, from->root, named, offset, owner);
}

static bool add_all(struct making *making)
{
    const struct dump *dump = making->dump;
    struct root_owners *owners = &making->owners;
    owners->of_ref = malloc((dump->refs.count + 1) * sizeof(*owners->of_ref));
    owners->of_sum_owner = malloc((dump->owner_count + 1ul) * sizeof(*owners->of_sum_owner));
    if (!owners->of_ref || !owners->of_sum_owner)
        return false;
    for (uint32_t r = 0; r < dump->root_count; r++)
        for (uint64_t ref = dump->refs.begin[r]; ref < dump->refs.begin[r + 1]; ref++)
            if (!add_ref(making, r, ref))
                return false;
    for (uint32_t i = 0; i < dump->owner_count; i++)
        if (!add_sum_owner(making, i))
            return false;
    return true;
}

bool root_owners_init(struct root_owners *owners, const struct dump *dump,
                      struct symbolizer *symbolizer, struct error *err)
{
    struct making making = {.dump = dump, .symbolizer = symbolizer};
    bool done = add_all(&making);
    id_table_finish(&making.keys);
    if (!done) {
        root_owners_finish(&making.owners);
        return error_set(err, dump->path, "out of memory for the roots' names");
    }
    *owners = making.owners;
    return true;
}

void root_owners_finish(struct root_owners *owners)
{
    free(owners->owner);
    free(owners->of_ref);
    free(owners->of_sum_owner);
    *owners = (struct root_owners){0};
}
