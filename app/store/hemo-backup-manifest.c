/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a backup holds. */

#include "hemo-backup-manifest.h"

#include "hemo-durable.h"
#include "hemo-json.h"
#include "hemo-time.h"

#include <glib/gi18n.h>
#include <json-c/json.h>
#include <string.h>

#define FORMAT "hemogram-backup-1"
#define DEPTH_LIMIT 8
#define FILES_LIMIT 1000000
/* Some tens of megabytes. */
#define PROVEN_MOST 16

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_object, json_object_put)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_tokener, json_tokener_free)

HemoBackupFile *
hemo_backup_file_new (const char *name, guint64 bytes, const char *sha256)
{
  HemoBackupFile *self = g_new0 (HemoBackupFile, 1);
  self->name = g_strdup (name);
  self->bytes = bytes;
  self->sha256 = g_strdup (sha256);
  return self;
}

void
hemo_backup_file_free (HemoBackupFile *self)
{
  g_free (self->name);
  g_free (self->sha256);
  g_free (self);
}

HemoBackupElsewhere *
hemo_backup_elsewhere_new (const char *name, const char *backup)
{
  HemoBackupElsewhere *self = g_new0 (HemoBackupElsewhere, 1);
  self->name = g_strdup (name);
  self->backup = g_strdup (backup);
  return self;
}

void
hemo_backup_elsewhere_free (HemoBackupElsewhere *self)
{
  g_free (self->name);
  g_free (self->backup);
  g_free (self);
}

HemoBackupManifest *
hemo_backup_manifest_new (void)
{
  HemoBackupManifest *self = g_new0 (HemoBackupManifest, 1);
  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_backup_file_free);
  self->missing = g_ptr_array_new_with_free_func (g_free);
  self->elsewhere = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_backup_elsewhere_free);
  return self;
}

void
hemo_backup_manifest_free (HemoBackupManifest *self)
{
  if (self == NULL)
    return;
  g_free (self->clinic);
  g_free (self->store);
  g_free (self->installation);
  g_free (self->made_at);
  g_free (self->head);
  g_free (self->database);
  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->missing);
  g_ptr_array_unref (self->elsewhere);
  g_free (self);
}

static gboolean
is_digits (const char *text, gsize length)
{
  return length > 0 && length <= 19 && strspn (text, "0123456789") >= length;
}

/* '@prefix', 1 to 19 digits, '@suffix' */
static gboolean
is_numbered (const char *name, const char *prefix, const char *suffix)
{
  gsize length = strlen (name), fixed = strlen (prefix) + strlen (suffix);
  return length > fixed && g_str_has_prefix (name, prefix) && g_str_has_suffix (name, suffix)
         && is_digits (name + strlen (prefix), length - fixed);
}

static gboolean
starts_with_uuid (const char *text)
{
  g_autofree char *uuid = g_strndup (text, 36);
  return hemo_uuid_is_valid (uuid);
}

gboolean
hemo_backup_name_is_valid (const char *name)
{
  if (g_str_equal (name, "keys-1.json") || g_str_equal (name, "keys-2.json")
      || is_numbered (name, "hemogram-", ".db"))
    return TRUE;
  if (g_str_has_prefix (name, "images/") && strlen (name) == 50)
    return strncmp (name + 7, name + 10, 2) == 0 && name[9] == '/' && starts_with_uuid (name + 10)
           && g_str_equal (name + 46, ".cms");
  return g_str_has_prefix (name, "reports/") && strlen (name) > 44 && starts_with_uuid (name + 8)
         && is_numbered (name + 44, "-", ".cms");
}

const HemoBackupFile *
hemo_backup_manifest_find (const HemoBackupManifest *self, const char *name)
{
  for (guint i = 0; i < self->files->len; i++)
    {
      const HemoBackupFile *file = g_ptr_array_index (self->files, i);
      if (g_str_equal (file->name, name))
        return file;
    }
  return NULL;
}

static int
compare_text (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

guint
hemo_backup_manifest_count_lacking (const HemoBackupManifest *self, char **days)
{
  guint lacking = 0;
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < self->files->len; i++)
    g_hash_table_add (names, ((HemoBackupFile *)g_ptr_array_index (self->files, i))->name);
  for (guint i = 0; i < self->elsewhere->len; i++)
    {
      const HemoBackupElsewhere *one = g_ptr_array_index (self->elsewhere, i);
      if (g_hash_table_contains (names, one->name))
        continue;
      g_hash_table_add (set, g_strndup (one->backup, strlen ("2026-01-31")));
      lacking++;
    }
  g_autoptr (GPtrArray) sorted = g_hash_table_get_keys_as_ptr_array (set);
  g_ptr_array_sort (sorted, compare_text);
  g_ptr_array_add (sorted, NULL);
  *days = g_strjoinv (", ", (char **)sorted->pdata);
  return lacking;
}

