/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names and files on a stick. */

#include "hemo-courier-folder.h"

#include "hemo-durable.h"
#include "hemo-time.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#define LETTER_ENDING ".letter"
#define ANSWERS_ENDING ".answers"
#define UUID_TEXT 36
#define NUMBER_DIGITS 12
/* '0-000000000001-' */
#define NAME_START (NUMBER_DIGITS + 3)
/* Kept free: a stick that is full to the last byte takes no acknowledgement any more. */
#define RESERVE (G_GUINT64_CONSTANT (2) << 20)

void
hemo_courier_folder_free (HemoCourierFolder *self)
{
  g_free (self->path);
  g_free (self->installation);
  g_free (self);
}

void
hemo_courier_entry_free (HemoCourierEntry *self)
{
  g_free (self->id);
  g_free (self->name);
  g_free (self);
}

static gboolean
fail_errno (GError **error, const char *what)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s.", what, g_strerror (code));
  return FALSE;
}

static HemoCourierFolder *
folder_new (const char *stick, const char *clinic, const char *installation)
{
  HemoCourierFolder *self = g_new0 (HemoCourierFolder, 1);

  self->path = g_build_filename (stick, HEMO_COURIER_ROOT, clinic, installation, NULL);
  self->installation = g_strdup (installation);
  return self;
}

/* A folder that a person named is not made: a stick that is not there would be a folder of the
 * computer's own. */
static gboolean
check_stick (const char *stick, GError **error)
{
  if (g_file_test (stick, G_FILE_TEST_IS_DIR))
    return TRUE;
  g_set_error_literal (
      error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
      N_ ("The stick is not there, or it is no folder. Plug it in and try again."));
  return FALSE;
}

/* Whether @path is a folder of the stick itself, @there, or nothing. A link may lead anywhere, and
 * what lies there would be swept. */
static gboolean
check_folder (const char *path, gboolean *there, GError **error)
{
  GStatBuf info;

  *there = g_lstat (path, &info) == 0;
  if (!*there && errno != ENOENT)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           N_ ("The stick cannot be read. Plug it in again."));
      return FALSE;
    }
  if (!*there || S_ISDIR (info.st_mode))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY,
                       N_ ("On the stick is a link or a file where this program has its folders. "
                           "Nothing of it was used; take another stick."));
  return FALSE;
}

/* @there: (out): whether all of @self's folders are */
static gboolean
check_folders (const HemoCourierFolder *self, gboolean *there, GError **error)
{
  g_autofree char *of_clinic = g_path_get_dirname (self->path);
  g_autofree char *root = g_path_get_dirname (of_clinic);

  return check_folder (root, there, error) && (!*there || check_folder (of_clinic, there, error))
         && (!*there || check_folder (self->path, there, error));
}

HemoCourierFolder *
hemo_courier_folder_make (const char *stick,
                          const char *clinic,
                          const char *installation,
                          GError **error)
{
  g_autoptr (HemoCourierFolder) self = folder_new (stick, clinic, installation);
  g_autofree char *root = g_build_filename (stick, HEMO_COURIER_ROOT, NULL);
  g_autofree char *of_clinic = g_build_filename (root, clinic, NULL);
  gboolean there = FALSE;

  if (!check_stick (stick, error) || !check_folders (self, &there, error)
      || !hemo_durable_make_folder (root, error) || !hemo_durable_make_folder (of_clinic, error)
      || !hemo_durable_make_folder (self->path, error))
    return NULL;
  return g_steal_pointer (&self);
}

HemoCourierFolder *
hemo_courier_folder_find (const char *stick,
                          const char *clinic,
                          const char *installation,
                          GError **error)
{
  g_autoptr (HemoCourierFolder) self = folder_new (stick, clinic, installation);
  gboolean there = FALSE;

  if (!check_stick (stick, error) || !check_folders (self, &there, error))
    return NULL;
  if (there)
    return g_steal_pointer (&self);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                       N_ ("The stick cannot be read. Plug it in again."));
  return NULL;
}

static gint
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Names in @path that @accept likes, sorted; what is no folder has none. (transfer full) */
static GPtrArray *
list_names (const char *path, gboolean (*accept) (const char *name), GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) failure = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &failure);
  const char *name;

  if (dir == NULL && !g_error_matches (failure, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           N_ ("The stick cannot be read. Plug it in again."));
      return NULL;
    }
  while (dir != NULL && names->len < HEMO_COURIER_FILES_MOST
         && (name = g_dir_read_name (dir)) != NULL)
    if (accept (name))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_texts);
  return g_steal_pointer (&names);
}

