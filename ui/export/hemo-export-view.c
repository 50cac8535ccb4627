/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks what goes where, shows how far it is, and says in large type when the stick may go. */

#include "hemo-export-view.h"

#include "hemo-date-entry.h"
#include "hemo-entry.h"
#include "hemo-export-file.h"
#include "hemo-export-run.h"
#include "hemo-list-words.h"
#include "hemo-settings.h"
#include "hemo-stick-picker.h"

#include <glib/gi18n.h>

struct _HemoExportView
{
  HemoPlace parent_instance;

  GtkStack *stack;
  HemoStickPicker *picker;
  AdwActionRow *day_row;
  GtkCheckButton *day_check;
  HemoDateEntry *day;
  AdwActionRow *numbers_row;
  GtkCheckButton *numbers_check;
  GtkEntry *numbers;
  AdwSwitchRow *pdf;
  AdwSwitchRow *csv;
  AdwSwitchRow *fhir;
  AdwSwitchRow *images;
  AdwPasswordEntryRow *password;
  AdwPasswordEntryRow *again;
  GtkLabel *hint;
  GtkButton *write;
  GtkProgressBar *bar;
  HemoExportFiles *progress_files;
  GtkButton *cancel;
  AdwStatusPage *done_page;
  GtkLabel *arrived;
  HemoExportFiles *files;
  GtkButton *again_button;
  GtkButton *finish;

  GSettings *settings;
  /* The last that was shown here, and whether it was begun here. */
  HemoExportRun *run;
  gboolean own;
  /* The row that was brought into sight. */
  guint shown_file;
};

G_DEFINE_FINAL_TYPE (HemoExportView, hemo_export_view, HEMO_TYPE_PLACE)

static HemoExportFormats
chosen_formats (HemoExportView *self)
{
  return (adw_switch_row_get_active (self->pdf) ? HEMO_EXPORT_PDF : 0)
         | (adw_switch_row_get_active (self->csv) ? HEMO_EXPORT_CSV : 0)
         | (adw_switch_row_get_active (self->fhir) ? HEMO_EXPORT_FHIR : 0)
         | (adw_switch_row_get_active (self->images) ? HEMO_EXPORT_IMAGES : 0);
}

/* Why nothing can be written yet; NULL when it can. */
static const char *
find_hindrance (HemoExportView *self)
{
  const char *password = gtk_editable_get_text (GTK_EDITABLE (self->password));
  HemoDate day;

  if (hemo_stick_picker_get_path (self->picker) == NULL)
    return _ ("Plug a stick in, or choose a folder.");
  if (gtk_check_button_get_active (self->day_check) && !hemo_date_entry_get_date (self->day, &day))
    return hemo_checked_entry_is_empty (HEMO_CHECKED_ENTRY (self->day))
               ? _ ("Type the day of receipt.")
               : hemo_checked_entry_get_message (HEMO_CHECKED_ENTRY (self->day));
  if (gtk_check_button_get_active (self->numbers_check)
      && *gtk_editable_get_text (GTK_EDITABLE (self->numbers)) == '\0')
    return _ ("Type or scan the number of a specimen.");
  if (chosen_formats (self) == 0)
    return _ ("Switch on what is to be written.");
  if (*password != '\0'
      && !g_str_equal (password, gtk_editable_get_text (GTK_EDITABLE (self->again))))
    return _ ("Type the same password twice.");
  return NULL;
}

static void
check_cb (HemoExportView *self)
{
  const char *hindrance = find_hindrance (self);
  gboolean with_password = *gtk_editable_get_text (GTK_EDITABLE (self->password)) != '\0';
  g_autofree char *name = g_strdup (hemo_stick_picker_get_name (self->picker));
  g_autofree char *ready = g_strdup_printf (_ ("To %s, then read back."), name != NULL ? name : "");

  gtk_widget_set_visible (GTK_WIDGET (self->again), with_password);
  gtk_label_set_text (self->hint, hindrance != NULL ? hindrance : ready);
  gtk_widget_set_sensitive (GTK_WIDGET (self->write), hindrance == NULL);
}

