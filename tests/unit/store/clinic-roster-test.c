/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A picture that another laptop of the clinic took is opened when that laptop signed it, and only
 * then. */

#include "hemo-clinic-roster.h"

#include "files-fixture.h"
#include "hemo-durable.h"

#include <string.h>

/**
 * Bench: what servers have of one picture
 * @text: the roster
 */
typedef struct
{
  Files files;
  HemoImage *image;
  GBytes *captured;
  GBytes *sealed;
  GBytes *signature;
  char *text;
} Bench;

static gboolean
write_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_clinic_roster_write (txn, data, error);
  hemo_txn_set_result_free (txn, g_free);
  return *result != NULL;
}

static gboolean
signature_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn), "SELECT signature FROM image", error);

  if (statement == NULL || !hemo_statement_step (statement, error))
    return FALSE;
  *result = hemo_statement_dup_bytes (statement, 0);
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_bytes_unref);
  return TRUE;
}

static char *
write_roster (Files *files)
{
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  hemo_store_read (files_store (files), files->base.session, write_job, files_store (files),
                   (gpointer *)&text, &error);
  g_assert_no_error (error);
  return text;
}

static void
set_up (Bench *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  files_set_up (&self->files, NULL);
  self->image = files_add_image (&self->files, self->files.specimen, 7);
  self->captured = hemo_clinic_open_image (self->files.base.clinic, self->files.base.session,
                                           self->image->uuid, &error);
  g_assert_no_error (error);
  path = files_image_path (&self->files, self->image->uuid);
  self->sealed = hemo_durable_read (path, HEMO_IMAGE_LIMIT, &error);
  g_assert_no_error (error);
  hemo_store_read (files_store (&self->files), self->files.base.session, signature_job, NULL,
                   (gpointer *)&self->signature, &error);
  g_assert_no_error (error);
  self->text = write_roster (&self->files);
}

static void
tear_down (Bench *self, gconstpointer data)
{
  g_clear_pointer (&self->image, hemo_image_free);
  g_clear_pointer (&self->captured, g_bytes_unref);
  g_clear_pointer (&self->sealed, g_bytes_unref);
  g_clear_pointer (&self->signature, g_bytes_unref);
  g_clear_pointer (&self->text, g_free);
  files_tear_down (&self->files, NULL);
}

/* (transfer full) */
static GBytes *
open_with (Bench *self, const char *text, gsize length, GError **error)
{
  g_autoptr (GBytes) roster = g_bytes_new (text, length);
  const HemoForeignImage foreign = {
    .image = self->image, .sealed = self->sealed, .signature = self->signature, .roster = roster
  };

  return hemo_clinic_open_foreign (self->files.base.clinic, self->files.base.session, &foreign,
                                   error);
}

static void
refuses (Bench *self, const char *text, gsize length)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (open_with (self, text, length, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
}

static void
test_opens (Bench *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) opened = open_with (self, self->text, strlen (self->text), &error);
  g_autofree char *viewed = NULL;

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (opened, self->captured));
  g_assert_null (strstr (self->text, "PRIVATE"));
  viewed = store_ask (files_store (&self->files),
                      "SELECT count(*) FROM audit WHERE what = 'image.view' AND detail = 'server'");
  g_assert_cmpstr (viewed, ==, "1");
}

/* One bit anywhere, the end cut off anywhere, or another end. */
static void
test_damaged_roster (Bench *self, gconstpointer data)
{
  gsize length = strlen (self->text);
  g_autofree char *more = g_strconcat (self->text, "certificate AAAA\n", NULL);
  g_autofree char *twice = g_strconcat (self->text, self->text, NULL);
  g_autofree char *huge = g_strnfill (HEMO_ROSTER_LIMIT + 1, 'a');

  for (gsize at = 0; at < length - 1; at += 23)
    {
      g_autofree char *text = g_strdup (self->text);

      refuses (self, self->text, at);
      text[at] ^= 1;
      refuses (self, text, length);
    }
  refuses (self, twice, strlen (twice));
  refuses (self, huge, strlen (huge));
  refuses (self, "mac AAAA\n", 9);
  refuses (self, "\nmac \n", 6);
}

/* What a laptop of another clinic says of itself, with that clinic's key. */
static void
test_another_clinic (Bench *self, gconstpointer data)
{
  Files other = { 0 };
  g_autofree char *text = NULL;

  files_set_up (&other, NULL);
  text = write_roster (&other);
  refuses (self, text, strlen (text));
  files_tear_down (&other, NULL);
}

/* The signature is of this image, specimen, and both hashes, by the laptop that the picture names.
 */
static void
test_another_picture (Bench *self, gconstpointer data)
{
  char **const fields[] = { &self->image->uuid, &self->image->specimen, &self->image->sha256,
                            &self->image->captured_on };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      char *was = *fields[i];

      *fields[i] = g_strdup (was);
      (*fields[i])[3] = was[3] == 'a' ? 'b' : 'a';
      refuses (self, self->text, strlen (self->text));
      g_free (*fields[i]);
      *fields[i] = NULL;
      if (i > 0)
        refuses (self, self->text, strlen (self->text));
      *fields[i] = was;
    }
}

static void
test_damaged_files (Bench *self, gconstpointer data)
{
  GBytes **const parts[] = { &self->sealed, &self->signature };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      GBytes *was = *parts[i];
      gsize size = g_bytes_get_size (was);
      guint8 *copy = g_memdup2 (g_bytes_get_data (was, NULL), size);

      copy[size - 20] ^= 1;
      *parts[i] = g_bytes_new_take (copy, size);
      refuses (self, self->text, strlen (self->text));
      g_bytes_unref (*parts[i]);
      *parts[i] = g_bytes_new_static ("", 0);
      refuses (self, self->text, strlen (self->text));
      g_bytes_unref (*parts[i]);
      *parts[i] = was;
    }
}

#define ADD(path, function)                                                                        \
  g_test_add ("/clinic-roster/" path, Bench, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
  ADD ("opens", test_opens);
  ADD ("damaged-roster", test_damaged_roster);
  ADD ("another-clinic", test_another_clinic);
  ADD ("another-picture", test_another_picture);
  ADD ("damaged-files", test_damaged_files);
  return g_test_run ();
}
