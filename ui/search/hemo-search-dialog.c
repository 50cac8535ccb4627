/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The search: each answer belongs to what was typed last, or is dropped. */

#include "hemo-search-dialog.h"

#include "hemo-format.h"
#include "hemo-search.h"
#include "hemo-specimen.h"

#include <glib/gi18n.h>
#include <string.h>

/* What nobody reads to the end is not looked for. */
#define LIMIT 30
/* While keys follow each other this fast, it is the next that is asked. */
#define DELAY_MS 60

struct _HemoSearchDialog
{
  AdwDialog parent_instance;

  GtkSearchEntry *entry;
  GtkStack *stack;
  AdwStatusPage *failed_page;
  GtkScrolledWindow *scroller;
  GtkListBox *list;

  HemoDesk *desk;
  GCancellable *cancellable;
  guint delay_source;
  /* Whether the rows are the answer to what stands in the entry. */
  gboolean answered;
  /* Something was typed before the entry had the focus. */
  gboolean typed_ahead;
  /* Enter came before the answer. */
  gboolean open_when_answered;
  /* A card that was scanned, not typed. */
  char *scanned;
};

G_DEFINE_FINAL_TYPE (HemoSearchDialog, hemo_search_dialog, ADW_TYPE_DIALOG)

typedef struct
{
  const char *action;
  char *target;
} Choice;

static void
choice_free (gpointer data)
{
  Choice *self = data;

  g_free (self->target);
  g_free (self);
}

static void
set_choice (GtkWidget *row, const char *action, const char *target)
{
  Choice *choice = g_new0 (Choice, 1);

  choice->action = action;
  choice->target = g_strdup (target);
  g_object_set_data_full (G_OBJECT (row), "choice", choice, choice_free);
}

static const char *
typed (HemoSearchDialog *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->entry));
}

/* Whether what was typed is (the beginning or the end of) the number of the hit's specimen. */
static gboolean
asks_for_specimen (const char *text, const HemoSearchHit *hit)
{
  g_autofree char *wanted = hemo_accession_normalize (text);
  g_autofree char *number = NULL;

  if (hit->accession == NULL || strlen (wanted) < 4 || strpbrk (text, "0123456789") == NULL)
    return FALSE;
  number = hemo_accession_normalize (hit->accession);
  return strstr (number, wanted) != NULL || g_str_has_prefix (wanted, number);
}

static GtkWidget *
suffix (const char *text, const char *tooltip)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_add_css_class (label, "dimmed");
  gtk_widget_set_tooltip_text (label, tooltip);
  return label;
}

static GtkWidget *
row_new (const char *title, const char *subtitle, const char *icon)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *image = gtk_image_new_from_icon_name (icon);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 2);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_accessible_update_state (GTK_ACCESSIBLE (image), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), image);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  return row;
}

static void
add_hit (HemoSearchDialog *self, const HemoSearchHit *hit)
{
  HemoDate today = hemo_date_of (hemo_time_now ());
  g_autofree char *age = hemo_format_sex_age (hit->sex, &hit->birth, today);
  g_autofree char *facts = hit->identifier != NULL
                               /* Translators: sex and age, and an identifier of a patient */
                               ? g_strdup_printf (_ ("%s · %s"), age, hit->identifier)
                               : g_strdup (age);
  gboolean specimen = asks_for_specimen (typed (self), hit);
  GtkWidget *row
      = row_new (hit->name, facts, specimen ? "view-list-symbolic" : "avatar-default-symbolic");

  if (hit->accession != NULL)
    adw_action_row_add_suffix (
        ADW_ACTION_ROW (row),
        suffix (hit->accession, specimen ? _ ("Opens this specimen") : _ ("Newest specimen")));
  if (specimen)
    set_choice (row, "win.open-case", hit->accession);
  else
    set_choice (row, "win.open-patient", hit->uuid);
  gtk_list_box_append (self->list, row);
}

