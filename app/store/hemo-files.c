/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures as they were captured: how one is taken in. */

#include "hemo-files.h"

#include "hemo-image-table-private.h"
#include "hemo-picture.h"
#include "hemo-quality.h"
#include "hemo-sealed-private.h"

#include <glib/gi18n.h>

/**
 * Look:
 * @measure: whether nobody has looked yet
 *
 * What is seen in the pixels: worked out on a thread of its own while the disk is waited for. Who
 * has measured the picture at capture has decoded it; then nothing stands between it and the disk,
 * and the preview is made when it is first asked for.
 */
typedef struct
{
  GBytes *bytes;
  gboolean measure;
  GBytes *preview;
  HemoQuality quality;
  guint64 difference;
  GError *error;
} Look;

static void
look_clear (Look *self)
{
  g_clear_pointer (&self->preview, g_bytes_unref);
  g_clear_error (&self->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Look, look_clear)

/* The quality of @pixels, on a thread of its own too: it takes as long as the preview. */
typedef struct
{
  const HemoPixels *pixels;
  HemoQuality *quality;
  GError *error;
} Measuring;

static gpointer
measure_thread (gpointer data)
{
  Measuring *self = data;
  hemo_quality_measure (self->pixels, HEMO_QUALITY_FOCUS_NEEDED, self->quality, &self->error);
  return NULL;
}

static gpointer
look_thread (gpointer data)
{
  Look *self = data;
  g_autoptr (HemoPixels) pixels
      = hemo_picture_decode (self->bytes, HEMO_QUALITY_SIDE, TRUE, &self->error);
  Measuring measuring = { .pixels = pixels, .quality = &self->quality };
  if (pixels == NULL)
    return NULL;
  GThread *thread = g_thread_new ("measure", measure_thread, &measuring);
  self->difference = hemo_picture_difference_hash (pixels);
  self->preview = hemo_image_make_preview (pixels, &self->error);
  g_thread_join (thread);
  if (self->error == NULL)
    self->error = g_steal_pointer (&measuring.error);
  g_clear_error (&measuring.error);
  return NULL;
}

static gboolean
check_size (GBytes *bytes, GError **error)
{
  gsize size = g_bytes_get_size (bytes);
  if (size > 0 && size <= HEMO_IMAGE_LIMIT)
    return TRUE;
  g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
               N_ ("A picture has at least one byte and at most %u MiB: it was not kept."),
               (guint)(HEMO_IMAGE_LIMIT / (1024 * 1024)));
  return FALSE;
}

/* What the bytes themselves tell. */
static gboolean
describe (HemoImage *image, GBytes *bytes, GError **error)
{
  HemoPictureInfo info;
  if (!hemo_uuid_is_valid (image->uuid))
    {
      g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                           "The picture has no proper UUID: it was not kept.");
      return FALSE;
    }
  if (!check_size (bytes, error) || !hemo_picture_probe (bytes, &info, error))
    return FALSE;
  g_free (image->media_type);
  image->media_type = g_strdup (info.media_type);
  image->width = info.width;
  image->height = info.height;
  image->orientation = info.orientation;
  image->bytes = (gint64)g_bytes_get_size (bytes);
  g_free (image->sha256);
  image->sha256 = hemo_sha256 (bytes);
  return TRUE;
}

/**
 * Writing:
 * @name: of the file below @directory
 * @thread: that writes it and waits for the disk; NULL when it has ended
 * @error: why it is not on the disk
 *
 * The sealed file on its way to the disk. Meanwhile its hash is taken and signed and its row is
 * prepared; the row is committed when the file is there.
 */
typedef struct
{
  const char *directory;
  const char *name;
  GBytes *sealed;
  GThread *thread;
  GError *error;
} Writing;

static gpointer
write_thread (gpointer data)
{
  Writing *self = data;
  hemo_sealed_write (self->directory, self->name, self->sealed, &self->error);
  return NULL;
}

static void
writing_join (Writing *self)
{
  g_clear_pointer (&self->thread, g_thread_join);
}

static void
writing_clear (Writing *self)
{
  writing_join (self);
  g_clear_pointer (&self->sealed, g_bytes_unref);
  g_clear_error (&self->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Writing, writing_clear)

/* The hashes of what was sealed and the signature that binds it. */
static gboolean
sign (HemoImageEntry *entry, GBytes *sealed, GError **error)
{
  HemoImage *image = entry->image;
  g_free (image->sealed_sha256);
  image->sealed_sha256 = hemo_sha256 (sealed);
  g_free (entry->sealed_md5);
  entry->sealed_md5 = g_compute_checksum_for_bytes (G_CHECKSUM_MD5, sealed);
  image->sealed_bytes = (gint64)g_bytes_get_size (sealed);
  g_autoptr (GBytes) statement = hemo_sealed_image_statement (image->uuid, image->specimen,
                                                              image->sha256, image->sealed_sha256);
  entry->signature = hemo_cms_sign (statement, entry->installation_key, error);
  return entry->signature != NULL;
}

/* The first of two errors counts; takes @other. */
static gboolean
also (gboolean done, GError *other, GError **error)
{
  if (!done || other == NULL)
    {
      g_clear_error (&other);
      return done;
    }
  g_propagate_error (error, other);
  return FALSE;
}

/* Seals, hands over to the disk and signs while @look works. */
static gboolean
seal_and_look (HemoImageEntry *entry, GBytes *bytes, Look *look, Writing *writing, GError **error)
{
  GThread *thread = look->measure ? g_thread_new ("look", look_thread, look) : NULL;
  gboolean done = FALSE;
  writing->sealed = hemo_cms_seal (bytes, entry->recipients, error);
  if (writing->sealed != NULL)
    {
      writing->thread = g_thread_new ("write", write_thread, writing);
      done = sign (entry, writing->sealed, error);
    }
  if (thread != NULL)
    g_thread_join (thread);
  return also (done, g_steal_pointer (&look->error), error);
}

static void
take_quality (HemoImage *image, const Look *look)
{
  if (!look->measure)
    return;
  image->focus = look->quality.focus;
  g_free (image->warnings);
  image->warnings = hemo_quality_dup_codes (&look->quality);
}

typedef struct
{
  HemoImageEntry *entry;
  Writing *writing;
} Insertion;

/* The row is committed when this returns TRUE, so not before the file is on the disk. */
static gboolean
insert_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Insertion *self = data;
  if (!hemo_image_entry_insert (txn, self->entry, result, error))
    return FALSE;
  writing_join (self->writing);
  if (self->writing->error == NULL)
    return TRUE;
  /* The store itself is well; who asked tells what became of the file. */
  g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                       N_ ("The file was not kept."));
  return FALSE;
}

