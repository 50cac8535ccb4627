/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A watched folder: looked through when the system tells of a change, and every few seconds all the
 * same, as a network folder tells of none. */

#include "hemo-watch-folder.h"

#include "hemo-watch-scan-private.h"

#include <glib/gi18n.h>

/* Milliseconds between two looks: while a file is being written, and else. */
#define SOON 500
#define LATER 3000
/* A look that takes longer, in seconds: the network does not answer. */
#define TOO_LONG 10
/* What is still not complete so long after it was first seen came after the pause. */
#define CATCH_UP_MOST (60 * G_USEC_PER_SEC)

struct _HemoWatchFolder
{
  GObject parent_instance;

  char *path;
  /* The thread's while a look is under way, which holds this object. */
  HemoWatchScan *scan;
  GPtrArray *known_later;
  GFileMonitor *monitor;
  GCancellable *cancellable;
  guint timer;
  gboolean running;
  gboolean paused;
  /* From the end of a pause until all is told that came during it. */
  gboolean catching_up;
  /* The first look of it at which the folder could be read, or 0. */
  gint64 caught_up_from;
  gboolean looking;
  gboolean look_again;
  gboolean begin_anew;
  /* What the next look finds waiting came during a pause. */
  gboolean mark_late;
  /* What is being told now came during one, though all else of it was told before. */
  gboolean telling_late;

  char *message;
  guint n_waiting;
};

enum
{
  PROP_MESSAGE = 1,
  PROP_N_WAITING,
  N_PROPS
};

enum
{
  PICTURE,
  REFUSED,
  CAUGHT_UP,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HemoWatchFolder, hemo_watch_folder, G_TYPE_OBJECT)

static void look (HemoWatchFolder *self);

static void
set_message (HemoWatchFolder *self, const char *message)
{
  if (g_set_str (&self->message, message))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
}

static void
set_n_waiting (HemoWatchFolder *self, guint n_waiting)
{
  if (self->n_waiting == n_waiting)
    return;
  self->n_waiting = n_waiting;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_WAITING]);
}

static gboolean
timer_cb (gpointer data)
{
  HemoWatchFolder *self = data;

  self->timer = 0;
  look (self);
  return G_SOURCE_REMOVE;
}

static void
look_in (HemoWatchFolder *self, guint milliseconds)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->running)
    self->timer = g_timeout_add (milliseconds, timer_cb, self);
}

static gboolean
slow_cb (gpointer data)
{
  HemoWatchFolder *self = data;

  self->timer = 0;
  if (self->looking)
    set_message (self, _ ("The folder does not answer. Check the network, or the disk that it is "
                          "on."));
  return G_SOURCE_REMOVE;
}

/* What a look found, told one by one; who is told may stop the watch. */
static void
tell (HemoWatchFolder *self, HemoWatchScan *scan)
{
  g_autoptr (GPtrArray) found = g_steal_pointer (&scan->found);
  gboolean late = FALSE;

  scan->found = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_watch_find_free);
  for (guint i = 0; i < found->len; i++)
    {
      const HemoWatchFind *find = found->pdata[i];

      self->telling_late = find->late;
      late |= find->late && !self->catching_up;
      if (find->bytes != NULL)
        g_signal_emit (self, signals[PICTURE], 0, find->bytes, find->sha256, find->name);
      else
        g_signal_emit (self, signals[REFUSED], 0, find->name, find->refusal);
    }
  self->telling_late = FALSE;
  if (late && self->running)
    g_signal_emit (self, signals[CAUGHT_UP], 0);
}

static void
take_known (HemoWatchFolder *self)
{
  for (guint i = 0; i < self->known_later->len; i++)
    hemo_watch_scan_add_known (self->scan, self->known_later->pdata[i]);
  g_ptr_array_set_size (self->known_later, 0);
}

static void
changed_cb (HemoWatchFolder *self)
{
  if (!self->looking)
    look_in (self, SOON);
}

/* Tells of local changes at once; where it cannot, the looks find them. Made on the thread, because
 * a network folder may hold up even that; heard on main. */
