/* Names for owners: a variable before its kind, since that is what one looks for in the source. */
#include "cli/words.h"

#include "cli/text.h"

static enum root_kind owner_root_kind(const struct opened *opened, const struct owner_group *group)
{
    return opened->dump->roots[opened->owners.roots.owner[group->index].root].kind;
}

struct root_words words_owner_root(const struct opened *opened, const struct owner_group *group)
{
    const struct root_owner *owner = &opened->owners.roots.owner[group->index];
    return words_root(opened, &opened->dump->roots[owner->root], owner->offset);
}

/* What has no name of its own. */
static struct phrase name_kind(enum root_kind kind, const char *kind_name, struct phrase module)
{
    if (kind == ROOT_SUMMED)
        return words_format("%s", WORDS_SUMMED);
    if (kind == ROOT_RUNTIME)
        return words_format("the C library");
    if (kind == ROOT_KERNEL)
        return words_format("the kernel (epoll data, timers)");
    if (kind == ROOT_THREAD)
        return words_format("a thread's argument or result");
    return words_format("%s%s%s", kind_name, *module.s ? " data of " : "", module.s);
}

static struct phrase name_root(const struct opened *opened, const struct owner_group *group)
{
    struct root_words root = words_owner_root(opened, group);
    struct phrase module = words_format("%s", "");
    if (root.module)
        module = words_cut(words_file_name(root.module), 60);
    if (!*root.name.s)
        return name_kind(owner_root_kind(opened, group), root.kind, module);
    return words_format("%s (%s%s%s)", root.name.s, root.kind, *module.s ? ", " : "", module.s);
}

static struct phrase name_cycle(const struct opened *opened, const struct owner_group *group)
{
    const struct shape *shape = &opened->analysis->shapes.shape[group->index];
    struct phrase name = words_shape(opened, shape);
    if (group->count == 1)
        return words_format("lost cycle %s", name.s);
    return words_format("lost cycle %s × %s", name.s, text_count(group->count).s);
}

struct phrase words_owner_blocks(const struct opened *opened, const struct owner_group *group)
{
    const char *type = opened_owner_type(opened, group);
    if (type)
        return words_type(type);
    struct call_stack stack;
    opened_owner_stack(opened, group, &stack);
    struct phrase phrase = words_stack(&stack);
    call_stack_finish(&stack);
    return phrase;
}

static struct phrase name_blocks(const struct opened *opened, const struct owner_group *group)
{
    struct phrase name = words_owner_blocks(opened, group);
    const char *lost = group->lost && group->depth == 0 ? "lost " : "";
    if (group->count == 1)
        return words_format("%s%s", lost, name.s);
    return words_format("%s%s × %s", lost, text_count(group->count).s, name.s);
}

struct phrase words_owner(const struct opened *opened, const struct owner_group *group)
{
    if (group->kind == OWNER_ROOT)
        return name_root(opened, group);
    if (group->kind == OWNER_SEVERAL)
        return words_format("several owners");
    return group->kind == OWNER_CYCLE ? name_cycle(opened, group) : name_blocks(opened, group);
}

struct phrase words_owner_type(const struct opened *opened, const struct owner_group *group)
{
    struct phrase type = {""};
    if (group->kind == OWNER_ROOT)
        type = words_owner_root(opened, group).type;
    return words_format("%s%s", *type.s ? "  " : "", type.s);
}
