/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Captures, judges, saves and discards fields; one is saved after the other, off main. */

#include "hemo-capture-private.h"

#include "hemo-keeping.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (HemoCapture, hemo_capture, G_TYPE_OBJECT)

enum
{
  TOLD,
  CHANGED,
  LIGHT,
  CONTROLS,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

static void
clear_frame (gpointer frame)
{
  g_free (((HemoCaptureFrame *)frame)->uuid);
}

void
hemo_capture_job_free (HemoCaptureJob *self)
{
  if (self == NULL)
    return;
  hemo_image_free (self->image);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_object (&self->file);
  g_clear_object (&self->texture);
  g_clear_object (&self->item);
  g_free (self->directory);
  g_free (self);
}

void
hemo_capture_tell (HemoCapture *self, const char *text, gboolean can_keep)
{
  g_signal_emit (self, signals[TOLD], 0, text, can_keep);
}

/* NULL when the case is gone or was not read yet. */
static const HemoCase *
get_case (HemoCapture *self)
{
  return self->bench_case != NULL ? hemo_bench_case_get (self->bench_case) : NULL;
}

gboolean
hemo_capture_has_case (HemoCapture *self)
{
  return get_case (self) != NULL;
}

HemoCamera *
hemo_capture_get_camera (HemoCapture *self)
{
  return self->camera;
}

HemoCameras *
hemo_capture_get_cameras (HemoCapture *self)
{
  return self->cameras;
}

GListModel *
hemo_capture_get_film (HemoCapture *self)
{
  return G_LIST_MODEL (self->film);
}

GSettings *
hemo_capture_get_settings (HemoCapture *self)
{
  return self->settings;
}

void
hemo_capture_set_objective (HemoCapture *self, const char *name)
{
  if (g_set_str (&self->objective, name))
    hemo_capture_follow_light (self);
}

guint
hemo_capture_get_n_waiting (HemoCapture *self)
{
  return self->jobs.length + (self->saving != NULL ? 1 : 0);
}

guint
hemo_capture_get_n_failed (HemoCapture *self)
{
  return self->failed.length;
}

static gboolean
save_work (HemoClinic *clinic,
           HemoSession *session,
           gpointer data,
           gpointer *result,
           GCancellable *cancellable,
           GError **error)
{
  HemoCaptureJob *job = data;
  HemoPictureInfo info;

  return hemo_capture_job_read (job, cancellable, error)
         && hemo_picture_probe (job->bytes, &info, error)
         && hemo_clinic_add_image (clinic, session, job->image, job->bytes, error);
}

static void save_next (HemoCapture *self);

static void
settle_failed (HemoCapture *self, HemoCaptureJob *job, const GError *error)
{
  g_autofree char *text = NULL;

  if (job->item == NULL)
    {
      /* The cell counts without its frame. */
      g_hash_table_add (self->bad_frames, g_strdup (job->image->uuid));
      hemo_capture_job_free (job);
      return;
    }
  if (job->no_room || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || error->domain == HEMO_IMAGING_ERROR
      || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT))
    {
      /* Trying again would not help. */
      hemo_capture_drop_item (self, job->item);
      hemo_capture_tell (self, error->message, FALSE);
      hemo_capture_job_free (job);
      return;
    }
  text = g_strdup_printf (_ ("The field is not saved: %s"), error->message);
  hemo_capture_mark_item (job->item, 0, FALSE, text);
  g_queue_push_tail (&self->failed, job);
  hemo_capture_tell (self, text, FALSE);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoCapture) self = data;
  g_autoptr (GError) error = NULL;
  HemoCaptureJob *job = g_steal_pointer (&self->saving);

  if (hemo_desk_finish (HEMO_DESK (source), result, NULL, &error))
    {
      hemo_desk_touch (self->desk);
      if (job->item != NULL)
        hemo_capture_mark_stored (job->item, job->image);
      /* What came from a file had nothing to show before. */
      if (job->file != NULL)
        hemo_capture_show_thumbnail (self, job);
      hemo_capture_job_free (job);
    }
  else
    settle_failed (self, job, error);
  save_next (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* A closing window waits for what is on its way, and asks about what could not be saved. */
static void
hold (HemoCapture *self)
{
  const char *what = NULL;

  if (self->saving != NULL)
    what = _ ("Fields are being saved");
  else if (self->failed.length > 0)
    what = _ ("Fields are not saved");
  if (what == self->holding)
    return;
  if (self->hold != 0)
    hemo_desk_release (self->desk, self->hold);
  self->hold = what != NULL ? hemo_desk_hold (self->desk, what) : 0;
  self->holding = what;
}

static void
save_next (HemoCapture *self)
{
  if (self->saving != NULL)
    return;
  self->saving = g_queue_pop_head (&self->jobs);
  hold (self);
  if (self->saving != NULL)
    hemo_desk_keep_async (self->desk, save_work, self->saving, NULL, saved_cb, g_object_ref (self));
}

HemoCaptureJob *
hemo_capture_job_new (HemoCapture *self, GBytes *bytes, gboolean on_film)
{
  HemoCaptureJob *job = g_new0 (HemoCaptureJob, 1);

  job->image = hemo_image_new (hemo_bench_case_get_specimen (self->bench_case));
  g_set_str (&job->image->objective, self->objective);
  job->image->captured_at = hemo_time_now ();
  job->image->focus = -1;
  job->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  job->directory = g_strdup (hemo_desk_get_directory (self->desk));
  if (!on_film)
    return job;
  job->item = hemo_film_item_new (job->image->uuid,
                                  (int)g_list_model_get_n_items (G_LIST_MODEL (self->film)) + 1);
  g_object_set_data (G_OBJECT (job->item), "new", GINT_TO_POINTER (TRUE));
  hemo_capture_mark_item (job->item, 0, FALSE, _ ("Being saved"));
  g_list_store_append (self->film, job->item);
  hemo_capture_show_thumbnail (self, job);
  return job;
}

void
hemo_capture_push_job (HemoCapture *self, HemoCaptureJob *job)
{
  g_queue_push_tail (&self->jobs, job);
  save_next (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
measure (HemoImage *image, const HemoShot *shot, gboolean kept)
{
  image->focus = shot->quality.focus;
  image->kept_anyway = kept;
  g_free (image->warnings);
  image->warnings = hemo_quality_dup_codes (&shot->quality);
}

static void
keep_shot (HemoCapture *self, const HemoShot *shot, gboolean kept)
{
  HemoCaptureJob *job = hemo_capture_job_new (self, shot->bytes, TRUE);

  measure (job->image, shot, kept);
  hemo_capture_push_job (self, job);
}

static void
refuse (HemoCapture *self, HemoShot *shot)
{
  for (int i = 0; i < HEMO_N_WARNINGS; i++)
    if (shot->quality.warnings & GATE & (1u << i))
      {
        g_autofree char *what = hemo_quality_describe (&shot->quality, (HemoWarning)i);
        /* Translators: why a frame was refused, and what to do */
        g_autofree char *text
            = g_strdup_printf (_ ("%s %s"), what, _ (hemo_warning_get_advice ((HemoWarning)i)));

        g_clear_pointer (&self->refused, hemo_shot_free);
        self->refused = shot;
        hemo_capture_tell (self, text, TRUE);
        return;
      }
}

typedef struct
{
  HemoCapture *capture;
  gboolean keep;
} Shooting;

static void
shot_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Shooting *shooting = data;
  g_autoptr (HemoCapture) self = shooting->capture;
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoShot) shot = hemo_camera_capture_finish (HEMO_CAMERA (source), result, &error);

  if (shot == NULL)
    {
      hemo_capture_tell (self, error->message, FALSE);
      return;
    }
  if (get_case (self) == NULL)
    return;
  if (!shooting->keep && (shot->quality.warnings & GATE) != 0)
    {
      refuse (self, g_steal_pointer (&shot));
      return;
    }
  g_clear_pointer (&self->refused, hemo_shot_free);
  hemo_capture_tell (self, NULL, FALSE);
  keep_shot (self, shot, shooting->keep && (shot->quality.warnings & GATE) != 0);
}

void
hemo_capture_shoot (HemoCapture *self, gboolean keep)
{
  Shooting *shooting;

  if (get_case (self) == NULL)
    return;
  if (keep && self->refused != NULL)
    {
      keep_shot (self, self->refused, TRUE);
      g_clear_pointer (&self->refused, hemo_shot_free);
      hemo_capture_tell (self, NULL, FALSE);
      return;
    }
  shooting = g_new0 (Shooting, 1);
  shooting->capture = g_object_ref (self);
  shooting->keep = keep;
  hemo_camera_capture_async (self->camera, NULL, shot_cb, shooting);
}

void
hemo_capture_cancel (HemoCapture *self)
{
  HemoCaptureJob *job;

  while ((job = g_queue_pop_head (&self->jobs)) != NULL)
    {
      hemo_capture_drop_item (self, job->item);
      hemo_capture_job_free (job);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

void
hemo_capture_retry (HemoCapture *self)
{
  HemoCaptureJob *job;

  while ((job = g_queue_pop_head (&self->failed)) != NULL)
    {
      hemo_capture_mark_item (job->item, 0, FALSE, _ ("Being saved"));
      hemo_capture_push_job (self, job);
    }
}

gboolean
hemo_capture_forget_failed (HemoCapture *self, const char *uuid)
{
  for (GList *l = self->failed.head; l != NULL; l = l->next)
    {
      HemoCaptureJob *job = l->data;

      if (g_strcmp0 (job->image->uuid, uuid) != 0)
        continue;
      g_queue_delete_link (&self->failed, l);
      hemo_capture_drop_item (self, job->item);
      hemo_capture_job_free (job);
      hold (self);
      g_signal_emit (self, signals[CHANGED], 0);
      return TRUE;
    }
  return FALSE;
}

static gboolean
queue_has (GQueue *jobs, const char *uuid)
{
  for (GList *l = jobs->head; l != NULL; l = l->next)
    if (g_strcmp0 (((HemoCaptureJob *)l->data)->image->uuid, uuid) == 0)
      return TRUE;
  return FALSE;
}

gboolean
hemo_capture_is_saving (HemoCapture *self, const char *uuid)
{
  return uuid != NULL
         && (queue_has (&self->jobs, uuid) || queue_has (&self->failed, uuid)
             || (self->saving != NULL && g_strcmp0 (self->saving->image->uuid, uuid) == 0));
}

gboolean
hemo_capture_has_failed (HemoCapture *self, const char *uuid)
{
  return uuid != NULL && g_hash_table_contains (self->bad_frames, uuid);
}

/* The field that is seen, if a frame of it was kept: the stage may have come back to it. */
static const char *
find_frame (HemoCapture *self, guint64 hash)
{
  for (guint i = self->frames->len; i > 0; i--)
    {
      const HemoCaptureFrame *frame = &g_array_index (self->frames, HemoCaptureFrame, i - 1);

      if (hemo_picture_hash_distance (hash, frame->hash) <= HEMO_PICTURE_SAME_DISTANCE
          && !hemo_capture_has_failed (self, frame->uuid))
        return frame->uuid;
    }
  return NULL;
}

char *
hemo_capture_take_frame (HemoCapture *self)
{
  g_autoptr (HemoShot) shot = hemo_camera_dup_newest_sharp (self->camera, HEMO_CAPTURE_FRAME_AGE);
  const char *known;
  HemoCaptureFrame frame;
  HemoCaptureJob *job;

  if (shot == NULL || get_case (self) == NULL)
    return NULL;
  known = find_frame (self, shot->hash);
  if (known != NULL)
    return g_strdup (known);
  job = hemo_capture_job_new (self, shot->bytes, FALSE);
  measure (job->image, shot, FALSE);
  g_set_str (&job->image->note, HEMO_CAPTURE_FRAME_NOTE);
  frame = (HemoCaptureFrame){ g_strdup (job->image->uuid), shot->hash };
  g_array_append_val (self->frames, frame);
  hemo_capture_push_job (self, job);
  return g_strdup (frame.uuid);
}

static void
picture_cb (
    HemoWatchFolder *folder, GBytes *bytes, const char *sha256, const char *name, gpointer self)
{
  hemo_capture_take_bytes (self, bytes);
}

static void
refused_cb (HemoWatchFolder *folder, const char *name, const char *message, gpointer self)
{
  hemo_capture_tell (self, message, FALSE);
}

static void
watch (HemoCapture *self)
{
  g_autofree char *path = g_settings_get_string (self->settings, "watch-folder");
  const HemoCase *data = get_case (self);

  if (self->folder != NULL)
    hemo_watch_folder_stop (self->folder);
  g_clear_object (&self->folder);
  if (*path == '\0' || !self->active || data == NULL)
    return;
  self->folder = hemo_watch_folder_new (path);
  for (guint i = 0; i < data->images->len; i++)
    hemo_watch_folder_add_known (self->folder,
                                 ((HemoImage *)g_ptr_array_index (data->images, i))->sha256);
  g_signal_connect_object (self->folder, "picture", G_CALLBACK (picture_cb), self, 0);
  g_signal_connect_object (self->folder, "refused", G_CALLBACK (refused_cb), self, 0);
  hemo_watch_folder_start (self->folder);
}

void
hemo_capture_set_active (HemoCapture *self, gboolean active)
{
  if (self->active == active)
    return;
  self->active = active;
  if (active)
    hemo_camera_start (self->camera);
  else
    {
      hemo_camera_stop (self->camera);
      hemo_capture_flush_discard (self);
    }
  watch (self);
}

void
hemo_capture_leave (HemoCapture *self)
{
  hemo_capture_set_active (self, FALSE);
  if (self->taking_blank != NULL)
    g_cancellable_cancel (self->taking_blank);
  /* Nobody can ask for it any more. */
  hemo_capture_retry (self);
  self->bench_case = NULL;
}

static void
device_cb (HemoCapture *self)
{
  HemoCameraDevice *device = hemo_camera_get_device (self->camera);

  if (device != NULL && hemo_camera_device_get_present (device))
    g_settings_set_string (self->settings, "camera", hemo_camera_device_get_id (device));
  hemo_capture_follow_controls (self);
  hemo_capture_follow_light (self);
}

static void
hemo_capture_dispose (GObject *object)
{
  HemoCapture *self = HEMO_CAPTURE (object);

  if (self->active)
    hemo_capture_set_active (self, FALSE);
  g_clear_object (&self->folder);
  g_clear_object (&self->controls);
  g_clear_object (&self->controls_of);
  g_clear_object (&self->camera);
  g_clear_object (&self->cameras);
  G_OBJECT_CLASS (hemo_capture_parent_class)->dispose (object);
}

static void
hemo_capture_finalize (GObject *object)
{
  HemoCapture *self = HEMO_CAPTURE (object);

  if (self->hold != 0)
    hemo_desk_release (self->desk, self->hold);
  g_queue_clear_full (&self->jobs, (GDestroyNotify)hemo_capture_job_free);
  g_queue_clear_full (&self->failed, (GDestroyNotify)hemo_capture_job_free);
  g_clear_pointer (&self->refused, hemo_shot_free);
  g_clear_object (&self->film);
  g_clear_object (&self->settings);
  g_clear_object (&self->desk);
  g_hash_table_unref (self->gone);
  g_hash_table_unref (self->kept_fields);
  g_hash_table_unref (self->bad_frames);
  g_free (self->objective);
  g_free (self->blank_name);
  g_array_unref (self->frames);
  G_OBJECT_CLASS (hemo_capture_parent_class)->finalize (object);
}

static void
hemo_capture_class_init (HemoCaptureClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hemo_capture_dispose;
  G_OBJECT_CLASS (klass)->finalize = hemo_capture_finalize;
  signals[TOLD] = g_signal_new ("told", HEMO_TYPE_CAPTURE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
  signals[CHANGED] = g_signal_new ("changed", HEMO_TYPE_CAPTURE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[LIGHT] = g_signal_new ("light", HEMO_TYPE_CAPTURE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
  g_signal_new ("discarded", HEMO_TYPE_CAPTURE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                1, G_TYPE_INT);
  signals[CONTROLS] = g_signal_new ("controls", HEMO_TYPE_CAPTURE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 0);
}

static void
hemo_capture_init (HemoCapture *self)
{
  g_queue_init (&self->jobs);
  g_queue_init (&self->failed);
  self->frames = g_array_new (FALSE, FALSE, sizeof (HemoCaptureFrame));
  g_array_set_clear_func (self->frames, clear_frame);
  self->film = g_list_store_new (HEMO_TYPE_FILM_ITEM);
  g_signal_connect_object (self->film, "items-changed", G_CALLBACK (hemo_capture_number_film), self,
                           G_CONNECT_SWAPPED);
  self->gone = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->kept_fields = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->bad_frames = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

HemoCapture *
hemo_capture_new (HemoBenchCase *bench_case)
{
  HemoCapture *self = g_object_new (HEMO_TYPE_CAPTURE, NULL);
  g_autofree char *wanted = NULL;
  guint width, height;

  self->bench_case = bench_case;
  self->desk = g_object_ref (hemo_bench_case_get_desk (bench_case));
  self->settings = hemo_settings_new ();
  wanted = g_settings_get_string (self->settings, "camera");
  self->cameras = hemo_cameras_new ();
  self->camera = hemo_camera_new ();
  g_signal_connect_object (self->camera, "notify::device", G_CALLBACK (device_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->camera, "notify::state", G_CALLBACK (hemo_capture_follow_controls),
                           self, G_CONNECT_SWAPPED);
  g_settings_get (self->settings, "camera-size", "(uu)", &width, &height);
  hemo_camera_prefer_size (self->camera, (int)width, (int)height);
  hemo_camera_follow (self->camera, self->cameras, *wanted != '\0' ? wanted : NULL);
  g_signal_connect_object (self->settings, "changed::watch-folder", G_CALLBACK (watch), self,
                           G_CONNECT_SWAPPED);
  return self;
}
