/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Actions of the case on the bench. */

#include "hemo-bench-menu.h"

#include "hemo-format.h"
#include "hemo-order-dialog.h"
#include "hemo-rejection-dialog.h"
#include "hemo-report-status.h"
#include "hemo-specimen-table.h"

#include <glib/gi18n.h>

static const HemoCase *
get_case (HemoBench *bench)
{
  return hemo_bench_case_get (hemo_bench_get_case (bench));
}

static HemoDesk *
get_desk (HemoBench *bench)
{
  return hemo_place_get_desk (HEMO_PLACE (bench));
}

/* Whether the tube may still be refused: not after a report that somebody may act on. */
static gboolean
is_rejectable (const HemoCase *data)
{
  const HemoReport *last
      = data->reports->len > 0 ? data->reports->pdata[data->reports->len - 1] : NULL;

  return data->specimen->rejection == HEMO_REJECTION_NONE
         && (last == NULL || last->status == HEMO_REPORT_PRELIMINARY);
}

typedef struct
{
  char *specimen;
  HemoRejection reason;
  char *note;
} Rejection;

static void
rejection_free (gpointer data)
{
  Rejection *self = data;

  g_free (self->specimen);
  g_free (self->note);
  g_free (self);
}

static gboolean
reject_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Rejection *self = data;

  return hemo_specimen_reject (txn, self->specimen, self->reason, self->note, error);
}

static void
rejected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoBench) bench = data;
  g_autoptr (GError) error = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, NULL, &error))
    hemo_place_show_error (GTK_WIDGET (bench), _ ("The Specimen Was Not Rejected"), error);
  else if (gtk_widget_get_root (GTK_WIDGET (bench)) != NULL)
    /* There a report that was signed before is withdrawn. */
    hemo_bench_show_page (bench, "report");
}

static void
chosen_cb (HemoRejection reason, const char *note, gpointer data)
{
  HemoBench *bench = data;
  Rejection *rejection;

  if (gtk_widget_get_root (GTK_WIDGET (bench)) == NULL || get_case (bench) == NULL)
    return;
  rejection = g_new0 (Rejection, 1);
  rejection->specimen = g_strdup (get_case (bench)->specimen->uuid);
  rejection->reason = reason;
  rejection->note = g_strdup (note);
  hemo_desk_write_async (get_desk (bench), reject_job, rejection, rejection_free, NULL, NULL,
                         rejected_cb, g_object_ref (bench));
}

static void
reject_cb (GSimpleAction *action, GVariant *parameter, gpointer bench)
{
  hemo_rejection_dialog_ask (GTK_WIDGET (bench), chosen_cb, G_OBJECT (bench));
}

static void
edit_order_cb (GSimpleAction *action, GVariant *parameter, gpointer bench)
{
  hemo_order_dialog_open (GTK_WIDGET (bench), get_desk (bench), get_case (bench)->specimen->uuid);
}

static const GActionEntry entries[] = {
  { .name = "edit-order", .activate = edit_order_cb },
  { .name = "reject", .activate = reject_cb },
};

#define GROUP "hemo-bench-menu"

void
hemo_bench_menu_attach (HemoBench *bench)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), bench);
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    g_simple_action_set_enabled (
        G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (group), entries[i].name)),
        FALSE);
  gtk_widget_insert_action_group (GTK_WIDGET (bench), "case", G_ACTION_GROUP (group));
  g_object_set_data (G_OBJECT (bench), GROUP, group);
}

static void
enable (HemoBench *bench, const char *name, gboolean enabled)
{
  GActionMap *group = g_object_get_data (G_OBJECT (bench), GROUP);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (group, name)),
                               enabled
                                   && hemo_desk_may (get_desk (bench), HEMO_ACTION_SPECIMEN_EDIT));
}

void
hemo_bench_menu_update (HemoBench *bench)
{
  enable (bench, "edit-order", hemo_case_may_edit_order (get_case (bench)));
  enable (bench, "reject", is_rejectable (get_case (bench)));
}

void
hemo_bench_menu_add_keys (GtkWidgetClass *klass)
{
  gtk_widget_class_add_binding_action (klass, GDK_KEY_d, GDK_CONTROL_MASK, "case.edit-order", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_r, GDK_CONTROL_MASK, "case.reject", NULL);
}
