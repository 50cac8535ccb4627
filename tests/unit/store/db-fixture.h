/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A temporary folder for one database, and a key for it. */

#pragma once

#include "hemo-db.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *folder;
  char *path;
  HemoSecret *key;
} DbFixture;

/* 32 bytes of @byte. (transfer full) */
static inline HemoSecret *
db_key_of (int byte)
{
  HemoSecret *key = hemo_secret_new (32);

  memset (hemo_secret_get_data (key), byte, 32);
  return key;
}

static inline void
db_set_up (DbFixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("hemo-db-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "hemogram.db", NULL);
  fixture->key = db_key_of (7);
}

static inline void
db_tear_down (DbFixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
  hemo_secret_unref (fixture->key);
}
