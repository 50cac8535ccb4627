/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Something that is plugged in, written to and carried away. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HEMO_TYPE_STICK (hemo_stick_get_type ())
G_DECLARE_FINAL_TYPE (HemoStick, hemo_stick, HEMO, STICK, GObject)

/* @mount: or NULL for a folder that stands for a stick. Signal 'notify::ready' when its size is
 * known. */
HemoStick *hemo_stick_new (const char *name, const char *path, GMount *mount);

/* Plugged in and not mounted: nothing can be written to it before that. */
HemoStick *hemo_stick_new_unmounted (GVolume *volume);

const char *hemo_stick_get_name (HemoStick *self);
/* NULL of one that is not mounted. */
const char *hemo_stick_get_path (HemoStick *self);
GMount *hemo_stick_get_mount (HemoStick *self);
gboolean hemo_stick_is_mounted (HemoStick *self);
/* Whether it is, or was made of, this volume. */
gboolean hemo_stick_is_of (HemoStick *self, GVolume *volume);
/* NULL of one that was mounted when it was found. (transfer none) */
GVolume *hemo_stick_get_volume (HemoStick *self);
/* Whether size and file system were asked. */
gboolean hemo_stick_is_ready (HemoStick *self);
guint64 hemo_stick_get_free (HemoStick *self);
guint64 hemo_stick_get_size (HemoStick *self);
/* 'vfat', 'exfat', 'ext4' … or NULL */
const char *hemo_stick_get_file_system (HemoStick *self);
gboolean hemo_stick_is_read_only (HemoStick *self);

/* Whoever writes to it says so before and after: it is not let go under their hands. Counted by
 * place, for each list of sticks has its own objects. */
void hemo_stick_use (HemoStick *self);
void hemo_stick_unuse (HemoStick *self);

/* Writes out what the system still holds back, then unmounts or ejects: after it the stick may be
 * pulled out. G_IO_ERROR_BUSY: written out, but in use. */
void hemo_stick_release_async (HemoStick *self, GAsyncReadyCallback callback, gpointer data);
gboolean hemo_stick_release_finish (HemoStick *self, GAsyncResult *result, GError **error);
/* After that: whether all was written to its end, though it may not be free to go yet. */
gboolean hemo_stick_is_flushed (HemoStick *self);

G_END_DECLS
