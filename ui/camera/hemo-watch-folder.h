/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A folder into which the microscope's own program writes its pictures.
 *
 *   HemoWatchFolder *folder = hemo_watch_folder_new ("/home/lab/Pictures/Scope");
 *
 *   g_signal_connect (folder, "picture", G_CALLBACK (picture_cb), self);
 *   g_signal_connect (folder, "refused", G_CALLBACK (refused_cb), self);
 *   hemo_watch_folder_start (folder);
 *
 * A file is taken when it has not changed for a second and decodes to its end; one that is still
 * being written, by whatever program and over whatever network, waits. What was in the folder when
 * the watch began is left alone: it belongs to another patient. Files are read and never changed,
 * moved or removed. All of main's; the disk is read on a thread. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HemoWatchFolder:
 *
 * Properties: "message" (a sentence for people when the folder cannot be read, else NULL, notify),
 * "n-waiting" (files that are not complete yet, notify).
 *
 * HemoWatchFolder::picture: (GBytes *bytes, const char *sha256, const char *name): a new picture,
 * JPEG or PNG, exactly as in the file; the name is for the screen and may tell a patient's: it is
 * not kept.
 *
 * HemoWatchFolder::refused: (const char *name, const char *message): a file that will not be taken,
 * once for each state of it: damaged, too large, or of a kind that is not read.
 *
 * HemoWatchFolder::caught-up: all that came during a pause is told; again after each picture that
 * was only begun during it.
 */
#define HEMO_TYPE_WATCH_FOLDER (hemo_watch_folder_get_type ())
G_DECLARE_FINAL_TYPE (HemoWatchFolder, hemo_watch_folder, HEMO, WATCH_FOLDER, GObject)

HemoWatchFolder *hemo_watch_folder_new (const char *path);
/* (transfer none) */
const char *hemo_watch_folder_get_path (HemoWatchFolder *self);

/* Before the start: the folders in it as well, four deep. */
void hemo_watch_folder_set_subfolders (HemoWatchFolder *self, gboolean subfolders);
/* Before the start: what is there already is taken too. */
void hemo_watch_folder_set_take_existing (HemoWatchFolder *self, gboolean take_existing);
/* A picture with this SHA-256 (64 hexadecimal digits) was taken in before, in another run of the
 * program: it is not given again. Those given by this object are known to it. */
void hemo_watch_folder_add_known (HemoWatchFolder *self, const char *sha256);

void hemo_watch_folder_start (HemoWatchFolder *self);
void hemo_watch_folder_stop (HemoWatchFolder *self);
/* Tells nothing until it goes on; what comes meanwhile is told then, unlike after a stop. Of one
 * that was started. */
void hemo_watch_folder_pause (HemoWatchFolder *self);
/* Does nothing unless it is paused. */
void hemo_watch_folder_resume (HemoWatchFolder *self);
gboolean hemo_watch_folder_is_paused (HemoWatchFolder *self);
/* Whether what is told now may have come during a pause. */
gboolean hemo_watch_folder_is_catching_up (HemoWatchFolder *self);

/* (transfer none) (nullable) */
const char *hemo_watch_folder_get_message (HemoWatchFolder *self);
guint hemo_watch_folder_get_n_waiting (HemoWatchFolder *self);

G_END_DECLS
