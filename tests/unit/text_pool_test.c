#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <stdio.h>

#include "preload/text_pool.h"

static struct text_pool pool;

static const char *intern(const char *text)
{
    return text_pool_intern(&pool, text, strlen(text));
}

static void equal_texts_are_one(void **state)
{
    (void)state;
    char text[] = "struct node";
    const char *first = intern(text);
    assert_ptr_not_equal(first, text);
    assert_string_equal(first, text);
    assert_ptr_equal(intern("struct node"), first);
    assert_ptr_not_equal(intern("struct nod"), first);
    assert_ptr_not_equal(intern(""), first);
}

static void long_texts_are_cut(void **state)
{
    (void)state;
    char text[2 * TEXT_POOL_BYTES_MAX];
    memset(text, 'x', sizeof(text));
    const char *interned = text_pool_intern(&pool, text, sizeof(text));
    assert_int_equal(strlen(interned), TEXT_POOL_BYTES_MAX - 1);
    assert_ptr_equal(text_pool_intern(&pool, text, sizeof(text) - 1), interned);
}

static void too_many_are_refused(void **state)
{
    (void)state;
    char text[32];
    size_t known = 0;
    for (unsigned i = 0; i < 100000; i++) {
        snprintf(text, sizeof(text), "type %u", i);
        const char *interned = intern(text);
        if (interned)
            assert_string_equal(interned, text);
        known += interned != NULL;
    }
    assert_true(known > 40000 && known < 65536);
    assert_non_null(intern("type 0"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_texts_are_one),
        cmocka_unit_test(long_texts_are_cut),
        cmocka_unit_test(too_many_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
