/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bench: keeps the strip and the pages at the newest reading of the case. */

#include "hemo-bench.h"

#include "hemo-bench-late.h"
#include "hemo-bench-menu.h"
#include "hemo-capture.h"
#include "hemo-chip.h"
#include "hemo-format.h"
#include "hemo-list-words.h"
#include "hemo-report-status.h"
#include "hemo-values-dialog.h"
#include "hemo-widgets.h"

#include <glib/gi18n.h>

/* Between two pages that are made ahead. */
#define FILL_MS 150
/* Longest time before a key that is held down repeats. */
#define REPEAT_DELAY_US (1500 * G_TIME_SPAN_MILLISECOND)

struct _HemoBench
{
  HemoPlace parent_instance;

  AdwBanner *banner;
  AdwBanner *late_banner;
  GtkLabel *patient;
  GtkLabel *accession;
  GtkLabel *asked;
  GtkLabel *note;
  GtkLabel *state;
  HemoChip *urgency;
  AdwWrapBox *flags;
  GtkLabel *last;
  AdwViewStack *pages;
  GtkRevealer *notice_revealer;
  GtkLabel *notice;
  GtkButton *keep_button;
  GtkButton *notice_close;

  HemoBenchCase *bench_case;
  char *wanted_page;
  /* The page that was seen last, for as long as it is there. */
  GtkWidget *seen;
  guint fill_source;
  /* Keys that are down, by hardware code: when they were last heard of. */
  GHashTable *pressed;
};

G_DEFINE_FINAL_TYPE (HemoBench, hemo_bench, HEMO_TYPE_PLACE)

HemoBenchCase *
hemo_bench_get_case (HemoBench *self)
{
  return self->bench_case;
}

static HemoCapture *
get_capture (HemoBench *self)
{
  return hemo_bench_case_get_capture (self->bench_case);
}

/* The page in @slot, made when it is first needed: all at once would hold main up. */
static GtkWidget *
fill_slot (HemoBench *self, GtkWidget *slot)
{
  GtkWidget *page = adw_bin_get_child (ADW_BIN (slot));
  const HemoBenchPageInfo *info = g_object_get_data (G_OBJECT (slot), "info");

  if (page != NULL)
    return page;
  page = g_object_new (info->get_type (), "case", self->bench_case, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (page), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (info->title), -1);
  adw_bin_set_child (ADW_BIN (slot), page);
  return page;
}

/* The page that is seen, or NULL. */
static GtkWidget *
get_seen (HemoBench *self)
{
  GtkWidget *slot = adw_view_stack_get_visible_child (self->pages);

  return slot != NULL ? adw_bin_get_child (ADW_BIN (slot)) : NULL;
}

/* One more page while nothing else is to be done. */
static gboolean
fill_later_cb (gpointer data)
{
  HemoBench *self = data;
  GtkWidget *slot = gtk_widget_get_first_child (GTK_WIDGET (self->pages));

  for (; slot != NULL; slot = gtk_widget_get_next_sibling (slot))
    if (ADW_IS_BIN (slot) && adw_bin_get_child (ADW_BIN (slot)) == NULL)
      {
        fill_slot (self, slot);
        return G_SOURCE_CONTINUE;
      }
  self->fill_source = 0;
  return G_SOURCE_REMOVE;
}

void
hemo_bench_show_page (HemoBench *self, const char *name)
{
  GtkWidget *slot = adw_view_stack_get_child_by_name (self->pages, name);

  g_set_str (&self->wanted_page, name);
  if (slot == NULL)
    return;
  adw_view_stack_set_visible_child (self->pages, slot);
  gtk_widget_grab_focus (fill_slot (self, slot));
}

static gboolean
is_asked_for (const HemoCase *data, const char *name)
{
  HemoTests tests = data->order->tests;

  if (g_str_equal (name, "count"))
    return tests & HEMO_TEST_DIFFERENTIAL;
  if (g_str_equal (name, "morphology"))
    return tests & (HEMO_TEST_MORPHOLOGY | HEMO_TEST_PLATELETS);
  if (g_str_equal (name, "malaria"))
    return tests & HEMO_TEST_MALARIA;
  return TRUE;
}

