/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The open clinic, who works there, and how screens get work done off main. */

#include "hemo-desk.h"

#include "hemo-clinic-info.h"
#include "hemo-desk-door.h"
#include "hemo-failure.h"
#include "hemo-keeping.h"
#include "hemo-secret.h"

#include <glib/gi18n.h>
#include <langinfo.h>

struct _HemoDesk
{
  GObject parent_instance;

  char *directory;
  HemoClinic *clinic;
  HemoSession *session;
  HemoClinicInfo *info;
  HemoSender *sender;
  GHashTable *holds;
  guint last_hold, sign_outs;
  guint changed_source;
  HemoKeeping *keeping;
  /* Who is signed in is gone once nothing is being kept. */
  gboolean locking, signing_out;
};

G_DEFINE_FINAL_TYPE (HemoDesk, hemo_desk, G_TYPE_OBJECT)

enum
{
  PROP_SESSION_STATE = 1,
  PROP_BUSY,
  N_PROPS,
};
static GParamSpec *properties[N_PROPS];

enum
{
  CHANGED,
  LEAVING,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

/* What runs on another thread, and for whom. */
typedef struct
{
  HemoDeskWork work;
  HemoStoreJob job;
  HemoClinic *clinic;
  HemoSession *session;
  gpointer data;
  GDestroyNotify data_free;
  GDestroyNotify result_free;
  gboolean writes;
} Work;

static void
work_free (Work *self)
{
  if (self->data_free != NULL)
    self->data_free (self->data);
  g_clear_object (&self->clinic);
  g_clear_pointer (&self->session, hemo_session_unref);
  g_free (self);
}

const char *
hemo_desk_get_directory (HemoDesk *self)
{
  return self->directory;
}

HemoClinic *
hemo_desk_get_clinic (HemoDesk *self)
{
  return self->clinic;
}

HemoSession *
hemo_desk_get_session (HemoDesk *self)
{
  return self->session;
}

const HemoClinicInfo *
hemo_desk_get_info (HemoDesk *self)
{
  return self->info;
}

gboolean
hemo_desk_is_day_first (HemoDesk *self)
{
  return self->info != NULL ? self->info->day_first
                            : hemo_date_format_day_first (nl_langinfo (D_FMT));
}

HemoSender *
hemo_desk_get_sender (HemoDesk *self)
{
  return self->sender;
}

gboolean
hemo_desk_may (HemoDesk *self, HemoAction action)
{
  return self->session != NULL
         && hemo_policy_allows (hemo_session_get_role (self->session), action);
}

HemoSessionState
hemo_desk_get_session_state (HemoDesk *self)
{
  if (self->session == NULL)
    return HEMO_SESSION_NONE;
  return self->locking || hemo_session_is_locked (self->session) ? HEMO_SESSION_LOCKED
                                                                 : HEMO_SESSION_OPEN;
}

static void
notify_session (HemoDesk *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION_STATE]);
}

