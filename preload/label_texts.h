/* The texts of labels, each once. The caller holds the annotations' lock. */
#ifndef CAULK_LABEL_TEXTS_H
#define CAULK_LABEL_TEXTS_H

/* An equal text that lives as long as the process; text is cut to LABEL_TEXT_BYTES - 1. NULL when
 * there is no memory, or too many different ones. */
const char *label_texts_intern(const char *text);

#define LABEL_TEXT_BYTES 256

#endif