void
hemo_bench_show_next_page (HemoBench *self)
{
  const HemoCase *data = hemo_bench_case_get (self->bench_case);
  const char *seen = adw_view_stack_get_visible_child_name (self->pages);
  gboolean after = FALSE;

  for (const HemoBenchPageInfo *info = hemo_bench_pages; info->name != NULL; info++)
    {
      if (after && is_asked_for (data, info->name))
        {
          hemo_bench_show_page (self, info->name);
          return;
        }
      after = after || g_strcmp0 (info->name, seen) == 0;
    }
}

void
hemo_bench_show_values (HemoBench *self)
{
  if (hemo_bench_case_get (self->bench_case) != NULL)
    adw_dialog_present (ADW_DIALOG (hemo_values_dialog_new (self->bench_case)), GTK_WIDGET (self));
}

static void
values_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  hemo_bench_show_values (HEMO_BENCH (widget));
}

/* A record may hold the low-power check alone. */
static gboolean
has_morphology (const HemoCase *data)
{
  for (guint i = 0; i < data->morphologies->len; i++)
    for (int group = 0; group < HEMO_MORPHOLOGY_GROUPS; group++)
      if (((HemoMorphology *)g_ptr_array_index (data->morphologies, i))->examined[group])
        return TRUE;
  return FALSE;
}

static gboolean
is_unfinished (const HemoCount *count)
{
  HemoDifferential sum = { 0 };

  hemo_differential_add (&sum, count);
  return !count->closed && sum.denominator < count->target;
}

/* Where the work stopped: what was asked for and is not there yet, in the order of the pages. */
static const char *
next_page (const HemoCase *data)
{
  HemoTests tests = data->order->tests;

  if (data->images->len == 0)
    return "fields";
  if ((tests & HEMO_TEST_DIFFERENTIAL) && data->counts->len == 0)
    return "count";
  for (guint i = 0; i < data->counts->len; i++)
    if (is_unfinished (g_ptr_array_index (data->counts, i)))
      return "count";
  if ((tests & HEMO_TEST_MORPHOLOGY) && !has_morphology (data))
    return "morphology";
  if ((tests & HEMO_TEST_PLATELETS) && data->platelets == NULL)
    return "morphology";
  if ((tests & HEMO_TEST_MALARIA) && data->malarias->len == 0)
    return "malaria";
  return "report";
}

#define FLAGS_SHOWN 4
#define LAST_SHOWN 6

static void
show_flags (HemoBench *self, const HemoCase *data)
{
  GtkWidget *child;
  int n = 0;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->flags))) != NULL)
    adw_wrap_box_remove (self->flags, child);
  for (guint i = 0; i < data->report->lines->len; i++)
    {
      const HemoLine *line = g_ptr_array_index (data->report->lines, i);
      g_autofree char *value = NULL;
      g_autofree char *text = NULL;

      if (hemo_case_results_are_void (data) || line->flag == HEMO_FLAG_NONE || ++n > FLAGS_SHOWN)
        continue;
      value = hemo_format_line_value (line);
      text = g_strdup_printf ("%s %s %s", _ (line->label), value, hemo_flag_to_code (line->flag));
      adw_wrap_box_append (self->flags,
                           hemo_chip_new (hemo_flag_is_critical (line->flag) ? HEMO_CHIP_CRITICAL
                                                                             : HEMO_CHIP_WARNING,
                                          text));
    }
  if (n > FLAGS_SHOWN)
    {
      g_autofree char *more = g_strdup_printf (
          ngettext ("%d more flag", "%d more flags", (gulong)(n - FLAGS_SHOWN)), n - FLAGS_SHOWN);

      adw_wrap_box_append (self->flags, hemo_chip_new (HEMO_CHIP_WARNING, more));
    }
  gtk_widget_set_visible (GTK_WIDGET (self->flags), n > 0);
}

/* The patient's values before this specimen, newest first, with their day. */
static void
show_last (HemoBench *self, const HemoCase *data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  HemoDate day = { 0 };
  int n = 0;

  for (guint i = 0; i < data->previous->len && n < LAST_SHOWN; i++)
    {
      const HemoLine *line = g_ptr_array_index (data->previous, i);
      HemoDate at = hemo_date_of (line->at);
      g_autofree char *value = hemo_format_line_value (line);
      g_autofree char *date = hemo_format_date (at);

      if (line->section != HEMO_SECTION_CBC && line->section != HEMO_SECTION_MALARIA)
        continue;
      if (at.year != day.year || at.month != day.month || at.day != day.day)
        /* Translators: before the patient's earlier values: their date */
        g_string_append_printf (text, _ ("%sLast on %s: "), text->len > 0 ? ". " : "", date);
      else
        g_string_append (text, hemo_list_separator ());
      day = at;
      g_string_append_printf (text, "%s %s", _ (line->label), value);
      n++;
    }
  gtk_label_set_text (self->last, text->str);
  hemo_widgets_set_tooltip (GTK_WIDGET (self->last), text->str);
  gtk_widget_set_visible (GTK_WIDGET (self->last), text->len > 0);
}

