/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The folder into which the microscope's own program writes its pictures. */

#include "hemo-capture-private.h"

#include <glib/gi18n.h>

/* Bytes of late pictures that are held until a person has said whose they are. */
#define LATE_MOST (256 * 1024 * 1024)

static gboolean
is_full (HemoCapture *self)
{
  gsize size = 0;

  for (guint i = 0; i < self->late->len; i++)
    size += g_bytes_get_size (self->late->pdata[i]);
  return size > LATE_MOST;
}

/* Nobody saw for whom the ones were taken that came while the screen was locked. */
static void
picture_cb (
    HemoWatchFolder *folder, GBytes *bytes, const char *sha256, const char *name, gpointer data)
{
  HemoCapture *self = data;

  if (!hemo_watch_folder_is_catching_up (folder))
    hemo_capture_take_bytes (self, bytes);
  else if (is_full (self))
    hemo_capture_tell_refused (self, name,
                               _ ("They stay in the folder. “Open Files…” brings them in."));
  else
    {
      g_set_str (&self->late_folder, hemo_watch_folder_get_path (folder));
      g_ptr_array_add (self->late, g_bytes_ref (bytes));
    }
}

/* The page beneath a lock goes when the screen is drawn next, which a screen that is off is not. */
void
hemo_capture_rest_watch (HemoCapture *self)
{
  const HemoSessionState state = hemo_desk_get_session_state (self->desk);

  if (self->folder == NULL)
    return;
  if (state == HEMO_SESSION_LOCKED)
    hemo_watch_folder_pause (self->folder);
  else if (state == HEMO_SESSION_OPEN && self->active)
    hemo_watch_folder_resume (self->folder);
}

static void
caught_up_cb (HemoCapture *self)
{
  if (self->late->len > 0)
    g_signal_emit_by_name (self, "late", self->late->len);
}

void
hemo_capture_take_late (HemoCapture *self, gboolean take)
{
  g_autoptr (GPtrArray) late = g_steal_pointer (&self->late);

  self->late = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  for (guint i = 0; take && i < late->len; i++)
    hemo_capture_take_bytes (self, late->pdata[i]);
}

void
hemo_capture_leave_late (HemoCapture *self)
{
  const guint pictures = self->late->len;
  g_autofree char *name = NULL;

  if (pictures == 0)
    return;
  g_ptr_array_set_size (self->late, 0);
  name = g_filename_display_basename (self->late_folder);
  g_signal_emit_by_name (self, "late-left", pictures, name);
}

static void
refused_cb (HemoWatchFolder *folder, const char *name, const char *message, gpointer self)
{
  hemo_capture_tell_refused (self, name, message);
}

/* The folder cannot be read: nothing comes from it. */
static void
unread_cb (HemoCapture *self)
{
  const char *message = hemo_watch_folder_get_message (self->folder);

  if (message != NULL)
    hemo_capture_tell (self, message, FALSE);
}

/* Who unlocks is who locked, before the same case: what comes meanwhile is asked about then. */
static gboolean
rest_while_locked (HemoCapture *self, const char *path)
{
  const gboolean locked = hemo_desk_get_session_state (self->desk) == HEMO_SESSION_LOCKED;
  const gboolean paused = self->folder != NULL && hemo_watch_folder_is_paused (self->folder);

  if (self->folder == NULL || !hemo_capture_has_case (self)
      || !g_str_equal (path, hemo_watch_folder_get_path (self->folder))
      || !(self->active ? paused : locked || paused))
    return FALSE;
  if (self->active)
    hemo_watch_folder_resume (self->folder);
  else
    hemo_watch_folder_pause (self->folder);
  return TRUE;
}

/* What it found is asked about all the same, by who comes back. */
static void
stop (HemoCapture *self)
{
  const gboolean catching_up = hemo_watch_folder_is_catching_up (self->folder);

  hemo_watch_folder_stop (self->folder);
  g_clear_object (&self->folder);
  if (catching_up)
    caught_up_cb (self);
}

void
hemo_capture_watch (HemoCapture *self)
{
  g_autofree char *path = g_settings_get_string (self->settings, "watch-folder");
  const HemoCase *data
      = hemo_capture_has_case (self) ? hemo_bench_case_get (self->bench_case) : NULL;

  if (rest_while_locked (self, path))
    return;
  if (self->folder != NULL)
    stop (self);
  if (self->late->len > 0 && !g_str_equal (path, self->late_folder))
    hemo_capture_leave_late (self);
  if (*path == '\0' || !self->active || data == NULL)
    return;
  self->folder = hemo_watch_folder_new (path);
  for (guint i = 0; i < data->images->len; i++)
    hemo_watch_folder_add_known (self->folder,
                                 ((HemoImage *)g_ptr_array_index (data->images, i))->sha256);
  g_signal_connect_object (self->folder, "picture", G_CALLBACK (picture_cb), self, 0);
  g_signal_connect_object (self->folder, "refused", G_CALLBACK (refused_cb), self, 0);
  g_signal_connect_object (self->folder, "caught-up", G_CALLBACK (caught_up_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->folder, "notify::message", G_CALLBACK (unread_cb), self,
                           G_CONNECT_SWAPPED);
  hemo_watch_folder_start (self->folder);
}
