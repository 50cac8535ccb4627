/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rows of the side bar, in their order. */

#include "hemo-window.h"

#include "hemo-audit-view.h"
#include "hemo-export-view.h"
#include "hemo-patients-view.h"
#include "hemo-place-count.h"
#include "hemo-reading-view.h"
#include "hemo-safety-view.h"
#include "hemo-settings-view.h"
#include "hemo-worklist-view.h"

#include <glib/gi18n.h>

const HemoPlaceInfo hemo_window_places[] = {
  { "worklist", N_ ("Worklist"), "view-list-symbolic", HEMO_ACTION_CASE_VIEW,
    hemo_worklist_view_get_type },
  { "patients", N_ ("Patients"), "system-users-symbolic", HEMO_ACTION_PATIENT_VIEW,
    hemo_patients_view_get_type },
  { "reading", N_ ("Reading"), "find-location-symbolic", HEMO_ACTION_READING_ANSWER,
    hemo_reading_view_get_type },
  { "export", N_ ("Export"), "drive-removable-media-symbolic", HEMO_ACTION_EXPORT,
    hemo_export_view_get_type },
  { "settings", N_ ("Settings"), "emblem-system-symbolic", HEMO_ACTIONS,
    hemo_settings_view_get_type },
  { "audit", N_ ("Audit Log"), "document-open-recent-symbolic", HEMO_ACTION_AUDIT_VIEW,
    hemo_audit_view_get_type },
  { "safety", N_ ("Safety"), "security-high-symbolic", HEMO_ACTIONS, hemo_safety_view_get_type },
  { NULL },
};

GtkWidget *
hemo_window_place_row (HemoDesk *desk, const HemoPlaceInfo *info, guint number)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *words = adw_wrap_box_new (), *label = gtk_label_new (_ (info->title));
  GtkWidget *count = hemo_place_count_new (desk, info->name);
  /* Translators: a place of the side bar and its key */
  g_autofree char *tooltip = g_strdup_printf (_ ("%s (Ctrl+%u)"), _ (info->title), number);

  gtk_widget_set_name (row, info->name);
  gtk_widget_set_tooltip_text (row, tooltip);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (info->icon));
  /* In some languages the two of them need a line each. */
  adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (words), 12);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  adw_wrap_box_append (ADW_WRAP_BOX (words), label);
  if (count != NULL)
    adw_wrap_box_append (ADW_WRAP_BOX (words), count);
  if (g_str_equal (info->name, "safety"))
    adw_wrap_box_append (ADW_WRAP_BOX (words), hemo_safety_dot_new (desk));
  gtk_box_append (GTK_BOX (box), words);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (info->title), -1);
  return row;
}
