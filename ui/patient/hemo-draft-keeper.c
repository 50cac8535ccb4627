/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes drafts one after the other, so that an older one never comes last. */

#include "hemo-draft-keeper.h"

#include "hemo-draft-table.h"
#include "hemo-keeping.h"

#define PAUSE_MS 400

struct _HemoDraftKeeper
{
  GObject parent_instance;

  HemoDesk *desk;
  char *user;
  char *form;
  char *waiting;
  gboolean forget;
  gboolean writing;
  guint pause_source;
};

G_DEFINE_FINAL_TYPE (HemoDraftKeeper, hemo_draft_keeper, G_TYPE_OBJECT)

enum
{
  FOUND,
  FAILED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

typedef struct
{
  char *form;
  char *content;
} Draft;

static void
draft_free (gpointer data)
{
  Draft *self = data;

  g_free (self->form);
  g_free (self->content);
  g_free (self);
}

static gboolean
save_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Draft *draft = data;

  return hemo_draft_save (txn, draft->form, draft->content, error);
}

/* Not hemo_desk_write_async(): a draft is no change that places would have to show. */
static gboolean
save_work (HemoClinic *clinic,
           HemoSession *session,
           gpointer data,
           gpointer *result,
           GCancellable *cancellable,
           GError **error)
{
  return hemo_store_write (hemo_clinic_get_store (clinic), session, save_job, data, NULL, error);
}

static void write_next (HemoDraftKeeper *self);

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoDraftKeeper) self = data;
  g_autoptr (GError) error = NULL;

  self->writing = FALSE;
  if (!hemo_desk_finish (HEMO_DESK (source), result, NULL, &error))
    g_signal_emit (self, signals[FAILED], 0, error);
  write_next (self);
}

/* Until the session itself is locked, which waits for what is being kept: who leaves while a draft
 * is being written has a newer one behind it. Nobody else's session takes it. */
static gboolean
may_write (HemoDraftKeeper *self)
{
  HemoSession *session = hemo_desk_get_session (self->desk);

  return session != NULL && !hemo_session_is_locked (session)
         && g_strcmp0 (hemo_session_get_user (session), self->user) == 0;
}

static void
write_next (HemoDraftKeeper *self)
{
  Draft *draft;

  if (self->writing || (self->waiting == NULL && !self->forget) || !may_write (self))
    return;
  draft = g_new0 (Draft, 1);
  draft->form = g_strdup (self->form);
  draft->content = g_steal_pointer (&self->waiting);
  self->forget = FALSE;
  self->writing = TRUE;
  hemo_desk_keep_async (self->desk, save_work, draft, draft_free, saved_cb, g_object_ref (self));
}

static gboolean
pause_cb (gpointer data)
{
  HemoDraftKeeper *self = data;

  self->pause_source = 0;
  write_next (self);
  return G_SOURCE_REMOVE;
}

void
hemo_draft_keeper_keep (HemoDraftKeeper *self, char *content)
{
  g_free (self->waiting);
  self->waiting = content;
  self->forget = FALSE;
  g_clear_handle_id (&self->pause_source, g_source_remove);
  self->pause_source = g_timeout_add (PAUSE_MS, pause_cb, self);
}

void
hemo_draft_keeper_flush (HemoDraftKeeper *self)
{
  g_clear_handle_id (&self->pause_source, g_source_remove);
  write_next (self);
}

void
hemo_draft_keeper_forget (HemoDraftKeeper *self)
{
  g_clear_pointer (&self->waiting, g_free);
  self->forget = TRUE;
  hemo_draft_keeper_flush (self);
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GError) local = NULL;

  *result = hemo_draft_load (txn, data, &local);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return error == NULL || *error == NULL;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoDraftKeeper) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *content = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      g_signal_emit (self, signals[FAILED], 0, error);
      return;
    }
  content = out;
  /* Who has typed already means what they type. */
  if (content != NULL && self->waiting == NULL && !self->writing)
    g_signal_emit (self, signals[FOUND], 0, content);
}

static void
hemo_draft_keeper_finalize (GObject *object)
{
  HemoDraftKeeper *self = HEMO_DRAFT_KEEPER (object);

  g_clear_handle_id (&self->pause_source, g_source_remove);
  g_clear_pointer (&self->waiting, g_free);
  g_clear_pointer (&self->form, g_free);
  g_clear_pointer (&self->user, g_free);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (hemo_draft_keeper_parent_class)->finalize (object);
}

static void
hemo_draft_keeper_class_init (HemoDraftKeeperClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_draft_keeper_finalize;
  signals[FOUND] = g_signal_new ("found", HEMO_TYPE_DRAFT_KEEPER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[FAILED] = g_signal_new ("failed", HEMO_TYPE_DRAFT_KEEPER, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
hemo_draft_keeper_init (HemoDraftKeeper *self)
{
}

HemoDraftKeeper *
hemo_draft_keeper_new (HemoDesk *desk, const char *form)
{
  HemoDraftKeeper *self = g_object_new (HEMO_TYPE_DRAFT_KEEPER, NULL);
  HemoSession *session = hemo_desk_get_session (desk);

  self->desk = g_object_ref (desk);
  self->user = session != NULL ? g_strdup (hemo_session_get_user (session)) : NULL;
  self->form = g_strdup (form);
  g_signal_connect_object (desk, "leaving", G_CALLBACK (hemo_draft_keeper_flush), self,
                           G_CONNECT_SWAPPED);
  hemo_desk_read_async (desk, load_job, g_strdup (form), g_free, g_free, NULL, loaded_cb,
                        g_object_ref (self));
  return self;
}