static gboolean
is_any (const char *name)
{
  return TRUE;
}

static gboolean
is_letter (const char *name)
{
  return g_str_has_suffix (name, LETTER_ENDING);
}

GStrv
hemo_courier_list_installations (const char *stick,
                                 const char *clinic,
                                 guint *others,
                                 GError **error)
{
  g_autofree char *root = g_build_filename (stick, HEMO_COURIER_ROOT, NULL);
  g_autofree char *path = g_build_filename (root, clinic, NULL);
  g_autoptr (GPtrArray) clinics = NULL;
  GPtrArray *names;
  gboolean there = FALSE;

  if (!check_stick (stick, error) || !check_folder (root, &there, error)
      || (there && !check_folder (path, &there, error)))
    return NULL;
  clinics = list_names (root, hemo_uuid_is_valid, error);
  names = clinics != NULL ? list_names (path, hemo_uuid_is_valid, error) : NULL;
  if (names == NULL)
    return NULL;
  *others = 0;
  for (guint i = 0; i < clinics->len; i++)
    *others += strcmp (g_ptr_array_index (clinics, i), clinic) != 0;
  g_ptr_array_add (names, NULL);
  return (GStrv)g_ptr_array_free (names, FALSE);
}

char *
hemo_courier_entry_name (guint rank, gint64 number, const char *id)
{
  return g_strdup_printf ("%u-%0*" G_GINT64_FORMAT "-%s" LETTER_ENDING, rank, NUMBER_DIGITS, number,
                          id);
}

HemoCourierEntry *
hemo_courier_entry_parse (const char *name)
{
  g_autofree char *id = NULL;
  HemoCourierEntry *self;

  if (strlen (name) != NAME_START + UUID_TEXT + strlen (LETTER_ENDING) || !is_letter (name)
      || name[0] < '0' || name[0] > '0' + HEMO_LANE_NONE || name[1] != '-'
      || strspn (name + 2, "0123456789") != NUMBER_DIGITS || name[NAME_START - 1] != '-')
    return NULL;
  id = g_strndup (name + NAME_START, UUID_TEXT);
  if (!hemo_uuid_is_valid (id))
    return NULL;
  self = g_new0 (HemoCourierEntry, 1);
  self->rank = (guint)(name[0] - '0');
  self->number = g_ascii_strtoll (name + 2, NULL, 10);
  self->id = g_steal_pointer (&id);
  self->name = g_strdup (name);
  return self;
}

GPtrArray *
hemo_courier_folder_letters (const HemoCourierFolder *self, GError **error)
{
  g_autoptr (GPtrArray) names = list_names (self->path, is_letter, error);
  g_autoptr (GPtrArray) entries
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_courier_entry_free);

  if (names == NULL)
    return NULL;
  for (guint i = 0; i < names->len; i++)
    {
      HemoCourierEntry *entry = hemo_courier_entry_parse (g_ptr_array_index (names, i));

      if (entry != NULL)
        g_ptr_array_add (entries, entry);
    }
  return g_steal_pointer (&entries);
}

GStrv
hemo_courier_folder_ids (const HemoCourierFolder *self, const char *ending, GError **error)
{
  g_autoptr (GPtrArray) names = list_names (self->path, is_any, error);
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();

  if (names == NULL)
    return NULL;
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *id = g_strndup (name, UUID_TEXT);

      if (strlen (name) == UUID_TEXT + strlen (ending) && g_str_has_suffix (name, ending)
          && hemo_uuid_is_valid (id))
        g_strv_builder_add (ids, id);
    }
  return g_strv_builder_end (ids);
}

char *
hemo_courier_folder_path (const HemoCourierFolder *self, const char *name)
{
  return g_build_filename (self->path, name, NULL);
}

char *
hemo_courier_folder_path_of (const HemoCourierFolder *self, const char *id, const char *ending)
{
  g_autofree char *name = g_strconcat (id, ending, NULL);

  return hemo_courier_folder_path (self, name);
}

char *
hemo_courier_answers_name (const char *id, gint64 page)
{
  return g_strdup_printf ("%s-%04" G_GINT64_FORMAT ANSWERS_ENDING, id, page);
}

static gboolean
check_space (const HemoCourierFolder *self, guint64 size, GError **error)
{
  guint64 space = 0;

  if (!hemo_durable_free_space (self->path, &space, error))
    return FALSE;
  if (space > size && space - size >= RESERVE)
    return TRUE;
  g_set_error_literal (
      error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
      N_ ("The stick is full. What is on it is whole and can travel; write the rest "
          "on another one, or on this one when it comes back."));
  return FALSE;
}

