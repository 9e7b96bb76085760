/* The tracker is built with hidden visibility: what other modules may see says EXPORT. */
#ifndef CAULK_PRELOAD_EXPORT_H
#define CAULK_PRELOAD_EXPORT_H

#define EXPORT __attribute__((visibility("default")))

#endif
