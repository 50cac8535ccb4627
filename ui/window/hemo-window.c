/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The main window: who is at the door, which place is seen, and when the screen locks. */

#include "hemo-window.h"

#include "hemo-bench.h"
#include "hemo-computer.h"
#include "hemo-door.h"
#include "hemo-first-run.h"
#include "hemo-format.h"
#include "hemo-mnemonic.h"
#include "hemo-settings-view.h"
#include "hemo-settings.h"
#include "hemo-tour.h"
#include "hemo-watch.h"
#include "hemo-window-idle.h"
#include "hemo-window-leave.h"
#include "hemo-window-news.h"
#include "hemo-window-people.h"
#include "hemo-window-show.h"

#include <glib/gi18n.h>

/* How often the idle time is looked at. */
#define IDLE_CHECK_SECONDS 5

struct _HemoWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  GtkStack *stack;
  AdwStatusPage *wait_page;
  AdwBin *door;
  AdwBanner *computer_banner;
  AdwNavigationSplitView *split;
  AdwBreakpoint *narrow;
  AdwNavigationPage *sidebar_page;
  GtkListBox *places;
  AdwAvatar *avatar;
  GtkLabel *user_name;
  GtkLabel *user_role;
  AdwNavigationView *view;

  HemoDesk *desk;
  GSettings *settings;
  /* Name of a place to its page, for as long as one person is signed in. */
  GHashTable *pages;
  char *user;
  gint64 last_input;
  gint64 looked_at;
  guint idle_source;
  gboolean first_run;
  gboolean made_here;
  gboolean closing;
  gboolean quitting;
};

G_DEFINE_FINAL_TYPE (HemoWindow, hemo_window, ADW_TYPE_APPLICATION_WINDOW)

static const HemoPlaceInfo *
find_place (const char *name)
{
  for (const HemoPlaceInfo *info = hemo_window_places; info->name != NULL; info++)
    if (g_strcmp0 (info->name, name) == 0)
      return info;
  return NULL;
}

static gboolean
may_see (HemoWindow *self, const HemoPlaceInfo *info)
{
  return info->needs == HEMO_ACTIONS || hemo_desk_may (self->desk, info->needs);
}

static void
select_row (HemoWindow *self, const char *name)
{
  for (int i = 0;; i++)
    {
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->places, i);

      if (row == NULL)
        return;
      if (g_strcmp0 (gtk_widget_get_name (GTK_WIDGET (row)), name) == 0)
        gtk_list_box_select_row (self->places, row);
    }
}

static void
forget_places (HemoWindow *self)
{
  GHashTableIter pages;
  gpointer page;

  adw_navigation_view_replace (self->view, NULL, 0);
  g_hash_table_iter_init (&pages, self->pages);
  while (g_hash_table_iter_next (&pages, NULL, &page))
    {
      adw_navigation_view_remove (self->view, page);
      g_hash_table_iter_remove (&pages);
    }
}

static void
go (HemoWindow *self, const char *name)
{
  const HemoPlaceInfo *info = find_place (name);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  AdwNavigationPage *page;

  if (info == NULL || !may_see (self, info))
    return;
  page = g_hash_table_lookup (self->pages, name);
  if (page == NULL)
    {
      page = g_object_ref_sink (
          g_object_new (info->get_type (), "desk", self->desk, "title", _ (info->title), NULL));
      g_hash_table_insert (self->pages, g_strdup (name), page);
      /* It stays in the view when another is shown: what comes back is not set up a second time. */
      adw_navigation_view_add (self->view, page);
    }
  if (adw_navigation_view_get_visible_page (self->view) != page)
    {
      /* GTK would keep as focus, until it draws, what goes with its page, and keys would go there.
       */
      if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->view)))
        gtk_window_set_focus (GTK_WINDOW (self), NULL);
      adw_navigation_view_replace (self->view, &page, 1);
    }
  select_row (self, name);
  adw_navigation_split_view_set_show_content (self->split, TRUE);
  if (gtk_window_get_focus (GTK_WINDOW (self)) == NULL)
    gtk_widget_child_focus (GTK_WIDGET (page), GTK_DIR_TAB_FORWARD);
}

static void
go_cb (GtkWidget *widget, const char *action, GVariant *name)
{
  go (HEMO_WINDOW (widget), g_variant_get_string (name, NULL));
}

static void
servers_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HemoWindow *self = HEMO_WINDOW (widget);
  gpointer page;

  go (self, "settings");
  page = g_hash_table_lookup (self->pages, "settings");
  if (page != NULL)
    hemo_settings_view_open_servers (page);
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, gpointer self)
{
  go (self, gtk_widget_get_name (GTK_WIDGET (row)));
}

