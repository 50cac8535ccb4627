/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Search, scanner and registration, and pages that open from any place of the window. */

#include "hemo-window-people.h"

#include "hemo-acceptance.h"
#include "hemo-bench.h"
#include "hemo-case-load.h"
#include "hemo-chooser.h"
#include "hemo-courier-page.h"
#include "hemo-export-view.h"
#include "hemo-help.h"
#include "hemo-key-letter.h"
#include "hemo-patient-page.h"
#include "hemo-reading-page.h"
#include "hemo-registration.h"
#include "hemo-scan-filter.h"
#include "hemo-search-dialog.h"
#include "hemo-settings.h"
#include "hemo-settle-view.h"
#include "hemo-shortcuts.h"
#include "hemo-specimen-table.h"
#include "hemo-tour.h"
#include "hemo-worklist.h"

#include <glib/gi18n.h>

/* Among so many the next that waits is looked for. */
#define NEXT_LIMIT 200
#define NEXT_STATES                                                                                \
  ((1u << HEMO_STATE_WAITING) | (1u << HEMO_STATE_COUNTING) | (1u << HEMO_STATE_CRITICAL)          \
   | (1u << HEMO_STATE_TO_SIGN))

static gboolean
is_working (HemoWindow *self)
{
  return hemo_desk_get_session_state (hemo_window_get_desk (self)) == HEMO_SESSION_OPEN;
}

static HemoBench *
get_bench (HemoWindow *self)
{
  AdwNavigationPage *page = hemo_window_get_page (self);

  return page != NULL && HEMO_IS_BENCH (page) ? HEMO_BENCH (page) : NULL;
}

static gboolean
may (HemoWindow *self, HemoAction action)
{
  if (!is_working (self))
    return FALSE;
  if (hemo_desk_may (hemo_window_get_desk (self), action))
    return TRUE;
  hemo_window_toast (self, _ ("Your role does not allow this."));
  return FALSE;
}

static void
search (HemoWindow *self, const char *text, gboolean scanned)
{
  HemoDesk *desk = hemo_window_get_desk (self);
  AdwDialog *dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self));

  if (is_working (self) && scanned && dialog != NULL && HEMO_IS_SEARCH_DIALOG (dialog))
    hemo_search_dialog_scan_on (HEMO_SEARCH_DIALOG (dialog), text);
  if (!is_working (self) || dialog != NULL)
    return;
  adw_dialog_present (ADW_DIALOG (scanned ? hemo_search_dialog_new_scanned (desk, text)
                                          : hemo_search_dialog_new (desk, text)),
                      GTK_WIDGET (self));
}

static void
search_cb (GtkWidget *widget, const char *action, GVariant *text)
{
  search (HEMO_WINDOW (widget), g_variant_get_string (text, NULL), FALSE);
}

static void
open_patient_cb (GtkWidget *widget, const char *action, GVariant *patient)
{
  HemoWindow *self = HEMO_WINDOW (widget);

  if (may (self, HEMO_ACTION_PATIENT_VIEW))
    hemo_window_push (self, hemo_patient_page_new (hemo_window_get_desk (self),
                                                   g_variant_get_string (patient, NULL)));
}

static void
open_reading_cb (GtkWidget *widget, const char *action, GVariant *reading)
{
  HemoWindow *self = HEMO_WINDOW (widget);

  if (may (self, HEMO_ACTION_CASE_VIEW))
    hemo_window_push (self, hemo_reading_page_new (hemo_window_get_desk (self),
                                                   g_variant_get_string (reading, NULL)));
}

static void
new_patient_cb (GtkWidget *widget, const char *action, GVariant *text)
{
  HemoWindow *self = HEMO_WINDOW (widget);

  if (may (self, HEMO_ACTION_PATIENT_EDIT))
    hemo_window_push (self, hemo_registration_new (hemo_window_get_desk (self),
                                                   g_variant_get_string (text, NULL)));
}

static void
edit_patient_cb (GtkWidget *widget, const char *action, GVariant *patient)
{
  HemoWindow *self = HEMO_WINDOW (widget);

  if (may (self, HEMO_ACTION_PATIENT_EDIT))
    hemo_window_push (self, hemo_registration_new_edit (hemo_window_get_desk (self),
                                                        g_variant_get_string (patient, NULL)));
}

