/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes the newest state of one record, one write at a time. */

#include "hemo-saver.h"

struct _HemoSaver
{
  gint references;
  HemoDesk *desk;
  HemoSaverKind kind;
  HemoSaved saved;
  gpointer data;
  gpointer wanted;
  gpointer failed;
  gboolean writing;
  gboolean in_conflict;
  gint64 version;
};

typedef struct
{
  HemoSaverKind kind;
  gpointer record;
} Write;

static void
write_free (gpointer data)
{
  Write *self = data;

  self->kind.free (self->record);
  g_free (self);
}

static void
unref (HemoSaver *self)
{
  if (--self->references > 0)
    return;
  g_clear_pointer (&self->wanted, self->kind.free);
  g_clear_pointer (&self->failed, self->kind.free);
  g_object_unref (self->desk);
  g_free (self);
}

HemoSaver *
hemo_saver_new (HemoDesk *desk, const HemoSaverKind *kind, HemoSaved saved, gpointer data)
{
  HemoSaver *self = g_new0 (HemoSaver, 1);

  self->references = 1;
  self->desk = g_object_ref (desk);
  self->kind = *kind;
  self->saved = saved;
  self->data = data;
  return self;
}

void
hemo_saver_free (HemoSaver *self)
{
  if (self == NULL)
    return;
  self->saved = NULL;
  unref (self);
}

static gboolean
save_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Write *write = data;
  gint64 *version = write->kind.version (write->record);

  if (!write->kind.save (txn, write->record, error))
    return FALSE;
  *result = g_memdup2 (version, sizeof *version);
  return TRUE;
}

static void write_next (HemoSaver *self);

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  HemoSaver *self = data;
  g_autoptr (GError) error = NULL;
  g_autofree gint64 *version = NULL;
  gpointer out = NULL;
  gboolean done = hemo_desk_finish (HEMO_DESK (source), result, &out, &error);

  self->writing = FALSE;
  version = out;
  if (done)
    self->version = *version;
  self->in_conflict = g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  /* Of what failed the newest is tried again. */
  if (!done && self->wanted != NULL)
    {
      g_clear_pointer (&self->failed, self->kind.free);
      self->failed = g_steal_pointer (&self->wanted);
    }
  if (done)
    {
      g_clear_pointer (&self->failed, self->kind.free);
      write_next (self);
    }
  if (self->saved != NULL && (!done || !self->writing))
    self->saved (self->data, error);
  unref (self);
}

static void
write_next (HemoSaver *self)
{
  Write *write;

  if (self->writing || self->wanted == NULL)
    return;
  self->writing = TRUE;
  self->references++;
  write = g_new0 (Write, 1);
  write->kind = self->kind;
  write->record = g_steal_pointer (&self->wanted);
  *self->kind.version (write->record) = self->version;
  g_clear_pointer (&self->failed, self->kind.free);
  self->failed = self->kind.copy (write->record);
  hemo_desk_write_async (self->desk, save_job, write, write_free, g_free, NULL, written_cb, self);
}

void
hemo_saver_save (HemoSaver *self, gconstpointer record)
{
  g_clear_pointer (&self->wanted, self->kind.free);
  self->wanted = self->kind.copy (record);
  write_next (self);
}

void
hemo_saver_retry (HemoSaver *self)
{
  if (self->writing || self->failed == NULL)
    return;
  if (self->wanted == NULL)
    self->wanted = g_steal_pointer (&self->failed);
  write_next (self);
}

gboolean
hemo_saver_is_in_conflict (HemoSaver *self)
{
  return self->in_conflict;
}

void
hemo_saver_overrule (HemoSaver *self, gint64 version)
{
  self->version = version;
  self->in_conflict = FALSE;
  hemo_saver_retry (self);
}

void
hemo_saver_give_way (HemoSaver *self)
{
  self->in_conflict = FALSE;
  g_clear_pointer (&self->wanted, self->kind.free);
  if (!self->writing)
    g_clear_pointer (&self->failed, self->kind.free);
}

void
hemo_saver_set_version (HemoSaver *self, gint64 version)
{
  self->version = version;
}

gint64
hemo_saver_get_version (HemoSaver *self)
{
  return self->version;
}

gboolean
hemo_saver_is_writing (HemoSaver *self)
{
  return self->writing;
}

gboolean
hemo_saver_is_settled (HemoSaver *self)
{
  return !self->writing && self->wanted == NULL && self->failed == NULL;
}