static void
take_monitor (HemoWatchFolder *self)
{
  if (self->monitor != NULL || self->scan->monitor == NULL)
    return;
  self->monitor = g_object_ref (self->scan->monitor);
  g_signal_connect_swapped (self->monitor, "changed", G_CALLBACK (changed_cb), self);
}

static void
end_catching_up (HemoWatchFolder *self)
{
  const gint64 now = g_get_monotonic_time ();

  if (!self->catching_up || self->scan->error != NULL)
    return;
  if (self->caught_up_from == 0)
    self->caught_up_from = now;
  if (self->n_waiting > 0 && now - self->caught_up_from <= CATCH_UP_MOST)
    return;
  self->catching_up = FALSE;
  g_signal_emit (self, signals[CAUGHT_UP], 0);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoWatchFolder) self = data;
  HemoWatchScan *scan = self->scan;
  const gboolean more = scan->more;

  self->looking = FALSE;
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->running && !self->begin_anew)
    {
      take_monitor (self);
      set_n_waiting (self, scan->n_waiting);
      if (scan->error != NULL)
        {
          g_autofree char *message = g_strdup_printf (
              /* Translators: %s is what the system says. */
              _ ("The folder cannot be read: %s. It is watched again as soon as it can."),
              scan->error->message);
          set_message (self, message);
        }
      else
        set_message (self, NULL);
      tell (self, scan);
    }
  /* Paused meanwhile: what was found lies in the scan until then. */
  if (!self->running)
    return;
  if (self->look_again || more)
    {
      look (self);
      return;
    }
  look_in (self, self->n_waiting > 0 ? SOON : LATER);
  end_catching_up (self);
}

static void
look_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  hemo_watch_scan_look (data, g_get_monotonic_time (), cancellable);
  g_task_return_boolean (task, TRUE);
}

static void
look (HemoWatchFolder *self)
{
  g_autoptr (GTask) task = NULL;

  self->look_again = self->looking;
  if (self->looking || !self->running)
    return;
  self->looking = TRUE;
  if (self->begin_anew)
    hemo_watch_scan_begin_anew (self->scan);
  self->begin_anew = FALSE;
  if (self->mark_late)
    self->scan->mark_late = TRUE;
  self->mark_late = FALSE;
  take_known (self);
  /* No source object: the thread may be the last to let go of the task. */
  task = g_task_new (NULL, self->cancellable, looked_cb, g_object_ref (self));
  g_task_set_source_tag (task, look);
  g_task_set_task_data (task, self->scan, NULL);
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add_seconds (TOO_LONG, slow_cb, self);
  g_task_run_in_thread (task, look_thread);
}