/* What a server refused, from the shelf. */
static void
mend_patient_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HemoWindow *self = HEMO_WINDOW (widget);
  const char *patient, *reason;

  g_variant_get (parameter, "(&s&s)", &patient, &reason);
  if (may (self, HEMO_ACTION_PATIENT_EDIT))
    hemo_window_push (self,
                      hemo_registration_new_mend (hemo_window_get_desk (self), patient, reason));
}

static void
new_specimen_cb (GtkWidget *widget, const char *action, GVariant *patient)
{
  HemoWindow *self = HEMO_WINDOW (widget);

  if (may (self, HEMO_ACTION_SPECIMEN_EDIT))
    hemo_window_push (self, hemo_acceptance_new (hemo_window_get_desk (self),
                                                 g_variant_get_string (patient, NULL), NULL));
}

static void
accept_order_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HemoWindow *self = HEMO_WINDOW (widget);
  const char *patient, *order;

  g_variant_get (parameter, "(&s&s)", &patient, &order);
  if (may (self, HEMO_ACTION_SPECIMEN_EDIT))
    hemo_window_push (self, hemo_acceptance_new (hemo_window_get_desk (self), patient, order));
}

static gboolean
next_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_worklist (txn, NEXT_STATES, (HemoDate){ 0 }, NEXT_LIMIT, error);
  return *result != NULL;
}

/* The one after the case that lies on the bench; after the last the first again. */
static const HemoWorkItem *
choose_next (GPtrArray *items, const char *current)
{
  guint next = 0;

  for (guint i = 0; i < items->len; i++)
    if (g_strcmp0 (((HemoWorkItem *)g_ptr_array_index (items, i))->specimen, current) == 0)
      next = (i + 1) % items->len;
  if (items->len == 0
      || g_strcmp0 (((HemoWorkItem *)g_ptr_array_index (items, next))->specimen, current) == 0)
    return NULL;
  return g_ptr_array_index (items, next);
}

static void
next_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = NULL;
  HemoBench *bench = get_bench (self);
  const HemoWorkItem *next;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      hemo_place_show_error (GTK_WIDGET (self), _ ("The Next Case Was Not Found"), error);
      return;
    }
  items = out;
  next = choose_next (
      items, bench != NULL ? hemo_bench_case_get_specimen (hemo_bench_get_case (bench)) : NULL);
  if (next != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.open-case", "s", next->specimen);
  else
    hemo_window_toast (self, _ ("Nothing else waits."));
}

static void
next_case_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HemoWindow *self = HEMO_WINDOW (widget);

  if (may (self, HEMO_ACTION_CASE_VIEW))
    hemo_desk_read_async (hemo_window_get_desk (self), next_job, NULL, NULL,
                          (GDestroyNotify)g_ptr_array_unref, NULL, next_cb, g_object_ref (self));
}

static void
shortcuts_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  hemo_shortcuts_show (widget);
}

static void
help_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AdwNavigationPage *page = hemo_window_get_page (HEMO_WINDOW (widget));

  hemo_help_present (
      widget, page != NULL && HEMO_IS_PLACE (page) ? HEMO_PLACE_GET_CLASS (page)->help : NULL);
}

static void
tour_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  hemo_tour_present (widget);
}

static void
export_case_cb (GtkWidget *widget, const char *action, GVariant *specimen)
{
  HemoWindow *self = HEMO_WINDOW (widget);

  hemo_window_push (self, hemo_export_view_new_for_case (hemo_window_get_desk (self),
                                                         g_variant_get_string (specimen, NULL)));
}

static void
settle_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HemoWindow *self = HEMO_WINDOW (widget);

  hemo_window_push (self, hemo_settle_view_new (hemo_window_get_desk (self)));
}

static void
courier_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HemoWindow *self = HEMO_WINDOW (widget);

  hemo_window_push (self, hemo_courier_page_new (hemo_window_get_desk (self)));
}

