/* One number for the ways in which a type's name is written, and another for every other type. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "libcaulk/type_key.h"

#define PARTS_MAX 8

static uint64_t key(const char *name)
{
    uint64_t keys[PARTS_MAX];
    size_t count = type_key_parts(TYPE_KEY_GLOBAL, name, keys, PARTS_MAX);
    assert_true(count > 0);
    return keys[count - 1];
}

static void spellings_of_one_type(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"Table<char const*, unsigned long>", "Table<const char*, long unsigned int>"},
        {"Table<std::vector<int> const&>", "Table<const std::vector<int>&>"},
        {"a::Set<b::Item<int>, 3ul>", "a::Set<b::Item<int> , 3>"},
        {"Holder<Item<short> >", "Holder<Item<short int>>"},
        {"Holder<unsigned int>", "Holder<unsigned>"},
        {"std::function<void (int)>", "std::function<void(int)>"},
        {"a::(anonymous namespace)::Node", "a::{anonymous}::Node"},
        {"Holder<a::(anonymous namespace)::Node>", "Holder<a::{anonymous}::Node>"},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
        if (key(pairs[i][0]) != key(pairs[i][1]))
            fail_msg("%s and %s", pairs[i][0], pairs[i][1]);
}

static void different_types(void **state)
{
    (void)state;
    static const char *const names[] = {
        "Node",           "a::Node",        "Node::a",    "b::a::Node",    "a",
        "Node<int>",      "Node<long>",     "Node<int*>", "Node<int**>",   "Node<int&>",
        "Node<short>",    "Node<a, b>",     "Node<b, a>", "Node<a<b>>",    "Node<a<>, b>",
        "Node<1>",        "Node<-1>",       "Node<2>",    "Node<char>",    "Node<unsigned char>",
        "Node<>",         "Node<a(b)>",     "Node<a[2]>", "Node<const a>", "Node<const a*>",
        "Node<a* const>", "Node<unsigned>",
    };
    size_t count = sizeof(names) / sizeof(*names);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (key(names[i]) == key(names[j]))
                fail_msg("%s and %s", names[i], names[j]);
}

static void parts_go_on_within_a_scope(void **state)
{
    (void)state;
    uint64_t whole[PARTS_MAX], rest[PARTS_MAX];
    assert_int_equal(type_key_parts(TYPE_KEY_GLOBAL, "a::b<c::d>::e", whole, PARTS_MAX), 3);
    assert_int_equal(type_key_parts(whole[0], "b<c::d>::e", rest, PARTS_MAX), 2);
    assert_memory_equal(rest, whole + 1, 2 * sizeof(*rest));
    assert_int_equal(type_key_parts(TYPE_KEY_GLOBAL, "a::b::c", whole, 2), 0);
    assert_int_equal(type_key_parts(TYPE_KEY_GLOBAL, "", whole, PARTS_MAX), 0);
}

/* Labels and damaged files have any text. */
static void any_text_has_an_end(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "<", ">", "::", ":", "a::", "(", "a<b", "a>b<", "\x80<\xff"};
    uint64_t keys[PARTS_MAX];
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        type_key_parts(TYPE_KEY_GLOBAL, texts[i], keys, PARTS_MAX);
    char *deep = malloc(100001);
    memset(deep, '<', 100000);
    deep[100000] = '\0';
    assert_int_equal(type_key_parts(TYPE_KEY_GLOBAL, deep, keys, PARTS_MAX), 1);
    free(deep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings_of_one_type),
        cmocka_unit_test(different_types),
        cmocka_unit_test(parts_go_on_within_a_scope),
        cmocka_unit_test(any_text_has_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