static GStrv
split_numbers (const char *text)
{
  g_auto (GStrv) parts = g_strsplit_set (text, " ,;\t\n", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (gsize i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_strv_builder_add (builder, parts[i]);
  return g_strv_builder_end (builder);
}

/* Which cases arrived, in words. (transfer full) */
static char *
describe_cases (HemoExportRun *run)
{
  g_auto (GStrv) cases = hemo_export_run_list_arrived (run);
  g_autofree char *list = cases != NULL ? hemo_list_say (cases) : NULL;
  guint count = cases != NULL ? g_strv_length (cases) : 0;

  if (cases == NULL)
    return g_strdup ("");
  if (count == 0)
    return g_strdup (_ ("No case arrived whole."));
  return g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%u case arrived: %s.", "%u cases arrived: %s.", count), count,
      list);
}

/* What was left out without being a failure, in words. (transfer full) */
static char *
describe_elsewhere (HemoExportRun *run)
{
  guint count = hemo_export_run_count_elsewhere (run);

  if (count == 0)
    return g_strdup ("");
  return g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE,
                   "%u original is not on this laptop any more and was left out: the clinic’s "
                   "server has it. Ask the administrator to bring it back, then write the case "
                   "again.",
                   "%u originals are not on this laptop any more and were left out: the clinic’s "
                   "server has them. Ask the administrator to bring them back, then write the "
                   "cases again.",
                   count),
      count);
}

/* What a day's export is without, in words. (transfer full) */
static char *
describe_unsigned (HemoExportRun *run)
{
  guint count = hemo_export_run_count_unsigned (run);

  if (count == 0)
    return g_strdup ("");
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "%u case of this day is not signed and stays out.",
                                       "%u cases of this day are not signed and stay out.", count),
                          count);
}

static void
show_arrived (HemoExportView *self)
{
  GListModel *list = hemo_export_run_get_files (self->run);
  guint files = hemo_export_run_count_arrived (self->run);
  g_autofree char *first = describe_cases (self->run);
  g_autofree char *second
      = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u file was written and read back.",
                                      "%u files were written and read back.", files),
                         files);
  g_autofree char *third = describe_unsigned (self->run);
  g_autofree char *fourth = describe_elsewhere (self->run);
  const char *lines[] = { first, second, third, fourth };
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    if (*lines[i] != '\0')
      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", lines[i]);
  gtk_label_set_text (self->arrived, text->str);
  hemo_export_files_set_model (self->files, list);
  gtk_widget_set_visible (GTK_WIDGET (self->files), g_list_model_get_n_items (list) > 0);
}

/* A page that goes is there for a moment longer. */
static gboolean
is_looked_at (HemoExportView *self)
{
  GtkWidget *view = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_NAVIGATION_VIEW);

  return view != NULL && gtk_widget_get_mapped (GTK_WIDGET (self))
         && adw_navigation_view_get_visible_page (ADW_NAVIGATION_VIEW (view))
                == ADW_NAVIGATION_PAGE (self);
}