void
hemo_window_people_install (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.search", "s", search_cb);
  gtk_widget_class_install_action (klass, "win.open-patient", "s", open_patient_cb);
  gtk_widget_class_install_action (klass, "win.open-reading", "s", open_reading_cb);
  gtk_widget_class_install_action (klass, "win.new-patient", "s", new_patient_cb);
  gtk_widget_class_install_action (klass, "win.edit-patient", "s", edit_patient_cb);
  gtk_widget_class_install_action (klass, "win.mend-patient", "(ss)", mend_patient_cb);
  gtk_widget_class_install_action (klass, "win.new-specimen", "s", new_specimen_cb);
  gtk_widget_class_install_action (klass, "win.accept-order", "(ss)", accept_order_cb);
  gtk_widget_class_install_action (klass, "win.next-case", NULL, next_case_cb);
  gtk_widget_class_install_action (klass, "win.export-case", "s", export_case_cb);
  gtk_widget_class_install_action (klass, "win.settle", NULL, settle_cb);
  gtk_widget_class_install_action (klass, "win.shortcuts", NULL, shortcuts_cb);
  gtk_widget_class_install_action (klass, "win.help", NULL, help_cb);
  gtk_widget_class_install_action (klass, "win.tour", NULL, tour_cb);
  gtk_widget_class_install_action (klass, "win.courier", NULL, courier_cb);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_f, GDK_CONTROL_MASK, "win.search", "s", "");
  gtk_widget_class_add_binding_action (klass, GDK_KEY_n, GDK_CONTROL_MASK, "win.new-patient", "s",
                                       "");
  gtk_widget_class_add_binding_action (klass, GDK_KEY_F5, 0, "win.next-case", NULL);
}

/* Typing: what no entry and no place takes begins a search. */

static gboolean
takes_typing (HemoWindow *self)
{
  AdwNavigationPage *page = hemo_window_get_page (self);
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));

  if (page == NULL || (HEMO_IS_PLACE (page) && HEMO_PLACE_GET_CLASS (page)->takes_typing))
    return TRUE;
  return focus != NULL
         && (GTK_IS_EDITABLE (focus) || GTK_IS_TEXT_VIEW (focus)
             || gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) != NULL);
}

/* GTK finds a shortcut on a layout without Latin letters only when a Latin one is set up beside it.
 */
static gboolean
press_foreign (HemoWindow *self, guint letter)
{
  GtkWidget *widget = GTK_WIDGET (self);

  switch (letter)
    {
    case GDK_KEY_f:
      return gtk_widget_activate_action (widget, "win.search", "s", "");
    case GDK_KEY_n:
      return gtk_widget_activate_action (widget, "win.new-patient", "s", "");
    case GDK_KEY_l:
      return gtk_widget_activate_action (widget, "win.lock", NULL);
    case GDK_KEY_q:
      return gtk_widget_activate_action (widget, "app.quit", NULL);
    case GDK_KEY_z:
      /* What was typed has its own undo. */
      return !takes_typing (self) && gtk_widget_activate_action (widget, "win.undo", NULL);
    default:
      return letter >= GDK_KEY_1 && letter <= GDK_KEY_9
             && gtk_widget_activate_action (widget, "win.go-number", "i", letter - GDK_KEY_0);
    }
}

static gboolean
typed_cb (GtkEventControllerKey *controller,
          guint keyval,
          guint keycode,
          GdkModifierType state,
          gpointer data)
{
  HemoWindow *self = data;
  AdwDialog *dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self));
  gunichar character = gdk_keyval_to_unicode (keyval);
  const guint letter = hemo_key_letter (keyval, keycode);
  char text[8] = "";

  if ((state & GDK_CONTROL_MASK) != 0 && letter != keyval && dialog == NULL)
    return press_foreign (self, letter);
  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0
      || !g_unichar_isgraph (character) || !is_working (self) || takes_typing (self)
      || (dialog != NULL && !HEMO_IS_SEARCH_DIALOG (dialog)))
    return GDK_EVENT_PROPAGATE;
  text[g_unichar_to_utf8 (character, text)] = '\0';
  if (dialog != NULL)
    hemo_search_dialog_append (HEMO_SEARCH_DIALOG (dialog), text);
  else
    search (self, text, FALSE);
  return GDK_EVENT_STOP;
}

/* Scans */

typedef struct
{
  GWeakRef window;
  char *text;
  /* Where it was scanned, for what is no specimen of ours. */
  GWeakRef place;
} Scanned;

static void
scanned_free (Scanned *self)
{
  g_weak_ref_clear (&self->window);
  g_weak_ref_clear (&self->place);
  g_free (self->text);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scanned, scanned_free)

static gboolean
find_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_specimen_find (txn, data, error);
  return *result != NULL;
}

