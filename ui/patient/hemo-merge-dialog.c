/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Find the other record, look at both, merge. */

#include "hemo-merge-dialog.h"

#include "hemo-format.h"
#include "hemo-likeness-card.h"
#include "hemo-patient-form.h"
#include "hemo-patient-table.h"
#include "hemo-search.h"

#include <glib/gi18n.h>

#define LIMIT 20

struct _HemoMergeDialog
{
  AdwDialog parent_instance;

  AdwBanner *banner;
  GtkStack *stack;
  GtkSearchEntry *entry;
  GtkListBox *list;
  GtkGrid *compare;
  GtkButton *back;
  GtkButton *merge;

  HemoDesk *desk;
  HemoPatient *patient;
  HemoPatient *other;
  GCancellable *cancellable;
  /* What was looked for last, and whether the list shows what was found. */
  char *asked;
  gboolean answered;
  /* Enter came before it did. */
  gboolean entered;
};

G_DEFINE_FINAL_TYPE (HemoMergeDialog, hemo_merge_dialog, ADW_TYPE_DIALOG)

enum
{
  MERGED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

static void
say (HemoMergeDialog *self, const GError *error)
{
  if (error != NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (self->banner == NULL)
    return;
  if (error != NULL)
    adw_banner_set_title (self->banner, error->message);
  adw_banner_set_revealed (self->banner, error != NULL);
}

/* Side by side */

static GtkWidget *
cell (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text != NULL ? text : "—");

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}

static void
add_row (HemoMergeDialog *self, int row, const char *title, const char *a, const char *b)
{
  gboolean same = g_strcmp0 (a, b) == 0;
  GtkWidget *mark
      = gtk_image_new_from_icon_name (same ? "object-select-symbolic" : "dialog-warning-symbolic");

  gtk_widget_add_css_class (mark, same ? "success" : "warning");
  gtk_widget_set_tooltip_text (mark, same ? _ ("The same") : _ ("Different"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (mark), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  same ? _ ("The same") : _ ("Different"), -1);
  gtk_grid_attach (self->compare, cell (title, "dimmed"), 0, row, 1, 1);
  gtk_grid_attach (self->compare, cell (a, NULL), 1, row, 1, 1);
  gtk_grid_attach (self->compare, mark, 2, row, 1, 1);
  gtk_grid_attach (self->compare, cell (b, NULL), 3, row, 1, 1);
}

static char *
identifiers_text (const HemoPatient *patient)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  for (guint i = 0; i < patient->identifiers->len; i++)
    {
      const HemoIdentifier *identifier = g_ptr_array_index (patient->identifiers, i);

      g_strv_builder_take (
          lines, g_strdup_printf (_ ("%s: %s"), hemo_patient_form_issuer_label (identifier->issuer),
                                  identifier->value));
    }
  list = g_strv_builder_end (lines);
  return list[0] != NULL ? g_strjoinv ("\n", list) : NULL;
}

static char *
birth_text (const HemoPatient *patient)
{
  HemoDate today = hemo_date_of (hemo_time_now ());
  g_autofree char *date = hemo_format_date (patient->birth.date);
  g_autofree char *age = hemo_birth_age_text (&patient->birth, today);

  return patient->birth.date.year != 0 ? g_strdup_printf (_ ("%s (%s)"), date, age) : NULL;
}

static void
clear_compare (HemoMergeDialog *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->compare))) != NULL)
    gtk_grid_remove (self->compare, child);
}

static void
show_compare (HemoMergeDialog *self)
{
  const HemoPatient *a = self->patient;
  const HemoPatient *b = self->other;
  g_autofree char *born_a = birth_text (a);
  g_autofree char *born_b = birth_text (b);
  g_autofree char *numbers_a = identifiers_text (a);
  g_autofree char *numbers_b = identifiers_text (b);

  clear_compare (self);
  gtk_grid_attach (self->compare, cell (_ ("This record"), "heading"), 1, 0, 1, 1);
  gtk_grid_attach (self->compare, cell (_ ("The other"), "heading"), 3, 0, 1, 1);
  add_row (self, 1, _ ("Given names"), a->given, b->given);
  add_row (self, 2, _ ("Family name"), a->family, b->family);
  add_row (self, 3, _ ("Sex"), hemo_format_sex (a->sex), hemo_format_sex (b->sex));
  add_row (self, 4, _ ("Born"), born_a, born_b);
  add_row (self, 5, _ ("Identifiers"), numbers_a, numbers_b);
  add_row (self, 6, _ ("Telephone"), a->phone, b->phone);
  add_row (self, 7, _ ("Village or quarter"), a->village, b->village);
  gtk_stack_set_visible_child_name (self->stack, "compare");
  gtk_widget_grab_focus (GTK_WIDGET (self->back));
}