static gboolean
emit_changed_cb (gpointer data)
{
  HemoDesk *self = data;

  self->changed_source = 0;
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static void
tell_changed (HemoDesk *self)
{
  if (self->changed_source == 0)
    self->changed_source = g_idle_add (emit_changed_cb, self);
}

void
hemo_desk_touch (HemoDesk *self)
{
  tell_changed (self);
  hemo_sender_wake (self->sender);
}

/* What the libraries say is English. */
static void
translate (GError *error)
{
  g_autofree char *english = error->message;

  error->message = hemo_failure_say (english);
}

gboolean
hemo_desk_finish (HemoDesk *self, GAsyncResult *result, gpointer *out, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gpointer value;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  value = g_task_propagate_pointer (G_TASK (result), &local_error);
  if (local_error != NULL)
    {
      translate (local_error);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (out != NULL)
    *out = value;
  return TRUE;
}

static void
work_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  gpointer result = NULL;
  GError *error = NULL;
  gboolean done
      = work->work (work->clinic, work->session, work->data, &result, cancellable, &error);

  hemo_vault_leave_thread ();
  if (done)
    g_task_return_pointer (task, result, work->result_free);
  else
    g_task_return_error (task, error);
}

static GTask *
new_task (HemoDesk *self,
          HemoDeskWork what,
          gpointer data,
          GDestroyNotify data_free,
          GDestroyNotify result_free,
          GCancellable *cancellable,
          GAsyncReadyCallback callback,
          gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Work *work = g_new0 (Work, 1);

  work->work = what;
  work->clinic = self->clinic != NULL ? g_object_ref (self->clinic) : NULL;
  work->session = self->session != NULL ? hemo_session_ref (self->session) : NULL;
  work->data = data;
  work->data_free = data_free;
  work->result_free = result_free;
  g_task_set_task_data (task, work, (GDestroyNotify)work_free);
  return task;
}

void
hemo_desk_run_async (HemoDesk *self,
                     HemoDeskWork work,
                     gpointer data,
                     GDestroyNotify data_free,
                     GDestroyNotify result_free,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task
      = new_task (self, work, data, data_free, result_free, cancellable, callback, user_data);

  g_task_set_source_tag (task, hemo_desk_run_async);
  g_task_run_in_thread (task, work_thread);
}

void
hemo_desk_keep_async (HemoDesk *self,
                      HemoDeskWork work,
                      gpointer data,
                      GDestroyNotify data_free,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = new_task (self, work, data, data_free, NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, hemo_desk_keep_async);
  hemo_keeping_add (self->keeping, task);
  g_task_run_in_thread (task, work_thread);
}

static void
store_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Work *work = g_task_get_task_data (task);
  gpointer out = NULL;
  GError *error = NULL;

  if (hemo_store_finish (HEMO_STORE (source), result, &out, &error))
    {
      if (work->writes)
        hemo_desk_touch (g_task_get_source_object (task));
      g_task_return_pointer (task, out, work->result_free);
    }
  else
    g_task_return_error (task, error);
}

static void
store_async (HemoDesk *self,
             gboolean writes,
             HemoStoreJob job,
             gpointer data,
             GDestroyNotify data_free,
             GDestroyNotify result_free,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
  /* What was committed must be told as such, so a write's callback is never cancelled away. */
  GTask *task = new_task (self, NULL, NULL, NULL, result_free, writes ? NULL : cancellable,
                          callback, user_data);
  Work *work = g_task_get_task_data (task);
  HemoStore *store = self->clinic != NULL ? hemo_clinic_get_store (self->clinic) : NULL;

  work->writes = writes;
  if (store == NULL || self->session == NULL)
    {
      if (data_free != NULL)
        data_free (data);
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, _ ("Nobody is signed in."));
      g_object_unref (task);
      return;
    }
  if (writes)
    hemo_keeping_add (self->keeping, task);
  (writes ? hemo_store_write_async : hemo_store_read_async) (
      store, self->session, job, data, data_free, result_free, cancellable, store_cb, task);
}

void
hemo_desk_read_async (HemoDesk *self,
                      HemoStoreJob job,
                      gpointer data,
                      GDestroyNotify data_free,
                      GDestroyNotify result_free,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  store_async (self, FALSE, job, data, data_free, result_free, cancellable, callback, user_data);
}

void
hemo_desk_write_async (HemoDesk *self,
                       HemoStoreJob job,
                       gpointer data,
                       GDestroyNotify data_free,
                       GDestroyNotify result_free,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  store_async (self, TRUE, job, data, data_free, result_free, cancellable, callback, user_data);
}

/* Answers to the desk first, then to who asked. */
static void
pass_on (GTask *outer, gboolean done, GError *error)
{
  if (done)
    g_task_return_pointer (outer, NULL, NULL);
  else
    g_task_return_error (outer, error);
  g_object_unref (outer);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  HemoDesk *self = HEMO_DESK (source);
  gpointer clinic = NULL;
  GError *error = NULL;
  gboolean done = hemo_desk_finish (self, result, &clinic, &error);

  if (done)
    hemo_desk_adopt (self, clinic);
  pass_on (data, done, error);
}

void
hemo_desk_open_async (HemoDesk *self, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, NULL, callback, data);

  hemo_desk_run_async (self, hemo_desk_open_work, g_strdup (self->directory), g_free,
                       g_object_unref, NULL, opened_cb, task);
}

