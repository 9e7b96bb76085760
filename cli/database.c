/*
 * Over libsqlite3, which wants a file that it can go back in, under a name. A stream that is none
 * (a pipe) gets a copy of a temporary one, whose name is gone as soon as it is open: so nothing is
 * left of it, however this program ends. The file is nobody else's until it is done, so there is no
 * journal and no lock to wait for; what is left of a failure is thrown away as a whole.
 */
#include "cli/database.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "cli/fatal.h"
#include "libcaulk/memory.h"
#include "libcaulk/utf8.h"

struct database {
    sqlite3 *file;
    struct table *tables; /* the last one first */
    FILE *out;
    FILE *temporary; /* what is copied to out; NULL: out is the file */
};

struct table {
    struct database *database;
    struct table *next;
    sqlite3_stmt *insert;
    int columns, filled;
};

static _Noreturn void fail(const struct database *database)
{
    fatal("database", "%s", sqlite3_errmsg(database->file));
}

void database_run(struct database *database, const char *sql)
{
    if (sqlite3_exec(database->file, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail(database);
}

static bool has_name(FILE *out)
{
    struct stat status;
    return fstat(fileno(out), &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink &&
           status.st_size == 0;
}

static void open_file(struct database *database, const char *path)
{
    if (sqlite3_open_v2(path, &database->file, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        fail(database);
}

static void open_temporary(struct database *database)
{
    const char *folder = getenv("TMPDIR");
    char *path = format_text("%s/caulk.XXXXXX", folder ? folder : "/tmp");
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0)
        fatal(path, "%s", strerror(errno));
    database->temporary = need_memory(fdopen(fd, "r"));
    open_file(database, path);
    unlink(path);
    free(path);
}

static void open_out(struct database *database)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(database->out));
    open_file(database, path);
}

static void copy(FILE *file, FILE *out)
{
    char chunk[1 << 16];
    size_t bytes;
    while ((bytes = fread(chunk, 1, sizeof(chunk), file)))
        fwrite(chunk, 1, bytes, out);
    if (ferror(file))
        fatal("database", "%s", strerror(errno));
    fclose(file);
}

struct database *database_create(FILE *out)
{
    struct database *database = allocate(1, sizeof(*database));
    database->out = out;
    if (has_name(out))
        open_out(database);
    else
        open_temporary(database);
    database_run(database, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                           "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536; BEGIN");
    return database;
}

void database_destroy(struct database *database)
{
    if (!database)
        return;
    for (struct table *table = database->tables, *next; table; table = next) {
        next = table->next;
        sqlite3_finalize(table->insert);
        free(table);
    }
    database_run(database, "COMMIT");
    if (sqlite3_close(database->file) != SQLITE_OK)
        fail(database);
    if (database->temporary)
        copy(database->temporary, database->out);
    free(database);
}

static int count_columns(struct database *database, const char *name)
{
    sqlite3_stmt *select;
    char *sql = sqlite3_mprintf("SELECT * FROM %w", name);
    if (sqlite3_prepare_v2(database->file, sql, -1, &select, NULL) != SQLITE_OK)
        fail(database);
    int columns = sqlite3_column_count(select);
    sqlite3_finalize(select);
    sqlite3_free(sql);
    return columns;
}

struct table *database_table(struct database *database, const char *name)
{
    struct table *table = allocate(1, sizeof(*table));
    table->database = database;
    table->columns = count_columns(database, name);
    char *sql = sqlite3_mprintf("INSERT INTO %w VALUES (?", name);
    for (int i = 1; i < table->columns; i++)
        sql = sqlite3_mprintf("%z, ?", sql);
    sql = sqlite3_mprintf("%z)", sql);
    if (sqlite3_prepare_v2(database->file, sql, -1, &table->insert, NULL) != SQLITE_OK)
        fail(database);
    sqlite3_free(sql);
    table->next = database->tables;
    return database->tables = table;
}

static void next_column(struct table *table, int result)
{
    if (result != SQLITE_OK)
        fail(table->database);
    if (table->filled < table->columns)
        return;
    table->filled = 0;
    if (sqlite3_step(table->insert) != SQLITE_DONE || sqlite3_reset(table->insert) != SQLITE_OK)
        fail(table->database);
}

void table_integer(struct table *table, uint64_t value)
{
    next_column(table, sqlite3_bind_int64(table->insert, ++table->filled, (int64_t)value));
}

void table_real(struct table *table, double value)
{
    next_column(table, sqlite3_bind_double(table->insert, ++table->filled, value));
}

void table_text(struct table *table, const char *value)
{
    char *clean = value ? need_memory(utf8_clean(value)) : NULL;
    next_column(table, sqlite3_bind_text(table->insert, ++table->filled, clean, -1, free));
}

void table_null(struct table *table)
{
    next_column(table, sqlite3_bind_null(table->insert, ++table->filled));
}
