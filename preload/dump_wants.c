#include "preload/dump_wants.h"

#include <stdatomic.h>

#include "libcaulk/status_format.h"

bool dump_wants_add(struct dump_wants *wants, uint64_t cookie)
{
    if (cookie == 0)
        return wants->by_signal = true;
    for (int i = 0; i < WANTED_COOKIES_MAX; i++) {
        uint64_t none = 0;
        if (atomic_compare_exchange_strong(&wants->cookies[i], &none, cookie))
            return true;
    }
    return false;
}

bool dump_wants_take(struct dump_wants *wants, uint64_t *ret_cookie)
{
    for (int i = 0; i < WANTED_COOKIES_MAX; i++) {
        uint64_t cookie = atomic_exchange(&wants->cookies[i], 0);
        if (cookie) {
            if (!(cookie & STATUS_COOKIE_DETAIL))
                wants->by_signal = false;
            *ret_cookie = cookie;
            return true;
        }
    }
    if (!atomic_exchange(&wants->by_signal, false))
        return false;
    *ret_cookie = 0;
    return true;
}

bool dump_wants_any(const struct dump_wants *wants)
{
    bool any = wants->by_signal;
    for (int i = 0; i < WANTED_COOKIES_MAX; i++)
        any |= wants->cookies[i] != 0;
    return any;
}
