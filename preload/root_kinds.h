/*
 * Where roots are: one function for each source. Each first claims the memory that it answers for
 * (so that no mapping's root covers it a second time, or covers what must not be scanned), and
 * later scans it.
 */
#ifndef CAULK_ROOT_KINDS_H
#define CAULK_ROOT_KINDS_H

#include <stdbool.h>

#include "preload/dump_job.h"
#include "preload/roots.h"

/* Into job->claimed; false without memory. */
bool root_modules_claim(struct dump_job *job);
bool root_threads_claim(struct dump_job *job);

void root_modules_scan(struct roots *roots);  /* globals */
void root_threads_scan(struct roots *roots);  /* stacks, registers, thread-local storage */
void root_registry_scan(struct roots *roots); /* threads before they run and after they end */
void root_mappings_scan(struct roots *roots); /* what nobody claimed */
void root_declared_scan(struct roots *roots); /* caulk_root(), and what only the kernel holds */

/* All of them, in this order. */
void root_kinds_scan(struct roots *roots);

/* The same for looking alone. */
void root_kinds_look(struct dump_job *job, roots_visit *visit, void *context);

#endif