static void
add_text (json_object *object, const char *key, const char *text)
{
  if (text != NULL)
    hemo_json_add (object, key, json_object_new_string (text));
}

static json_object *
file_to_json (const HemoBackupFile *file)
{
  json_object *object = json_object_new_object ();
  add_text (object, "name", file->name);
  hemo_json_add (object, "bytes", json_object_new_int64 ((gint64)file->bytes));
  add_text (object, "sha256", file->sha256);
  return object;
}

static json_object *
elsewhere_to_json (const HemoBackupManifest *self)
{
  json_object *array = json_object_new_array ();
  for (guint i = 0; i < self->elsewhere->len; i++)
    {
      const HemoBackupElsewhere *one = g_ptr_array_index (self->elsewhere, i);
      json_object *object = json_object_new_object ();
      add_text (object, "name", one->name);
      add_text (object, "backup", one->backup);
      hemo_json_append (array, object);
    }
  return array;
}

GBytes *
hemo_backup_manifest_to_json (const HemoBackupManifest *self)
{
  g_autoptr (json_object) object = json_object_new_object ();
  json_object *files = json_object_new_array (), *missing = json_object_new_array ();
  add_text (object, "format", FORMAT);
  add_text (object, "clinic", self->clinic);
  add_text (object, "store", self->store);
  add_text (object, "installation", self->installation);
  add_text (object, "made_at", self->made_at);
  add_text (object, "head", self->head);
  add_text (object, "database", self->database);
  for (guint i = 0; i < self->files->len; i++)
    hemo_json_append (files, file_to_json (g_ptr_array_index (self->files, i)));
  for (guint i = 0; i < self->missing->len; i++)
    hemo_json_append (missing, json_object_new_string (g_ptr_array_index (self->missing, i)));
  hemo_json_add (object, "files", files);
  hemo_json_add (object, "missing", missing);
  if (self->elsewhere->len > 0)
    hemo_json_add (object, "elsewhere", elsewhere_to_json (self));
  char *text = hemo_json_to_text (object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
  return g_bytes_new_take (text, strlen (text));
}

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, message);
  return FALSE;
}

/* (transfer none); NULL unless it is text without NUL */
static const char *
get_text (json_object *object, const char *key)
{
  json_object *value;
  if (!json_object_object_get_ex (object, key, &value)
      || !json_object_is_type (value, json_type_string))
    return NULL;
  const char *text = json_object_get_string (value);
  gsize length = (gsize)json_object_get_string_len (value);
  return g_utf8_validate (text, (gssize)length, NULL) && strlen (text) == length ? text : NULL;
}

static gboolean
is_sha256 (const char *text)
{
  return text != NULL && strlen (text) == 64 && strspn (text, "0123456789abcdef") == 64;
}

static HemoBackupFile *
parse_file (json_object *object, GHashTable *names, GError **error)
{
  json_object *bytes;
  const char *name = get_text (object, "name"), *sha256 = get_text (object, "sha256");
  if (name == NULL || !hemo_backup_name_is_valid (name) || !is_sha256 (sha256)
      || !json_object_object_get_ex (object, "bytes", &bytes)
      || !json_object_is_type (bytes, json_type_int) || json_object_get_int64 (bytes) < 0)
    return fail (error, N_ ("The backup's list of files names something that no backup holds.")),
           NULL;
  if (!g_hash_table_add (names, g_strdup (name)))
    return fail (error, N_ ("The backup's list of files names a file twice.")), NULL;
  return hemo_backup_file_new (name, (guint64)json_object_get_int64 (bytes), sha256);
}

static gboolean
parse_files (HemoBackupManifest *self, json_object *root, GError **error)
{
  json_object *files;
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!json_object_object_get_ex (root, "files", &files)
      || !json_object_is_type (files, json_type_array)
      || json_object_array_length (files) > FILES_LIMIT)
    return fail (error, N_ ("The backup has no list of files."));
  for (gsize i = 0; i < json_object_array_length (files); i++)
    {
      json_object *entry = json_object_array_get_idx (files, i);
      HemoBackupFile *file
          = json_object_is_type (entry, json_type_object)
                ? parse_file (entry, names, error)
                : (fail (error, N_ ("The backup's list of files is damaged.")), NULL);
      if (file == NULL)
        return FALSE;
      g_ptr_array_add (self->files, file);
    }
  return self->database != NULL && is_numbered (self->database, "hemogram-", ".db")
                 && g_hash_table_contains (names, self->database)
             ? TRUE
             : fail (error, N_ ("The backup's list of files names no store."));
}

