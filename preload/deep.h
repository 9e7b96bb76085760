/*
 * Libraries that are loaded with RTLD_DEEPBIND (PHP does so with its extensions) find libc's
 * allocator before the tracker: their blocks would not be seen, and what they free would count as
 * live for ever. So their references are led here as soon as they are loaded; what their
 * constructors did is lost on us.
 */
#ifndef CAULK_DEEP_H
#define CAULK_DEEP_H

/* After dlopen with that flag. */
void deep_relink(void);

#endif