static void
show_done (HemoExportView *self,
           const char *icon,
           const char *title,
           const char *description,
           gboolean again)
{
  g_autofree char *text = g_markup_escape_text (description, -1);

  adw_status_page_set_icon_name (self->done_page, icon);
  adw_status_page_set_title (self->done_page, title);
  adw_status_page_set_description (self->done_page, text);
  gtk_widget_set_visible (GTK_WIDGET (self->again_button), again);
  gtk_stack_set_visible_child_name (self->stack, "done");
  if (!is_looked_at (self))
    return;
  gtk_widget_grab_focus (GTK_WIDGET (again ? self->again_button : self->finish));
  gtk_accessible_announce (GTK_ACCESSIBLE (self), title, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static gboolean
is_not_noted (const GError *error)
{
  return g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_NOTED);
}

static const char *
failure_title (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return _ ("Cancelled");
  if (g_error_matches (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_SPACE))
    return _ ("The Stick Is Full");
  if (g_error_matches (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_DEVICE))
    return _ ("The Stick Cannot Be Reached");
  return is_not_noted (error) ? _ ("Written, but Not Noted") : _ ("Not Everything Was Written");
}

/* Or the desk keeps it until its person comes. */
static void
see (HemoExportView *self)
{
  if (self->run != NULL && is_looked_at (self))
    hemo_export_run_see (self->run, hemo_place_get_desk (HEMO_PLACE (self)));
}

/* In a few words. (transfer full) */
static char *
say_end (HemoExportRun *run)
{
  const GError *error = hemo_export_run_get_error (run);

  if (error != NULL)
    return g_strdup (failure_title (error));
  if (!hemo_export_run_has_stick (run))
    return g_strdup (_ ("Written and Read Back"));
  if (hemo_export_run_get_held (run) != NULL)
    return g_strdup (_ ("Do Not Pull It Out Yet"));
  /* Translators: %s is the name of a stick */
  return g_strdup_printf (_ ("Safe to Remove: %s"), hemo_export_run_get_where (run));
}

/* Why not all was written, or what is amiss with what was. (transfer full) */
static char *
explain_end (HemoExportRun *run)
{
  const GError *error = hemo_export_run_get_error (run);
  const GError *held = hemo_export_run_get_held (run);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_strdup (_ ("What arrived is whole; nothing half-written keeps its name."));
  if (error != NULL && !is_not_noted (error))
    return g_strdup (error->message);
  if (held != NULL)
    return g_strdup_printf (_ ("All was written and read back, but the stick is not free yet: %s "
                               "Eject it in the file manager before it is pulled out."),
                            held->message);
  if (error != NULL)
    {
      g_autofree char *safe
          = hemo_export_run_has_stick (run)
                ? g_strdup_printf (_ ("Safe to Remove: %s"), hemo_export_run_get_where (run))
                : g_strdup (_ ("Written and Read Back"));

      return g_strdup_printf ("%s\n\n%s", safe, error->message);
    }
  return g_strdup (hemo_export_run_has_stick (run)
                       ? _ ("All was written to its end and read back from it.")
                       : hemo_export_run_get_where (run));
}

static void
over_cb (HemoExportView *self)
{
  const GError *error = hemo_export_run_get_error (self->run);
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;

  if (self->stack == NULL)
    return;
  title = say_end (self->run);
  text = explain_end (self->run);
  show_done (self,
             error == NULL && hemo_export_run_get_held (self->run) == NULL
                 ? "object-select-symbolic"
                 : "dialog-warning-symbolic",
             title, text, error != NULL && !is_not_noted (error));
  see (self);
}

static void
done_cb (HemoExportView *self)
{
  if (self->stack != NULL)
    show_arrived (self);
}

static void
progress_cb (HemoExportView *self, double fraction)
{
  guint current;

  if (self->stack == NULL)
    return;
  gtk_progress_bar_set_fraction (self->bar, fraction);
  current = hemo_export_run_get_current (self->run);
  if (current != self->shown_file)
    hemo_export_files_show (self->progress_files, current);
  self->shown_file = current;
}

/* Shows how far @run (transfer full) is, or how it ended. */
static void
follow (HemoExportView *self, HemoExportRun *run)
{
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_clear_object (&self->run);
  self->run = run;
  g_signal_connect_object (run, "progress", G_CALLBACK (progress_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (run, "done", G_CALLBACK (done_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (run, "over", G_CALLBACK (over_cb), self, G_CONNECT_SWAPPED);
  gtk_progress_bar_set_fraction (self->bar, 0);
  gtk_widget_set_sensitive (GTK_WIDGET (self->cancel), TRUE);
  self->shown_file = 0;
  hemo_export_files_set_model (self->progress_files, hemo_export_run_get_files (run));
  gtk_stack_set_visible_child_name (self->stack, "progress");
  gtk_widget_grab_focus (GTK_WIDGET (self->cancel));
  if (hemo_export_run_is_done (run))
    done_cb (self);
  if (hemo_export_run_is_over (run))
    over_cb (self);
}

static void
show_cb (gpointer widget)
{
  gtk_widget_activate_action (widget, "win.go", "s", "export");
}

void
hemo_export_view_tell (GtkWidget *view, HemoDesk *desk)
{
  HemoExportRun *run = hemo_export_run_find (desk);
  g_autofree char *text = NULL;

  if (run == NULL || !hemo_export_run_is_over (run)
      || hemo_desk_get_session_state (desk) != HEMO_SESSION_OPEN)
    return;
  text = say_end (run);
  hemo_place_toast_action (view, text, _ ("_Show"), show_cb, view, NULL);
}

/* @widget: of the window. Who left the page is told, and nobody else. */
static void
tell_cb (GtkWidget *widget, HemoExportRun *run)
{
  AdwNavigationPage *page = adw_navigation_view_get_visible_page (ADW_NAVIGATION_VIEW (widget));
  HemoDesk *desk = HEMO_IS_PLACE (page) ? hemo_place_get_desk (HEMO_PLACE (page)) : NULL;

  if (desk != NULL && hemo_export_run_find (desk) == run)
    hemo_export_view_tell (widget, desk);
}

/* It outlives the page; whoever began it finds it again, and begins no second one beside it. */
static void
start (HemoExportView *self, const HemoExportOrder *order)
{
  HemoDesk *desk = hemo_place_get_desk (HEMO_PLACE (self));
  GtkWidget *view = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_NAVIGATION_VIEW);
  HemoExportRun *run
      = hemo_export_run_start (desk, order, _ ("Cases are being written to a stick"));

  if (view != NULL)
    g_signal_connect_object (run, "over", G_CALLBACK (tell_cb), view,
                             G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  self->own = TRUE;
  follow (self, g_object_ref (run));
}

static void
write_cb (HemoExportView *self)
{
  g_autoptr (HemoSecret) password = NULL;
  g_auto (GStrv) numbers = NULL;
  g_autofree char *codes = hemo_export_formats_to_codes (chosen_formats (self));
  HemoExportOrder order = { .formats = chosen_formats (self) };

  if (find_hindrance (self) != NULL)
    return;
  if (gtk_check_button_get_active (self->numbers_check))
    numbers = split_numbers (gtk_editable_get_text (GTK_EDITABLE (self->numbers)));
  else
    hemo_date_entry_get_date (self->day, &order.day);
  password = hemo_entry_take_secret (GTK_EDITABLE (self->password));
  gtk_editable_set_text (GTK_EDITABLE (self->again), "");
  g_settings_set_string (self->settings, "export-formats", codes);
  order.specimens = (const char *const *)numbers;
  order.password = password;
  order.target = hemo_stick_picker_get_path (self->picker);
  order.stick = hemo_stick_picker_get_stick (self->picker);
  order.where = hemo_stick_picker_get_name (self->picker);
  start (self, &order);
}

static void
cancel_cb (HemoExportView *self)
{
  if (self->run == NULL)
    return;
  hemo_run_cancel (HEMO_RUN (self->run));
  gtk_widget_set_sensitive (GTK_WIDGET (self->cancel), FALSE);
}

static void
again_cb (HemoExportView *self)
{
  gtk_stack_set_visible_child_name (self->stack, "choose");
  check_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->write));
}

/* Back to where it came from: the bench, or the choice; so is who found what another page began. */
static void
finish_cb (HemoExportView *self)
{
  GtkWidget *view = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_NAVIGATION_VIEW);

  if (view != NULL && self->own
      && adw_navigation_view_get_previous_page (ADW_NAVIGATION_VIEW (view),
                                                ADW_NAVIGATION_PAGE (self))
             != NULL)
    adw_navigation_view_pop (ADW_NAVIGATION_VIEW (view));
  else
    again_cb (self);
}

static void
write_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HemoExportView *self = HEMO_EXPORT_VIEW (widget);

  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "choose") == 0)
    write_cb (self);
}

