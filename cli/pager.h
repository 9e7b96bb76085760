/*
 * Long text on a terminal goes through a pager: $CAULK_PAGER, $PAGER, or less -FRX, which ends by
 * itself where a screen is enough.
 */
#ifndef CAULK_PAGER_H
#define CAULK_PAGER_H

/* This command's text may be long. */
void pager_want(void);

/* Once the arguments are known to be good: starts the pager where one is wanted, and standard
 * output is a terminal. The program then ends only when the pager does. A pager that is called cat,
 * or "", is none. */
void pager_start(void);

#endif