static void
show_state (HemoBench *self, const HemoCase *data)
{
  HemoRejection rejection = data->specimen->rejection;
  g_autofree char *text
      = rejection != HEMO_REJECTION_NONE
            ? g_strdup_printf (_ ("Rejected: %s"), hemo_format_rejection (rejection))
            : g_strdup (hemo_format_report_status (data->report->status));

  gtk_label_set_text (self->state, text);
}

static void
show_strip (HemoBench *self, const HemoCase *data)
{
  HemoDate today = hemo_date_of (hemo_time_now ());
  g_autofree char *name = hemo_patient_display_name (data->patient);
  g_autofree char *age = hemo_format_sex_age (data->patient->sex, &data->patient->birth, today);
  g_autofree char *person = g_strdup_printf ("%s  %s", name, age);
  g_autofree char *tests = hemo_format_tests (data->order->tests);
  const char *note = data->order->clinical_note != NULL ? data->order->clinical_note : "";
  HemoUrgency urgency = data->order->urgency;

  gtk_label_set_text (self->patient, person);
  gtk_label_set_text (self->accession, data->specimen->accession);
  gtk_label_set_text (self->asked, tests);
  gtk_label_set_text (self->note, note);
  hemo_widgets_set_tooltip (GTK_WIDGET (self->note), note);
  gtk_widget_set_visible (GTK_WIDGET (self->note), *note != '\0');
  show_state (self, data);
  gtk_widget_set_visible (GTK_WIDGET (self->urgency), urgency != HEMO_URGENCY_ROUTINE);
  hemo_chip_set_state (self->urgency,
                       urgency == HEMO_URGENCY_STAT ? HEMO_CHIP_CRITICAL : HEMO_CHIP_WARNING);
  hemo_chip_set_label (self->urgency, hemo_format_urgency (urgency));
  show_flags (self, data);
  show_last (self, data);
}

static void
leave_page (HemoBench *self)
{
  if (self->seen != NULL)
    hemo_bench_page_save (HEMO_BENCH_PAGE (self->seen));
  g_clear_weak_pointer (&self->seen);
}

/* By its tab or its key. What was typed on the page before may be signed on the next. */
static void
seen_cb (HemoBench *self)
{
  GtkWidget *slot = adw_view_stack_get_visible_child (self->pages);
  GtkWidget *page = slot != NULL ? fill_slot (self, slot) : NULL;

  if (page == self->seen)
    return;
  leave_page (self);
  g_set_weak_pointer (&self->seen, page);
}

static void
make_pages (HemoBench *self)
{
  for (const HemoBenchPageInfo *info = hemo_bench_pages; info->name != NULL; info++)
    {
      GtkWidget *slot = adw_bin_new ();

      g_object_set_data (G_OBJECT (slot), "info", (gpointer)info);
      adw_view_stack_add_titled_with_icon (self->pages, slot, info->name, _ (info->title),
                                           info->icon);
    }
  g_signal_connect_object (self->pages, "notify::visible-child", G_CALLBACK (seen_cb), self,
                           G_CONNECT_SWAPPED);
  self->fill_source = g_timeout_add_full (G_PRIORITY_LOW, FILL_MS, fill_later_cb, self, NULL);
}

static void
updated_cb (HemoBench *self)
{
  const HemoCase *data = hemo_bench_case_get (self->bench_case);

  adw_banner_set_revealed (self->banner, FALSE);
  show_strip (self, data);
  hemo_bench_menu_update (self);
  if (self->fill_source != 0 || get_seen (self) != NULL)
    return;
  make_pages (self);
  hemo_bench_show_page (self, self->wanted_page != NULL ? self->wanted_page : next_page (data));
  seen_cb (self);
}

static void
failed_cb (HemoBench *self, const GError *error)
{
  adw_banner_set_title (self->banner, error->message);
  adw_banner_set_revealed (self->banner, TRUE);
}

static void
hemo_bench_refresh (HemoPlace *place)
{
  hemo_bench_case_reload (HEMO_BENCH (place)->bench_case);
}

