/* The environment as the constructor gets it: libc's own may not be set up yet. */
#ifndef CAULK_ENVIRONMENT_H
#define CAULK_ENVIRONMENT_H

/* The value of NAME, or NULL; the first where there are several. */
const char *environment_get(char *const *environment, const char *name);

/* Takes NAME out, in place. */
void environment_remove(char **environment, const char *name);

/*
 * Takes the entry of LD_PRELOAD's list whose file name is `file` out, in place, and the variable
 * where nothing is left. Entries are separated by colons or spaces.
 */
void environment_remove_preload(char **environment, const char *file);

#endif
