#include "preload/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/plain_text.h"
#include "preload/proc.h"
#include "preload/raw_io.h"

/* A name that many dumps have taken is somebody's trap, or a directory that nobody empties. */
enum { SEQUENCE_TRIES = 100000 };

/* The path as a call with the file's root takes it. */
static const char *from_root(int root, const char *path)
{
    return root == AT_FDCWD ? path : path + strspn(path, "/");
}

static bool exists(int root, const char *path)
{
    struct stat status;
    return fstatat(root, from_root(root, path), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

static int remove_file(int root, const char *path)
{
    return unlinkat(root, from_root(root, path), 0);
}

bool output_file_is_taken(const char *template, const struct dump_path_facts *facts)
{
    char path[OUTPUT_FILE_PATH_BYTES];
    return !dump_path_is_numbered(template) &&
           dump_path_expand(template, facts, path, sizeof(path)) && exists(AT_FDCWD, path);
}

/* The dump's name as the process itself sees it from anywhere. */
static int make_absolute(char *path)
{
    char relative[OUTPUT_FILE_PATH_BYTES], directory[OUTPUT_FILE_PATH_BYTES];
    if (path[0] == '/')
        return 0;
    if (!getcwd(directory, sizeof(directory)))
        return errno;
    memcpy(relative, path, strlen(path) + 1);
    const char *slash = directory[1] ? "/" : ""; /* the root ends with one itself */
    size_t length = text_format(path, OUTPUT_FILE_PATH_BYTES, "%s%s%s", directory, slash, relative);
    return length < OUTPUT_FILE_PATH_BYTES - 1 ? 0 : ENAMETOOLONG;
}

/* The name with the next free number from sequence on. */
static int choose_name(struct output_file *file, uint32_t sequence)
{
    for (int i = 0; i < SEQUENCE_TRIES; i++) {
        file->facts.sequence = sequence++;
        if (!dump_path_expand(file->template, &file->facts, file->path, sizeof(file->path)))
            return ENAMETOOLONG;
        if (!exists(file->root, file->path))
            return make_absolute(file->path);
        if (!dump_path_is_numbered(file->template))
            break;
    }
    return EEXIST;
}

/* The writer may be killed at any point, and then what is noted is removed: no part of a path may
 * stand there. */
static void note_temporary(const struct output_file *file)
{
    memcpy(file->noted + 1, file->temporary + 1, strlen(file->temporary));
    atomic_signal_fence(memory_order_seq_cst);
    file->noted[0] = file->temporary[0];
}

/* Noted before it is there, and so by a name that no other dump takes, of another process or host
 * neither. */
static int open_temporary(struct output_file *file)
{
    size_t length = (size_t)(strrchr(file->path, '/') + 1 - file->path);
    char directory[OUTPUT_FILE_PATH_BYTES];
    memcpy(directory, file->path, length);
    directory[length] = '\0';
    if (text_format(file->temporary, sizeof(file->temporary), "%s.caulk-%d-%lx.tmp", directory,
                    file->facts.pid, file->facts.time_ns) >= sizeof(file->temporary) - 1)
        return ENAMETOOLONG;
    note_temporary(file);
    file->fd = raw_openat(file->root, from_root(file->root, file->temporary),
                          O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    if (file->fd < 0) {
        file->noted[0] = '\0';
        return errno;
    }
    fchmod(file->fd, 0600); /* the umask may have taken some; where forbidden, so be it */
    return 0;
}

static int open_below(struct output_file *file, int root, uint32_t sequence)
{
    file->root = root;
    int error = choose_name(file, sequence);
    return error ? error : open_temporary(file);
}

int output_file_open(struct output_file *file, const char *template, struct dump_path_facts facts,
                     char *noted)
{
    file->noted = noted;
    file->fd = -1;
    file->path[0] = '\0';
    file->template = template;
    file->facts = facts;
    int error = open_below(file, AT_FDCWD, facts.sequence);
    int outer = error == ENOENT && template[0] == '/' ? proc_open_outer_root() : -1;
    return outer < 0 ? error : open_below(file, outer, facts.sequence);
}

/* Where the kernel or file system knows no rename without replacing, or a sandbox doesn't, a link
 * does the same. */
static int rename_without_replacing(int root, const char *from, const char *to)
{
    if (syscall(SYS_renameat2, root, from, root, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != ENOSYS && errno != EINVAL && errno != EPERM)
        return errno;
    if (linkat(root, from, root, to, 0) != 0)
        return errno;
    unlinkat(root, from, 0);
    return 0;
}

static int give_final_name(const struct output_file *file)
{
    return rename_without_replacing(file->root, from_root(file->root, file->temporary),
                                    from_root(file->root, file->path));
}

/* Another process may have taken the name since it was chosen. */
static int take_name(struct output_file *file)
{
    int error = give_final_name(file);
    while (error == EEXIST && dump_path_is_numbered(file->template)) {
        error = choose_name(file, file->facts.sequence + 1);
        if (error)
            return error;
        error = give_final_name(file);
    }
    return error;
}

/* Some file systems can't, some sandboxes do not allow it; the file is whole all the same. */
static bool cannot_sync(int error)
{
    return error == EINVAL || error == ENOSYS || error == EPERM;
}

int output_file_publish(struct output_file *file)
{
    bool synced = syscall(SYS_fsync, file->fd) == 0;
    int error = synced || cannot_sync(errno) ? 0 : errno;
    if (!error)
        error = take_name(file);
    if (error)
        remove_file(file->root, file->temporary);
    raw_close(file->fd);
    return error;
}

void output_file_discard(struct output_file *file)
{
    if (file->fd < 0)
        return;
    remove_file(file->root, file->temporary);
    raw_close(file->fd);
}

void output_file_remove(const char *temporary)
{
    int outer = remove_file(AT_FDCWD, temporary) == 0 ? -1 : proc_open_outer_root();
    if (outer < 0)
        return;
    remove_file(outer, temporary);
    raw_close(outer);
}
