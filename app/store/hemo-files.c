/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures as they were captured: how one is taken in. */

#include "hemo-files.h"

#include "hemo-image-table-private.h"
#include "hemo-picture.h"
#include "hemo-quality.h"
#include "hemo-sealed-private.h"

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
               "A picture has at least one byte and at most %u MiB: it was not kept.",
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

/* The hash of what was sealed and the signature that binds it, while it is being written. */
typedef struct
{
  HemoImageEntry *entry;
  GBytes *sealed;
  GError *error;
} Signing;

static gpointer
sign_thread (gpointer data)
{
  Signing *self = data;
  HemoImage *image = self->entry->image;
  g_free (image->sealed_sha256);
  image->sealed_sha256 = hemo_sha256 (self->sealed);
  image->sealed_bytes = (gint64)g_bytes_get_size (self->sealed);
  g_autoptr (GBytes) statement = hemo_sealed_image_statement (image->uuid, image->specimen,
                                                              image->sha256, image->sealed_sha256);
  self->entry->signature = hemo_cms_sign (statement, self->entry->installation_key, &self->error);
  return NULL;
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

static gboolean
seal_and_write (HemoClinic *self, HemoImageEntry *entry, GBytes *bytes, GError **error)
{
  g_autoptr (GBytes) sealed = hemo_cms_seal (bytes, entry->recipients, error);
  if (sealed == NULL)
    return FALSE;
  g_autofree char *name = hemo_sealed_image_name (entry->image->uuid);
  Signing signing = { .entry = entry, .sealed = sealed };
  GThread *thread = g_thread_new ("sign", sign_thread, &signing);
  gboolean done = hemo_sealed_write (hemo_clinic_get_directory (self), name, sealed, error);
  g_thread_join (thread);
  return also (done, signing.error, error);
}

/* Seals, writes and waits for the disk while @look works. */
static gboolean
write_and_look (HemoClinic *self, HemoImageEntry *entry, GBytes *bytes, Look *look, GError **error)
{
  GThread *thread = look->measure ? g_thread_new ("look", look_thread, look) : NULL;
  gboolean done = seal_and_write (self, entry, bytes, error);
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

static gboolean
add (HemoClinic *self, HemoSession *session, HemoImageEntry *entry, GBytes *bytes, GError **error)
{
  HemoImage *image = entry->image;
  g_auto (Look) look = { .bytes = bytes, .measure = image->focus < 0 };
  if (!write_and_look (self, entry, bytes, &look, error))
    return FALSE;
  take_quality (image, &look);
  entry->preview = look.preview;
  entry->difference = (gint64)look.difference;
  return hemo_store_write (entry->store, session, hemo_image_entry_insert, entry, NULL, error);
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
  if (!hemo_store_read (entry->store, session, hemo_image_entry_prepare, entry, NULL, error))
    return FALSE;
  if (add (self, session, entry, bytes, &local))
    return TRUE;
  hemo_sealed_undo (hemo_clinic_get_directory (self), name, local);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
hemo_clinic_add_image (
    HemoClinic *self, HemoSession *session, HemoImage *image, GBytes *bytes, GError **error)
{
  HemoStore *store = hemo_sealed_require_store (self, TRUE, error);
  g_autoptr (HemoImage) filled = hemo_image_copy (image);
  if (store == NULL || !describe (filled, bytes, error))
    return FALSE;
  g_auto (HemoImageEntry) entry = { .store = store, .image = filled };
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