static gboolean
add (HemoClinic *self,
     HemoSession *session,
     HemoImageEntry *entry,
     const char *name,
     GBytes *bytes,
     GError **error)
{
  g_autoptr (GError) local = NULL;
  g_auto (Look) look = { .bytes = bytes, .measure = entry->look };
  g_auto (Writing) writing = { .directory = hemo_clinic_get_directory (self), .name = name };
  Insertion insertion = { entry, &writing };
  gboolean done = seal_and_look (entry, bytes, &look, &writing, &local);
  if (done)
    {
      take_quality (entry->image, &look);
      entry->preview = look.preview;
      entry->difference = (gint64)look.difference;
      done = hemo_store_write (entry->store, session, insert_job, &insertion, NULL, &local);
    }
  writing_join (&writing);
  if (done)
    return TRUE;
  if (writing.error != NULL)
    g_propagate_error (error, g_steal_pointer (&writing.error));
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Between the claim and its end nobody else writes the file of this UUID. */
static gboolean
add_claimed (HemoClinic *self,
             HemoSession *session,
             HemoImageEntry *entry,
             const char *name,
             GBytes *bytes,
             GError **error)
{
  g_autoptr (GError) local = NULL;
  /* By the writer, whose pages are in memory: another's commit empties the reader's. */
  if (!hemo_store_write (entry->store, session, hemo_image_entry_prepare, entry, NULL, error))
    return FALSE;
  if (add (self, session, entry, name, bytes, &local))
    return TRUE;
  hemo_sealed_undo (hemo_clinic_get_directory (self), name, local);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* @look: whether its pixels are measured before its row is written */
static gboolean
take_in (HemoClinic *self,
         HemoSession *session,
         HemoImage *image,
         GBytes *bytes,
         gboolean look,
         GError **error)
{
  HemoStore *store = hemo_sealed_require_store (self, TRUE, error);
  g_autoptr (HemoImage) filled = hemo_image_copy (image);
  if (store == NULL || !describe (filled, bytes, error))
    return FALSE;
  g_auto (HemoImageEntry) entry = { .store = store, .image = filled, .look = look };
  g_autofree char *name = hemo_sealed_image_name (filled->uuid);
  if (!hemo_sealed_claim (name, error))
    return FALSE;
  gboolean done = add_claimed (self, session, &entry, name, bytes, error);
  hemo_sealed_release (name);
  if (!done)
    return FALSE;
  HemoImage old = *image;
  *image = *filled;
  *filled = old;
  return TRUE;
}

gboolean
hemo_clinic_add_image (
    HemoClinic *self, HemoSession *session, HemoImage *image, GBytes *bytes, GError **error)
{
  return take_in (self, session, image, bytes, image->focus < 0, error);
}

gboolean
hemo_clinic_keep_image (
    HemoClinic *self, HemoSession *session, HemoImage *image, GBytes *bytes, GError **error)
{
  return take_in (self, session, image, bytes, FALSE, error);
}

typedef struct
{
  const HemoImage *image;
  const Look *look;
  gint64 version;
} Measured;

static gboolean
measured_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Measured *self = data;
  const HemoImage *image = self->image;
  return hemo_txn_require (txn, HEMO_ACTION_IMAGE_ADD, "image", image->uuid, error)
         && hemo_image_set_quality (txn, image, &self->version, error)
         && hemo_image_put_preview (txn, image->uuid, self->look->preview,
                                    (gint64)self->look->difference, error)
         && hemo_txn_log_change (txn, "image.measure", "Media", image->uuid, self->version,
                                 HEMO_LANE_PREVIEWS, error)
         && hemo_txn_queue (txn, "Media", image->uuid, HEMO_LANE_RESULTS, error);
}

gboolean
hemo_clinic_measure_image (
    HemoClinic *self, HemoSession *session, HemoImage *image, GBytes *bytes, GError **error)
{
  HemoStore *store = hemo_sealed_require_store (self, TRUE, error);
  g_autofree char *sha256 = hemo_sha256 (bytes);
  g_autoptr (HemoImage) measured = hemo_image_copy (image);
  g_auto (Look) look = { .bytes = bytes, .measure = TRUE };
  Measured job = { .image = measured, .look = &look };
  if (store == NULL)
    return FALSE;
  if (g_strcmp0 (sha256, image->sha256) != 0)
    {
      g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                           N_ ("These are not the bytes of the picture that was kept."));
      return FALSE;
    }
  look_thread (&look);
  if (!also (TRUE, g_steal_pointer (&look.error), error))
    return FALSE;
  take_quality (measured, &look);
  if (!hemo_store_write (store, session, measured_job, &job, NULL, error))
    return FALSE;
  image->focus = measured->focus;
  g_set_str (&image->warnings, measured->warnings);
  image->version = job.version;
  return TRUE;
}