gboolean
hemo_courier_folder_write (const HemoCourierFolder *self,
                           const char *name,
                           GBytes *bytes,
                           GError **error)
{
  g_autofree char *path = hemo_courier_folder_path (self, name);
  g_autofree char *sha256 = hemo_sha256 (bytes);
  g_autofree char *there = NULL;

  if (!check_space (self, g_bytes_get_size (bytes), error)
      || !hemo_durable_write (path, NULL, bytes, error))
    return FALSE;
  there = hemo_durable_hash (path, TRUE, NULL, NULL, NULL, NULL, error);
  if (there == NULL)
    return FALSE;
  if (strcmp (there, sha256) == 0)
    return TRUE;
  g_unlink (path);
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED,
                       N_ ("The stick does not keep what is written on it. Take another one."));
  return FALSE;
}

/* Whether @path is whole already. */
static gboolean
is_whole (const char *path, guint64 size, const char *sha256, GCancellable *cancellable)
{
  g_autofree char *there = NULL;
  GStatBuf info;

  if (g_lstat (path, &info) != 0 || !S_ISREG (info.st_mode) || (guint64)info.st_size != size)
    return FALSE;
  there = hemo_durable_hash (path, TRUE, NULL, NULL, NULL, cancellable, NULL);
  return g_strcmp0 (there, sha256) == 0;
}

gboolean
hemo_courier_folder_copy (const HemoCourierFolder *self,
                          const char *from,
                          const char *name,
                          guint64 size,
                          const char *sha256,
                          gboolean *copied,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autofree char *path = hemo_courier_folder_path (self, name);
  g_autofree char *there = NULL;

  *copied = FALSE;
  if (is_whole (path, size, sha256, cancellable))
    return TRUE;
  if (!check_space (self, size, error)
      || !hemo_durable_copy (from, path, &there, NULL, NULL, NULL, cancellable, error))
    return FALSE;
  *copied = strcmp (there, sha256) == 0;
  if (*copied)
    return TRUE;
  g_unlink (path);
  g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT,
                       N_ ("A picture's file is damaged here. Restore it from a backup."));
  return FALSE;
}

GBytes *
hemo_courier_folder_read (const HemoCourierFolder *self, const char *name, GError **error)
{
  g_autofree char *path = hemo_courier_folder_path (self, name);

  return hemo_durable_read (path, HEMO_COURIER_FILE_MOST, error);
}

gboolean
hemo_courier_folder_has (const HemoCourierFolder *self, const char *name)
{
  g_autofree char *path = hemo_courier_folder_path (self, name);

  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

static gboolean
remove_file (const char *path, GError **error)
{
  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  return fail_errno (error, N_ ("A file on the stick could not be removed"));
}

gboolean
hemo_courier_folder_remove_answers (const HemoCourierFolder *self, const char *id, GError **error)
{
  for (gint64 page = 1;; page++)
    {
      g_autofree char *name = hemo_courier_answers_name (id, page);
      g_autofree char *path = hemo_courier_folder_path (self, name);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return TRUE;
      if (!remove_file (path, error))
        return FALSE;
    }
}

gboolean
hemo_courier_folder_remove (const HemoCourierFolder *self,
                            const HemoCourierEntry *entry,
                            GError **error)
{
  static const char *const endings[] = { ".cms", ".sig", ".reply" };
  g_autofree char *letter = hemo_courier_folder_path (self, entry->name);

  if (!remove_file (letter, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *path = hemo_courier_folder_path_of (self, entry->id, endings[i]);

      if (!remove_file (path, error))
        return FALSE;
    }
  return hemo_courier_folder_remove_answers (self, entry->id, error);
}

static gboolean
is_beside (const char *name)
{
  return g_str_has_suffix (name, ".cms") || g_str_has_suffix (name, ".sig")
         || g_str_has_suffix (name, ANSWERS_ENDING);
}

void
hemo_courier_folder_sweep (const HemoCourierFolder *self)
{
  g_autoptr (GPtrArray) entries = hemo_courier_folder_letters (self, NULL);
  g_autoptr (GPtrArray) names = list_names (self->path, is_any, NULL);
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    g_hash_table_add (ids, ((HemoCourierEntry *)g_ptr_array_index (entries, i))->id);
  for (guint i = 0; entries != NULL && names != NULL && i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *path = hemo_courier_folder_path (self, name);
      g_autofree char *id = g_strndup (name, UUID_TEXT);

      if (g_str_has_suffix (name, HEMO_DURABLE_PART)
          || (is_beside (name) && !g_hash_table_contains (ids, id)))
        g_unlink (path);
    }
}
