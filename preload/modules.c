/*
 * See modules.h. Records are only ever added or have their ticks set, each published by the count
 * after it is whole, so that the dump's child finds the registry consistent wherever the threads
 * stood. All changes in the running program are made inside dl_iterate_phdr(), whose lock (put
 * right by fork) excludes other threads: the registry needs none of its own.
 *
 * A walk gives every record that it meets the walk's number. Which records it did not meet is known
 * when it is over, so unloading is noted at the start of the next walk, with the tick of this one.
 */
#include "preload/modules.h"

#include <elf.h>
#include <limits.h>
#include <link.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "libcaulk/dump_format.h"
#include "preload/module_list.h"
#include "preload/pages.h"

#define MODULES_MAX 16384u /* different modules or places; of programs that reload plugins */
#define CHUNK_MODULES 128u
#define POOL_BYTES (256u << 10)
#define BUILD_ID_MAX 64u
#define LIBC_FILE "libc.so.6"
#define NOTE_BYTES_MAX 65536u

static struct {
    struct loaded_module *_Atomic chunks[MODULES_MAX / CHUNK_MODULES];
    _Atomic uint32_t count;
    uint32_t walk;
    uint32_t walk_tick;
    uint32_t last_tick;      /* of the walk before: what is new now was loaded after it */
    uint64_t loads, unloads; /* as the loader counted them at the last walk in the program */
    char *pool;
    size_t pool_left;
} registry;

const struct loaded_module *modules_get(uint32_t number)
{
    if (number >= registry.count)
        return NULL;
    return &registry.chunks[number / CHUNK_MODULES][number % CHUNK_MODULES];
}

static struct loaded_module *record(uint32_t number)
{
    return (struct loaded_module *)modules_get(number);
}

/* Never given back: what is in it is named by records that stay. */
static void *pool_take(size_t bytes)
{
    bytes = (bytes + 7) & ~(size_t)7;
    if (bytes > POOL_BYTES)
        return NULL;
    if (bytes > registry.pool_left) {
        registry.pool = pages_map(POOL_BYTES);
        registry.pool_left = registry.pool ? POOL_BYTES : 0;
        if (!registry.pool)
            return NULL;
    }
    void *taken = registry.pool;
    registry.pool += bytes;
    registry.pool_left -= bytes;
    return taken;
}

static const char *pool_text(const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = pool_take(bytes);
    return copy ? memcpy(copy, text, bytes) : "";
}

/* A relative path, which the loader keeps as it was given, from the root: the program may change
 * its folder before somebody looks for the file. */
static const char *pool_path(const char *path)
{
    char folder[PATH_MAX];
    if (path[0] == '/' || !strchr(path, '/') || syscall(SYS_getcwd, folder, sizeof(folder)) <= 0 ||
        folder[0] != '/')
        return pool_text(path);
    size_t folder_bytes = strlen(folder), bytes = strlen(path) + 1;
    char *copy = pool_take(folder_bytes + 1 + bytes);
    if (!copy)
        return "";
    memcpy(copy, folder, folder_bytes);
    copy[folder_bytes] = '/';
    memcpy(copy + folder_bytes + 1, path, bytes);
    return copy;
}

/* Whether a recorded path is the one that the loader gives. */
static bool is_path(const char *recorded, const char *given)
{
    size_t recorded_bytes = strlen(recorded), bytes = strlen(given);
    if (recorded_bytes <= bytes || given[0] == '/' || !strchr(given, '/'))
        return strcmp(recorded, given) == 0;
    const char *end = recorded + recorded_bytes - bytes;
    return end[-1] == '/' && strcmp(end, given) == 0;
}

static void write_hex(const uint8_t *bytes, size_t count, char *ret_text)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        ret_text[2 * i] = digits[bytes[i] >> 4];
        ret_text[2 * i + 1] = digits[bytes[i] & 15];
    }
    ret_text[2 * count] = '\0';
}

/* ret_text: room for BUILD_ID_MAX bytes as hex. */
static bool find_build_id(const uint8_t *notes, size_t bytes, char *ret_text)
{
    for (size_t at = 0; at + sizeof(ElfW(Nhdr)) <= bytes;) {
        ElfW(Nhdr) note;
        memcpy(&note, notes + at, sizeof(note));
        size_t name = at + sizeof(note);
        size_t description = name + (((size_t)note.n_namesz + 3) & ~(size_t)3);
        size_t next = description + (((size_t)note.n_descsz + 3) & ~(size_t)3);
        if (next > bytes)
            return false;
        if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof(ELF_NOTE_GNU) &&
            memcmp(notes + name, ELF_NOTE_GNU, sizeof(ELF_NOTE_GNU)) == 0 &&
            note.n_descsz <= BUILD_ID_MAX) {
            write_hex(notes + description, note.n_descsz, ret_text);
            return true;
        }
        at = next;
    }
    return false;
}

