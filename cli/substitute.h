/*
 * What serves a program that can't be tracked.
 */
#ifndef CAULK_SUBSTITUTE_H
#define CAULK_SUBSTITUTE_H

/* reason: a message of program_check(), which begins with a word. NULL for others. */
const char *substitute_for(const char *reason);

#endif
