/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Holds the newest words, and writes them when the hand rests. */

#include "hemo-report-edits.h"

#include "hemo-case-load.h"

#define WAIT_MS 600

struct _HemoReportEdits
{
  GObject parent_instance;

  HemoDesk *desk;
  HemoReport *report;
  /* Changes made, and how many of them are in the store. */
  guint edits;
  guint saved;
  guint on_the_way;
  gboolean saving;
  gboolean again;
  guint source;
};

G_DEFINE_FINAL_TYPE (HemoReportEdits, hemo_report_edits, G_TYPE_OBJECT)

enum
{
  EDITED,
  SAVED,
  FAILED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

const HemoReport *
hemo_report_edits_get (HemoReportEdits *self)
{
  return self->report;
}

gboolean
hemo_report_edits_is_dirty (HemoReportEdits *self)
{
  return self->edits != self->saved;
}

/* What follows a signed version begins with its words, and carries nothing of its signature. */
static HemoReport *
make_draft (const HemoReport *report)
{
  HemoReport *draft = hemo_report_copy (report);

  if (draft->status == HEMO_REPORT_DRAFT)
    return draft;
  draft->status = HEMO_REPORT_DRAFT;
  draft->version = 0;
  draft->signed_at = (HemoTime){ 0 };
  g_clear_pointer (&draft->signed_by, g_free);
  g_clear_pointer (&draft->signer_name, g_free);
  g_clear_pointer (&draft->signer_role, g_free);
  g_clear_pointer (&draft->replaces_sha256, g_free);
  g_clear_pointer (&draft->reason, g_free);
  g_clear_pointer (&draft->pdf_sha256, g_free);
  return draft;
}

void
hemo_report_edits_take (HemoReportEdits *self, const HemoCase *data)
{
  g_autoptr (HemoReport) before = g_steal_pointer (&self->report);

  self->report = make_draft (data->report);
  if (before == NULL || !hemo_report_edits_is_dirty (self))
    return;
  g_set_str (&self->report->comment, before->comment);
  g_set_str (&self->report->language, before->language);
  g_ptr_array_unref (self->report->images);
  self->report->images = g_ptr_array_ref (before->images);
}

static gboolean
save_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_report_save_draft (txn, data, error);
}

static void save (HemoReportEdits *self);

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoReportEdits) self = data;
  g_autoptr (GError) error = NULL;

  self->saving = FALSE;
  if (!hemo_desk_finish (HEMO_DESK (source), result, NULL, &error))
    {
      g_signal_emit (self, signals[FAILED], 0, error);
      return;
    }
  self->saved = self->on_the_way;
  if (self->again && hemo_report_edits_is_dirty (self))
    save (self);
  else
    g_signal_emit (self, signals[SAVED], 0);
}

static void
save (HemoReportEdits *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  self->again = self->saving;
  if (self->saving)
    return;
  self->saving = TRUE;
  self->on_the_way = self->edits;
  hemo_desk_write_async (self->desk, save_job, hemo_report_copy (self->report),
                         (GDestroyNotify)hemo_report_free, NULL, NULL, saved_cb,
                         g_object_ref (self));
}

static gboolean
save_cb (gpointer data)
{
  HemoReportEdits *self = data;

  self->source = 0;
  save (self);
  return G_SOURCE_REMOVE;
}

static void
edited (HemoReportEdits *self)
{
  self->edits++;
  /* Counted from the first change: one who never pauses is saved all the same. */
  if (self->source == 0)
    self->source = g_timeout_add (WAIT_MS, save_cb, self);
  g_signal_emit (self, signals[EDITED], 0);
}

void
hemo_report_edits_drop (HemoReportEdits *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  self->again = FALSE;
  self->saved = self->on_the_way = self->edits;
}

void
hemo_report_edits_flush (HemoReportEdits *self)
{
  if (self->report != NULL && hemo_report_edits_is_dirty (self))
    save (self);
  else
    g_signal_emit (self, signals[SAVED], 0);
}

void
hemo_report_edits_set_comment (HemoReportEdits *self, const char *comment)
{
  const char *text = comment != NULL && *comment != '\0' ? comment : NULL;

  if (self->report != NULL && g_set_str (&self->report->comment, text))
    edited (self);
}

void
hemo_report_edits_set_language (HemoReportEdits *self, const char *language)
{
  if (self->report != NULL && g_set_str (&self->report->language, language))
    edited (self);
}

void
hemo_report_edits_set_image (HemoReportEdits *self, const char *image, gboolean printed)
{
  guint place = 0;
  gboolean is_printed
      = g_ptr_array_find_with_equal_func (self->report->images, image, g_str_equal, &place);

  if (printed == is_printed)
    return;
  if (printed)
    g_ptr_array_add (self->report->images, g_strdup (image));
  else
    g_ptr_array_remove_index (self->report->images, place);
  edited (self);
}

void
hemo_report_edits_move_image (HemoReportEdits *self, const char *image, int places)
{
  GPtrArray *images = self->report->images;
  guint from = 0;
  int to;
  gpointer moved;

  if (!g_ptr_array_find_with_equal_func (images, image, g_str_equal, &from))
    return;
  to = CLAMP ((int)from + places, 0, (int)images->len - 1);
  if (to == (int)from)
    return;
  moved = g_ptr_array_steal_index (images, from);
  g_ptr_array_insert (images, to, moved);
  edited (self);
}

static void
hemo_report_edits_finalize (GObject *object)
{
  HemoReportEdits *self = HEMO_REPORT_EDITS (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_pointer (&self->report, hemo_report_free);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (hemo_report_edits_parent_class)->finalize (object);
}

static void
hemo_report_edits_class_init (HemoReportEditsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_report_edits_finalize;
  signals[EDITED] = g_signal_new ("edited", HEMO_TYPE_REPORT_EDITS, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  signals[SAVED] = g_signal_new ("saved", HEMO_TYPE_REPORT_EDITS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", HEMO_TYPE_REPORT_EDITS, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
hemo_report_edits_init (HemoReportEdits *self)
{
}

HemoReportEdits *
hemo_report_edits_new (HemoDesk *desk)
{
  HemoReportEdits *self = g_object_new (HEMO_TYPE_REPORT_EDITS, NULL);

  self->desk = g_object_ref (desk);
  return self;
}