/* Tells the place, then who scanned. */
static void
no_specimen (HemoWindow *self, HemoPlace *place, const char *text)
{
  g_autofree char *message = NULL;

  if (place != NULL && hemo_place_take_scan (place, text))
    return;
  if (HEMO_IS_BENCH (hemo_window_get_page (self)))
    {
      /* Translators: a bar code that is no number of a specimen */
      message = g_strdup_printf (_ ("“%s” is no specimen of this clinic."), text);
      hemo_window_toast (self, message);
      return;
    }
  search (self, text, TRUE);
}

static void
other_case_cb (AdwAlertDialog *dialog, const char *response, gpointer self)
{
  if (g_str_equal (response, "open"))
    gtk_widget_activate_action (self, "win.open-case", "s",
                                g_object_get_data (G_OBJECT (dialog), "specimen"));
}

static void
ask_for_other_case (HemoWindow *self, const HemoSpecimen *specimen, const HemoCase *current)
{
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Another Specimen Was Scanned"), NULL);
  g_autofree char *name = hemo_patient_display_name (current->patient);

  adw_alert_dialog_format_body (
      ADW_ALERT_DIALOG (dialog),
      /* Translators: number of the specimen on the bench, its patient's name, number that was
       * scanned */
      _ ("On the bench lies %s of %s. What was scanned is %s. Everything that was counted is "
         "saved."),
      current->specimen->accession, name, specimen->accession);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "stay", _ ("_Stay Here"), "open",
                                  _ ("_Open the Other"), NULL);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "stay");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "stay");
  g_object_set_data_full (G_OBJECT (dialog), "specimen", g_strdup (specimen->uuid), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (other_case_cb), self, 0);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
open_scanned (HemoWindow *self, const HemoSpecimen *specimen)
{
  HemoBench *bench = get_bench (self);
  const HemoCase *current
      = bench != NULL ? hemo_bench_case_get (hemo_bench_get_case (bench)) : NULL;
  const char *tube = specimen->parent != NULL ? specimen->parent : specimen->uuid;
  AdwDialog *dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self));

  if (current != NULL && g_strcmp0 (current->specimen->uuid, tube) == 0)
    {
      hemo_window_toast (self, _ ("This specimen is on the bench."));
      return;
    }
  if (dialog != NULL && HEMO_IS_SEARCH_DIALOG (dialog))
    adw_dialog_close (dialog);
  if (current != NULL)
    ask_for_other_case (self, specimen, current);
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "win.open-case", "s", specimen->uuid);
}

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Scanned) scanned = data;
  g_autoptr (HemoWindow) self = g_weak_ref_get (&scanned->window);
  g_autoptr (HemoPlace) place = g_weak_ref_get (&scanned->place);
  g_autoptr (HemoSpecimen) specimen = NULL;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;
  gboolean found = hemo_desk_finish (HEMO_DESK (source), result, &out, &error);

  specimen = out;
  if (self == NULL || !is_working (self))
    return;
  if (found)
    open_scanned (self, specimen);
  else if (g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND))
    no_specimen (self, place, scanned->text);
  else
    hemo_place_show_error (GTK_WIDGET (self), _ ("The Specimen Was Not Found"), error);
}

static void
look_up (HemoWindow *self, HemoPlace *place, const char *text)
{
  Scanned *scanned = g_new0 (Scanned, 1);

  g_weak_ref_init (&scanned->window, self);
  g_weak_ref_init (&scanned->place, place);
  scanned->text = g_strdup (text);
  hemo_desk_read_async (hemo_window_get_desk (self), find_job, g_strdup (text), g_free,
                        (GDestroyNotify)hemo_specimen_free, NULL, looked_up_cb, scanned);
}

/* Whatever a dialog asks, a label is no answer to it: it is typed into no entry there and presses
 * no button. The search is where one scans. */
static gboolean
refuse_in_dialog (HemoWindow *self, const char *text)
{
  AdwDialog *dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self));
  g_autofree char *message = NULL;

  if (dialog == NULL || HEMO_IS_SEARCH_DIALOG (dialog))
    return FALSE;
  /* Translators: what a bar code says, scanned while a dialog is open */
  message = g_strdup_printf (_ ("“%s” was scanned and not used: finish what is asked here, then "
                                "scan again."),
                             text);
  hemo_window_toast (self, message);
  gtk_accessible_announce (GTK_ACCESSIBLE (dialog), message,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
  gtk_widget_error_bell (GTK_WIDGET (dialog));
  return TRUE;
}

