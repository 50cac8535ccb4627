/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tells the clinic's other laptops whom to believe, and opens what they captured. */

#include "hemo-picture-fetch.h"

#include "hemo-clinic-roster.h"
#include "hemo-durable.h"
#include "hemo-fhir-media.h"
#include "hemo-files.h"
#include "hemo-incoming-table.h"
#include "hemo-object-reader.h"
#include "hemo-outgoing.h"
#include "hemo-picture-left.h"
#include "hemo-prune.h"
#include "hemo-remote-table.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

/* A detached signature, and what sealing adds to a picture. */
#define SIGNATURE_LIMIT (256 * 1024)
#define SEALED_LIMIT (HEMO_IMAGE_LIMIT + SIGNATURE_LIMIT)

/* How often it is asked whether what was told is there still. */
#define LOOK_US G_TIME_SPAN_DAY
/* And after a question that nobody answered. */
#define AGAIN_US G_TIME_SPAN_HOUR

/* told_before: that, or something else that is to take its place; looked_at: note of when that was
 * asked, and found, last; looked_us: that, 0 for never, and with a minus in front when it was asked
 * in vain. */
typedef struct
{
  HemoStore *store;
  const char *server;
  char *note;
  char *looked_at;
  char *text;
  char *sha256;
  gboolean told;
  gboolean told_before;
  gint64 looked_us;
} Tell;

static void
tell_clear (Tell *self)
{
  g_free (self->note);
  g_free (self->looked_at);
  g_free (self->text);
  g_free (self->sha256);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tell, tell_clear)

/* What is to be told, and whether this server was told that already. */
static gboolean
write_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Tell *self = data;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) failure = NULL;
  g_autofree char *noted = hemo_sync_note_load (txn, self->note, &failure);
  g_autofree char *looked = hemo_sync_note_load (txn, self->looked_at, NULL);

  self->looked_us = looked != NULL ? g_ascii_strtoll (looked, NULL, 10) : 0;
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  self->text = hemo_clinic_roster_write (txn, self->store, error);
  if (self->text == NULL)
    return FALSE;
  bytes = g_bytes_new_static (self->text, strlen (self->text));
  self->sha256 = hemo_sha256 (bytes);
  self->told = g_strcmp0 (noted, self->sha256) == 0;
  self->told_before = noted != NULL && *noted != '\0';
  return TRUE;
}

static gboolean
looked_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Tell *self = data;
  g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time ());

  return hemo_sync_note_save (txn, self->looked_at, now, error);
}

static gboolean
vain_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Tell *self = data;
  g_autofree char *now = g_strdup_printf ("-%" G_GINT64_FORMAT, g_get_real_time ());

  return hemo_sync_note_save (txn, self->looked_at, now, error);
}

static gboolean
found_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Tell *self = data;

  return looked_job (txn, data, NULL, error)
         && hemo_picture_left_doubt_missing (txn, self->server, error);
}

static gboolean
told_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Tell *self = data;

  return hemo_sync_note_save (txn, self->note, self->sha256, error)
         && looked_job (txn, data, NULL, error);
}

/* What else is left there once is left again. */
static gboolean
lost_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  static const char *const names[] = { "rescue.", "audit-head." };
  const Tell *self = data;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *note = g_strconcat (names[i], self->server, NULL);

      if (!hemo_sync_note_save (txn, note, "", error))
        return FALSE;
    }
  return hemo_sync_note_save (txn, self->note, "", error)
         && hemo_remote_objects_doubt (txn, self->server, error)
         && hemo_picture_left_doubt (txn, self->server, error);
}

static gboolean
installation_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_txn_dup_meta (txn, "installation", error);
  hemo_txn_set_result_free (txn, g_free);
  return *result != NULL;
}

static char *
roster_key (const char *installation)
{
  return g_strdup_printf ("installations/%s.roster", installation);
}