static void
add_new_patient (HemoSearchDialog *self)
{
  /* Translators: registers a patient with the name that was typed */
  g_autofree char *title = g_strdup_printf (_ ("New Patient “%s”"), typed (self));
  GtkWidget *row = row_new (title, NULL, "contact-new-symbolic");

  set_choice (row, "win.new-patient", typed (self));
  gtk_list_box_append (self->list, row);
}

static void
add_nothing (HemoSearchDialog *self)
{
  GtkWidget *row
      = row_new (_ ("Nobody Found"), _ ("No name, number or telephone begins like this."),
                 "edit-find-symbolic");

  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_list_box_append (self->list, row);
}

static void
open_row (HemoSearchDialog *self, GtkListBoxRow *row)
{
  Choice *choice = row != NULL ? g_object_get_data (G_OBJECT (row), "choice") : NULL;
  GtkWidget *parent = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self)));

  if (choice == NULL || parent == NULL)
    return;
  g_object_ref (parent);
  gtk_widget_activate_action (parent, choice->action, "s", choice->target);
  adw_dialog_close (ADW_DIALOG (self));
  g_object_unref (parent);
}

static void
show_hits (HemoSearchDialog *self, GPtrArray *hits)
{
  gtk_list_box_remove_all (self->list);
  for (guint i = 0; i < hits->len; i++)
    add_hit (self, g_ptr_array_index (hits, i));
  if (hits->len == 0)
    add_nothing (self);
  if (hemo_desk_may (self->desk, HEMO_ACTION_PATIENT_EDIT))
    add_new_patient (self);
  /* Nobody is registered by an Enter that was meant for somebody known. */
  if (hits->len > 0)
    gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, 0));
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
  gtk_stack_set_visible_child_name (self->stack, "results");
}

static void
announce (HemoSearchDialog *self, guint count)
{
  g_autofree char *text = g_strdup_printf (ngettext ("%u found", "%u found", count), count);

  gtk_accessible_announce (GTK_ACCESSIBLE (self->entry), text,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

/* The whole identifier of one patient needs no further Enter. */
static gboolean
is_scanned_card (HemoSearchDialog *self, GPtrArray *hits)
{
  return self->scanned != NULL && hits->len == 1 && g_str_equal (typed (self), self->scanned)
         && g_strcmp0 (((HemoSearchHit *)hits->pdata[0])->identifier, self->scanned) == 0;
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSearchDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) hits = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->stack == NULL)
        return;
      adw_status_page_set_description (self->failed_page, error->message);
      gtk_stack_set_visible_child_name (self->stack, "failed");
      return;
    }
  hits = out;
  if (self->stack == NULL || g_task_get_cancellable (G_TASK (result)) != self->cancellable)
    return;
  self->answered = TRUE;
  show_hits (self, hits);
  announce (self, hits->len);
  if (self->open_when_answered || is_scanned_card (self, hits))
    open_row (self, gtk_list_box_get_selected_row (self->list));
  self->open_when_answered = FALSE;
}

static gboolean
search_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_search (txn, data, LIMIT, error);
  return *result != NULL;
}

