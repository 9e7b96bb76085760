/* See preload/python_runtime.h. */
#include "preload/python_runtime.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#include "preload/log.h"

/* Exported by builds that count all references: their objects are larger. */
#define DEBUG_BUILD_SYMBOL "_Py_NegativeRefcount"

static bool find_functions(void *handle, struct python_runtime *runtime)
{
    runtime->own_state = dlsym(handle, "PyGILState_GetThisThreadState");
    runtime->running_state = dlsym(handle, "_PyThreadState_UncheckedGet");
    if (!runtime->running_state)
        runtime->running_state = dlsym(handle, "PyThreadState_GetUnchecked");
    runtime->line_of = dlsym(handle, "PyCode_Addr2Line");
    runtime->text_length = dlsym(handle, "PyUnicode_GetLength");
    runtime->text_character = dlsym(handle, "PyUnicode_ReadChar");
    runtime->code_type = (uintptr_t)dlsym(handle, "PyCode_Type");
    runtime->text_type = (uintptr_t)dlsym(handle, "PyUnicode_Type");
    return runtime->own_state && runtime->running_state && runtime->line_of &&
           runtime->text_length && runtime->text_character && runtime->code_type &&
           runtime->text_type;
}

static bool find_loop(void *handle, struct python_runtime *runtime)
{
    Dl_info info;
    ElfW(Sym) *symbol = NULL;
    void *loop = dlsym(handle, "_PyEval_EvalFrameDefault");
    if (!loop || !dladdr1(loop, &info, (void **)&symbol, RTLD_DL_SYMENT) || !symbol)
        return false;
    runtime->eval_start = (uintptr_t)loop;
    runtime->eval_end = (uintptr_t)loop + symbol->st_size;
    return true;
}

static int find_module(struct dl_phdr_info *info, size_t size, void *argument)
{
    (void)size;
    struct python_runtime *runtime = argument;
    uintptr_t start = UINTPTR_MAX, end = 0;
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        uintptr_t from = info->dlpi_addr + header->p_vaddr, to = from + header->p_memsz;
        if (header->p_type != PT_LOAD)
            continue;
        start = from < start ? from : start;
        end = to > end ? to : end;
    }
    if (runtime->eval_start < start || runtime->eval_start >= end)
        return 0;
    runtime->module_start = start;
    runtime->module_end = end;
    return 1;
}

static const char *why_unreadable(void *handle, const char *version, struct python_runtime *runtime)
{
    const struct python_layout *layout = python_layout_of(version);
    if (!layout)
        return "unknown version";
    if (dlsym(handle, DEBUG_BUILD_SYMBOL))
        return "debug build";
    if (!find_functions(handle, runtime) || !find_loop(handle, runtime))
        return "symbols are missing";
    runtime->layout = *layout;
    return dl_iterate_phdr(find_module, runtime) ? NULL : "module not found";
}

/* Nobody may unload it under a thread that is about to ask it. */
static void hold_loaded(const struct python_runtime *runtime)
{
    Dl_info info;
    void *(*next_dlopen)(const char *, int) = dlsym(RTLD_NEXT, "dlopen");
    if (next_dlopen && dladdr((void *)runtime->eval_start, &info) && info.dli_fname)
        next_dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
}

const struct python_runtime *python_runtime_find(void *handle)
{
    static struct python_runtime runtime;
    const char *(*get_version)(void) = dlsym(handle, "Py_GetVersion");
    const char *version = get_version ? get_version() : NULL;
    const char *reason = version ? why_unreadable(handle, version, &runtime) : NULL;
    dlerror();
    if (reason)
        log_line("Python %s: its functions are not on stacks: %s", version, reason);
    if (!version || reason)
        return NULL;
    if (handle != RTLD_DEFAULT)
        hold_loaded(&runtime);
    return &runtime;
}
