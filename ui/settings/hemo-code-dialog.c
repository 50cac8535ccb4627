/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The code itself stays in secure memory while nobody looks. */

#include "hemo-code-dialog.h"

#include "hemo-place.h"

#include <glib/gi18n.h>

typedef struct
{
  HemoDesk *desk;
  char *user;
  char *heading;
  char *body;
  HemoSecret *code;
  gulong waiting;
} Code;

static void
code_free (Code *self)
{
  g_clear_signal_handler (&self->waiting, self->desk);
  hemo_secret_unref (self->code);
  g_free (self->body);
  g_free (self->heading);
  g_free (self->user);
  g_object_unref (self->desk);
  g_free (self);
}

/* Over whatever window there is: the page that asked for the code may be gone. */
static void
put_up (AdwDialog *dialog)
{
  GtkApplication *application = GTK_APPLICATION (g_application_get_default ());

  adw_dialog_present (dialog, GTK_WIDGET (gtk_application_get_active_window (application)));
}

/* Who was to read it is not here any more. */
static void
lose (Code *self)
{
  AdwDialog *dialog = adw_alert_dialog_new (
      _ ("A Code Went Unread"),
      _ ("A code that was to be written down was not read before the sign-out. What it was "
         "made for needs a new one; if that was recovery, the older code opens nothing any more."));

  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _ ("_Close"));
  hemo_place_let_over_door (dialog);
  put_up (dialog);
  code_free (self);
}

static GtkWidget *
code_label (HemoSecret *code)
{
  g_autofree char *text
      = g_strndup ((const char *)hemo_secret_get_data (code), hemo_secret_get_size (code));
  GtkWidget *label;

  g_strdelimit (text, "-", ' ');
  label = gtk_label_new (text);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (label, "recovery-code");
  return label;
}

static void present (Code *self);

static void
session_cb (HemoDesk *desk, GParamSpec *pspec, Code *self)
{
  HemoSession *session = hemo_desk_get_session (desk);

  if (hemo_desk_get_session_state (desk) == HEMO_SESSION_LOCKED)
    return;
  g_clear_signal_handler (&self->waiting, desk);
  if (session != NULL && g_strcmp0 (hemo_session_get_user (session), self->user) == 0)
    present (self);
  else
    lose (self);
}

/* Also what closing it without an answer comes to. */
static void
response_cb (AdwAlertDialog *dialog, const char *response, Code *self)
{
  if (hemo_desk_get_session_state (self->desk) != HEMO_SESSION_LOCKED)
    code_free (self);
  else if (self->waiting == 0)
    self->waiting = g_signal_connect_after (self->desk, "notify::session-state",
                                            G_CALLBACK (session_cb), self);
}

static void
present (Code *self)
{
  AdwDialog *dialog = adw_alert_dialog_new (self->heading, self->body);

  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), code_label (self->code));
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _ ("I _Have Written It Down"));
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), self);
  put_up (dialog);
}

void
hemo_code_dialog_present (
    HemoDesk *desk, const char *user, const char *heading, const char *body, HemoSecret *code)
{
  Code *self = g_new0 (Code, 1);

  self->desk = g_object_ref (desk);
  self->user = g_strdup (user);
  self->heading = g_strdup (heading);
  self->body = g_strdup (body);
  self->code = hemo_secret_ref (code);
  self->waiting
      = g_signal_connect_after (desk, "notify::session-state", G_CALLBACK (session_cb), self);
  session_cb (desk, NULL, self);
}