static gboolean
parse_missing (HemoBackupManifest *self, json_object *root, GError **error)
{
  json_object *missing;
  if (!json_object_object_get_ex (root, "missing", &missing))
    return TRUE;
  if (!json_object_is_type (missing, json_type_array)
      || json_object_array_length (missing) > FILES_LIMIT)
    return fail (error, N_ ("The backup's list of missing files is damaged."));
  for (gsize i = 0; i < json_object_array_length (missing); i++)
    {
      json_object *entry = json_object_array_get_idx (missing, i);
      const char *name
          = json_object_is_type (entry, json_type_string) ? json_object_get_string (entry) : "";
      if (!hemo_backup_name_is_valid (name))
        return fail (error, N_ ("The backup's list of missing files is damaged."));
      g_ptr_array_add (self->missing, g_strdup (name));
    }
  return TRUE;
}

static gboolean
parse_elsewhere (HemoBackupManifest *self, json_object *root, GError **error)
{
  json_object *array;
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!json_object_object_get_ex (root, "elsewhere", &array))
    return TRUE;
  if (!json_object_is_type (array, json_type_array)
      || json_object_array_length (array) > FILES_LIMIT)
    return fail (error, N_ ("The backup's list of originals that are elsewhere is damaged."));
  for (gsize i = 0; i < json_object_array_length (array); i++)
    {
      json_object *entry = json_object_array_get_idx (array, i);
      gboolean is_object = json_object_is_type (entry, json_type_object);
      const char *name = is_object ? get_text (entry, "name") : NULL;
      const char *backup = is_object ? get_text (entry, "backup") : NULL;
      if (name == NULL || backup == NULL || !g_str_has_prefix (name, "images/")
          || !hemo_backup_name_is_valid (name) || !g_hash_table_add (names, g_strdup (name)))
        return fail (error, N_ ("The backup's list of originals that are elsewhere is damaged."));
      g_ptr_array_add (self->elsewhere, hemo_backup_elsewhere_new (name, backup));
    }
  return TRUE;
}

static HemoBackupManifest *
parse_root (json_object *root, GError **error)
{
  g_autoptr (HemoBackupManifest) self = hemo_backup_manifest_new ();
  if (!json_object_is_type (root, json_type_object)
      || g_strcmp0 (get_text (root, "format"), FORMAT) != 0)
    return fail (error, N_ ("This is no backup that this program can read.")), NULL;
  self->clinic = g_strdup (get_text (root, "clinic"));
  self->store = g_strdup (get_text (root, "store"));
  self->installation = g_strdup (get_text (root, "installation"));
  self->made_at = g_strdup (get_text (root, "made_at"));
  self->head = g_strdup (get_text (root, "head"));
  self->database = g_strdup (get_text (root, "database"));
  if (self->clinic == NULL || !hemo_uuid_is_valid (self->clinic) || self->store == NULL
      || !hemo_uuid_is_valid (self->store))
    return fail (error, N_ ("The backup does not say which clinic it is of.")), NULL;
  if (!parse_files (self, root, error) || !parse_missing (self, root, error)
      || !parse_elsewhere (self, root, error))
    return NULL;
  return g_steal_pointer (&self);
}

HemoBackupManifest *
hemo_backup_manifest_parse (GBytes *json, GError **error)
{
  gsize size;
  const char *data = g_bytes_get_data (json, &size);
  g_autoptr (json_object) root = NULL;

  if (size == 0 || size > HEMO_BACKUP_MANIFEST_LIMIT)
    return fail (error, N_ ("The backup's list of files is empty or too large.")), NULL;
  root = hemo_json_read (data, size, DEPTH_LIMIT, JSON_TOKENER_VALIDATE_UTF8);
  if (root == NULL)
    return fail (error, N_ ("The backup's list of files is damaged.")), NULL;
  return parse_root (root, error);
}

HemoBackupManifest *
hemo_backup_manifest_load (const char *folder, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GBytes) json = hemo_durable_read (path, HEMO_BACKUP_MANIFEST_LIMIT, error);
  return json == NULL ? NULL : hemo_backup_manifest_parse (json, error);
}

gboolean
hemo_backup_manifest_prove_some (const HemoBackupManifest *self,
                                 const char *folder,
                                 GCancellable *cancellable,
                                 GError **error)
{
  guint all = self->files->len;
  guint count = MIN (all, PROVEN_MOST);

  for (guint i = 0; i < count; i++)
    {
      guint place = count > 1 ? (guint)((guint64)i * (all - 1) / (count - 1)) : 0;
      const HemoBackupFile *file = g_ptr_array_index (self->files, place);
      g_autofree char *path = g_build_filename (folder, file->name, NULL);
      g_autofree char *found = hemo_durable_hash (path, TRUE, NULL, NULL, NULL, cancellable, NULL);

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (g_strcmp0 (found, file->sha256) != 0)
        return fail (error,
                     N_ ("The stick does not keep what is written on it. Take another one."));
    }
  return TRUE;
}