static void
hemo_watch_folder_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HemoWatchFolder *self = HEMO_WATCH_FOLDER (object);

  switch (id)
    {
    case PROP_MESSAGE:
      g_value_set_string (value, self->message);
      break;
    case PROP_N_WAITING:
      g_value_set_uint (value, self->n_waiting);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hemo_watch_folder_dispose (GObject *object)
{
  hemo_watch_folder_stop (HEMO_WATCH_FOLDER (object));
  G_OBJECT_CLASS (hemo_watch_folder_parent_class)->dispose (object);
}

static void
hemo_watch_folder_finalize (GObject *object)
{
  HemoWatchFolder *self = HEMO_WATCH_FOLDER (object);

  g_clear_pointer (&self->scan, hemo_watch_scan_free);
  g_clear_pointer (&self->known_later, g_ptr_array_unref);
  g_free (self->path);
  g_free (self->message);
  G_OBJECT_CLASS (hemo_watch_folder_parent_class)->finalize (object);
}

static void
hemo_watch_folder_class_init (HemoWatchFolderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = hemo_watch_folder_get_property;
  object_class->dispose = hemo_watch_folder_dispose;
  object_class->finalize = hemo_watch_folder_finalize;
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, flags);
  properties[PROP_N_WAITING] = g_param_spec_uint ("n-waiting", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[PICTURE]
      = g_signal_new ("picture", HEMO_TYPE_WATCH_FOLDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 3, G_TYPE_BYTES, G_TYPE_STRING, G_TYPE_STRING);
  signals[REFUSED] = g_signal_new ("refused", HEMO_TYPE_WATCH_FOLDER, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[CAUGHT_UP] = g_signal_new ("caught-up", HEMO_TYPE_WATCH_FOLDER, G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hemo_watch_folder_init (HemoWatchFolder *self)
{
  self->known_later = g_ptr_array_new_with_free_func (g_free);
}

HemoWatchFolder *
hemo_watch_folder_new (const char *path)
{
  HemoWatchFolder *self = g_object_new (HEMO_TYPE_WATCH_FOLDER, NULL);

  self->path = g_strdup (path);
  self->scan = hemo_watch_scan_new (path);
  return self;
}

const char *
hemo_watch_folder_get_path (HemoWatchFolder *self)
{
  g_return_val_if_fail (HEMO_IS_WATCH_FOLDER (self), NULL);

  return self->path;
}

void
hemo_watch_folder_set_subfolders (HemoWatchFolder *self, gboolean subfolders)
{
  g_return_if_fail (HEMO_IS_WATCH_FOLDER (self));
  g_return_if_fail (!self->looking);

  self->scan->subfolders = subfolders;
}

void
hemo_watch_folder_set_take_existing (HemoWatchFolder *self, gboolean take_existing)
{
  g_return_if_fail (HEMO_IS_WATCH_FOLDER (self));
  g_return_if_fail (!self->looking);

  self->scan->take_existing = take_existing;
}

void
hemo_watch_folder_add_known (HemoWatchFolder *self, const char *sha256)
{
  g_return_if_fail (HEMO_IS_WATCH_FOLDER (self));
  g_return_if_fail (sha256 != NULL);

  g_ptr_array_add (self->known_later, g_strdup (sha256));
}

void
hemo_watch_folder_start (HemoWatchFolder *self)
{
  g_return_if_fail (HEMO_IS_WATCH_FOLDER (self));

  if (self->running)
    return;
  self->running = TRUE;
  self->paused = FALSE;
  /* What came while nobody watched belongs to nobody that is known. */
  self->begin_anew = TRUE;
  self->cancellable = g_cancellable_new ();
  look (self);
}

void
hemo_watch_folder_stop (HemoWatchFolder *self)
{
  g_return_if_fail (HEMO_IS_WATCH_FOLDER (self));

  self->running = FALSE;
  self->paused = FALSE;
  self->catching_up = FALSE;
  self->look_again = FALSE;
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->monitor != NULL)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_clear_object (&self->monitor);
  set_n_waiting (self, 0);
}

/* A look that is under way ends: of the first one it is known what was there before. */
void
hemo_watch_folder_pause (HemoWatchFolder *self)
{
  g_return_if_fail (HEMO_IS_WATCH_FOLDER (self));

  if (!self->running)
    return;
  self->running = FALSE;
  self->paused = TRUE;
  g_clear_handle_id (&self->timer, g_source_remove);
}

void
hemo_watch_folder_resume (HemoWatchFolder *self)
{
  g_return_if_fail (HEMO_IS_WATCH_FOLDER (self));

  if (!self->paused)
    return;
  self->paused = FALSE;
  self->running = TRUE;
  self->catching_up = TRUE;
  self->mark_late = TRUE;
  self->caught_up_from = 0;
  if (!self->looking && !self->begin_anew)
    tell (self, self->scan);
  look (self);
}

gboolean
hemo_watch_folder_is_paused (HemoWatchFolder *self)
{
  g_return_val_if_fail (HEMO_IS_WATCH_FOLDER (self), FALSE);

  return self->paused;
}

gboolean
hemo_watch_folder_is_catching_up (HemoWatchFolder *self)
{
  g_return_val_if_fail (HEMO_IS_WATCH_FOLDER (self), FALSE);

  return self->catching_up || self->telling_late;
}

const char *
hemo_watch_folder_get_message (HemoWatchFolder *self)
{
  g_return_val_if_fail (HEMO_IS_WATCH_FOLDER (self), NULL);

  return self->message;
}

guint
hemo_watch_folder_get_n_waiting (HemoWatchFolder *self)
{
  g_return_val_if_fail (HEMO_IS_WATCH_FOLDER (self), 0);

  return self->n_waiting;
}