/* FALSE lets the keys go: somebody scanned into an entry on purpose. */
static gboolean
scanned_cb (HemoScanFilter *filter, const char *text, const char *plain, gpointer data)
{
  HemoWindow *self = data;
  AdwNavigationPage *page = hemo_window_get_page (self);
  HemoPlace *place = page != NULL && HEMO_IS_PLACE (page) ? HEMO_PLACE (page) : NULL;
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));

  if (refuse_in_dialog (self, text))
    return TRUE;
  if (hemo_accession_is_plausible (text) || hemo_accession_is_plausible (plain))
    {
      look_up (self, place, hemo_accession_is_plausible (text) ? text : plain);
      return TRUE;
    }
  if (place != NULL && hemo_place_take_scan (place, text))
    return TRUE;
  if (focus != NULL && (GTK_IS_EDITABLE (focus) || GTK_IS_TEXT_VIEW (focus)))
    return FALSE;
  no_specimen (self, NULL, text);
  return TRUE;
}

static void
session_cb (HemoScanFilter *filter, GParamSpec *pspec, HemoDesk *desk)
{
  hemo_scan_filter_set_active (filter, hemo_desk_get_session_state (desk) == HEMO_SESSION_OPEN);
}

/* What an answer opened that came after the lock: it would show a patient to whoever stands there.
 * Before the next frame. */
static gboolean
clear_door_cb (gpointer data)
{
  g_autoptr (HemoWindow) self = data;
  HemoDesk *desk = hemo_window_get_desk (self);
  g_autoptr (GListModel) dialogs
      = adw_application_window_get_dialogs (ADW_APPLICATION_WINDOW (self));

  if (desk == NULL || hemo_desk_get_session_state (desk) != HEMO_SESSION_LOCKED)
    return G_SOURCE_REMOVE;
  for (guint i = g_list_model_get_n_items (dialogs); i-- > 0;)
    {
      g_autoptr (AdwDialog) dialog = g_list_model_get_item (dialogs, i);

      if (dialog != NULL && !hemo_place_may_lie_over_door (dialog))
        adw_dialog_force_close (dialog);
    }
  return G_SOURCE_REMOVE;
}

static void
dialog_cb (HemoWindow *self, GParamSpec *pspec, HemoScanFilter *filter)
{
  AdwDialog *dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self));

  if (dialog == NULL)
    return;
  g_idle_add_full (G_PRIORITY_HIGH, clear_door_cb, g_object_ref (self), NULL);
  if (g_object_get_data (G_OBJECT (dialog), "scan-filter") != NULL)
    return;
  g_object_set_data (G_OBJECT (dialog), "scan-filter", filter);
  hemo_scan_filter_watch (filter, GTK_WIDGET (dialog));
}

void
hemo_window_people_attach (HemoWindow *self)
{
  HemoDesk *desk = hemo_window_get_desk (self);
  g_autoptr (GSettings) settings = hemo_settings_new ();
  g_autofree char *prefix = g_settings_get_string (settings, "scan-prefix");
  HemoScanFilter *filter = hemo_scan_filter_new (GTK_WIDGET (self), prefix);
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_object_set_data_full (G_OBJECT (self), "scan-filter", filter, g_object_unref);
  g_signal_connect_object (filter, "scanned", G_CALLBACK (scanned_cb), self, 0);
  g_signal_connect_object (self, "notify::visible-dialog", G_CALLBACK (dialog_cb), filter, 0);
  g_signal_connect_object (desk, "notify::session-state", G_CALLBACK (session_cb), filter,
                           G_CONNECT_SWAPPED);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (typed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/* Choosers of files and printers have windows of their own, over the door as well. */
static void
close_others (HemoWindow *self)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  /* One may take another with it. */
  for (GList *l = windows; l != NULL; l = l->next)
    g_object_ref (l->data);
  for (GList *l = windows; l != NULL; l = l->next)
    {
      g_autoptr (GtkWindow) window = l->data;

      if (window != GTK_WINDOW (self) && gtk_widget_get_visible (GTK_WIDGET (window)))
        gtk_window_close (window);
    }
}

void
hemo_window_close_dialogs (HemoWindow *window)
{
  AdwApplicationWindow *over = ADW_APPLICATION_WINDOW (window);
  AdwDialog *dialog;

  hemo_chooser_close_all (GTK_WINDOW (window));
  close_others (window);
  while ((dialog = adw_application_window_get_visible_dialog (over)) != NULL)
    adw_dialog_force_close (dialog);
}
