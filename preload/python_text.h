/* CPython's strings, read without its help wherever that could allocate. */
#ifndef CAULK_PYTHON_TEXT_H
#define CAULK_PYTHON_TEXT_H

#include "preload/python_runtime.h"

/* Writes the str object at the address as UTF-8, and what stands for bytes of a file's name as
 * these bytes (PEP 383), cut to what fits whole. Returns how many bytes; 0 where it is no str. The
 * interpreter's lock must be held. */
size_t python_text_read(const struct python_runtime *runtime, uintptr_t text, char *ret_bytes,
                        size_t capacity);

#endif