static void
picked_cb (HemoExportView *self)
{
  check_cb (self);
}

/* Typing a number means that it is wanted. */
static void
numbers_cb (HemoExportView *self)
{
  if (*gtk_editable_get_text (GTK_EDITABLE (self->numbers)) != '\0')
    gtk_check_button_set_active (self->numbers_check, TRUE);
  check_cb (self);
}

static void
load_formats (HemoExportView *self)
{
  g_autofree char *codes = g_settings_get_string (self->settings, "export-formats");
  HemoExportFormats formats
      = HEMO_EXPORT_PDF | HEMO_EXPORT_CSV | HEMO_EXPORT_FHIR | HEMO_EXPORT_IMAGES;

  hemo_export_formats_from_codes (codes, &formats, NULL);
  adw_switch_row_set_active (self->pdf, (formats & HEMO_EXPORT_PDF) != 0);
  adw_switch_row_set_active (self->csv, (formats & HEMO_EXPORT_CSV) != 0);
  adw_switch_row_set_active (self->fhir, (formats & HEMO_EXPORT_FHIR) != 0);
  adw_switch_row_set_active (self->images, (formats & HEMO_EXPORT_IMAGES) != 0);
}

/* As the settings have it now: the day that was typed stays the same day. */
static void
follow_date_order (HemoExportView *self)
{
  const gboolean day_first = hemo_desk_is_day_first (hemo_place_get_desk (HEMO_PLACE (self)));
  const char *hint = hemo_date_entry_hint (day_first);
  HemoDate day;
  const gboolean is_day = hemo_date_entry_get_date (self->day, &day);

  if (g_strcmp0 (adw_action_row_get_subtitle (self->day_row), hint) == 0)
    return;
  adw_action_row_set_subtitle (self->day_row, hint);
  hemo_date_entry_set_day_first (self->day, day_first);
  if (is_day)
    hemo_date_entry_set_date (self->day, day);
  check_cb (self);
}

