/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a button is called, beside what stands on it. */

#include "hemo-button.h"

void
hemo_button_name (GtkWidget *button, const char *name)
{
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}
