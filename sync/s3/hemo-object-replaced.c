/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pieces of an upload that another took the place of. */

#include "hemo-object-private.h"

#include <string.h>

#define LINE "pieces "
/* Pieces of one upload that are removed at a time, twice what a picture has on the worst of links.
 */
#define PIECES_MOST 1000
/* It costs room in the bucket and nothing else. */
#define TIMES_MOST 3

/* What the manifest that stands there names; "" for none, NULL where that is not known. (transfer
 * full) */
static char *
find_named (HemoObjectWork *work, GError **error)
{
  g_autofree char *key = hemo_object_manifest_key (work->task->key);
  g_autoptr (GError) failure = NULL;
  g_autoptr (GBytes) json = hemo_s3_get_bytes (work->task->s3, key, HEMO_OBJECT_MANIFEST_LIMIT,
                                               work->cancellable, &failure);
  g_autoptr (HemoObjectManifest) manifest = NULL;

  if (g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND))
    return g_strdup ("");
  if (json == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  manifest = hemo_object_manifest_parse (json, error);
  return manifest != NULL ? g_strdup (manifest->upload) : NULL;
}

static gboolean
remove_upload (HemoObjectWork *work, const char *upload, GError **error)
{
  g_autofree char *start = g_strdup_printf ("%s.pieces/%s/", work->task->key, upload);
  g_autoptr (GPtrArray) listed
      = hemo_s3_list (work->task->s3, start, PIECES_MOST, work->cancellable, error);

  for (guint i = 0; listed != NULL && i < listed->len; i++)
    {
      const HemoS3Object *object = g_ptr_array_index (listed, i);

      if (g_str_has_prefix (object->key, start)
          && !hemo_s3_delete (work->task->s3, object->key, work->cancellable, error))
        return FALSE;
    }
  return listed != NULL;
}

static gboolean
remove_all (HemoObjectWork *work, char *const *uploads, GError **error)
{
  g_autofree char *named = find_named (work, error);

  for (guint i = 0; named != NULL && uploads[i] != NULL; i++)
    if (strcmp (uploads[i], named) != 0 && strcmp (uploads[i], work->state->upload) != 0
        && !remove_upload (work, uploads[i], error))
      return FALSE;
  return named != NULL;
}

static GStrv
list_uploads (const HemoObjectTask *task)
{
  g_auto (GStrv) lines = g_strsplit (task->ours != NULL ? task->ours : "", "\n", -1);
  g_autoptr (GStrvBuilder) uploads = g_strv_builder_new ();

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], LINE) && g_uuid_string_is_valid (lines[i] + strlen (LINE)))
      g_strv_builder_add (uploads, lines[i] + strlen (LINE));
  return g_strv_builder_end (uploads);
}

gboolean
hemo_object_remove_replaced (HemoObjectWork *work, GError **error)
{
  g_auto (GStrv) uploads = list_uploads (work->task);
  g_autoptr (GError) failure = NULL;

  if (!work->task->tidies || uploads[0] == NULL || work->state->tidied >= TIMES_MOST
      || remove_all (work, uploads, &failure))
    return TRUE;
  /* Who may not delete never will. */
  if (!g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE)
      && !g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_BUSY)
      && !g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return TRUE;
  work->state->tidied++;
  if (!hemo_object_keep (work, error))
    return FALSE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}
