/* Names for roots: a variable's, a thread's, a mapping's. */
#include "cli/words.h"

#include <string.h>

#define NAME_CHARACTERS 60

static bool belongs_to_thread(enum root_kind kind)
{
    return kind == ROOT_STACK || kind == ROOT_ALTSTACK || kind == ROOT_REGISTERS ||
           kind == ROOT_TLS || kind == ROOT_THREAD;
}

static struct phrase thread_name(const struct dump *dump, uint32_t number)
{
    if (number >= dump->thread_count)
        return words_format("%s", "");
    const struct thread *thread = &dump->threads[number];
    return words_format("thread %u%s%s", thread->tid, *thread->name ? " " : "",
                        words_cut(thread->name, NAME_CHARACTERS).s);
}

static void name_variable(struct root_words *words, const struct opened *opened,
                          const struct root *root)
{
    struct data_name name = symbolizer_data_name(opened->symbolizer, root->start + words->offset,
                                                 opened->dump->process.tick);
    if (!name.name)
        return;
    struct root_field field = root_fields_find(opened->root_fields, root->start + words->offset);
    words->name = words_cxx(name.name, NAME_CHARACTERS);
    words->offset = name.offset;
    words->type = words_cxx(field.type ? field.type : "", NAME_CHARACTERS);
    if (field.member)
        words->member = words_cut(field.member + strspn(field.member, "."), NAME_CHARACTERS);
}

struct root_words words_root(const struct opened *opened, const struct root *root, uint64_t offset)
{
    const struct dump *dump = opened->dump;
    struct root_words words = {.kind = root_kind_name(root->kind), .offset = offset};
    if (root->kind == ROOT_GLOBAL && root->owner < dump->module_count)
        words.module = dump->modules[root->owner].path;

    if (root->kind == ROOT_SUMMED) {
        words.offset = OFFSET_UNKNOWN;
        words.phrase = words_format("%s", WORDS_SUMMED);
        return words;
    }
    if (belongs_to_thread(root->kind))
        words.name = thread_name(dump, root->owner);
    else if (root->kind == ROOT_GLOBAL && offset != OFFSET_UNKNOWN)
        name_variable(&words, opened, root);
    if (!*words.name.s)
        words.name = words_cut(root->name, NAME_CHARACTERS);

    bool of_thread = belongs_to_thread(root->kind) && *words.name.s;
    words.phrase = words_format(
        "%s%s%s%s%s%s", words.kind, of_thread ? " of" : "", *words.name.s ? " " : "", words.name.s,
        words.module ? " in " : "",
        words.module ? words_cut(words_file_name(words.module), NAME_CHARACTERS).s : "");
    return words;
}

struct phrase words_root_field(const struct root_words *root)
{
    bool dotted = *root->member.s && *root->member.s != '[';
    return words_format("%s%s%s", root->name.s, dotted ? "." : "", root->member.s);
}