void
hemo_desk_adopt (HemoDesk *self, HemoClinic *clinic)
{
  if (self->clinic != NULL && self->clinic != clinic)
    {
      hemo_sender_end (self->sender);
      hemo_clinic_close (self->clinic);
    }
  g_set_object (&self->clinic, clinic);
  g_object_unref (clinic);
}

static gboolean
load_info_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_clinic_info_load (txn, error);
  return *result != NULL;
}

void
hemo_desk_take_info (HemoDesk *self, HemoClinicInfo *info)
{
  g_clear_pointer (&self->info, hemo_clinic_info_free);
  self->info = info;
  notify_session (self);
}

static void
info_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  HemoDesk *self = HEMO_DESK (source);
  gpointer info = NULL;

  if (hemo_desk_finish (self, result, &info, NULL))
    hemo_desk_take_info (self, info);
}

void
hemo_desk_take_session (HemoDesk *self, HemoSession *session)
{
  g_clear_pointer (&self->session, hemo_session_unref);
  self->session = session;
  hemo_desk_read_async (self, load_info_job, NULL, NULL, (GDestroyNotify)hemo_clinic_info_free,
                        NULL, info_cb, NULL);
  if (self->clinic != NULL)
    hemo_sender_begin (self->sender, self->clinic);
  notify_session (self);
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  HemoDesk *self = HEMO_DESK (source);
  gpointer session = NULL;
  GError *error = NULL;
  gboolean done = hemo_desk_finish (self, result, &session, &error);

  if (done)
    hemo_desk_take_session (self, session);
  pass_on (data, done, error);
}

void
hemo_desk_sign_in_async (HemoDesk *self,
                         const char *login,
                         HemoSecret *passphrase,
                         GAsyncReadyCallback callback,
                         gpointer data)
{
  hemo_desk_run_async (self, hemo_desk_sign_in_work,
                       hemo_desk_sign_in_new (login, passphrase, FALSE), hemo_desk_sign_in_free,
                       (GDestroyNotify)hemo_session_unref, NULL, signed_in_cb,
                       g_task_new (self, NULL, callback, data));
}

static void
lock_kept (gpointer data)
{
  HemoDesk *self = data;

  if (self->locking && self->session != NULL)
    hemo_session_lock (self->session);
  self->locking = FALSE;
}

void
hemo_desk_lock (HemoDesk *self)
{
  if (hemo_desk_get_session_state (self) != HEMO_SESSION_OPEN)
    return;
  g_signal_emit (self, signals[LEAVING], 0);
  self->locking = TRUE;
  notify_session (self);
  hemo_keeping_wait (self->keeping, lock_kept, self);
}

static void
unlocked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  HemoDesk *self = HEMO_DESK (source);
  guint began = GPOINTER_TO_UINT (g_task_get_task_data (data));
  gpointer session = NULL;
  GError *error = NULL;
  gboolean done = hemo_desk_finish (self, result, &session, &error);

  /* Whoever came back before all was kept is not signed out under their hands. */
  if (done && (!self->signing_out || began == self->sign_outs))
    self->locking = self->signing_out = FALSE;
  if (session != NULL)
    hemo_desk_take_session (self, session);
  else if (done)
    notify_session (self);
  pass_on (data, done, error);
}

void
hemo_desk_unlock_async (HemoDesk *self,
                        HemoSecret *secret,
                        gboolean is_pin,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  GTask *task = g_task_new (self, NULL, callback, data);

  /* A sign-out waits for it, and one that is asked for later is not taken back. */
  g_task_set_task_data (task, GUINT_TO_POINTER (self->sign_outs), NULL);
  hemo_keeping_add (self->keeping, task);
  hemo_desk_run_async (self, hemo_desk_unlock_work, hemo_desk_sign_in_new (NULL, secret, is_pin),
                       hemo_desk_sign_in_free, (GDestroyNotify)hemo_session_unref, NULL,
                       unlocked_cb, task);
}

static void
signed_out_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GError *error = NULL;
  gboolean done = hemo_desk_finish (HEMO_DESK (source), result, NULL, &error);

  pass_on (data, done, error);
}