static gboolean
search_cb (gpointer data)
{
  HemoSearchDialog *self = data;

  self->delay_source = 0;
  self->cancellable = g_cancellable_new ();
  hemo_desk_read_async (self->desk, search_job, g_strdup (typed (self)), g_free,
                        (GDestroyNotify)g_ptr_array_unref, self->cancellable, found_cb,
                        g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static gboolean
is_blank (const char *text)
{
  g_autofree char *copy = g_strdup (text);

  return g_strstrip (copy)[0] == '\0';
}

static void
changed_cb (HemoSearchDialog *self)
{
  g_clear_handle_id (&self->delay_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->answered = FALSE;
  self->open_when_answered = FALSE;
  if (is_blank (typed (self)))
    {
      gtk_list_box_remove_all (self->list);
      gtk_stack_set_visible_child_name (self->stack, "hint");
      return;
    }
  self->delay_source = g_timeout_add (DELAY_MS, search_cb, self);
}

static void
activate_cb (HemoSearchDialog *self)
{
  if (self->answered)
    open_row (self, gtk_list_box_get_selected_row (self->list));
  else
    self->open_when_answered = TRUE;
}

static void
row_activated_cb (HemoSearchDialog *self, GtkListBoxRow *row)
{
  open_row (self, row);
}

/* One up or down from the chosen row; from none, the first. */
static void
step (HemoSearchDialog *self, int by)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  int index = row != NULL ? gtk_list_box_row_get_index (row) + by : 0;

  row = gtk_list_box_get_row_at_index (self->list, MAX (index, 0));
  if (row != NULL && !gtk_list_box_row_get_selectable (row))
    row = gtk_list_box_get_row_at_index (self->list, gtk_list_box_row_get_index (row) + 1);
  if (row == NULL)
    return;
  gtk_list_box_select_row (self->list, row);
  gtk_viewport_scroll_to (GTK_VIEWPORT (gtk_scrolled_window_get_child (self->scroller)),
                          GTK_WIDGET (row), NULL);
  gtk_accessible_announce (GTK_ACCESSIBLE (self->entry),
                           adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

/* The entry keeps the focus: one types on at any time. */
static gboolean
key_cb (GtkEventControllerKey *controller,
        guint keyval,
        guint keycode,
        GdkModifierType state,
        gpointer data)
{
  if ((state & gtk_accelerator_get_default_mod_mask ()) != 0)
    return GDK_EVENT_PROPAGATE;
  switch (keyval)
    {
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      step (data, 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      step (data, -1);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

/* One types on behind what was typed ahead. */
static void
focused_cb (HemoSearchDialog *self, GParamSpec *pspec, GtkWidget *text)
{
  if (!self->typed_ahead || !gtk_widget_has_focus (text))
    return;
  self->typed_ahead = FALSE;
  gtk_editable_set_position (GTK_EDITABLE (text), -1);
}

static void
stop_cb (HemoSearchDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
hemo_search_dialog_dispose (GObject *object)
{
  HemoSearchDialog *self = HEMO_SEARCH_DIALOG (object);

  g_clear_handle_id (&self->delay_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_SEARCH_DIALOG);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->scanned, g_free);
  G_OBJECT_CLASS (hemo_search_dialog_parent_class)->dispose (object);
}

static void
hemo_search_dialog_class_init (HemoSearchDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_search_dialog_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/hemogram/Hemogram/search/hemo-search-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoSearchDialog, entry);
  gtk_widget_class_bind_template_child (widget_class, HemoSearchDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, HemoSearchDialog, failed_page);
  gtk_widget_class_bind_template_child (widget_class, HemoSearchDialog, scroller);
  gtk_widget_class_bind_template_child (widget_class, HemoSearchDialog, list);
}

static void
hemo_search_dialog_init (HemoSearchDialog *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
  g_signal_connect_data (gtk_editable_get_delegate (GTK_EDITABLE (self->entry)),
                         "notify::has-focus", G_CALLBACK (focused_cb), self, NULL,
                         G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_swapped (self->entry, "search-changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (activate_cb), self);
  g_signal_connect_swapped (self->entry, "stop-search", G_CALLBACK (stop_cb), self);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (row_activated_cb), self);
}

HemoSearchDialog *
hemo_search_dialog_new (HemoDesk *desk, const char *text)
{
  HemoSearchDialog *self = g_object_new (HEMO_TYPE_SEARCH_DIALOG, NULL);

  self->desk = g_object_ref (desk);
  self->typed_ahead = text[0] != '\0';
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
  return self;
}

HemoSearchDialog *
hemo_search_dialog_new_scanned (HemoDesk *desk, const char *text)
{
  HemoSearchDialog *self = hemo_search_dialog_new (desk, text);

  self->scanned = g_strdup (text);
  return self;
}

void
hemo_search_dialog_scan_on (HemoSearchDialog *self, const char *text)
{
  g_free (self->scanned);
  self->scanned = g_strconcat (typed (self), text, NULL);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), self->scanned);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
}

void
hemo_search_dialog_append (HemoSearchDialog *self, const char *text)
{
  g_autofree char *whole = g_strconcat (typed (self), text, NULL);

  self->typed_ahead = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->entry), whole);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
}