/* Finding */

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autofree char *survivor = hemo_patient_dup_survivor (txn, data, error);

  *result = survivor != NULL ? hemo_patient_load (txn, survivor, error) : NULL;
  return *result != NULL;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoMergeDialog) self = data;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      say (self, error);
      return;
    }
  /* Another was chosen before: nobody is exchanged under the hand that merges. */
  if (self->stack == NULL
      || g_str_equal (gtk_stack_get_visible_child_name (self->stack), "compare"))
    {
      hemo_patient_free (out);
      return;
    }
  g_clear_pointer (&self->other, hemo_patient_free);
  self->other = out;
  show_compare (self);
}

static void
row_activated_cb (HemoMergeDialog *self, GtkListBoxRow *row)
{
  say (self, NULL);
  /* What was chosen stands, whatever is found yet. */
  self->entered = FALSE;
  hemo_desk_read_async (self->desk, load_job, g_strdup (gtk_widget_get_name (GTK_WIDGET (row))),
                        g_free, (GDestroyNotify)hemo_patient_free, NULL, loaded_cb,
                        g_object_ref (self));
}

static void
add_person (HemoMergeDialog *self,
            const char *uuid,
            const char *name,
            HemoSex sex,
            const HemoBirth *birth,
            const char *more)
{
  HemoDate today = hemo_date_of (hemo_time_now ());
  g_autofree char *age = hemo_format_sex_age (sex, birth, today);
  g_autofree char *facts
      = more != NULL ? g_strdup_printf (_ ("%s · %s"), age, more) : g_strdup (age);
  GtkWidget *row;

  if (g_strcmp0 (uuid, self->patient->uuid) == 0)
    return;
  row = adw_action_row_new ();
  gtk_widget_set_name (row, uuid);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), facts);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_append (self->list, row);
}

typedef struct
{
  HemoPatient *patient;
  char *text;
} Find;

static void
find_free (gpointer data)
{
  Find *self = data;

  g_clear_pointer (&self->patient, hemo_patient_free);
  g_free (self->text);
  g_free (self);
}

static gboolean
likely_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_patient_find_duplicates (txn, ((Find *)data)->patient, LIMIT, error);
  return *result != NULL;
}

static gboolean
search_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_search (txn, ((Find *)data)->text, LIMIT, error);
  return *result != NULL;
}

/* Enter takes the only one that was found; of several it comes to the first. What was typed faster
 * than it is looked for is waited for: the list may still show somebody else. */
static void
activate_cb (HemoMergeDialog *self)
{
  GtkListBoxRow *first = gtk_list_box_get_row_at_index (self->list, 0);

  self->entered
      = !self->answered
        || g_strcmp0 (self->asked, gtk_editable_get_text (GTK_EDITABLE (self->entry))) != 0;
  if (self->entered || first == NULL)
    return;
  if (gtk_list_box_get_row_at_index (self->list, 1) == NULL)
    row_activated_cb (self, first);
  else
    gtk_widget_grab_focus (GTK_WIDGET (first));
}

static void
typed_cb (HemoMergeDialog *self)
{
  self->entered = FALSE;
}

/* The list shows what was found. */
static void
answered (HemoMergeDialog *self)
{
  self->answered = TRUE;
  if (self->entered)
    activate_cb (self);
}

static void
likely_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoMergeDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) duplicates = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      say (self, error);
      return;
    }
  duplicates = out;
  if (self->list == NULL)
    return;
  gtk_list_box_remove_all (self->list);
  for (guint i = 0; i < duplicates->len; i++)
    {
      const HemoDuplicate *duplicate = g_ptr_array_index (duplicates, i);
      const HemoPatient *patient = duplicate->patient;
      g_autofree char *name = hemo_patient_display_name (patient);
      g_autofree char *agrees = hemo_likeness_card_words (duplicate->likeness->agrees);
      g_autofree char *text = g_strdup_printf (_ ("Agrees: %s"), agrees);

      add_person (self, patient->uuid, name, patient->sex, &patient->birth, text);
    }
  answered (self);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoMergeDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) hits = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      say (self, error);
      return;
    }
  hits = out;
  if (self->list == NULL)
    return;
  gtk_list_box_remove_all (self->list);
  for (guint i = 0; i < hits->len; i++)
    {
      const HemoSearchHit *hit = g_ptr_array_index (hits, i);

      add_person (self, hit->uuid, hit->name, hit->sex, &hit->birth, hit->identifier);
    }
  answered (self);
}

