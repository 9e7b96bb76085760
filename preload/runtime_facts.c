/*
 * See runtime_facts.h. The names are glibc's: _dl_get_tls_static_info() and what libthread_db reads
 * (_thread_db_sizeof_pthread) are kept stable for debuggers and sanitizers.
 */
#include "preload/runtime_facts.h"

#include <dlfcn.h>
#include <link.h>
#include <sys/auxv.h>

#include "preload/status.h"

struct runtime_facts runtime_facts;

static void find_thread_layout(void)
{
    void (*get_static_info)(size_t *, size_t *) = dlsym(RTLD_DEFAULT, "_dl_get_tls_static_info");
    const uint32_t *thread_bytes = dlsym(RTLD_DEFAULT, "_thread_db_sizeof_pthread");
    size_t align;
    if (get_static_info)
        get_static_info(&runtime_facts.static_tls_bytes, &align);
    if (thread_bytes)
        runtime_facts.thread_bytes = *thread_bytes;
    if (runtime_facts.static_tls_bytes >= runtime_facts.thread_bytes)
        runtime_facts.static_tls_bytes -= runtime_facts.thread_bytes;
}

static void find_tsearch(void)
{
    void *tsearch = dlsym(RTLD_DEFAULT, "tsearch");
    Dl_info info;
    ElfW(Sym) *symbol = NULL;
    if (!tsearch || !dladdr1(tsearch, &info, (void **)&symbol, RTLD_DL_SYMENT) || !symbol)
        return;
    runtime_facts.tsearch_start = (uintptr_t)tsearch;
    runtime_facts.tsearch_end = (uintptr_t)tsearch + symbol->st_size;
}

static int find_loader(struct dl_phdr_info *info, size_t size, void *argument)
{
    (void)size, (void)argument;
    if (info->dlpi_addr != getauxval(AT_BASE))
        return 0;
    runtime_facts.loader_start = info->dlpi_addr;
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        uintptr_t end = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr + info->dlpi_phdr[i].p_memsz;
        if (info->dlpi_phdr[i].p_type == PT_LOAD && end > runtime_facts.loader_end)
            runtime_facts.loader_end = end;
    }
    return 1;
}

__attribute__((constructor)) static void find_facts(void)
{
    find_thread_layout();
    find_tsearch();
    dl_iterate_phdr(find_loader, NULL);
    runtime_facts.has_python = dlsym(RTLD_DEFAULT, "Py_IsInitialized") != NULL;
    status_python(runtime_facts.has_python);
}
