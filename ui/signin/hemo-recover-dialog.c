/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two ways in that are not the usual one; both are written into the audit log. */

#include "hemo-recover-dialog.h"

#include "hemo-entry.h"
#include "hemo-place.h"

#include <glib/gi18n.h>

typedef struct
{
  GtkWidget *parent;
  HemoDesk *desk;
  char *login;
  gboolean older;
  GtkEditable *code;
  GtkEditable *passphrase;
  GtkEditable *again;
} Ask;

static void
ask_free (gpointer data, GClosure *closure)
{
  Ask *self = data;

  g_clear_weak_pointer (&self->parent);
  g_object_unref (self->desk);
  g_free (self->login);
  g_free (self);
}

/* For the thread that works. */
typedef struct
{
  char *login;
  HemoSecret *code;
  HemoSecret *passphrase;
} Work;

static void
work_free (gpointer data)
{
  Work *self = data;

  g_free (self->login);
  g_clear_pointer (&self->code, hemo_secret_unref);
  g_clear_pointer (&self->passphrase, hemo_secret_unref);
  g_free (self);
}

static gboolean
recover_work (HemoClinic *clinic,
              HemoSession *session,
              gpointer data,
              gpointer *result,
              GCancellable *cancellable,
              GError **error)
{
  Work *work = data;

  if (!hemo_clinic_recover (clinic, work->code, work->login, work->passphrase, error))
    return FALSE;
  *result = hemo_clinic_sign_in (clinic, work->login, work->passphrase, error);
  return *result != NULL;
}

static gboolean
older_work (HemoClinic *clinic,
            HemoSession *session,
            gpointer data,
            gpointer *result,
            GCancellable *cancellable,
            GError **error)
{
  Work *work = data;

  *result = hemo_clinic_accept_older (clinic, work->login, work->passphrase, error);
  return *result != NULL;
}

static void
say (GtkWidget *parent, const char *heading, const char *text)
{
  AdwDialog *dialog;

  if (parent == NULL || gtk_widget_get_root (parent) == NULL)
    return;
  dialog = adw_alert_dialog_new (heading, text);
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _ ("_Close"));
  hemo_place_let_over_door (dialog);
  adw_dialog_present (dialog, parent);
}

static void
entered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) parent = data;
  g_autoptr (GError) error = NULL;
  gpointer session = NULL;

  if (hemo_desk_finish (HEMO_DESK (source), result, &session, &error))
    hemo_desk_take_session (HEMO_DESK (source), session);
  else
    say (parent, _ ("That Did Not Open the Clinic"), error->message);
}

static void
response_cb (AdwAlertDialog *dialog, const char *response, gpointer data)
{
  Ask *ask = data;
  g_autoptr (HemoSecret) code = NULL;
  g_autoptr (HemoSecret) passphrase = hemo_entry_take_secret (ask->passphrase);
  g_autoptr (HemoSecret) again = NULL;
  Work *work;

  if (!g_str_equal (response, "enter") || ask->parent == NULL)
    return;
  if (!ask->older)
    {
      code = hemo_entry_take_secret (ask->code);
      again = hemo_entry_take_secret (ask->again);
    }
  if (passphrase == NULL
      || (!ask->older && (code == NULL || again == NULL || !hemo_secret_equal (passphrase, again))))
    {
      say (ask->parent, _ ("Nothing Was Changed"),
           ask->older ? _ ("The passphrase was not typed.")
                      : _ ("The code is missing, or the two passphrases are not the same."));
      return;
    }
  work = g_new0 (Work, 1);
  work->login = g_strdup (ask->login);
  work->code = g_steal_pointer (&code);
  work->passphrase = g_steal_pointer (&passphrase);
  hemo_desk_run_async (ask->desk, ask->older ? older_work : recover_work, work, work_free,
                       (GDestroyNotify)hemo_session_unref, NULL, entered_cb,
                       g_object_ref (ask->parent));
}

static GtkEditable *
add_row (GtkWidget *list, GtkWidget *row, const char *title)
{
  adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (row), TRUE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  return GTK_EDITABLE (row);
}

static void
present (GtkWidget *parent,
         HemoDesk *desk,
         const char *login,
         gboolean older,
         const char *heading,
         const char *body,
         const char *button)
{
  Ask *ask = g_new0 (Ask, 1);
  AdwDialog *dialog = adw_alert_dialog_new (heading, body);
  GtkWidget *list = gtk_list_box_new ();

  g_set_weak_pointer (&ask->parent, parent);
  ask->desk = g_object_ref (desk);
  ask->login = g_strdup (login);
  ask->older = older;
  if (!older)
    ask->code = add_row (list, adw_entry_row_new (), _ ("_Recovery code"));
  ask->passphrase = add_row (list, adw_password_entry_row_new (),
                             older ? _ ("_Passphrase") : _ ("_New passphrase"));
  if (!older)
    ask->again = add_row (list, adw_password_entry_row_new (), _ ("The new one a_gain"));
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), list);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "enter",
                                  button, NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "enter",
                                            ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), ask, ask_free, 0);
  adw_dialog_set_focus (dialog, GTK_WIDGET (older ? ask->passphrase : ask->code));
  hemo_place_let_over_door (dialog);
  adw_dialog_present (dialog, parent);
}

void
hemo_recover_dialog_present (GtkWidget *parent, HemoDesk *desk, const char *login)
{
  present (parent, desk, login, FALSE, _ ("Use the Recovery Code"),
           _ ("From the paper that was printed when the clinic was set up. It gives you a new "
              "passphrase and new keys of your own; nothing that was saved changes."),
           _ ("_Set the Passphrase"));
}

void
hemo_accept_older_dialog_present (GtkWidget *parent,
                                  HemoDesk *desk,
                                  const char *login,
                                  const char *message)
{
  g_autofree char *body = g_strdup_printf (
      "%s\n\n%s", message,
      _ ("An administrator can go on with it. This laptop then gets a new station code, so that no "
         "specimen number is given twice."));

  present (parent, desk, login, TRUE, _ ("The Store Is Older Than It Has Been"), body,
           _ ("_Go On with It"));
}
