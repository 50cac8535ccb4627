/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Captures, judges and discards fields, and follows how they are saved. */

#include "hemo-capture-private.h"

#include "hemo-failure.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (HemoCapture, hemo_capture, G_TYPE_OBJECT)

/* Pictures that are named at once. */
#define REFUSALS_SHOWN 6

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

static void
tell (HemoCapture *self, const char *text, gboolean can_keep)
{
  self->told_failed = FALSE;
  /* What is no longer offered is not kept by a key that is pressed for another field. */
  if (!can_keep)
    g_clear_pointer (&self->refused, hemo_shot_free);
  g_signal_emit (self, signals[TOLD], 0, text, can_keep);
}

void
hemo_capture_tell (HemoCapture *self, const char *text, gboolean can_keep)
{
  g_ptr_array_set_size (self->refusals, 0);
  tell (self, text, can_keep);
}

/* The newest ones, until something else is told or the message is closed: several come at once, and
 * none is to take the place of another. */
void
hemo_capture_tell_refused (HemoCapture *self, const char *name, const char *reason)
{
  GPtrArray *all = self->refusals;
  g_autoptr (GString) text = g_string_new (NULL);

  g_ptr_array_add (all, g_strdup_printf ("%s: %s", name, reason));
  if (all->len > 1)
    g_string_append_printf (
        text,
        /* Translators: a list of file names follows, each with its reason */
        ngettext ("%u picture was not taken in:", "%u pictures were not taken in:", all->len),
        all->len);
  for (guint i = all->len > REFUSALS_SHOWN ? all->len - REFUSALS_SHOWN : 0; i < all->len; i++)
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", (char *)all->pdata[i]);
  tell (self, text->str, FALSE);
}

/* NULL when the case is gone or was not read yet, or nobody is there to capture for it. */
static const HemoCase *
get_case (HemoCapture *self)
{
  return self->bench_case != NULL && hemo_desk_get_session (self->desk) != NULL
             ? hemo_bench_case_get (self->bench_case)
             : NULL;
}

/* NULL as the case. */
static const char *
get_specimen (HemoCapture *self)
{
  return self->bench_case != NULL ? hemo_bench_case_get_specimen (self->bench_case) : NULL;
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
  return hemo_capture_queue_count_waiting (self->queue, get_specimen (self));
}

guint
hemo_capture_get_n_failed (HemoCapture *self)
{
  return hemo_capture_queue_count_failed (self->queue, get_specimen (self));
}

/* Says it on the film, too. (transfer full) */
static char *
mark_failed (HemoCaptureJob *job)
{
  char *text = g_strdup_printf (_ ("The field is not saved: %s"), job->problem);

  hemo_capture_mark_item (job->item, 0, FALSE, text);
  return text;
}

/* By its name, where it was a file. */
static void
tell_of (HemoCapture *self, HemoCaptureJob *job, const char *text)
{
  g_autofree char *base = job->file != NULL ? g_file_get_basename (job->file) : NULL;
  g_autofree char *name = base != NULL ? g_filename_display_name (base) : NULL;

  if (name != NULL)
    hemo_capture_tell_refused (self, name, text);
  else
    hemo_capture_tell (self, text, FALSE);
}

static void
tell_failed (HemoCapture *self, HemoCaptureJob *job, const GError *error)
{
  g_autofree char *text = NULL;

  if (job->item == NULL)
    {
      /* The cell counts without its frame. */
      g_hash_table_add (self->bad_frames, g_strdup (job->image->uuid));
      return;
    }
  if (!hemo_capture_queue_holds (self->queue, job->image->uuid))
    {
      hemo_capture_drop_item (self, job->item);
      tell_of (self, job, error->message);
      return;
    }
  text = mark_failed (job);
  tell_of (self, job, text);
  self->told_failed = TRUE;
}

static void
settled_cb (HemoCapture *self, HemoCaptureJob *job, const GError *error)
{
  if (g_strcmp0 (job->image->specimen, get_specimen (self)) != 0)
    return;
  if (error != NULL)
    {
      tell_failed (self, job, error);
      return;
    }
  if (job->item != NULL)
    hemo_capture_mark_stored (job->item, job->image);
  /* What came from a file had nothing to show before. */
  if (job->file != NULL)
    hemo_capture_show_thumbnail (self, job);
  if (self->told_failed && hemo_capture_get_n_failed (self) == 0)
    hemo_capture_tell (self, NULL, FALSE);
}