static void
look (HemoMergeDialog *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  Find *find = g_new0 (Find, 1);
  gboolean likely = text[0] == '\0';

  g_set_str (&self->asked, text);
  self->answered = FALSE;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  find->patient = hemo_patient_copy (self->patient);
  find->text = g_strdup (text);
  hemo_desk_read_async (self->desk, likely ? likely_job : search_job, find, find_free,
                        (GDestroyNotify)g_ptr_array_unref, self->cancellable,
                        likely ? likely_cb : found_cb, g_object_ref (self));
}

static void
back_cb (HemoMergeDialog *self)
{
  gtk_stack_set_visible_child_name (self->stack, "find");
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

/* Merging */

typedef struct
{
  char *a;
  char *b;
} Pair;

static void
pair_free (gpointer data)
{
  Pair *self = data;

  g_free (self->a);
  g_free (self->b);
  g_free (self);
}

static gboolean
merge_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Pair *pair = data;
  char *survivor = NULL;

  if (!hemo_patient_merge (txn, pair->a, pair->b, &survivor, error))
    return FALSE;
  *result = survivor;
  return TRUE;
}

static void
merged_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoMergeDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *survivor = NULL;
  const char *merged;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      say (self, error);
      if (self->merge != NULL)
        gtk_widget_set_sensitive (GTK_WIDGET (self->merge), TRUE);
      return;
    }
  survivor = out;
  merged = g_strcmp0 (survivor, self->patient->uuid) == 0 ? self->other->uuid : self->patient->uuid;
  g_signal_emit (self, signals[MERGED], 0, survivor, merged);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
merge_cb (HemoMergeDialog *self)
{
  Pair *pair = g_new0 (Pair, 1);

  pair->a = g_strdup (self->patient->uuid);
  pair->b = g_strdup (self->other->uuid);
  gtk_widget_set_sensitive (GTK_WIDGET (self->merge), FALSE);
  hemo_desk_write_async (self->desk, merge_job, pair, pair_free, g_free, NULL, merged_cb,
                         g_object_ref (self));
}

static void
hemo_merge_dialog_dispose (GObject *object)
{
  HemoMergeDialog *self = HEMO_MERGE_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->asked, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_MERGE_DIALOG);
  g_clear_pointer (&self->patient, hemo_patient_free);
  g_clear_pointer (&self->other, hemo_patient_free);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (hemo_merge_dialog_parent_class)->dispose (object);
}

static void
hemo_merge_dialog_class_init (HemoMergeDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_merge_dialog_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/hemogram/Hemogram/patient/hemo-merge-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoMergeDialog, banner);
  gtk_widget_class_bind_template_child (widget_class, HemoMergeDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, HemoMergeDialog, entry);
  gtk_widget_class_bind_template_child (widget_class, HemoMergeDialog, list);
  gtk_widget_class_bind_template_child (widget_class, HemoMergeDialog, compare);
  gtk_widget_class_bind_template_child (widget_class, HemoMergeDialog, back);
  gtk_widget_class_bind_template_child (widget_class, HemoMergeDialog, merge);
  signals[MERGED] = g_signal_new ("merged", HEMO_TYPE_MERGE_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
hemo_merge_dialog_init (HemoMergeDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->entry, "search-changed", G_CALLBACK (look), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (activate_cb), self);
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (typed_cb), self);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (row_activated_cb), self);
  g_signal_connect_swapped (self->back, "clicked", G_CALLBACK (back_cb), self);
  g_signal_connect_swapped (self->merge, "clicked", G_CALLBACK (merge_cb), self);
}

HemoMergeDialog *
hemo_merge_dialog_new (HemoDesk *desk, const HemoPatient *patient)
{
  HemoMergeDialog *self = g_object_new (HEMO_TYPE_MERGE_DIALOG, NULL);

  self->desk = g_object_ref (desk);
  self->patient = hemo_patient_copy (patient);
  look (self);
  return self;
}
