/*
 * What the commands say in JSON must add up: the parts of an analysis are its totals, and info,
 * owners and diff know the same heap. The functions end the program where it isn't so.
 */
#ifndef CAULK_TESTS_AGREEMENT_H
#define CAULK_TESTS_AGREEMENT_H

#include <stdint.h>

/* What an analysis says of a whole dump. */
struct agreed {
    uint64_t blocks, bytes;
    uint64_t definite, possible, lasting_cycles;
};

/* text: a document, with a NUL behind it. */
void agreement_of_analysis(const char *text, struct agreed *ret_agreed);
/* Each of these may be called with the analysis of the same dump. */
void agreement_of_info(const char *text, const struct agreed *agreed);
void agreement_of_owners(const char *text, const struct agreed *agreed);
/* Of a dump with a later one in which nothing has changed. */
void agreement_of_diff(const char *text, const struct agreed *agreed);
/* Of any document: that it is one. */
void agreement_is_json(const char *text);

/* Ends the program unless it is so; the document and the note are said. */
#define AGREE(condition) agreement_demand(condition, #condition, __FILE__, __LINE__)
void agreement_demand(int condition, const char *words, const char *file, int line);
/* What the complaint says it was about: the command, and what had been done to the dump. Borrowed;
 * NULL: nothing. */
void agreement_command(const char *line);
void agreement_damage(const char *what);
/* Says both on standard error. */
void agreement_say(void);

#endif
