#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <stdio.h>

#include "preload/label_texts.h"

static void equal_texts_are_one(void **state)
{
    (void)state;
    char text[] = "struct node";
    const char *first = label_texts_intern(text);
    assert_ptr_not_equal(first, text);
    assert_string_equal(first, text);
    assert_ptr_equal(label_texts_intern("struct node"), first);
    assert_ptr_not_equal(label_texts_intern("struct nod"), first);
    assert_ptr_not_equal(label_texts_intern(""), first);
}

static void too_many_are_refused(void **state)
{
    (void)state;
    char text[32];
    size_t known = 0;
    for (unsigned i = 0; i < 100000; i++) {
        snprintf(text, sizeof(text), "type %u", i);
        const char *interned = label_texts_intern(text);
        if (interned)
            assert_string_equal(interned, text);
        known += interned != NULL;
    }
    assert_true(known > 40000 && known < 65536);
    assert_non_null(label_texts_intern("type 0"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_texts_are_one),
        cmocka_unit_test(too_many_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
