/*
 * A file that SQLite reads, made from nothing in one go. Texts are made UTF-8 without control
 * characters. Everything fails by fatal(), but for errors of writing, which are left in the stream
 * (ferror()).
 */
#ifndef CAULK_DATABASE_H
#define CAULK_DATABASE_H

#include <stdint.h>
#include <stdio.h>

struct database;
struct table;

/* out: empty, and the caller's. */
struct database *database_create(FILE *out);
/* The file is whole from now on; its tables are gone. */
void database_destroy(struct database *database);

/* Statements without results. */
void database_run(struct database *database, const char *sql);

/* A table that exists, to add rows to; it is the database's. A row is a value for each column, in
 * their order: the last one adds it. */
struct table *database_table(struct database *database, const char *name);
void table_integer(struct table *table, uint64_t value);
void table_real(struct table *table, double value);
void table_text(struct table *table, const char *value); /* NULL: null */
void table_null(struct table *table);

#endif
