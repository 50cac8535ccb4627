/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How fields come to a case on the bench: from the camera, from files, from a watched folder. What
 * was captured is on the film at once and says that it is being saved until it is durable. */

#pragma once

#include "hemo-bench-case.h"
#include "hemo-camera-controls.h"
#include "hemo-camera.h"
#include "hemo-differential.h"
#include "hemo-film-item.h"

#include <glib/gi18n.h>

G_BEGIN_DECLS

/* Note of the frames that are kept with counted cells: they are none of the report's fields. */
#define HEMO_CAPTURE_FRAME_NOTE N_ ("Seen while counting")
/* How old a frame may be that a cell is said to be seen in, in seconds. */
#define HEMO_CAPTURE_FRAME_AGE 3.0
/* How long a discarded field can be had back, in seconds. */
#define HEMO_CAPTURE_UNDO_SECONDS 6

/**
 * HemoCapture:
 *
 * Signals: 'told' (const char *text, gboolean can_keep): what happened, in words; NULL: nothing
 * stands any more; @can_keep: the frame that was refused is still there. 'changed': what is being
 * saved or brought in is another. 'light': that light is evened out, or a blank field is being
 * taken. 'controls': hemo_capture_get_controls() are others. 'discarded' (int cells): the store has
 * discarded a counted field, and so many of its cells with it. 'late' (guint pictures): so many
 * came into the watched folder while the screen was locked; hemo_capture_take_late() is waited for.
 * 'late-left' (guint pictures, const char *folder): it is no more, they stay in the folder of that
 * name.
 */
#define HEMO_TYPE_CAPTURE (hemo_capture_get_type ())
G_DECLARE_FINAL_TYPE (HemoCapture, hemo_capture, HEMO, CAPTURE, GObject)

/* @bench_case owns it. */
HemoCapture *hemo_capture_new (HemoBenchCase *bench_case);
/* The case is gone: what is on its way is the desk's, nothing else comes. */
void hemo_capture_leave (HemoCapture *self);

HemoCamera *hemo_capture_get_camera (HemoCapture *self);
HemoCameras *hemo_capture_get_cameras (HemoCapture *self);
/* Of HemoFilmItem, in the order of the fields. */
GListModel *hemo_capture_get_film (HemoCapture *self);
GSettings *hemo_capture_get_settings (HemoCapture *self);
/* Name of the objective that is in, or NULL. */
void hemo_capture_set_objective (HemoCapture *self, const char *name);

/* Exposure and the like of the camera, as they were left the last time. (transfer none), NULL
 * without a camera */
HemoCameraControls *hemo_capture_get_controls (HemoCapture *self);
/* Evens out the light of this objective on this camera by the field that is seen, which must be
 * empty; 'told' says why not. */
void hemo_capture_take_blank (HemoCapture *self);
gboolean hemo_capture_is_taking_blank (HemoCapture *self);
void hemo_capture_forget_blank (HemoCapture *self);
/* How much darker the darkest part of the blank field was, 0 to 1; -1: the light is as it comes. */
double hemo_capture_get_unevenness (HemoCapture *self);

/* The bench is seen: camera and watched folder run. Else what is discarded is written. */
void hemo_capture_set_active (HemoCapture *self, gboolean active);
/* The case was read again. */
void hemo_capture_update (HemoCapture *self);

/* Says @text ('told'), or with NULL that it was read: a frame that was refused is offered no more
 * unless @can_keep. */
void hemo_capture_tell (HemoCapture *self, const char *text, gboolean can_keep);
/* Captures; with @keep also what the gate refuses, first of all what it has just refused. */
void hemo_capture_shoot (HemoCapture *self, gboolean keep);
/* (transfer none) (element-type GFile) */
void hemo_capture_open_files (HemoCapture *self, GListModel *files);
/* The same from a GDK_TYPE_FILE_LIST. */
void hemo_capture_take_list (HemoCapture *self, GSList *list);
void hemo_capture_take_bytes (HemoCapture *self, GBytes *bytes);
/* What 'late' told of is of this case (@take), or stays where it is. */
void hemo_capture_take_late (HemoCapture *self, gboolean take);
/* Nobody will say any more whose they are: 'late-left', unless there are none. */
void hemo_capture_leave_late (HemoCapture *self);
/* Files or a picture; 'told' says when there is neither. */
void hemo_capture_paste (HemoCapture *self, GdkClipboard *clipboard);
/* Drops what is not begun yet. */
void hemo_capture_cancel (HemoCapture *self);
/* Tries again what could not be saved. */
void hemo_capture_retry (HemoCapture *self);
guint hemo_capture_get_n_waiting (HemoCapture *self);
guint hemo_capture_get_n_failed (HemoCapture *self);

/* The last of the film; NULL when it is empty. (transfer full) */
HemoFilmItem *hemo_capture_dup_last (HemoCapture *self);
/* Off the film at once, in error a little later, as hemo_clinic_discard_field() does it; back until
 * then. With counted cells it is in error at once, since the person was asked: 'discarded' says
 * when that is stored. FALSE: it cannot be now. */
gboolean hemo_capture_discard (HemoCapture *self,
                               HemoFilmItem *item,
                               const HemoFieldTally *told,
                               gboolean keep_by_key);
/* FALSE: there is nothing to be had back any more. */
gboolean hemo_capture_bring_back (HemoCapture *self);
void hemo_capture_toggle_report (HemoCapture *self, HemoFilmItem *item);
/* Writes what was discarded now. Whether the store has that and all ticks already. */
gboolean hemo_capture_settle (HemoCapture *self);
/* Whether a discard or tick is being written, or the case was not read again since. */
gboolean hemo_capture_is_changing (HemoCapture *self);
/* Whether the store refused to discard a field that the person believes to be gone. */
gboolean hemo_capture_is_refused (HemoCapture *self);
/* The same, said once. */
gboolean hemo_capture_was_refused (HemoCapture *self);

/* UUID of the frame that is seen now, which may be on its way; NULL without a sharp one. (transfer
 * full) */
char *hemo_capture_take_frame (HemoCapture *self);
/* Whether a cell has to wait for its frame. */
gboolean hemo_capture_is_saving (HemoCapture *self, const char *uuid);
gboolean hemo_capture_has_failed (HemoCapture *self, const char *uuid);

G_END_DECLS
