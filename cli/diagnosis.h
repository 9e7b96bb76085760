/*
 * What `caulk doctor` has found: findings, each a line with what to do, and ways that are still
 * open. Texts may hold foreign names: they are made fit to print here.
 */
#ifndef CAULK_DIAGNOSIS_H
#define CAULK_DIAGNOSIS_H

#include <stdbool.h>
#include <stddef.h>

enum level { LEVEL_BAD, LEVEL_WARN, LEVEL_OK }; /* in the way; works, but worse; well */

struct finding_line {
    enum level level;
    const char *about; /* "tracker", "signal", …: a word of ours */
    char *text;
    char *advice; /* what to do, or NULL */
};

struct way {
    char *what, *command; /* command: to be pasted into a shell */
};

struct diagnosis {
    struct finding_line *finding;
    size_t finding_count;
    struct way *way;
    size_t way_count;
};

/* Adds a finding; about is borrowed. */
void diagnosis_add(struct diagnosis *diagnosis, enum level level, const char *about,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));

/* What to do about the finding added last. */
void diagnosis_advise(struct diagnosis *diagnosis, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A way that is open beside; takes command over. */
void diagnosis_add_way(struct diagnosis *diagnosis, char *command, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

bool diagnosis_has(const struct diagnosis *diagnosis, enum level level);

/* Worst first, in the order in which they were added. pid: 0 for the machine; program: NULL. */
void diagnosis_print(const struct diagnosis *diagnosis, long pid, const char *program);
void diagnosis_print_json(const struct diagnosis *diagnosis, long pid, const char *program);

void diagnosis_finish(struct diagnosis *diagnosis);

#endif