/* Whether what is typed belongs to an entry. */
static gboolean
is_typing (GtkWidget *widget)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));

  return focus != NULL && (GTK_IS_EDITABLE (focus) || GTK_IS_TEXT_VIEW (focus));
}

/* Whether the key is only held down. One whose release went elsewhere would stay down for ever, so
 * it has to be heard of again within a little more than the time before repeating begins. */
static gboolean
note_pressed (HemoBench *self, guint keycode)
{
  gint64 now = g_get_monotonic_time ();
  gint64 *last = g_hash_table_lookup (self->pressed, GUINT_TO_POINTER (keycode));
  gboolean repeated = last != NULL && now - *last < REPEAT_DELAY_US;

  g_hash_table_insert (self->pressed, GUINT_TO_POINTER (keycode), g_memdup2 (&now, sizeof now));
  return repeated;
}

static void
released_cb (GtkEventControllerKey *controller,
             guint keyval,
             guint keycode,
             GdkModifierType state,
             gpointer data)
{
  g_hash_table_remove (HEMO_BENCH (data)->pressed, GUINT_TO_POINTER (keycode));
}

/* A dialog that opens on a key hears of its release. */
static void
left_cb (HemoBench *self)
{
  g_hash_table_remove_all (self->pressed);
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint keyval,
        guint keycode,
        GdkModifierType state,
        gpointer data)
{
  HemoBench *self = data;
  GtkWidget *page = get_seen (self);
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));
  gboolean repeated = note_pressed (self, keycode);

  for (const HemoBenchPageInfo *info = hemo_bench_pages; info->name != NULL; info++)
    if (info->keyval == keyval && (state & gtk_accelerator_get_default_mod_mask ()) == 0)
      {
        hemo_bench_show_page (self, info->name);
        return GDK_EVENT_STOP;
      }
  if (keyval == GDK_KEY_F8 && (state & gtk_accelerator_get_default_mod_mask ()) == 0)
    {
      hemo_bench_show_values (self);
      return GDK_EVENT_STOP;
    }
  if (keyval == GDK_KEY_space && !is_typing (GTK_WIDGET (self)) && page != NULL
      && (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) == 0)
    {
      if (!repeated)
        hemo_capture_shoot (get_capture (self), (state & GDK_SHIFT_MASK) != 0);
      return GDK_EVENT_STOP;
    }
  if (page == NULL || is_typing (GTK_WIDGET (self)))
    return GDK_EVENT_PROPAGATE;
  return hemo_bench_page_key (HEMO_BENCH_PAGE (page), keyval, keycode, state, event, repeated);
}

static void
told_cb (HemoBench *self, const char *text, gboolean can_keep)
{
  gtk_revealer_set_reveal_child (self->notice_revealer, text != NULL);
  if (text == NULL)
    return;
  gtk_label_set_text (self->notice, text);
  gtk_widget_set_visible (GTK_WIDGET (self->keep_button), can_keep);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static void
keep_cb (HemoBench *self)
{
  hemo_capture_shoot (get_capture (self), TRUE);
}

static void
notice_close_cb (HemoBench *self)
{
  hemo_capture_tell (get_capture (self), NULL, FALSE);
}

static void
hemo_bench_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hemo_bench_parent_class)->map (widget);
  hemo_capture_set_active (get_capture (HEMO_BENCH (widget)), TRUE);
}

static void
hemo_bench_unmap (GtkWidget *widget)
{
  if (HEMO_BENCH (widget)->bench_case != NULL)
    hemo_capture_set_active (get_capture (HEMO_BENCH (widget)), FALSE);
  GTK_WIDGET_CLASS (hemo_bench_parent_class)->unmap (widget);
}

HemoBenchKept
hemo_bench_keep (HemoBench *self, HemoBenchPage *asking, const char **name)
{
  HemoBenchKept worst = HEMO_BENCH_KEPT;

  *name = NULL;
  if (!hemo_capture_settle (get_capture (self)))
    {
      worst = HEMO_BENCH_KEEPING;
      *name = "fields";
    }
  else if (asking != NULL && hemo_capture_was_refused (get_capture (self)))
    {
      worst = HEMO_BENCH_NOT_KEPT;
      *name = "fields";
    }
  for (const HemoBenchPageInfo *info = hemo_bench_pages; info->name != NULL; info++)
    {
      GtkWidget *slot = adw_view_stack_get_child_by_name (self->pages, info->name);
      GtkWidget *page = slot != NULL ? adw_bin_get_child (ADW_BIN (slot)) : NULL;
      HemoBenchKept kept;

      if (page == NULL || page == GTK_WIDGET (asking))
        continue;
      hemo_bench_page_save (HEMO_BENCH_PAGE (page));
      kept = hemo_bench_page_get_kept (HEMO_BENCH_PAGE (page));
      if (kept <= worst)
        continue;
      worst = kept;
      *name = info->name;
    }
  return worst;
}

