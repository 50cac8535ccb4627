/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of hemo-capture share. */

#pragma once

#include "hemo-capture.h"

#include "hemo-capture-queue.h"
#include "hemo-field-texture.h"
#include "hemo-files.h"
#include "hemo-picture.h"
#include "hemo-settings.h"
#include "hemo-watch-folder.h"

G_BEGIN_DECLS

#define THUMBNAIL_SIDE 256
/* Of what the gate refuses; the rest is only marked. */
#define GATE                                                                                       \
  (1u << HEMO_WARNING_BLURRED | 1u << HEMO_WARNING_TOO_DARK | 1u << HEMO_WARNING_TOO_BRIGHT        \
   | 1u << HEMO_WARNING_CLIPPED | 1u << HEMO_WARNING_PALE_STAIN | 1u << HEMO_WARNING_EMPTY_FIELD   \
   | 1u << HEMO_WARNING_NOTHING_TO_SEE)
#define STAIN                                                                                      \
  (1u << HEMO_WARNING_PALE_STAIN | 1u << HEMO_WARNING_TOO_BLUE | 1u << HEMO_WARNING_TOO_RED)

typedef struct
{
  char *uuid;
  guint64 hash;
} HemoCaptureFrame;

struct _HemoCapture
{
  GObject parent_instance;

  HemoBenchCase *bench_case;
  HemoDesk *desk;
  GSettings *settings;
  HemoCameras *cameras;
  HemoCamera *camera;
  HemoCameraControls *controls;
  /* The device whose they are. */
  HemoCameraDevice *controls_of;
  /* While a blank field is taken, and what it is kept under. */
  GCancellable *taking_blank;
  char *blank_name;
  HemoWatchFolder *folder;
  GListStore *film;
  char *objective;

  HemoCaptureQueue *queue;
  /* Whether what was told last is that a field is not saved. */
  gboolean told_failed;
  /* (element-type utf8): pictures that were not taken in, with their reasons, as they are told. */
  GPtrArray *refusals;
  /* (element-type GBytes): pictures of the watched folder that came while the screen was locked. */
  GPtrArray *late;
  char *late_folder;
  HemoShot *refused;
  gboolean active;

  /* The one that can be had back, and where it was. */
  HemoFilmItem *discarded;
  guint discarded_at;
  /* What the person was told is counted on it, and whether the cells by key stay. */
  HemoFieldTally told;
  gboolean keep_by_key;
  /* UUIDs of fields that the store did not discard. */
  GHashTable *kept_fields;
  guint discard_source;
  /* UUIDs that are being marked as in error, until the case is read without them. */
  GHashTable *gone;
  /* Discards and ticks that are being written. */
  guint changes;

  /* Frames that were kept with cells. */
  GArray *frames;
  GHashTable *bad_frames;
};

/* A picture that was not taken in, beside the others that were not. */
void hemo_capture_tell_refused (HemoCapture *self, const char *name, const char *reason);

/* hemo-capture-watch.c: begins to watch the folder that was chosen, or another, or none. */
void hemo_capture_watch (HemoCapture *self);
/* The screen was locked or unlocked. */
void hemo_capture_rest_watch (HemoCapture *self);

/* Whether there is still a case to capture for. */
gboolean hemo_capture_has_case (HemoCapture *self);
/* Of this case, by who is signed in; @on_film: a field, and no frame of counting. */
HemoCaptureJob *hemo_capture_new_job (HemoCapture *self, GBytes *bytes, gboolean on_film);
/* What was captured for this case before it lay here, and is not stored. */
void hemo_capture_take_left (HemoCapture *self);
/* Gives up one that could not be saved; FALSE: it is none. */
gboolean hemo_capture_forget_failed (HemoCapture *self, HemoFilmItem *item);

/* hemo-capture-film.c */
void
hemo_capture_mark_item (HemoFilmItem *item, guint warnings, gboolean measured, const char *problem);
void hemo_capture_mark_stored (HemoFilmItem *item, const HemoImage *image);
/* The film's numbers follow its order, as they do when the case is opened anew. */
void hemo_capture_number_film (HemoCapture *self);
/* Index in the film, or -1. */
int hemo_capture_find_item (HemoCapture *self, const char *uuid);
void hemo_capture_drop_item (HemoCapture *self, HemoFilmItem *item);
void hemo_capture_show_thumbnail (HemoCapture *self, HemoCaptureJob *job);

/* hemo-capture-light.c */
/* Another camera or objective is in. */
void hemo_capture_follow_light (HemoCapture *self);
void hemo_capture_follow_controls (HemoCapture *self);

/* hemo-capture-discard.c */
/* Writes what was discarded. */
void hemo_capture_flush_discard (HemoCapture *self);

G_END_DECLS