static void read_build_id(const struct module_image *image, char *ret_text)
{
    ret_text[0] = '\0';
    for (unsigned i = 0; i < image->header_count; i++) {
        const ElfW(Phdr) *header = &image->headers[i];
        if (header->p_type == PT_NOTE && header->p_memsz <= NOTE_BYTES_MAX &&
            find_build_id((const uint8_t *)(image->bias + header->p_vaddr), header->p_memsz,
                          ret_text))
            return;
    }
}

static uint32_t module_flags(const struct loaded_module *module, bool is_main)
{
    uint32_t flags = is_main ? DUMP_MODULE_MAIN : 0;
    uintptr_t loader = getauxval(AT_BASE), tracker = (uintptr_t)&registry;
    const char *slash = strrchr(module->path, '/');
    if (loader && module->start <= loader && loader < module->end)
        flags |= DUMP_MODULE_LOADER;
    if (strcmp(slash ? slash + 1 : module->path, LIBC_FILE) == 0)
        flags |= DUMP_MODULE_LIBC;
    if (!is_main && module->start <= tracker && tracker < module->end)
        flags |= DUMP_MODULE_TRACKER;
    return flags;
}

/* The module's segments and span; false when it has none or there is no memory. */
static bool read_segments(const struct module_image *image, struct loaded_module *module)
{
    struct module_segment *segments = pool_take(image->header_count * sizeof(*segments));
    if (!segments)
        return false;
    module->start = UINTPTR_MAX;
    for (unsigned i = 0; i < image->header_count; i++) {
        const ElfW(Phdr) *header = &image->headers[i];
        uintptr_t start = image->bias + header->p_vaddr, end = start + header->p_memsz;
        if (header->p_type != PT_LOAD || end <= start)
            continue;
        segments[module->segment_count++] = (struct module_segment){start, end, header->p_flags};
        module->start = start < module->start ? start : module->start;
        module->end = end > module->end ? end : module->end;
    }
    module->segments = segments;
    return module->segment_count > 0;
}

static struct loaded_module *find_record(const struct module_image *image, const char *build_id)
{
    for (uint32_t i = 0; i < registry.count; i++) {
        struct loaded_module *module = record(i);
        if (module->bias == image->bias && is_path(module->path, image->path) &&
            strcmp(module->build_id, build_id) == 0)
            return module;
    }
    return NULL;
}

static struct loaded_module *new_slot(void)
{
    uint32_t number = registry.count;
    if (number == MODULES_MAX)
        return NULL;
    struct loaded_module *_Atomic *chunk = &registry.chunks[number / CHUNK_MODULES];
    if (!*chunk)
        *chunk = pages_map(CHUNK_MODULES * sizeof(struct loaded_module));
    return *chunk ? *chunk + number % CHUNK_MODULES : NULL;
}

static void add_record(const struct module_image *image, const char *build_id)
{
    struct loaded_module *module = new_slot();
    if (!module)
        return;
    *module = (struct loaded_module){
        .bias = image->bias,
        .loaded_tick = registry.last_tick,
        .seen = registry.walk,
    };
    if (!read_segments(image, module))
        return;
    module->path = pool_path(image->path);
    module->build_id = pool_text(build_id);
    module->flags = module_flags(module, image->is_main);
    registry.count++;
}

void module_list_begin(uint32_t tick)
{
    for (uint32_t i = 0; i < registry.count; i++) {
        struct loaded_module *module = record(i);
        if (module->seen != registry.walk && module->unloaded_tick == 0)
            module->unloaded_tick = registry.walk_tick;
    }
    registry.walk++;
    registry.last_tick = registry.walk_tick;
    registry.walk_tick = tick;
}

void module_list_note(const struct module_image *image)
{
    char build_id[2 * BUILD_ID_MAX + 1];
    read_build_id(image, build_id);
    struct loaded_module *module = find_record(image, build_id);
    if (module) {
        module->seen = registry.walk;
        module->unloaded_tick = 0;
    } else {
        add_record(image, build_id);
    }
}

struct refresh {
    uint32_t tick;
    bool begun;
};

/* Whether nothing was loaded or unloaded since the last walk. */
static bool is_known(const struct dl_phdr_info *info)
{
    bool known = registry.loads == info->dlpi_adds && registry.unloads == info->dlpi_subs;
    registry.loads = info->dlpi_adds;
    registry.unloads = info->dlpi_subs;
    return known;
}

static int note_loaded(struct dl_phdr_info *info, size_t size, void *argument)
{
    (void)size;
    struct refresh *refresh = argument;
    if (!refresh->begun && is_known(info))
        return 1;
    struct module_image image = {
        .path = info->dlpi_name,
        .bias = info->dlpi_addr,
        .headers = info->dlpi_phdr,
        .header_count = info->dlpi_phnum,
        .is_main = !refresh->begun,
    };
    if (!refresh->begun)
        module_list_begin(refresh->tick);
    refresh->begun = true;
    module_list_note(&image);
    return 0;
}

void modules_refresh(uint32_t tick)
{
    struct refresh refresh = {.tick = tick};
    dl_iterate_phdr(note_loaded, &refresh);
}
