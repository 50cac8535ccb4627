/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A picture that another laptop took, brought from the clinic's server to be looked at. */

#pragma once

#include "hemo-desk.h"
#include "hemo-image.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HemoFetchedPicture:
 * @bytes: as they were captured, verified
 * @small: for a frame of the film
 */
typedef struct
{
  GBytes *bytes;
  GdkTexture *small;
} HemoFetchedPicture;

void hemo_fetched_picture_free (HemoFetchedPicture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoFetchedPicture, hemo_fetched_picture_free)

/* @image: as it was listed. @lane: originals or previews. @callback gets the desk as its source;
 * hemo_desk_finish() gives a #HemoFetchedPicture (transfer full), or fails as
 * hemo_sync_fetch_picture() does. */
void hemo_fetched_picture_load_async (HemoDesk *desk,
                                      const HemoImage *image,
                                      HemoLane lane,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);

G_END_DECLS
