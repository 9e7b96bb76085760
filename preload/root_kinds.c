#include "preload/root_kinds.h"

void root_kinds_scan(struct roots *roots)
{
    root_modules_scan(roots);
    root_threads_scan(roots);
    root_registry_scan(roots);
    root_declared_scan(roots);
    root_mappings_scan(roots);
}

void root_kinds_look(struct dump_job *job, roots_visit *visit, void *context)
{
    struct roots roots;
    roots_look(&roots, job, visit, context);
    root_kinds_scan(&roots);
}
