/* A text that is written as a file is: begin, write to `out`, end. Ends the program where memory
 * runs out. */
#ifndef CAULK_WRITTEN_TEXT_H
#define CAULK_WRITTEN_TEXT_H

#include <stddef.h>
#include <stdio.h>

struct written_text {
    FILE *out;
    char *text;   /* these two: after written_text_end() */
    size_t bytes; /* without the NUL behind them */
};

void written_text_begin(struct written_text *written);

/* Returns the text, which is the caller's to free(). */
char *written_text_end(struct written_text *written);

#endif