static void
back_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  adw_navigation_view_pop (HEMO_WINDOW (widget)->view);
}

HemoDesk *
hemo_window_get_desk (HemoWindow *self)
{
  return self->desk;
}

AdwNavigationPage *
hemo_window_get_page (HemoWindow *self)
{
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "work") != 0)
    return NULL;
  return adw_navigation_view_get_visible_page (self->view);
}

void
hemo_window_toast (HemoWindow *self, const char *text)
{
  hemo_place_toast (GTK_WIDGET (self->stack), text);
}

void
hemo_window_push (HemoWindow *self, gpointer page)
{
  adw_navigation_view_push (self->view, page);
  adw_navigation_split_view_set_show_content (self->split, TRUE);
}

static void
open_case_cb (GtkWidget *widget, const char *action, GVariant *specimen)
{
  HemoWindow *self = HEMO_WINDOW (widget);
  AdwNavigationPage *page = adw_navigation_view_get_visible_page (self->view);

  /* One case lies on the bench at a time. */
  if (page != NULL && HEMO_IS_BENCH (page))
    adw_navigation_view_pop (self->view);
  hemo_window_push (self, hemo_bench_new (self->desk, g_variant_get_string (specimen, NULL)));
}

/* The bench needs the width, and a narrow window has none: there the side bar comes and goes. */
static void
place_side_bar (HemoWindow *self)
{
  AdwNavigationPage *page = adw_navigation_view_get_visible_page (self->view);
  gboolean narrow = adw_application_window_get_current_breakpoint (ADW_APPLICATION_WINDOW (self))
                    == self->narrow;

  adw_navigation_split_view_set_collapsed (self->split,
                                           narrow || (page != NULL && HEMO_IS_BENCH (page)));
}

/* Another person begins with nothing of the one before. */
static void
begin_work (HemoWindow *self)
{
  HemoSession *session = hemo_desk_get_session (self->desk);
  const char *name = hemo_session_get_name (session);
  const HemoClinicInfo *info = hemo_desk_get_info (self->desk);
  guint number = 0;

  if (info != NULL)
    adw_navigation_page_set_title (self->sidebar_page, info->name);
  if (g_strcmp0 (self->user, hemo_session_get_user (session)) == 0)
    return;
  g_set_str (&self->user, hemo_session_get_user (session));
  adw_avatar_set_text (self->avatar, name);
  gtk_label_set_text (self->user_name, name);
  gtk_label_set_text (self->user_role, hemo_format_role (hemo_session_get_role (session)));
  forget_places (self);
  gtk_list_box_remove_all (self->places);
  for (const HemoPlaceInfo *place = hemo_window_places; place->name != NULL; place++)
    if (may_see (self, place))
      gtk_list_box_append (self->places, hemo_window_place_row (self->desk, place, ++number));
  go (self, hemo_window_places[0].name);
}

/* A dialog lies over everything, the locked screen as well. */
static void
show_door (HemoWindow *self)
{
  hemo_window_close_dialogs (self);
  adw_toast_overlay_dismiss_all (self->toasts);
  adw_bin_set_child (self->door, GTK_WIDGET (hemo_door_new (self->desk)));
  gtk_stack_set_visible_child_name (self->stack, "door");
}

/* Nothing behind the door is changed from before it. */
static void
allow_work (HemoWindow *self)
{
  static const char *const names[]
      = { "win.go",          "win.go-number", "win.back",    "win.open-case",
          "win.export-case", "win.settle",    "win.courier", "win.undo" };
  gboolean open = hemo_desk_get_session_state (self->desk) == HEMO_SESSION_OPEN;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), names[i], open);
}

/* Once on a computer, to who made or brought the clinic; the main menu has it for everybody. */
static void
show_tour (HemoWindow *self)
{
  if (self->made_here && !g_settings_get_boolean (self->settings, "tour-shown"))
    hemo_tour_present (GTK_WIDGET (self));
  if (self->made_here)
    g_settings_set_boolean (self->settings, "tour-shown", TRUE);
  self->made_here = FALSE;
}