static void
changed_cb (HemoCapture *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

/* On the film, as what is on its way. */
static void
put_on_film (HemoCapture *self, HemoCaptureJob *job)
{
  g_autofree char *problem = job->problem != NULL ? mark_failed (job) : NULL;

  g_object_set_data (G_OBJECT (job->item), "new", GINT_TO_POINTER (TRUE));
  if (problem == NULL)
    hemo_capture_mark_item (job->item, 0, FALSE, _ ("Being saved"));
  g_list_store_append (self->film, job->item);
}

static void
take_left_cb (HemoCaptureJob *job, gpointer data)
{
  HemoCapture *self = data;

  if (job->item != NULL && hemo_capture_find_item (self, job->image->uuid) < 0)
    put_on_film (self, job);
}

void
hemo_capture_take_left (HemoCapture *self)
{
  hemo_capture_queue_foreach (self->queue, get_specimen (self), take_left_cb, self);
}

HemoCaptureJob *
hemo_capture_new_job (HemoCapture *self, GBytes *bytes, gboolean on_film)
{
  HemoCaptureJob *job = hemo_capture_job_new (
      get_specimen (self), hemo_session_get_user (hemo_desk_get_session (self->desk)),
      hemo_desk_get_directory (self->desk));

  g_set_str (&job->image->objective, self->objective);
  job->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  if (!on_film)
    return job;
  job->item = hemo_film_item_new (job->image->uuid,
                                  (int)g_list_model_get_n_items (G_LIST_MODEL (self->film)) + 1);
  put_on_film (self, job);
  hemo_capture_show_thumbnail (self, job);
  return job;
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
  HemoCaptureJob *job = hemo_capture_new_job (self, shot->bytes, TRUE);

  measure (job->image, shot, kept);
  hemo_capture_queue_push (self->queue, job);
}

static void
refuse (HemoCapture *self, HemoShot *shot)
{
  for (int i = 0; i < HEMO_N_WARNINGS; i++)
    if (shot->quality.warnings & GATE & (1u << i))
      {
        g_autofree char *english = hemo_quality_describe (&shot->quality, (HemoWarning)i);
        g_autofree char *what = hemo_failure_say (english);
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
      g_autofree char *text = hemo_failure_say (error->message);

      hemo_capture_tell (self, text, FALSE);
      return;
    }
  if (get_case (self) == NULL)
    return;
  if (!shooting->keep && (shot->quality.warnings & GATE) != 0)
    {
      refuse (self, g_steal_pointer (&shot));
      return;
    }
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
      hemo_capture_tell (self, NULL, FALSE);
      return;
    }
  shooting = g_new0 (Shooting, 1);
  shooting->capture = g_object_ref (self);
  shooting->keep = keep;
  hemo_camera_capture_async (self->camera, NULL, shot_cb, shooting);
}

static void
drop_cb (HemoCaptureJob *job, gpointer data)
{
  hemo_capture_drop_item (data, job->item);
}

void
hemo_capture_cancel (HemoCapture *self)
{
  hemo_capture_queue_cancel (self->queue, get_specimen (self), drop_cb, self);
}

static void
mark_again_cb (HemoCaptureJob *job, gpointer data)
{
  if (job->item != NULL)
    hemo_capture_mark_item (job->item, 0, FALSE, _ ("Being saved"));
}

void
hemo_capture_retry (HemoCapture *self)
{
  hemo_capture_queue_foreach (self->queue, get_specimen (self), mark_again_cb, NULL);
  hemo_capture_queue_retry (self->queue, get_specimen (self));
}

gboolean
hemo_capture_forget_failed (HemoCapture *self, HemoFilmItem *item)
{
  if (!hemo_capture_queue_forget (self->queue, hemo_film_item_get_uuid (item)))
    return FALSE;
  hemo_capture_drop_item (self, item);
  return TRUE;
}

gboolean
hemo_capture_is_saving (HemoCapture *self, const char *uuid)
{
  return uuid != NULL && hemo_capture_queue_holds (self->queue, uuid);
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
  job = hemo_capture_new_job (self, shot->bytes, FALSE);
  measure (job->image, shot, FALSE);
  g_set_str (&job->image->note, HEMO_CAPTURE_FRAME_NOTE);
  frame = (HemoCaptureFrame){ g_strdup (job->image->uuid), shot->hash };
  g_array_append_val (self->frames, frame);
  hemo_capture_queue_push (self->queue, job);
  return g_strdup (frame.uuid);
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
  hemo_capture_watch (self);
}

void
hemo_capture_leave (HemoCapture *self)
{
  hemo_capture_set_active (self, FALSE);
  if (self->taking_blank != NULL)
    g_cancellable_cancel (self->taking_blank);
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

  g_clear_pointer (&self->refused, hemo_shot_free);
  g_clear_object (&self->film);
  g_clear_object (&self->settings);
  g_clear_object (&self->queue);
  g_clear_object (&self->desk);
  g_hash_table_unref (self->gone);
  g_hash_table_unref (self->kept_fields);
  g_hash_table_unref (self->bad_frames);
  g_free (self->objective);
  g_free (self->blank_name);
  g_array_unref (self->frames);
  g_ptr_array_unref (self->refusals);
  g_ptr_array_unref (self->late);
  g_free (self->late_folder);
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
  g_signal_new ("late", HEMO_TYPE_CAPTURE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_UINT);
  g_signal_new ("late-left", HEMO_TYPE_CAPTURE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                2, G_TYPE_UINT, G_TYPE_STRING);
  g_signal_new ("discarded", HEMO_TYPE_CAPTURE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                1, G_TYPE_INT);
  signals[CONTROLS] = g_signal_new ("controls", HEMO_TYPE_CAPTURE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 0);
}

static void
hemo_capture_init (HemoCapture *self)
{
  self->refusals = g_ptr_array_new_with_free_func (g_free);
  self->late = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
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
  g_signal_connect_object (self->desk, "notify::session-state",
                           G_CALLBACK (hemo_capture_rest_watch), self, G_CONNECT_SWAPPED);
  self->queue = g_object_ref (hemo_capture_queue_get (self->desk));
  g_signal_connect_object (self->queue, "settled", G_CALLBACK (settled_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->queue, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
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
  g_signal_connect_object (self->settings, "changed::watch-folder", G_CALLBACK (hemo_capture_watch),
                           self, G_CONNECT_SWAPPED);
  return self;
}
