/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of the connection share among themselves. */

#pragma once

#include "hemo-db.h"

#ifndef SQLITE_HAS_CODEC
#define SQLITE_HAS_CODEC 1
#endif
#include <sqlcipher/sqlite3.h>

G_BEGIN_DECLS

struct _HemoDb
{
  sqlite3 *handle;
  char *path;
  HemoDbMode mode;
  GThread *owner;
  HemoSecret *raw_key;
  GHashTable *statements;
};

typedef struct
{
  int version;
  const char *name;
  const char *sql;
} HemoMigration;

extern const HemoMigration hemo_migrations[];
extern const int hemo_n_migrations;

/* A connection belongs to one thread; another one that touches it would break what cannot be
 * mended, so the program ends there. */
void hemo_db_check_owner (HemoDb *self);

/* Sets @error for SQLite's @rc, with words that hold no value of any row. Always FALSE. */
gboolean hemo_db_fail (HemoDb *self, int rc, GError **error);

/* Statements are finalised, so that the connection can be closed or rekeyed. */
void hemo_db_forget_statements (HemoDb *self);

/* Whether files can be made in @folder by who runs this. */
gboolean hemo_folder_is_writable (const char *folder);

/* Gives the raw key to a connection that was just opened. */
gboolean hemo_db_set_key (HemoDb *self, GError **error);

/* Encrypts every page anew, in one transaction. */
gboolean hemo_db_rekey (HemoDb *self, HemoSecret *raw_key, GError **error);

G_END_DECLS