static void
session_cb (HemoWindow *self)
{
  allow_work (self);
  if (self->closing || self->first_run)
    return;
  self->last_input = hemo_window_idle_now ();
  switch (hemo_desk_get_session_state (self->desk))
    {
    case HEMO_SESSION_OPEN:
      begin_work (self);
      gtk_stack_set_visible_child_name (self->stack, "work");
      adw_bin_set_child (self->door, NULL);
      show_tour (self);
      break;
    case HEMO_SESSION_LOCKED:
      show_door (self);
      break;
    case HEMO_SESSION_NONE:
      g_clear_pointer (&self->user, g_free);
      show_door (self);
      /* What a place tells as it goes is read at the door. */
      forget_places (self);
      break;
    default:
      break;
    }
}

static void
show_status (HemoWindow *self, const char *icon, const char *title, const char *description)
{
  adw_status_page_set_child (self->wait_page, NULL);
  adw_status_page_set_icon_name (self->wait_page, icon);
  adw_status_page_set_title (self->wait_page, title);
  adw_status_page_set_description (self->wait_page, description);
  gtk_stack_set_visible_child_name (self->stack, "wait");
}

/* The first run has signed in, or the clinic was brought back and nobody is yet. */
static void
first_run_done_cb (HemoWindow *self)
{
  self->first_run = FALSE;
  session_cb (self);
}

static void
show_first_run (HemoWindow *self)
{
  HemoFirstRun *first_run = hemo_first_run_new (self->desk);

  self->first_run = TRUE;
  self->made_here = TRUE;
  g_signal_connect_object (first_run, "done", G_CALLBACK (first_run_done_cb), self,
                           G_CONNECT_SWAPPED);
  adw_bin_set_child (self->door, GTK_WIDGET (first_run));
  gtk_stack_set_visible_child_name (self->stack, "door");
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoWindow) self = data;
  g_autoptr (GError) error = NULL;

  if (hemo_desk_finish (HEMO_DESK (source), result, NULL, &error))
    show_door (self);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    show_first_run (self);
  else
    {
      /* A description is markup, a title is not. */
      g_autofree char *message = g_markup_escape_text (error->message, -1);

      show_status (self, "dialog-warning-symbolic", _ ("The Clinic Cannot Be Opened"), message);
    }
  hemo_window_show_ready (self);
}

static void
lock_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  hemo_desk_lock (HEMO_WINDOW (widget)->desk);
}

/* Whatever is under way is broken off where it can go on, off main. */
static void
sender_ended_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoWindow) self = data;

  hemo_watch_end ();
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
signed_out_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoWindow) self = data;
  g_autoptr (GError) error = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, NULL, &error) && !self->closing)
    hemo_place_show_error (GTK_WIDGET (self), _ ("Signing Out Was Not Recorded"), error);
  if (self->closing)
    hemo_sender_end_async (hemo_desk_get_sender (self->desk), sender_ended_cb, g_object_ref (self));
}

static void
sign_out (HemoWindow *self)
{
  hemo_desk_sign_out_async (self->desk, signed_out_cb, g_object_ref (self));
}

static void
sign_out_anyway_cb (AdwAlertDialog *dialog, const char *response, gpointer self)
{
  if (g_str_equal (response, "sign-out"))
    sign_out (self);
}

static void
sign_out_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  if (!hemo_window_ask_sign_out (HEMO_WINDOW (widget), G_CALLBACK (sign_out_anyway_cb)))
    sign_out (HEMO_WINDOW (widget));
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoWindow) self = data;
  g_autofree char *text = hemo_computer_look_finish (result);

  if (self->computer_banner == NULL)
    return;
  if (text != NULL)
    adw_banner_set_title (self->computer_banner, text);
  adw_banner_set_revealed (self->computer_banner, text != NULL);
}

/* Each minute, and at the first turn. */
static void
look_at_computer (HemoWindow *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->looked_at != 0 && now - self->looked_at < 60 * G_USEC_PER_SEC)
    return;
  self->looked_at = now;
  hemo_computer_look_async (hemo_desk_get_directory (self->desk), looked_cb, g_object_ref (self));
}

static gboolean
lock_when_idle (HemoWindow *self)
{
  return hemo_window_idle_lock (self->desk, self->last_input,
                                g_settings_get_uint (self->settings, "lock-after"));
}

static gboolean
idle_cb (gpointer data)
{
  lock_when_idle (data);
  look_at_computer (data);
  return G_SOURCE_CONTINUE;
}

/* The first touch after a sleep comes before idle_cb(), and is not of who was there before it. */
static gboolean
input_cb (GtkEventControllerLegacy *controller, GdkEvent *event, gpointer data)
{
  if (!hemo_window_idle_is_input (event))
    return GDK_EVENT_PROPAGATE;
  if (lock_when_idle (data))
    return GDK_EVENT_STOP;
  HEMO_WINDOW (data)->last_input = hemo_window_idle_now ();
  return GDK_EVENT_PROPAGATE;
}

