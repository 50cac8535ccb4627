/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A list that is read once; whoever takes one back goes on without it. */

#include "hemo-refused-dialog.h"

#include "hemo-button.h"
#include "hemo-format.h"
#include "hemo-place.h"
#include "hemo-refusal-table.h"
#include "hemo-refuse-dialog.h"

#include <glib/gi18n.h>

/* The newest; the others are told by hemogram-cli. */
#define LIMIT 200

typedef struct
{
  GtkWidget *parent;
  HemoDesk *desk;
  AdwDialog *dialog;
} Shown;

static void
shown_free (gpointer data)
{
  Shown *self = data;

  g_object_unref (self->parent);
  g_object_unref (self->desk);
  g_free (self);
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GArray) rows = hemo_refused_rows (txn, error);

  if (rows == NULL)
    return FALSE;
  *result
      = hemo_refused_load (txn, (const gint64 *)rows->data, MIN (rows->len, (guint)LIMIT), error);
  return *result != NULL;
}

/* What was asked for; of tests that are not done here the note has it. (transfer full) */
static char *
say_asked (const HemoOrder *order)
{
  if (order->tests != 0)
    return hemo_format_tests (order->tests);
  return g_strdup (order->clinical_note != NULL ? order->clinical_note
                                                : _ ("What was ordered cannot be read."));
}

/* (transfer full) */
static char *
say_why (const HemoRefusal *refusal)
{
  const char *reason = hemo_format_refusal (refusal->reason);

  if (refusal->words == NULL)
    return g_strdup (reason);
  if (refusal->reason == HEMO_REFUSAL_OTHER)
    return g_strdup (refusal->words);
  return g_strdup_printf (_ ("%s: %s"), reason, refusal->words);
}

static const char *
say_told (const HemoRefused *item)
{
  if (item->closed)
    return _ ("Who ordered has closed it before that was sent: nobody is told.");
  if (item->shelved)
    return _ ("The server refused to take it: it lies on the shelf, under Safety.");
  return item->told ? _ ("The server has it.") : _ ("It waits to be sent.");
}

/* (transfer full) */
static char *
say (const HemoRefused *item)
{
  g_autofree char *asked = say_asked (item->order);
  g_autofree char *why = say_why (item->refusal);
  g_autofree char *when = hemo_format_time (item->refusal->at);
  const char *who = item->refusal->refused_by_name;
  /* Translators: who refused an order, and when */
  g_autofree char *by = who != NULL ? g_strdup_printf (_ ("%s, %s"), who, when) : g_strdup (when);

  return g_strjoin ("\n", asked, why, by, say_told (item), NULL);
}

static void
take_back_cb (GtkButton *button, gpointer data)
{
  Shown *self = data;

  hemo_refusal_undo (self->parent, self->desk, g_object_get_data (G_OBJECT (button), "order"));
  adw_dialog_close (self->dialog);
}

static void
add_row (Shown *self, AdwPreferencesGroup *group, const HemoRefused *item)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *text = say (item);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), item->name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  adw_preferences_group_add (group, row);
  if (item->revocable && hemo_desk_may (self->desk, HEMO_ACTION_SPECIMEN_EDIT))
    {
      GtkWidget *button = gtk_button_new_with_label (_ ("Take Back"));
      g_autofree char *asked = say_asked (item->order);
      g_autofree char *which = g_strdup_printf (_ ("%s, %s"), item->name, asked);
      /* Translators: button that takes the refusal of an order back: of which patient, for what */
      g_autofree char *name = g_strdup_printf (_ ("Take Back: %s"), which);

      hemo_button_name (button, name);
      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      g_object_set_data_full (G_OBJECT (button), "order", g_strdup (item->refusal->order), g_free);
      g_signal_connect (button, "clicked", G_CALLBACK (take_back_cb), self);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
    }
}

static GtkWidget *
make_list (Shown *self, GPtrArray *items)
{
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *group = adw_preferences_group_new ();

  for (guint i = 0; i < items->len; i++)
    add_row (self, ADW_PREFERENCES_GROUP (group), g_ptr_array_index (items, i));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
  return page;
}

static GtkWidget *
make_empty (void)
{
  GtkWidget *page = adw_status_page_new ();

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), "object-select-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (page), _ ("Nothing Was Refused"));
  adw_status_page_set_description (
      ADW_STATUS_PAGE (page),
      _ ("An order that the laboratory cannot carry out comes here, with who refused it and why."));
  return page;
}

static void
present (GtkWidget *parent, HemoDesk *desk, GPtrArray *items)
{
  GtkWidget *view = adw_toolbar_view_new ();
  Shown *self = g_new0 (Shown, 1);

  self->parent = g_object_ref (parent);
  self->desk = g_object_ref (desk);
  self->dialog = adw_dialog_new ();
  adw_dialog_set_title (self->dialog, _ ("Refused Orders"));
  adw_dialog_set_content_width (self->dialog, 560);
  adw_dialog_set_content_height (self->dialog, 480);
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view),
                                items->len > 0 ? make_list (self, items) : make_empty ());
  adw_dialog_set_child (self->dialog, view);
  g_object_set_data_full (G_OBJECT (self->dialog), "shown", self, shown_free);
  adw_dialog_present (self->dialog, parent);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) parent = data;
  g_autoptr (GError) error = NULL;
  gpointer items = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &items, &error))
    {
      hemo_place_show_error (parent, _ ("The Refused Orders Cannot Be Read"), error);
      return;
    }
  if (gtk_widget_get_mapped (parent))
    present (parent, HEMO_DESK (source), items);
  g_ptr_array_unref (items);
}

void
hemo_refused_dialog_show (GtkWidget *parent, HemoDesk *desk)
{
  hemo_desk_read_async (desk, load_job, NULL, NULL, (GDestroyNotify)g_ptr_array_unref, NULL,
                        loaded_cb, g_object_ref (parent));
}
