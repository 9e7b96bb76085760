/* A folder of small files that stand for the kernel's, there while a group of tests runs. */
#ifndef TESTS_SUPPORT_SMALL_FILES_H
#define TESTS_SUPPORT_SMALL_FILES_H

/* A group's setup and teardown. */
int small_files_start(void **state);
int small_files_finish(void **state);

/* The folder's path. */
const char *small_files_root(void);

/* A file below it, "a/b/name", with the folders that lead there. */
void small_files_write(const char *name, const char *text);

#endif