static void
close_now (HemoWindow *self)
{
  self->closing = TRUE;
  if (hemo_desk_get_session (self->desk) == NULL)
    hemo_sender_end_async (hemo_desk_get_sender (self->desk), sender_ended_cb, g_object_ref (self));
  else
    sign_out (self);
  /* Nobody works on, and nobody looks on, while what was done is being saved. */
  hemo_window_close_dialogs (self);
  gtk_stack_set_visible_child_name (self->stack, "wait");
}

/* Whether what waits is sent although the window is closed: when a person wants it. */
static gboolean
goes_on (HemoWindow *self)
{
  g_autoptr (HemoSyncStatus) status = hemo_sender_get_status (hemo_desk_get_sender (self->desk));

  return !self->quitting && !self->first_run && status != NULL
         && g_settings_get_boolean (self->settings, "send-in-background");
}

/* Nobody is signed in behind a window that is not there. */
static void
hide_window (HemoWindow *self)
{
  /* First, so that no dialog takes its closing for an answer. */
  if (hemo_desk_get_session (self->desk) != NULL)
    sign_out (self);
  hemo_window_close_dialogs (self);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  hemo_window_news_tell_hidden (self);
}

static void
close_anyway_cb (AdwAlertDialog *dialog, const char *response, gpointer data)
{
  HemoWindow *self = data;

  self->quitting = FALSE;
  if (g_str_equal (response, "close"))
    close_now (self);
}

static gboolean
hemo_window_close_request (GtkWindow *window)
{
  HemoWindow *self = HEMO_WINDOW (window);
  const char *busy = hemo_desk_get_busy (self->desk);

  if (self->closing)
    return TRUE;
  if (busy == NULL)
    {
      if (goes_on (self))
        hide_window (self);
      else
        close_now (self);
      return TRUE;
    }
  hemo_window_ask_close (self, busy, G_CALLBACK (close_anyway_cb));
  return TRUE;
}

void
hemo_window_quit (HemoWindow *self)
{
  self->quitting = TRUE;
  /* What it may ask is asked where it is seen. */
  if (hemo_desk_get_busy (self->desk) != NULL)
    gtk_window_present (GTK_WINDOW (self));
  hemo_window_close_request (GTK_WINDOW (self));
}

static void
hemo_window_dispose (GObject *object)
{
  HemoWindow *self = HEMO_WINDOW (object);

  g_clear_handle_id (&self->idle_source, g_source_remove);
  /* Else GTK looks for a new focus in the very place that goes, and holds on to it for good. */
  gtk_window_set_focus (GTK_WINDOW (self), NULL);
  /* Places go while the window still stands, as their lists look for it. */
  if (self->view != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->view, self);
      forget_places (self);
    }
  g_clear_pointer (&self->pages, g_hash_table_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_WINDOW);
  g_clear_object (&self->desk);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->user, g_free);
  G_OBJECT_CLASS (hemo_window_parent_class)->dispose (object);
}

/* What the last toast offers to undo, while it is seen. */
static void
undo_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HemoWindow *self = HEMO_WINDOW (widget);
  g_autoptr (AdwToast) toast = g_object_steal_data (G_OBJECT (self->toasts), "last-undo");

  if (toast == NULL)
    return;
  g_signal_emit_by_name (toast, "button-clicked");
  adw_toast_dismiss (toast);
}

/* The rows of the side bar by their number; Alt and a number is for the tabs of a place. */
static void
go_number_cb (GtkWidget *widget, const char *action, GVariant *number)
{
  HemoWindow *self = HEMO_WINDOW (widget);
  GtkListBoxRow *row
      = gtk_list_box_get_row_at_index (self->places, g_variant_get_int32 (number) - 1);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (row == NULL)
    return;
  /* A place's own keys are heard from within it alone. */
  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->sidebar_page)))
    gtk_window_set_focus (GTK_WINDOW (self), NULL);
  go (self, gtk_widget_get_name (GTK_WIDGET (row)));
}