static gboolean
is_due (const Tell *self)
{
  gint64 since = g_get_real_time () - ABS (self->looked_us);

  return self->looked_us == 0 || since < 0 || since >= (self->looked_us > 0 ? LOOK_US : AGAIN_US);
}

/* Of what was told before and is another by now, no bytes are known. */
static gboolean
ask_there (const Tell *self,
           HemoS3 *s3,
           const char *key,
           gboolean *there,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (self->text, strlen (self->text));
  g_autoptr (HemoS3Object) head = NULL;
  g_autoptr (GError) failure = NULL;

  if (self->told)
    return hemo_object_prove_bytes (s3, key, bytes, there, cancellable, error);
  head = hemo_s3_head (s3, key, cancellable, &failure);
  *there = head != NULL;
  if (head != NULL || g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Whether what was told is gone from where it was, which is noted then. That it cannot be asked, as
 * where a key may only write or another network answers, says nothing and holds up nothing: it is
 * asked again. */
static gboolean
find_lost (Tell *self,
           HemoSession *session,
           HemoS3 *s3,
           const char *key,
           gboolean *lost,
           GCancellable *cancellable,
           GError **error)
{
  HemoStoreJob job = vain_job;
  g_autoptr (GError) failure = NULL;
  gboolean there = FALSE;

  *lost = FALSE;
  if (!is_due (self))
    return TRUE;
  if (ask_there (self, s3, key, &there, cancellable, &failure))
    job = there ? found_job : lost_job;
  else if (g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE)
           || g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return TRUE;
  *lost = job == lost_job;
  return hemo_store_write (self->store, session, job, self, NULL, error);
}

gboolean
hemo_picture_tell (HemoClinic *clinic,
                   HemoSession *session,
                   HemoS3 *s3,
                   const char *server,
                   GCancellable *cancellable,
                   GError **error)
{
  HemoStore *store = hemo_clinic_get_store (clinic);
  g_auto (Tell) tell = { .store = store,
                         .server = server,
                         .note = g_strconcat ("roster.", server, NULL),
                         .looked_at = g_strconcat ("roster-looked.", server, NULL) };
  g_autofree char *installation = NULL;
  g_autofree char *key = NULL;
  gboolean lost = FALSE;

  if (!hemo_store_read (store, session, write_job, &tell, NULL, error)
      || !hemo_store_read (store, session, installation_job, NULL, (gpointer *)&installation,
                           error))
    return FALSE;
  key = roster_key (installation);
  if (tell.told_before && !find_lost (&tell, session, s3, key, &lost, cancellable, error))
    return FALSE;
  return (tell.told && !lost)
         || (hemo_object_put_text (s3, key, tell.text, HEMO_ROSTER_LIMIT, cancellable, error)
             && hemo_store_write (store, session, told_job, &tell, NULL, error));
}

static void
fail_unknown (GError **error)
{
  g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND,
                       N_ ("No other laptop told of such a picture."));
}

/* The newest that a server told of the image. */
static gboolean
media_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GPtrArray) versions = NULL;
  g_autoptr (json_object) media = NULL;
  const HemoIncoming *newest;

  if (!hemo_txn_require (txn, HEMO_ACTION_IMAGE_VIEW, "image", data, error))
    return FALSE;
  versions = hemo_incoming_of (txn, data, error);
  if (versions == NULL)
    return FALSE;
  newest = versions->len > 0 ? g_ptr_array_index (versions, versions->len - 1) : NULL;
  if (newest == NULL || strcmp (newest->type, "Media") != 0)
    {
      fail_unknown (error);
      return FALSE;
    }
  media = hemo_fhir_parse (newest->resource, strlen (newest->resource), error);
  *result = media != NULL ? hemo_fhir_media_from_json (media, NULL, error) : NULL;
  hemo_txn_set_result_free (txn, (GDestroyNotify)hemo_image_free);
  return *result != NULL;
}

