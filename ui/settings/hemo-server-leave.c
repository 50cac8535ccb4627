/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hemo-server-leave.h"

#include "hemo-place.h"
#include "hemo-prune.h"

#include <adwaita.h>
#include <glib/gi18n.h>

typedef struct
{
  GtkWidget *page;
  void (*go_on) (GtkWidget *page, int originals);
  int originals;
} Leave;

/* On the page, while it is asked. */
#define ASKING "hemo-server-leave"

static void
leave_free (gpointer data)
{
  Leave *self = data;

  g_object_set_data (G_OBJECT (self->page), ASKING, NULL);
  g_object_unref (self->page);
  g_free (self);
}

typedef struct
{
  const char *kind;
  int originals;
} Count;

static gboolean
count_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Count *count = data;

  if (!hemo_pruned_count (txn, count->kind, &count->originals, error))
    return FALSE;
  *result = GINT_TO_POINTER (count->originals);
  return TRUE;
}

static void
answer_cb (AdwAlertDialog *dialog, const char *response, gpointer data)
{
  Leave *self = data;

  if (g_str_equal (response, "leave") && gtk_widget_get_root (self->page) != NULL)
    self->go_on (self->page, self->originals);
}

static void
free_closure (gpointer data, GClosure *closure)
{
  leave_free (data);
}

/* Takes @self. */
static void
ask (Leave *self)
{
  int originals = self->originals;
  g_autofree char *body = g_strdup_printf (
      ngettext ("The original of %d picture was taken off this laptop to make room. But for "
                "backups only the server that is set up now has it, and without that server it "
                "cannot be brought back. It can be brought back first, with 'hemogram-cli sync "
                "fetch'.",
                "The originals of %d pictures were taken off this laptop to make room. But for "
                "backups only the server that is set up now has them, and without that server "
                "they cannot be brought back. They can be brought back first, with 'hemogram-cli "
                "sync fetch'.",
                (gulong)originals),
      originals);
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Leave the Originals Behind?"), body);

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "keep", _ ("_Keep the Server"),
                                  "leave", _ ("_Leave the Originals"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "leave",
                                            ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "keep");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "keep");
  g_signal_connect_data (dialog, "response", G_CALLBACK (answer_cb), self, free_closure, 0);
  adw_dialog_present (dialog, self->page);
}

static void
counted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Leave *self = data;
  g_autoptr (GError) error = NULL;
  gpointer originals = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &originals, &error))
    hemo_place_show_error (self->page, _ ("Nothing Was Saved"), error);
  else if (gtk_widget_get_root (self->page) == NULL)
    ;
  else if (GPOINTER_TO_INT (originals) > 0)
    {
      self->originals = GPOINTER_TO_INT (originals);
      ask (self);
      return;
    }
  else
    self->go_on (self->page, 0);
  leave_free (self);
}

gboolean
hemo_server_leave_check (HemoTxn *txn, const char *kind, int originals, GError **error)
{
  int now = 0;

  if (!hemo_pruned_count (txn, kind, &now, error))
    return FALSE;
  if (now <= originals)
    return TRUE;
  g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT,
                       _ ("Originals were taken off this laptop meanwhile, which only the server "
                          "that is set up now has. Try once more: then it is asked about them."));
  return FALSE;
}

void
hemo_server_leave (GtkWidget *page,
                   HemoDesk *desk,
                   const char *kind,
                   void (*go_on) (GtkWidget *page, int originals))
{
  Leave *self = NULL;
  Count *count = NULL;

  if (g_object_get_data (G_OBJECT (page), ASKING) != NULL)
    return;
  self = g_new (Leave, 1);
  count = g_new0 (Count, 1);
  *self = (Leave){ g_object_ref (page), go_on, 0 };
  g_object_set_data (G_OBJECT (page), ASKING, self);
  count->kind = kind;
  hemo_desk_read_async (desk, count_job, count, g_free, NULL, NULL, counted_cb, self);
}