static void
install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.go", "s", go_cb);
  gtk_widget_class_install_action (klass, "win.servers", NULL, servers_cb);
  gtk_widget_class_install_action (klass, "win.back", NULL, back_cb);
  gtk_widget_class_install_action (klass, "win.open-case", "s", open_case_cb);
  gtk_widget_class_install_action (klass, "win.lock", NULL, lock_cb);
  gtk_widget_class_install_action (klass, "win.sign-out", NULL, sign_out_cb);
  gtk_widget_class_install_action (klass, "win.undo", NULL, undo_cb);
  gtk_widget_class_install_action (klass, "win.go-number", "i", go_number_cb);
  hemo_window_people_install (klass);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_z, GDK_CONTROL_MASK, "win.undo", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_F1, 0, "win.help", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_question, GDK_CONTROL_MASK, "win.shortcuts",
                                       NULL);
  for (int i = 1; i <= 9; i++)
    gtk_widget_class_add_binding_action (klass, GDK_KEY_0 + (guint)i, GDK_CONTROL_MASK,
                                         "win.go-number", "i", i);
}

static void
hemo_window_class_init (HemoWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = hemo_window_close_request;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hemogram/Hemogram/window/hemo-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, HemoWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, HemoWindow, wait_page);
  gtk_widget_class_bind_template_child (widget_class, HemoWindow, door);
  gtk_widget_class_bind_template_child (widget_class, HemoWindow, computer_banner);
  gtk_widget_class_bind_template_child (widget_class, HemoWindow, split);
  gtk_widget_class_bind_template_child (widget_class, HemoWindow, narrow);
  gtk_widget_class_bind_template_child (widget_class, HemoWindow, sidebar_page);
  gtk_widget_class_bind_template_child (widget_class, HemoWindow, places);
  gtk_widget_class_bind_template_child (widget_class, HemoWindow, avatar);
  gtk_widget_class_bind_template_child (widget_class, HemoWindow, user_name);
  gtk_widget_class_bind_template_child (widget_class, HemoWindow, user_role);
  gtk_widget_class_bind_template_child (widget_class, HemoWindow, view);
  install_actions (widget_class);
}

static void
add_key (GtkShortcutController *controller, guint keyval, const char *action)
{
  gtk_shortcut_controller_add_shortcut (
      controller, gtk_shortcut_new (gtk_keyval_trigger_new (keyval, GDK_CONTROL_MASK),
                                    gtk_named_action_new (action)));
}

/* What works everywhere, and whatever is typed or clicked counts as being there. */
static void
watch_keys (HemoWindow *self, GtkWidget *widget)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();
  GtkEventController *input = gtk_event_controller_legacy_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  add_key (GTK_SHORTCUT_CONTROLLER (keys), GDK_KEY_l, "win.lock");
  add_key (GTK_SHORTCUT_CONTROLLER (keys), GDK_KEY_q, "app.quit");
  gtk_widget_add_controller (widget, keys);
  hemo_mnemonic_hear (widget);
  gtk_event_controller_set_propagation_phase (input, GTK_PHASE_CAPTURE);
  g_signal_connect_object (input, "event", G_CALLBACK (input_cb), self, 0);
  gtk_widget_add_controller (widget, input);
}

/* A dialog lets nothing through to the window. */
static void
dialog_cb (HemoWindow *self)
{
  AdwDialog *dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self));

  if (dialog == NULL || g_object_get_data (G_OBJECT (dialog), "watched") != NULL)
    return;
  g_object_set_data (G_OBJECT (dialog), "watched", self);
  watch_keys (self, GTK_WIDGET (dialog));
}

static void
hemo_window_init (HemoWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->pages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->settings = hemo_settings_new ();
  watch_keys (self, GTK_WIDGET (self));
  g_signal_connect (self, "notify::visible-dialog", G_CALLBACK (dialog_cb), NULL);
  g_signal_connect (self->places, "row-activated", G_CALLBACK (row_activated_cb), self);
  g_signal_connect_object (self->view, "notify::visible-page", G_CALLBACK (place_side_bar), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self, "notify::current-breakpoint", G_CALLBACK (place_side_bar), self);
  self->idle_source = g_timeout_add_seconds (IDLE_CHECK_SECONDS, idle_cb, self);
}

HemoWindow *
hemo_window_new (AdwApplication *application, const char *directory)
{
  HemoWindow *self = g_object_new (HEMO_TYPE_WINDOW, "application", application, NULL);

  self->desk = hemo_desk_new (directory);
  g_signal_connect_object (self->desk, "notify::session-state", G_CALLBACK (session_cb), self,
                           G_CONNECT_SWAPPED);
  allow_work (self);
  hemo_window_people_attach (self);
  hemo_window_news_attach (self);
  g_signal_connect (self, "map", G_CALLBACK (hemo_window_news_tell_shown), NULL);
  hemo_desk_open_async (self->desk, opened_cb, g_object_ref (self));
  return self;
}
