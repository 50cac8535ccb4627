/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A choice between what is seen and what is stored. */

#include "hemo-conflict-dialog.h"

#include <glib/gi18n.h>

typedef struct
{
  HemoConflictDecided decided;
  GObject *data;
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *self = data;

  g_object_unref (self->data);
  g_free (self);
}

static void
response_cb (AdwAlertDialog *dialog, const char *response, gpointer data)
{
  Question *self = data;

  if (!g_str_equal (response, "later"))
    self->decided (g_str_equal (response, "mine"), self->data);
}

void
hemo_conflict_dialog_ask (GtkWidget *parent,
                          const char *here,
                          const char *there,
                          HemoConflictDecided decided,
                          gpointer data)
{
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Which One Stands?"), NULL);
  AdwAlertDialog *alert = ADW_ALERT_DIALOG (dialog);
  Question *self = g_new0 (Question, 1);

  self->decided = decided;
  self->data = g_object_ref (data);
  /* Translators: %s are two versions of the same result, each of one line or more */
  adw_alert_dialog_format_body (alert,
                                _ ("This was changed in another place since it was read.\n\nOn the "
                                   "screen, not saved:\n%s\n\nIn the record:\n%s"),
                                here, there != NULL ? there : _ ("it was taken out"));
  adw_alert_dialog_add_responses (alert, "later", _ ("_Decide Later"), "theirs",
                                  _ ("_Take What Is in the Record"), "mine",
                                  _ ("_Save What Is on the Screen"), NULL);
  /* Enter alone decides nothing. */
  adw_alert_dialog_set_default_response (alert, "later");
  adw_alert_dialog_set_close_response (alert, "later");
  adw_alert_dialog_set_prefer_wide_layout (alert, FALSE);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), self, question_free, 0);
  adw_dialog_present (dialog, parent);
}
