/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The key file's two copies on disk. */

#include "hemo-durable.h"
#include "hemo-key-file-private.h"

#include <glib/gi18n.h>

static const char *const names[] = { "keys-1.json", "keys-2.json" };

#define COPIES G_N_ELEMENTS (names)

typedef struct
{
  GBytes *bytes;
  HemoKeyFile *file;
  GError *error;
} Copy;

static void
copy_clear (Copy *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->file, hemo_key_file_free);
  g_clear_error (&self->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Copy, copy_clear)

static void
copy_read (Copy *self, const char *directory, const char *name)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);

  self->bytes = hemo_durable_read (path, HEMO_KEY_FILE_MAX_BYTES, &self->error);
  if (self->bytes != NULL)
    self->file = hemo_key_file_parse (self->bytes, &self->error);
}

static gboolean
copy_is (const Copy *self, int code)
{
  return g_error_matches (self->error, G_IO_ERROR, code);
}

/* Whether it is not known what the copy holds. */
static gboolean
was_not_read (const Copy *self)
{
  return g_error_matches (self->error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_FAILED)
         || (self->error != NULL && self->error->domain == G_IO_ERROR
             && !copy_is (self, G_IO_ERROR_NOT_FOUND)
             && !copy_is (self, G_IO_ERROR_MESSAGE_TOO_LARGE));
}

/* What to say when no copy is whole. A medium that cannot be read is not a damaged file. */
static void
explain (Copy *first, Copy *second, GError **error)
{
  if (copy_is (first, G_IO_ERROR_NOT_FOUND) && copy_is (second, G_IO_ERROR_NOT_FOUND))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                         N_ ("There is no key file in this folder."));
  else if (was_not_read (first))
    g_propagate_error (error, g_steal_pointer (&first->error));
  else if (was_not_read (second))
    g_propagate_error (error, g_steal_pointer (&second->error));
  else
    g_set_error_literal (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED,
                         N_ ("Both copies of the key file are damaged; take 'keys-1.json' or "
                             "'keys-2.json' from the newest backup."));
}

/* Opening matters more than mending: on a full disk the next save has to do it. One that only could
 * not be looked at for want of memory stays as it is. */
static void
mend (Copy *bad, const Copy *good, const char *directory, const char *name)
{
  g_autofree char *path = NULL;

  if (g_error_matches (bad->error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_FAILED))
    return;
  if (bad->bytes != NULL && g_bytes_equal (bad->bytes, good->bytes))
    return;
  path = g_build_filename (directory, name, NULL);
  hemo_durable_write (path, NULL, good->bytes, NULL);
}

HemoKeyFile *
hemo_key_file_load (const char *directory, gboolean mend_other, GError **error)
{
  g_auto (Copy) first = { 0 };
  g_auto (Copy) second = { 0 };
  gboolean take_second = FALSE;

  copy_read (&first, directory, names[0]);
  copy_read (&second, directory, names[1]);
  /* Never set what a newer version wrote back to what this one knows. */
  if (copy_is (&first, G_IO_ERROR_NOT_SUPPORTED) || copy_is (&second, G_IO_ERROR_NOT_SUPPORTED))
    {
      Copy *newer = copy_is (&first, G_IO_ERROR_NOT_SUPPORTED) ? &first : &second;

      g_propagate_error (error, g_steal_pointer (&newer->error));
      return NULL;
    }
  if (first.file == NULL && second.file == NULL)
    {
      explain (&first, &second, error);
      return NULL;
    }
  take_second
      = first.file == NULL || (second.file != NULL && second.file->serial > first.file->serial);
  if (mend_other && take_second)
    mend (&first, &second, directory, names[0]);
  else if (mend_other)
    mend (&second, &first, directory, names[1]);
  return take_second ? g_steal_pointer (&second.file) : g_steal_pointer (&first.file);
}

/* A file that could not be read again would lock everybody out: it is read before it is written. */
static GBytes *
format_checked (HemoKeyFile *self, GError **error)
{
  g_autoptr (GBytes) bytes = hemo_key_file_format (self);
  g_autoptr (HemoKeyFile) again = hemo_key_file_parse (bytes, NULL);

  if (again == NULL)
    {
      hemo_vault_fail (
          error, HEMO_VAULT_ERROR_FAILED,
          N_ ("The key file was not saved: it holds something that could not be read again, "
              "or is larger than 1 MiB."));
      return NULL;
    }
  return g_steal_pointer (&bytes);
}

gboolean
hemo_key_file_save (HemoKeyFile *self, const char *directory, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  self->serial++;
  bytes = format_checked (self, error);
  if (bytes == NULL)
    return FALSE;
  /* The first copy is on the disk before the second is touched, so one of them is always whole. */
  for (gsize i = 0; i < COPIES; i++)
    {
      g_autofree char *path = g_build_filename (directory, names[i], NULL);

      if (!hemo_durable_write (path, NULL, bytes, error))
        return FALSE;
    }
  return TRUE;
}