static GBytes *
read_beside (HemoS3 *s3, const char *key, guint64 limit, GCancellable *cancellable, GError **error)
{
  return hemo_object_read_bytes (s3, key, NULL, limit, cancellable, error);
}

/* Of the folder of the clinic: sealed files that did not come whole yet. */
#define FOLDER "fetched"
/* So long they are kept. */
#define KEPT_US (14 * G_TIME_SPAN_DAY)
/* While something comes it is gone on with, as often as this without any of it. */
#define BARREN_MOST 4
#define AGAIN_MS 2500

/* One original on its way here. */
typedef struct
{
  HemoS3 *s3;
  const char *key;
  const char *sha256;
  char *path;
  char *part;
  GCancellable *cancellable;
} Coming;

static void
coming_clear (Coming *self)
{
  g_free (self->path);
  g_free (self->part);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Coming, coming_clear)

/* Those that nobody asked for again. */
static void
drop_old (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  gint64 now = g_get_real_time ();
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      GStatBuf info;

      if (g_stat (path, &info) == 0 && now - info.st_mtime * G_TIME_SPAN_SECOND > KEPT_US)
        g_unlink (path);
    }
}

static guint64
size_of (const char *path)
{
  GStatBuf info;

  return g_stat (path, &info) == 0 ? (guint64)info.st_size : 0;
}

/* FALSE when it was cancelled meanwhile. */
static gboolean
pause_for (guint ms, GCancellable *cancellable)
{
  GPollFD fd = { .fd = -1 };
  gboolean polled = g_cancellable_make_pollfd (cancellable, &fd);

  g_poll (&fd, polled ? 1 : 0, (int)ms);
  if (polled)
    g_cancellable_release_fd (cancellable);
  return !g_cancellable_is_cancelled (cancellable);
}

/* The link went away, or an answer was cut off. */
static gboolean
is_break (const GError *error)
{
  return g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE)
         || g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL);
}

/* Until it is whole, or nothing of it comes any more. */
static gboolean
come (const Coming *self, GError **error)
{
  guint barren = 0;
  gboolean moves = FALSE;

  for (;;)
    {
      g_autoptr (GError) failure = NULL;
      guint64 before = size_of (self->part);

      if (hemo_object_read_file (self->s3, self->key, self->sha256, self->path, SEALED_LIMIT,
                                 self->cancellable, &failure))
        return TRUE;
      barren = size_of (self->part) > before ? 0 : barren + 1;
      moves = moves || barren == 0;
      if (!is_break (failure) || !moves || barren > BARREN_MOST
          || !pause_for (AGAIN_MS, self->cancellable))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
    }
}

static gboolean
coming_init (Coming *self, HemoClinic *clinic, const char *image)
{
  g_autofree char *folder = g_build_filename (hemo_clinic_get_directory (clinic), FOLDER, NULL);
  g_autofree char *name = g_strconcat (image, ".cms", NULL);

  if (!hemo_durable_make_folder (folder, NULL))
    return FALSE;
  drop_old (folder);
  self->path = g_build_filename (folder, name, NULL);
  self->part = g_strconcat (self->path, HEMO_DURABLE_PART, NULL);
  /* Whole, and cut off before it was opened: it is verified once more. */
  if (g_file_test (self->path, G_FILE_TEST_EXISTS))
    g_rename (self->path, self->part);
  return TRUE;
}

/* The sealed bytes of an original. What came of them stays, as sealed as it came, for the next
 * time, also of a program that was killed; where the disk takes nothing, they go through memory.
 * @sha256: (nullable): what they are to be: without it nothing is kept */
