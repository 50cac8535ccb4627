/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One dialog with two occasions. */

#include "hemo-window-leave.h"

#include "hemo-capture-queue.h"

#include <glib/gi18n.h>

static void
ask (HemoWindow *self,
     const char *heading,
     const char *body,
     const char *stay,
     const char *go,
     const char *label,
     GCallback response)
{
  AdwDialog *dialog = adw_alert_dialog_new (heading, body);

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "wait", stay, go, label, NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), go,
                                            ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "wait");
  g_signal_connect_object (dialog, "response", response, self, 0);
  hemo_place_let_over_door (dialog);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

void
hemo_window_ask_close (HemoWindow *self, const char *busy, GCallback response)
{
  g_autofree char *body
      = g_strdup_printf (_ ("%s. What was called saved stays saved; this would be cut off."), busy);

  ask (self, _ ("Close While Work Goes On?"), body, _ ("_Keep Open"), "close", _ ("_Close"),
       response);
}

gboolean
hemo_window_ask_sign_out (HemoWindow *self, GCallback response)
{
  const guint n = hemo_capture_queue_count_failed (
      hemo_capture_queue_get (hemo_window_get_desk (self)), NULL);
  g_autofree char *body = NULL;

  if (n == 0)
    return FALSE;
  body = g_strdup_printf (
      g_dngettext (
          GETTEXT_PACKAGE,
          "%u field that you captured is not saved. It waits for you to sign in again, and "
          "is lost when the program is closed before.",
          "%u fields that you captured are not saved. They wait for you to sign in again, "
          "and are lost when the program is closed before.",
          n),
      n);
  ask (self, _ ("Sign Out Without Saving?"), body, _ ("_Cancel"), "sign-out", _ ("_Sign Out"),
       response);
  return TRUE;
}
