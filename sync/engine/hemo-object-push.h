/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Brings previews or originals to S3. */

#pragma once

#include "hemo-clinic.h"
#include "hemo-object-upload.h"

G_BEGIN_DECLS

/* Pictures that are under way at a time: while one waits for an answer, the other fills the link.
 */
#define HEMO_OBJECT_PUSH_HANDS 2

/**
 * HemoObjectPush:
 * @session: of the sync
 * @s3: a connection for each hand; the second may be NULL, then pictures go one after the other
 * @links: what the link is worth to each of them
 * @server: identity of the bucket
 * @lane: previews or originals
 * @give_way: asked before each picture and each piece, or NULL: TRUE ends the run well, because
 *   something more important waits or the hours are over; from either hand's thread
 * @progress: bytes of @image that the server has, first those that it had before; from either
 * hand's thread; or NULL
 */
typedef struct
{
  HemoClinic *clinic;
  HemoSession *session;
  HemoS3 *s3[HEMO_OBJECT_PUSH_HANDS];
  HemoLink *links;
  const char *server;
  HemoLane lane;
  gboolean (*give_way) (gpointer data);
  void (*progress) (const char *image, guint64 bytes, guint64 size, gpointer data);
  gpointer data;
} HemoObjectPush;

/**
 * hemo_object_push_run:
 * @sent: (out) (optional): pictures that were received
 *
 * Until nothing waits in the lane. State is kept in the store after every step, so that a program
 * that was killed sends at most one piece of a picture again. A picture whose file is damaged or
 * missing here, that is refused, whose key holds something else, or that arrived as something else
 * three times goes to the shelf with the reason; any other failure ends the run and loses nothing.
 * Blocks.
 */
gboolean hemo_object_push_run (const HemoObjectPush *self,
                               guint *sent,
                               GCancellable *cancellable,
                               GError **error);

G_END_DECLS