static void
sign_out_kept (gpointer data)
{
  GTask *task = data;
  HemoDesk *self = g_task_get_source_object (task);

  if (!self->signing_out)
    return pass_on (task, TRUE, NULL);
  hemo_desk_run_async (self, hemo_desk_sign_out_work, NULL, NULL, NULL, NULL, signed_out_cb, task);
  /* From here on nobody is signed in, also when the audit of it fails. */
  g_clear_pointer (&self->session, hemo_session_unref);
  self->locking = self->signing_out = FALSE;
  notify_session (self);
}

void
hemo_desk_sign_out_async (HemoDesk *self, GAsyncReadyCallback callback, gpointer data)
{
  if (hemo_desk_get_session_state (self) == HEMO_SESSION_OPEN)
    g_signal_emit (self, signals[LEAVING], 0);
  self->locking = self->signing_out = TRUE;
  self->sign_outs++;
  hemo_keeping_wait (self->keeping, sign_out_kept, g_task_new (self, NULL, callback, data));
  /* Locked until what was done is kept. */
  if (self->session != NULL)
    notify_session (self);
}

guint
hemo_desk_hold (HemoDesk *self, const char *what)
{
  g_hash_table_insert (self->holds, GUINT_TO_POINTER (++self->last_hold), g_strdup (what));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
  return self->last_hold;
}

void
hemo_desk_release (HemoDesk *self, guint hold)
{
  g_hash_table_remove (self->holds, GUINT_TO_POINTER (hold));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

const char *
hemo_desk_get_busy (HemoDesk *self)
{
  GHashTableIter iter;
  gpointer what = NULL;

  g_hash_table_iter_init (&iter, self->holds);
  g_hash_table_iter_next (&iter, NULL, &what);
  return what;
}

static void
hemo_desk_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HemoDesk *self = HEMO_DESK (object);

  switch (id)
    {
    case PROP_SESSION_STATE:
      g_value_set_int (value, hemo_desk_get_session_state (self));
      break;
    case PROP_BUSY:
      g_value_set_uint (value, g_hash_table_size (self->holds));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hemo_desk_finalize (GObject *object)
{
  HemoDesk *self = HEMO_DESK (object);

  g_clear_handle_id (&self->changed_source, g_source_remove);
  g_clear_pointer (&self->keeping, hemo_keeping_free);
  g_clear_pointer (&self->holds, g_hash_table_unref);
  g_clear_pointer (&self->info, hemo_clinic_info_free);
  g_clear_pointer (&self->session, hemo_session_unref);
  hemo_sender_end (self->sender);
  g_clear_object (&self->sender);
  if (self->clinic != NULL)
    hemo_clinic_close (self->clinic);
  g_clear_object (&self->clinic);
  g_clear_pointer (&self->directory, g_free);
  G_OBJECT_CLASS (hemo_desk_parent_class)->finalize (object);
}

static void
hemo_desk_class_init (HemoDeskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hemo_desk_get_property;
  object_class->finalize = hemo_desk_finalize;
  properties[PROP_SESSION_STATE]
      = g_param_spec_int ("session-state", NULL, NULL, HEMO_SESSION_NONE, HEMO_SESSION_OPEN,
                          HEMO_SESSION_NONE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_BUSY] = g_param_spec_uint ("busy", NULL, NULL, 0, G_MAXUINT, 0,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[CHANGED] = g_signal_new ("changed", HEMO_TYPE_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[LEAVING] = g_signal_new ("leaving", HEMO_TYPE_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
hemo_desk_init (HemoDesk *self)
{
  self->keeping = hemo_keeping_new ();
  self->holds = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->sender = hemo_sender_new ();
  /* What the sync wrote wakes it not again. */
  g_signal_connect_object (self->sender, "received", G_CALLBACK (tell_changed), self,
                           G_CONNECT_SWAPPED);
}

HemoDesk *
hemo_desk_new (const char *directory)
{
  HemoDesk *self = g_object_new (HEMO_TYPE_DESK, NULL);

  self->directory = g_strdup (directory);
  return self;
}
