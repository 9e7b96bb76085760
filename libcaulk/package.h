/*
 * Debian's packages: which one a file came with.
 */
#ifndef CAULK_PACKAGE_H
#define CAULK_PACKAGE_H

/* The package that brought a file, as dpkg's lists below root have it ("" is our own), or NULL. The
 * caller frees it. Reads all lists: some ten milliseconds. */
char *package_of(const char *root, const char *path);

/* The package with the debug files for a package's programs: "libc6-dbg", "nginx-dbgsym". The
 * caller frees it. */
char *package_of_debug_files(const char *package);

#endif