static GBytes *
read_original (HemoClinic *clinic,
               HemoS3 *s3,
               const char *image,
               const char *sha256,
               GCancellable *cancellable,
               GError **error)
{
  g_autofree char *key = hemo_outgoing_key (image, HEMO_LANE_ORIGINALS);
  g_autofree char *lower = sha256 != NULL ? g_ascii_strdown (sha256, -1) : NULL;
  g_auto (Coming) coming = { .s3 = s3, .key = key, .sha256 = lower, .cancellable = cancellable };
  g_autoptr (GError) failure = NULL;
  GBytes *bytes = NULL;

  if (sha256 == NULL || !coming_init (&coming, clinic, image))
    return read_beside (s3, key, SEALED_LIMIT, cancellable, error);
  if (come (&coming, &failure))
    bytes = hemo_durable_read (coming.path, SEALED_LIMIT, &failure);
  g_unlink (coming.path);
  if (bytes != NULL)
    return bytes;
  /* It may have been sealed anew since it was told of: its signature says what it is. */
  if (g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED)
      || g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_CONFLICT)
      || (failure->domain == G_IO_ERROR
          && !g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED)))
    return read_beside (s3, key, SEALED_LIMIT, cancellable, error);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

static gboolean
sealed_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_image_dup_sealed_sha256 (txn, data, error);
  hemo_txn_set_result_free (txn, g_free);
  return *result != NULL;
}

/* One of this laptop's own, which is here again then. */
static GBytes *
bring_back (HemoClinic *clinic,
            HemoSession *session,
            HemoS3 *s3,
            const char *image,
            GCancellable *cancellable,
            GError **error)
{
  g_autofree char *sha256 = NULL;
  g_autoptr (GBytes) sealed = NULL;

  if (!hemo_store_read (hemo_clinic_get_store (clinic), session, sealed_job, (gpointer)image,
                        (gpointer *)&sha256, error))
    return NULL;
  sealed = read_original (clinic, s3, image, sha256, cancellable, error);
  return sealed != NULL ? hemo_clinic_bring_back (clinic, session, image, sealed, error) : NULL;
}

GBytes *
hemo_picture_fetch (HemoClinic *clinic,
                    HemoSession *session,
                    HemoS3 *s3,
                    const char *image,
                    const char *specimen,
                    HemoLane lane,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (HemoImage) media = NULL;
  g_autoptr (GBytes) roster = NULL, signature = NULL, sealed = NULL;
  g_autofree char *from = NULL;
  g_autofree char *key = hemo_outgoing_key (image, lane);
  g_autofree char *beside = g_strconcat (key, ".sig", NULL);
  HemoForeignImage foreign;
  gboolean lacks = FALSE;

  if (lane == HEMO_LANE_ORIGINALS
      && !hemo_clinic_lacks_original (clinic, session, image, &lacks, error))
    return NULL;
  if (lacks)
    return bring_back (clinic, session, s3, image, cancellable, error);
  /* A job that writes: that somebody may not see it is audited. */
  if (!hemo_store_write (hemo_clinic_get_store (clinic), session, media_job, (gpointer)image,
                         (gpointer *)&media, error))
    return NULL;
  /* It may have been told anew since the picture was listed. */
  if (specimen != NULL && g_strcmp0 (media->specimen, specimen) != 0)
    {
      fail_unknown (error);
      return NULL;
    }
  from = roster_key (media->captured_on != NULL ? media->captured_on : "unknown");
  roster = read_beside (s3, from, HEMO_ROSTER_LIMIT, cancellable, error);
  if (roster != NULL)
    signature = read_beside (s3, beside, SIGNATURE_LIMIT, cancellable, error);
  if (signature != NULL)
    sealed = lane == HEMO_LANE_ORIGINALS
                 ? read_original (clinic, s3, image, media->sealed_sha256, cancellable, error)
                 : read_beside (s3, key, SEALED_LIMIT, cancellable, error);
  if (sealed == NULL)
    return NULL;
  foreign = (HemoForeignImage){
    .image = media, .sealed = sealed, .signature = signature, .roster = roster
  };
  return lane == HEMO_LANE_PREVIEWS
             ? hemo_clinic_open_foreign_preview (clinic, session, &foreign, error)
             : hemo_clinic_open_foreign (clinic, session, &foreign, error);
}
