/* The pointers that make a finding what it is: those to cut, and those to what it drags along. */
#ifndef CAULK_FINDING_POINTERS_H
#define CAULK_FINDING_POINTERS_H

#include "cli/findings.h"
#include "cli/words.h"

/* The pointers that would open the example's cycle: "Session::peer_ +0x58 → Peer". Returns how many
 * there are. */
#define CLOSING_MAX 4
uint32_t finding_pointers_closing(const struct opened *opened, const struct shape *shape,
                                  struct phrase ret_closing[CLOSING_MAX]);
/* The same of those that are known to own nothing. */
uint32_t finding_pointers_weak(const struct opened *opened, const struct shape *shape,
                               struct phrase ret_weak[CLOSING_MAX]);
/* Both, a line each, the first of each sort after its word, "closes" or "weak". */
void finding_pointers_print_closing(const struct opened *opened, const struct shape *shape);

/* The member by which blocks are dragged along: "by Session::inbuf_ +0x70", or "the largest by …"
 * where others hold some too; of blocks of one type, looked up in an example. "" where it has no
 * name. */
struct phrase finding_pointers_by(const struct opened *opened, const struct finding *finding);

#endif
