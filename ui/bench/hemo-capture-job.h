/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One picture on its way into the store. */

#pragma once

#include "hemo-film-item.h"
#include "hemo-image.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HemoCaptureJob:
 * @image: what the store is to be told of it
 * @user: UUID of who captured it, in whose name alone it is stored
 * @bytes: or NULL before it was read
 * @file: where it is read from, or NULL
 * @texture: that is to be made a file of first, or NULL
 * @item: on the film, or NULL for a frame of counting
 * @directory: of the clinic
 * @no_room: it was not begun: the disk has to be kept for counts and reports
 * @problem: why it could not be stored when it was last tried, or NULL
 */
typedef struct
{
  HemoImage *image;
  char *user;
  GBytes *bytes;
  GFile *file;
  GdkTexture *texture;
  HemoFilmItem *item;
  char *directory;
  gboolean no_room;
  char *problem;
} HemoCaptureJob;

/* Of @specimen, by @user, captured now; the rest is the caller's to fill in. */
HemoCaptureJob *
hemo_capture_job_new (const char *specimen, const char *user, const char *directory);
void hemo_capture_job_free (HemoCaptureJob *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoCaptureJob, hemo_capture_job_free)

/* Reads what the job has no bytes of yet, and looks for room; not on main. */
gboolean hemo_capture_job_read (HemoCaptureJob *self, GCancellable *cancellable, GError **error);

/* All of @stream, up to a little more than a picture may have: the probe says that it is too large.
 * Blocks. (transfer full) */
GBytes *hemo_picture_read_all (GInputStream *stream, GCancellable *cancellable, GError **error);

G_END_DECLS