/* What goes on, or ended unseen. */
static void
hemo_export_view_refresh (HemoPlace *place)
{
  HemoExportView *self = HEMO_EXPORT_VIEW (place);
  HemoExportRun *run = hemo_export_run_find (hemo_place_get_desk (place));

  follow_date_order (self);
  if (run != NULL && run != self->run)
    {
      self->own = FALSE;
      follow (self, g_object_ref (run));
    }
  see (self);
}

static void
hemo_export_view_constructed (GObject *object)
{
  HemoExportView *self = HEMO_EXPORT_VIEW (object);

  G_OBJECT_CLASS (hemo_export_view_parent_class)->constructed (object);
  follow_date_order (self);
  hemo_date_entry_set_date (self->day, hemo_date_of (hemo_time_now ()));
}

static void
hemo_export_view_dispose (GObject *object)
{
  HemoExportView *self = HEMO_EXPORT_VIEW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_EXPORT_VIEW);
  g_clear_object (&self->settings);
  g_clear_object (&self->run);
  G_OBJECT_CLASS (hemo_export_view_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_set_template_from_resource (klass,
                                               "/org/hemogram/Hemogram/export/hemo-export-view.ui");
  gtk_widget_class_bind_template_child (klass, HemoExportView, stack);
  gtk_widget_class_bind_template_child (klass, HemoExportView, picker);
  gtk_widget_class_bind_template_child (klass, HemoExportView, day_row);
  gtk_widget_class_bind_template_child (klass, HemoExportView, day_check);
  gtk_widget_class_bind_template_child (klass, HemoExportView, day);
  gtk_widget_class_bind_template_child (klass, HemoExportView, numbers_row);
  gtk_widget_class_bind_template_child (klass, HemoExportView, numbers_check);
  gtk_widget_class_bind_template_child (klass, HemoExportView, numbers);
  gtk_widget_class_bind_template_child (klass, HemoExportView, pdf);
  gtk_widget_class_bind_template_child (klass, HemoExportView, csv);
  gtk_widget_class_bind_template_child (klass, HemoExportView, fhir);
  gtk_widget_class_bind_template_child (klass, HemoExportView, images);
  gtk_widget_class_bind_template_child (klass, HemoExportView, password);
  gtk_widget_class_bind_template_child (klass, HemoExportView, again);
  gtk_widget_class_bind_template_child (klass, HemoExportView, hint);
  gtk_widget_class_bind_template_child (klass, HemoExportView, write);
  gtk_widget_class_bind_template_child (klass, HemoExportView, bar);
  gtk_widget_class_bind_template_child (klass, HemoExportView, progress_files);
  gtk_widget_class_bind_template_child (klass, HemoExportView, cancel);
  gtk_widget_class_bind_template_child (klass, HemoExportView, done_page);
  gtk_widget_class_bind_template_child (klass, HemoExportView, arrived);
  gtk_widget_class_bind_template_child (klass, HemoExportView, files);
  gtk_widget_class_bind_template_child (klass, HemoExportView, again_button);
  gtk_widget_class_bind_template_child (klass, HemoExportView, finish);
}

