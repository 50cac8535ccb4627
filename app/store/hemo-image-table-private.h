/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rows of images: jobs for the store's thread. */

#pragma once

#include "hemo-differential.h"
#include "hemo-image.h"
#include "hemo-pixels.h"
#include "hemo-sealed-private.h"

G_BEGIN_DECLS

/**
 * HemoImageEntry:
 * @image: (transfer none): what is taken in
 * @preview: (transfer none) (nullable): small JPEG; NULL: made when it is first asked for
 * @difference: hash of the picture by its differences, with the preview
 * @look: whether it is decoded and measured before its row is written
 *
 * One picture on its way into the store.
 */
typedef struct
{
  HemoStore *store;
  HemoImage *image;
  GPtrArray *recipients;
  HemoKeyPair *installation_key;
  GBytes *signature;
  char *sealed_md5;
  GBytes *preview;
  gint64 difference;
  gboolean look;
} HemoImageEntry;

void hemo_image_entry_clear (HemoImageEntry *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HemoImageEntry, hemo_image_entry_clear)

/* Reads what sealing needs, and refuses what the insertion would refuse. HemoStoreJob */
gboolean hemo_image_entry_prepare (HemoTxn *txn, gpointer data, gpointer *result, GError **error);

/* Row, preview, change log, queue and audit. HemoStoreJob */
gboolean hemo_image_entry_insert (HemoTxn *txn, gpointer data, gpointer *result, GError **error);

/* The row of one image; NULL with %HEMO_STORE_ERROR_NOT_FOUND. (transfer full) */
HemoSealedImage *hemo_sealed_image_load (HemoTxn *txn, const char *uuid, GError **error);

/* All of them, for verify. (transfer full) (element-type HemoSealedImage) */
GPtrArray *hemo_sealed_images_load (HemoTxn *txn, GError **error);

/* The small JPEG of an image; NULL where it has to be made. Audited. @jpeg: (out) (transfer full)
 */
gboolean hemo_image_load_preview (HemoTxn *txn, const char *uuid, GBytes **jpeg, GError **error);

/* Sides of @image upright, and whether it was discarded; %HEMO_STORE_ERROR_NOT_FOUND. */
gboolean hemo_image_fetch_size (
    HemoTxn *txn, const char *image, int *width, int *height, gboolean *discarded, GError **error);

/* hemo_clinic_discard_field() in a transaction. */
gboolean hemo_image_discard (HemoTxn *txn,
                             const char *uuid,
                             const HemoFieldTally *told,
                             gboolean keep_by_key,
                             GError **error);

/* At most 512 pixels a side. (transfer full) */
GBytes *hemo_image_make_preview (const HemoPixels *pixels, GError **error);
/* Focus and warnings of one that was not measured yet. @version: (out): its new one */
gboolean
hemo_image_set_quality (HemoTxn *txn, const HemoImage *image, gint64 *version, GError **error);
/* Keeps a preview that was made later, unless there is one. */
gboolean hemo_image_put_preview (
    HemoTxn *txn, const char *uuid, GBytes *jpeg, gint64 difference, GError **error);

/* Notes that an image was found damaged, or whole again, and audits it. One that was pruned is
 * elsewhere, and not damaged. */
gboolean
hemo_sealed_image_set_damaged (HemoTxn *txn, const char *uuid, gboolean damaged, GError **error);

G_END_DECLS