/* The bench is left, or who works at it goes. */
static void
hidden_cb (HemoBench *self)
{
  const char *name;

  hemo_bench_keep (self, NULL, &name);
}

static void
hemo_bench_dispose (GObject *object)
{
  HemoBench *self = HEMO_BENCH (object);

  g_clear_handle_id (&self->fill_source, g_source_remove);
  g_clear_weak_pointer (&self->seen);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_BENCH);
  g_clear_object (&self->bench_case);
  g_clear_pointer (&self->wanted_page, g_free);
  g_clear_pointer (&self->pressed, g_hash_table_unref);
  G_OBJECT_CLASS (hemo_bench_parent_class)->dispose (object);
}

static void
hemo_bench_class_init (HemoBenchClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_bench_dispose;
  widget_class->map = hemo_bench_map;
  widget_class->unmap = hemo_bench_unmap;
  HEMO_PLACE_CLASS (klass)->refresh = hemo_bench_refresh;
  HEMO_PLACE_CLASS (klass)->takes_typing = TRUE;
  HEMO_PLACE_CLASS (klass)->help = "bench";
  gtk_widget_class_install_action (widget_class, "bench.values", NULL, values_cb);
  hemo_bench_menu_add_keys (widget_class);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hemogram/Hemogram/bench/hemo-bench.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoBench, banner);
  gtk_widget_class_bind_template_child (widget_class, HemoBench, late_banner);
  gtk_widget_class_bind_template_child (widget_class, HemoBench, patient);
  gtk_widget_class_bind_template_child (widget_class, HemoBench, accession);
  gtk_widget_class_bind_template_child (widget_class, HemoBench, asked);
  gtk_widget_class_bind_template_child (widget_class, HemoBench, note);
  gtk_widget_class_bind_template_child (widget_class, HemoBench, state);
  gtk_widget_class_bind_template_child (widget_class, HemoBench, urgency);
  gtk_widget_class_bind_template_child (widget_class, HemoBench, flags);
  gtk_widget_class_bind_template_child (widget_class, HemoBench, last);
  gtk_widget_class_bind_template_child (widget_class, HemoBench, pages);
  gtk_widget_class_bind_template_child (widget_class, HemoBench, notice_revealer);
  gtk_widget_class_bind_template_child (widget_class, HemoBench, notice);
  gtk_widget_class_bind_template_child (widget_class, HemoBench, keep_button);
  gtk_widget_class_bind_template_child (widget_class, HemoBench, notice_close);
}

static void
hemo_bench_init (HemoBench *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  g_type_ensure (HEMO_TYPE_CHIP);
  gtk_widget_init_template (GTK_WIDGET (self));
  self->pressed = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  /* Before the widgets: Space captures and counts, it presses no button here. */
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  g_signal_connect (keys, "key-released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (left_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  g_signal_connect_swapped (self->keep_button, "clicked", G_CALLBACK (keep_cb), self);
  g_signal_connect_swapped (self->notice_close, "clicked", G_CALLBACK (notice_close_cb), self);
  hemo_bench_menu_attach (self);
  g_signal_connect (self, "hiding", G_CALLBACK (hidden_cb), NULL);
}

HemoBench *
hemo_bench_new (HemoDesk *desk, const char *specimen)
{
  HemoBench *self = g_object_new (HEMO_TYPE_BENCH, "desk", desk, NULL);

  self->bench_case = hemo_bench_case_new (desk, specimen);
  g_signal_connect_object (desk, "leaving", G_CALLBACK (hidden_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->bench_case, "updated", G_CALLBACK (updated_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->bench_case, "failed", G_CALLBACK (failed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (get_capture (self), "told", G_CALLBACK (told_cb), self,
                           G_CONNECT_SWAPPED);
  hemo_bench_late_attach (self, self->late_banner);
  hemo_bench_case_reload (self->bench_case);
  return self;
}
