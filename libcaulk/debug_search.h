/*
 * Where files are looked for that are not where the program had them: on another machine, or in
 * folders of one's own.
 */
#ifndef CAULK_DEBUG_SEARCH_H
#define CAULK_DEBUG_SEARCH_H

struct debug_search {
    const char *sysroot;       /* recorded paths are looked for below it; NULL: below / */
    const char *debug_folders; /* of separate debug files, before the usual; colons between; or NULL
                                */
};

/* The folders of debug files as libdwfl wants them; the caller frees it. */
char *debug_search_folders(const struct debug_search *search);

/* Where the file with that recorded path is; the caller frees it. Of one that had been removed or
 * replaced when the dump was made, " (deleted)" is no part of the name: a package that was
 * installed again has put the same there. */
char *debug_search_path(const struct debug_search *search, const char *path);

/* The first debug file of that build id (lower-case hex) in the folders, which holds all names even
 * where the program's own file is gone; NULL where there is none. The caller frees it. */
char *debug_search_build_id(const struct debug_search *search, const char *build_id);

#endif