static void
hemo_export_view_class_init (HemoExportViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (HEMO_TYPE_DATE_ENTRY);
  g_type_ensure (HEMO_TYPE_STICK_PICKER);
  g_type_ensure (HEMO_TYPE_EXPORT_FILES);
  G_OBJECT_CLASS (klass)->constructed = hemo_export_view_constructed;
  G_OBJECT_CLASS (klass)->dispose = hemo_export_view_dispose;
  HEMO_PLACE_CLASS (klass)->refresh = hemo_export_view_refresh;
  HEMO_PLACE_CLASS (klass)->help = "export";
  gtk_widget_class_install_action (widget_class, "export.write", NULL, write_action_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK,
                                       "export.write", NULL);
  bind_children (widget_class);
}

static void
watch (HemoExportView *self, gpointer object, const char *signal)
{
  g_signal_connect_object (object, signal, G_CALLBACK (check_cb), self, G_CONNECT_SWAPPED);
}

static void
hemo_export_view_init (HemoExportView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = hemo_settings_new ();
  load_formats (self);
  g_signal_connect_object (self->picker, "notify::chosen", G_CALLBACK (picked_cb), self,
                           G_CONNECT_SWAPPED);
  /* When it is read again: its text is told to be another one before that. */
  watch (self, self->day, "changed");
  watch (self, self->day_check, "toggled");
  watch (self, self->password, "changed");
  watch (self, self->again, "changed");
  watch (self, self->pdf, "notify::active");
  watch (self, self->csv, "notify::active");
  watch (self, self->fhir, "notify::active");
  watch (self, self->images, "notify::active");
  g_signal_connect_object (self->numbers, "changed", G_CALLBACK (numbers_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->write, "clicked", G_CALLBACK (write_cb), self);
  g_signal_connect_swapped (self->cancel, "clicked", G_CALLBACK (cancel_cb), self);
  g_signal_connect_swapped (self->again_button, "clicked", G_CALLBACK (again_cb), self);
  g_signal_connect_swapped (self->finish, "clicked", G_CALLBACK (finish_cb), self);
  check_cb (self);
}

HemoExportView *
hemo_export_view_new_for_case (HemoDesk *desk, const char *specimen)
{
  HemoExportView *self = g_object_new (HEMO_TYPE_EXPORT_VIEW, "desk", desk, NULL);

  gtk_editable_set_text (GTK_EDITABLE (self->numbers), specimen);
  return self;
}
