/* Small modules with debug information, compiled while a group of tests runs. */
#ifndef TESTS_SUPPORT_COMPILED_H
#define TESTS_SUPPORT_COMPILED_H

/* A group's setup and teardown: a folder for them. */
int compiled_start(void **state);
int compiled_finish(void **state);

/* Makes a shared library of one or two units by a compiler and its options ("g++ -x c++ -g"); two:
 * NULL where there is one. Returns its path, valid until the next call; NULL where there is no such
 * compiler. */
const char *compiled(const char *compiler, const char *one, const char *two);

#endif
