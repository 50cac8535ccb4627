/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Compares what nobody has looked at with what it was, and says what no page in view does. */

#include "hemo-window-news.h"

#include "hemo-bench.h"
#include "hemo-capture-queue.h"
#include "hemo-export-view.h"

#include <glib/gi18n.h>

#define RESULTS "results"
#define HIDDEN "hidden"

/* How many cases were unread when it was last told; negative: not known yet. */
#define COUNT "hemo-unread"
/* UUID of the case that a notification told of, until it can be shown. */
#define WANTED "hemo-wanted"
/* Set while somebody works: what ended unseen was told. */
#define TOLD "hemo-told"

static GApplication *
get_application (HemoWindow *self)
{
  return G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
}

/* @specimen: UUID of the case that a click shows, or NULL for the window alone */
static void
send (HemoWindow *self, const char *id, const char *title, const char *body, const char *specimen)
{
  GApplication *application = get_application (self);
  g_autoptr (GNotification) notification = g_notification_new (title);

  if (application == NULL)
    return;
  g_notification_set_body (notification, body);
  if (specimen != NULL)
    g_notification_set_default_action_and_target (notification, "app.open-case", "s", specimen);
  else
    g_notification_set_default_action (notification, "app.show");
  if (g_str_equal (id, HIDDEN))
    g_notification_add_button (notification, _ ("Quit"), "app.quit");
  g_application_send_notification (application, id, notification);
}

static void
withdraw (HemoWindow *self, const char *id)
{
  GApplication *application = get_application (self);

  if (application != NULL)
    g_application_withdraw_notification (application, id);
}

/* It may be seen by whoever passes, also on a locked screen. */
static void
tell (HemoWindow *self, const HemoSyncStatus *status)
{
  guint unread = status->unread;
  g_autofree char *title = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%u Result Came Back", "%u Results Came Back", unread), unread);

  send (self, RESULTS, title, _ ("Open Hemogram to read it."), status->newest_unread);
  if (hemo_desk_get_session_state (hemo_window_get_desk (self)) == HEMO_SESSION_OPEN)
    hemo_window_toast (self, title);
}

static void
changed_cb (HemoWindow *self, HemoSender *sender)
{
  g_autoptr (HemoSyncStatus) status = hemo_sender_get_status (sender);
  gpointer before = g_object_get_data (G_OBJECT (self), COUNT);
  guint known = GPOINTER_TO_UINT (before);

  if (status == NULL)
    return;
  /* One more than the count, so that none is not the same as never. */
  g_object_set_data (G_OBJECT (self), COUNT, GUINT_TO_POINTER (status->unread + 1));
  if (status->unread == 0 && known != 1)
    withdraw (self, RESULTS);
  else if (known != 0 && status->unread + 1 > known)
    tell (self, status);
}

void
hemo_window_news_tell_hidden (HemoWindow *self)
{
  send (self, HIDDEN, _ ("Hemogram Goes on Sending"),
        _ ("Its window is closed, and nobody is signed in."), NULL);
}

void
hemo_window_news_tell_shown (HemoWindow *self)
{
  withdraw (self, HIDDEN);
}

/* Behind the door nothing is shown, and what a dialog is about stays under it. What came stands
 * beside the report. */
static void
show_wanted (HemoWindow *self)
{
  g_autofree char *wanted = NULL;
  AdwNavigationPage *page;

  if (g_object_get_data (G_OBJECT (self), WANTED) == NULL
      || !gtk_widget_get_visible (GTK_WIDGET (self))
      || hemo_desk_get_session_state (hemo_window_get_desk (self)) != HEMO_SESSION_OPEN
      || hemo_window_get_page (self) == NULL
      || adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self)) != NULL)
    return;
  wanted = g_object_steal_data (G_OBJECT (self), WANTED);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.open-case", "s", wanted);
  page = hemo_window_get_page (self);
  if (page != NULL && HEMO_IS_BENCH (page))
    hemo_bench_show_page (HEMO_BENCH (page), "report");
}

static gboolean
later_cb (gpointer data)
{
  show_wanted (data);
  return G_SOURCE_REMOVE;
}

/* Dialogs are closed before a window is hidden or locked as well: what is wanted waits until that
 * is done. */
static void
dialog_cb (HemoWindow *self)
{
  if (g_object_get_data (G_OBJECT (self), WANTED) != NULL)
    g_idle_add_full (G_PRIORITY_DEFAULT, later_cb, g_object_ref (self), g_object_unref);
}

void
hemo_window_news_want (HemoWindow *self, const char *specimen)
{
  g_object_set_data_full (G_OBJECT (self), WANTED, g_strdup (specimen), g_free);
  show_wanted (self);
}

/* NULL at the door. */
static GtkWidget *
get_view (HemoWindow *self)
{
  AdwNavigationPage *page = hemo_window_get_page (self);

  return page != NULL ? gtk_widget_get_ancestor (GTK_WIDGET (page), ADW_TYPE_NAVIGATION_VIEW)
                      : NULL;
}

/* Once to whoever comes back. */
static void
tell_ended (HemoWindow *self)
{
  HemoDesk *desk = hemo_window_get_desk (self);
  const gboolean open = hemo_desk_get_session_state (desk) == HEMO_SESSION_OPEN;
  const gboolean told = g_object_get_data (G_OBJECT (self), TOLD) != NULL;

  g_object_set_data (G_OBJECT (self), TOLD, open ? self : NULL);
  if (open && !told && get_view (self) != NULL)
    hemo_export_view_tell (get_view (self), desk);
}

typedef struct
{
  GtkWidget *view;
  char *specimen;
} Show;

static void
show_free (gpointer data)
{
  Show *self = data;

  g_object_unref (self->view);
  g_free (self->specimen);
  g_free (self);
}

static void
show_case_cb (gpointer data)
{
  const Show *show = data;

  gtk_widget_activate_action (show->view, "win.open-case", "s", show->specimen);
}

/* The bench tells it of its own case. */
static gboolean
is_on_bench (HemoWindow *self, const char *specimen)
{
  AdwNavigationPage *page = hemo_window_get_page (self);

  return page != NULL && HEMO_IS_BENCH (page)
         && g_strcmp0 (hemo_bench_case_get_specimen (hemo_bench_get_case (HEMO_BENCH (page))),
                       specimen)
                == 0;
}

/* A field that was captured and could not be saved after its bench was left. */
static void
picture_cb (HemoWindow *self, HemoCaptureJob *job, const GError *error)
{
  GtkWidget *view = get_view (self);
  g_autofree char *text = NULL;
  Show *show;

  if (error == NULL || job->item == NULL || view == NULL
      || is_on_bench (self, job->image->specimen))
    return;
  text = g_strdup_printf (_ ("The field is not saved: %s"), error->message);
  show = g_new0 (Show, 1);
  show->view = g_object_ref (view);
  show->specimen = g_strdup (job->image->specimen);
  hemo_place_toast_action (view, text, _ ("_Show"), show_case_cb, show, show_free);
}

void
hemo_window_news_attach (HemoWindow *self)
{
  g_signal_connect (self, "notify::visible-dialog", G_CALLBACK (dialog_cb), NULL);
  g_signal_connect_object (hemo_window_get_desk (self), "notify::session-state",
                           G_CALLBACK (show_wanted), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hemo_window_get_desk (self), "notify::session-state",
                           G_CALLBACK (tell_ended), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hemo_capture_queue_get (hemo_window_get_desk (self)), "settled",
                           G_CALLBACK (picture_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hemo_desk_get_sender (hemo_window_get_desk (self)), "changed",
                           G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
}
