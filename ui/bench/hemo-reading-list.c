/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Readings as rows; each correction asks for its reason and is written off main. */

#include "hemo-reading-list.h"

#include "hemo-place.h"
#include "hemo-reason-dialog.h"

#include <glib/gi18n.h>

struct _HemoReadingList
{
  AdwBin parent_instance;

  GtkListBox *list;
  AdwActionRow *last;
  HemoDesk *desk;
  char *key;
  /* What the reason is asked for; its row may be gone before it is given. */
  const HemoCorrection *asked;
  char *asked_for;
};

G_DEFINE_FINAL_TYPE (HemoReadingList, hemo_reading_list, ADW_TYPE_BIN)

enum
{
  CORRECTED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

typedef struct
{
  HemoReadingList *list;
  const HemoCorrection *correction;
  char *uuid;
  char *reason;
} Work;

static void
work_free (gpointer data)
{
  Work *self = data;

  g_clear_object (&self->list);
  g_free (self->uuid);
  g_free (self->reason);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Work, work_free)

static Work *
work_new (HemoReadingList *list,
          const HemoCorrection *correction,
          const char *uuid,
          const char *reason)
{
  Work *self = g_new0 (Work, 1);

  self->list = list != NULL ? g_object_ref (list) : NULL;
  self->correction = correction;
  self->uuid = g_strdup (uuid);
  self->reason = g_strdup (reason);
  return self;
}

static gboolean
write_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Work *work = data;

  return work->correction->write (txn, work->uuid, work->reason, error);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Work) work = data;
  g_autoptr (GError) error = NULL;

  if (hemo_desk_finish (HEMO_DESK (source), result, NULL, &error))
    g_signal_emit (work->list, signals[CORRECTED], 0, work->uuid, work->correction);
  else if (work->list->list != NULL)
    hemo_place_show_error (GTK_WIDGET (work->list), _ (work->correction->failed), error);
}

static void
reason_cb (const char *reason, gpointer data)
{
  HemoReadingList *self = data;
  Work *job = work_new (NULL, self->asked, self->asked_for, reason);

  hemo_desk_write_async (self->desk, write_job, job, work_free, NULL, NULL, written_cb,
                         work_new (self, self->asked, self->asked_for, NULL));
}

static void
clicked_cb (GtkButton *button, HemoReadingList *self)
{
  self->asked = g_object_get_data (G_OBJECT (button), "correction");
  g_set_str (&self->asked_for, g_object_get_data (G_OBJECT (button), "uuid"));
  hemo_reason_dialog_ask (GTK_WIDGET (self), _ (self->asked->heading), _ (self->asked->body),
                          _ (self->asked->action), reason_cb, self);
}

gboolean
hemo_reading_list_begin (HemoReadingList *self, HemoDesk *desk, const char *key)
{
  g_set_object (&self->desk, desk);
  if (!g_set_str (&self->key, key))
    return FALSE;
  gtk_list_box_remove_all (self->list);
  self->last = NULL;
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  return TRUE;
}

void
hemo_reading_list_add (HemoReadingList *self,
                       const char *title,
                       const char *subtitle,
                       const char *state)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  if (state != NULL)
    {
      GtkWidget *label = gtk_label_new (state);

      gtk_widget_add_css_class (label, "dimmed");
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
    }
  gtk_list_box_append (self->list, row);
  self->last = ADW_ACTION_ROW (row);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
}

void
hemo_reading_list_add_button (HemoReadingList *self,
                              const HemoCorrection *correction,
                              const char *uuid)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (_ (correction->label));

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_focus_on_click (button, FALSE);
  gtk_widget_add_css_class (button, "flat");
  g_object_set_data (G_OBJECT (button), "correction", (gpointer)correction);
  g_object_set_data_full (G_OBJECT (button), "uuid", g_strdup (uuid), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (clicked_cb), self, G_CONNECT_DEFAULT);
  adw_action_row_add_suffix (self->last, button);
}

static void
hemo_reading_list_dispose (GObject *object)
{
  HemoReadingList *self = HEMO_READING_LIST (object);

  if (self->list != NULL)
    gtk_list_box_remove_all (self->list);
  self->list = NULL;
  G_OBJECT_CLASS (hemo_reading_list_parent_class)->dispose (object);
}

static void
hemo_reading_list_finalize (GObject *object)
{
  HemoReadingList *self = HEMO_READING_LIST (object);

  g_clear_object (&self->desk);
  g_free (self->key);
  g_free (self->asked_for);
  G_OBJECT_CLASS (hemo_reading_list_parent_class)->finalize (object);
}

static void
hemo_reading_list_class_init (HemoReadingListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hemo_reading_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = hemo_reading_list_finalize;
  signals[CORRECTED]
      = g_signal_new ("corrected", HEMO_TYPE_READING_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_POINTER);
}

static void
hemo_reading_list_init (HemoReadingList *self)
{
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->list));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
