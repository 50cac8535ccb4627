/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a link is worth: how fast it is, how long it lasts, and so how much is sent in one go.
 *
 * All times are given, in microseconds of a clock that only runs forward. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define HEMO_LINK_PIECE_LEAST (G_GUINT64_CONSTANT (64) << 10)
#define HEMO_LINK_PIECE_MOST (G_GUINT64_CONSTANT (8) << 20)
/* S3 takes no smaller parts. */
#define HEMO_LINK_PART_LEAST (G_GUINT64_CONSTANT (5) << 20)

/**
 * HemoLinkForm:
 * @HEMO_LINK_WHOLE: one request
 * @HEMO_LINK_PIECES: objects of their own with a manifest, as small as the link needs
 * @HEMO_LINK_MULTIPART: parts that the server puts together
 */
typedef enum
{
  HEMO_LINK_WHOLE,
  HEMO_LINK_PIECES,
  HEMO_LINK_MULTIPART,
} HemoLinkForm;

/**
 * HemoLink: to be kept as it is for the next run, but for the times
 * @speed: bytes a second, the way there and back included, 0 for not known
 * @rate: bytes a second without that, 0 for not known
 * @round_trip: seconds there and back where nothing waits, 0 for not known
 * @overhead: seconds that each request takes besides
 * @lasts: seconds that it stays up, 0 for not known
 * @up_since: when it came up, 0 while it is down
 * @alive_at: when something moved last
 */
typedef struct
{
  double speed;
  double rate;
  double round_trip;
  double overhead;
  double lasts;
  gint64 up_since;
  gint64 alive_at;
} HemoLink;

void hemo_link_init (HemoLink *self);

/* Bytes moved. */
void hemo_link_note_alive (HemoLink *self, gint64 now);

/* How long a packet is on its way there and back at the least, in microseconds; 0: not known.
 * Before what it sent is noted. */
void hemo_link_note_round_trip (HemoLink *self, gint64 least);

/**
 * hemo_link_note_sent:
 * @bytes: that were sent
 * @sending: microseconds that they took
 * @total: microseconds from the wish to the answer
 */
void hemo_link_note_sent (HemoLink *self, gint64 now, guint64 bytes, gint64 sending, gint64 total);

/* It broke: what counts as its end is when something moved last. */
void hemo_link_note_lost (HemoLink *self, gint64 now);

/* Bytes of @size that are best sent in one request now: a power of two from %HEMO_LINK_PIECE_LEAST
 * to %HEMO_LINK_PIECE_MOST. */
guint64 hemo_link_piece_size (const HemoLink *self, gint64 now, guint64 size);

/* Bytes of a request that are best on their way at a time, for what waits before a poor link is
 * lost when it is too much, and with it the time until that is noticed; 0: as many as the kernel
 * likes. */
guint64 hemo_link_in_flight (const HemoLink *self);

/* How an object of @size is best sent now. */
HemoLinkForm hemo_link_choose (const HemoLink *self, gint64 now, guint64 size);

G_END_DECLS
