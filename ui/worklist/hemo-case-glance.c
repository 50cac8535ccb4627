/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The panel beside the worklist. */

#include "hemo-case-glance.h"

#include "hemo-case-chip.h"
#include "hemo-case-load.h"
#include "hemo-files.h"
#include "hemo-format.h"
#include "hemo-order-dialog.h"
#include "hemo-report-status.h"
#include "hemo-texture.h"

#include <glib/gi18n.h>

/* How long one has to stand on a row before its case is read. */
#define PAUSE_MS 250
#define PICTURES 6u
#define PICTURE_SIZE 84
#define LINES 24u

struct _HemoCaseGlance
{
  AdwBin parent_instance;

  GtkStack *stack;
  GtkLabel *name;
  GtkLabel *accession;
  GtkLabel *asked;
  GtkLabel *note;
  AdwWrapBox *chips;
  AdwWrapBox *pictures;
  GtkLabel *pictures_more;
  GtkLabel *results_heading;
  GtkGrid *results;
  GtkLabel *missing;
  GtkLabel *failure;
  GtkButton *edit;
  GtkButton *next;
  GtkWidget *state_chip;
  GtkWidget *urgency_chip;
  GtkWidget *safety_chip;

  HemoDesk *desk;
  char *specimen;
  /* Whether what is shown was read already: reading it again is no new view. */
  gboolean read;
  GCancellable *cancellable;
  guint pause_source;
};

G_DEFINE_FINAL_TYPE (HemoCaseGlance, hemo_case_glance, ADW_TYPE_BIN)

static void
set_optional (GtkLabel *label, const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && text[0] != '\0');
}

static void
clear_grid (GtkGrid *grid)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (grid))) != NULL)
    gtk_grid_remove (grid, child);
}

static void
remove_pictures (HemoCaseGlance *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->pictures))) != NULL)
    adw_wrap_box_remove (self->pictures, child);
}

static void
clear_pictures (HemoCaseGlance *self)
{
  remove_pictures (self);
  gtk_widget_set_visible (GTK_WIDGET (self->pictures), FALSE);
  set_optional (self->pictures_more, NULL);
}

static void
clear_details (HemoCaseGlance *self)
{
  clear_pictures (self);
  clear_grid (self->results);
  gtk_widget_set_visible (GTK_WIDGET (self->results_heading), FALSE);
  set_optional (self->note, NULL);
  set_optional (self->missing, NULL);
  set_optional (self->failure, NULL);
}

static gboolean
pictures_work (HemoClinic *clinic,
               HemoSession *session,
               gpointer data,
               gpointer *result,
               GCancellable *cancellable,
               GError **error)
{
  char **uuids = data;
  g_autoptr (GPtrArray) pictures = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; uuids[i] != NULL; i++)
    {
      g_autoptr (GBytes) jpeg = NULL;
      GdkTexture *texture;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      jpeg = hemo_clinic_open_preview (clinic, session, uuids[i], error);
      texture
          = jpeg != NULL ? hemo_texture_prepare (gdk_texture_new_from_bytes (jpeg, error)) : NULL;
      if (texture == NULL)
        return FALSE;
      g_ptr_array_add (pictures, texture);
    }
  *result = g_steal_pointer (&pictures);
  return TRUE;
}

static GtkWidget *
picture_new (GdkTexture *texture, guint number)
{
  GtkWidget *picture = gtk_picture_new_for_paintable (GDK_PAINTABLE (texture));
  g_autofree char *text = g_strdup_printf (_ ("Field %u"), number);
  GtkWidget *clamp;

  gtk_picture_set_content_fit (GTK_PICTURE (picture), GTK_CONTENT_FIT_COVER);
  gtk_picture_set_alternative_text (GTK_PICTURE (picture), text);
  gtk_widget_set_size_request (picture, PICTURE_SIZE, PICTURE_SIZE);
  gtk_widget_set_overflow (picture, GTK_OVERFLOW_HIDDEN);
  gtk_widget_add_css_class (picture, "card");
  /* A picture would like to be as wide as it has pixels, and takes the width from the list. */
  clamp = adw_clamp_new ();
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), PICTURE_SIZE);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), PICTURE_SIZE);
  adw_clamp_set_unit (ADW_CLAMP (clamp), ADW_LENGTH_UNIT_PX);
  adw_clamp_set_child (ADW_CLAMP (clamp), picture);
  return clamp;
}

static void
pictures_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoCaseGlance) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) pictures = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && self->stack != NULL)
        set_optional (self->failure, error->message);
      return;
    }
  pictures = out;
  if (self->stack == NULL)
    return;
  remove_pictures (self);
  for (guint i = 0; i < pictures->len; i++)
    adw_wrap_box_append (self->pictures, picture_new (g_ptr_array_index (pictures, i), i + 1));
  gtk_widget_set_visible (GTK_WIDGET (self->pictures), pictures->len > 0);
}

static void
show_pictures (HemoCaseGlance *self, const HemoCase *data)
{
  g_autoptr (GStrvBuilder) uuids = g_strv_builder_new ();
  guint shown = MIN (data->images->len, PICTURES);

  if (data->images->len > shown)
    {
      g_autofree char *more = g_strdup_printf (
          ngettext ("and %u more field", "and %u more fields", data->images->len - shown),
          data->images->len - shown);

      set_optional (self->pictures_more, more);
    }
  for (guint i = 0; i < shown; i++)
    g_strv_builder_add (uuids, ((HemoImage *)g_ptr_array_index (data->images, i))->uuid);
  if (shown == 0 || !hemo_desk_may (self->desk, HEMO_ACTION_IMAGE_VIEW))
    return;
  hemo_desk_run_async (self->desk, pictures_work, g_strv_builder_end (uuids),
                       (GDestroyNotify)g_strfreev, (GDestroyNotify)g_ptr_array_unref,
                       self->cancellable, pictures_cb, g_object_ref (self));
}

static const char *
flag_word (HemoFlag flag)
{
  switch (flag)
    {
    case HEMO_FLAG_LOW:
      return C_ ("flag", "low");
    case HEMO_FLAG_HIGH:
      return C_ ("flag", "high");
    case HEMO_FLAG_CRITICAL_LOW:
      return C_ ("flag", "critical, low");
    case HEMO_FLAG_CRITICAL_HIGH:
      return C_ ("flag", "critical, high");
    case HEMO_FLAG_ABNORMAL:
      return C_ ("flag", "abnormal");
    case HEMO_FLAG_CRITICAL_ABNORMAL:
      return C_ ("flag", "critical");
    default:
      return NULL;
    }
}

static gboolean
is_critical (HemoFlag flag)
{
  return flag == HEMO_FLAG_CRITICAL_LOW || flag == HEMO_FLAG_CRITICAL_HIGH
         || flag == HEMO_FLAG_CRITICAL_ABNORMAL;
}

static GtkWidget *
result_label (const char *text, gfloat xalign, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}

static void
add_line (HemoCaseGlance *self, const HemoLine *line, int row)
{
  g_autofree char *value = hemo_format_line_value (line);
  g_autofree char *full = hemo_format_value (value, line->text == NULL ? line->ucum : NULL);
  const char *flag = flag_word (line->flag);
  GtkWidget *label = result_label (_ (line->label), 0, NULL);
  GtkWidget *number = result_label (full, 1, "numeric");

  gtk_widget_set_hexpand (label, TRUE);
  gtk_grid_attach (self->results, label, 0, row, 1, 1);
  gtk_grid_attach (self->results, number, 1, row, 1, 1);
  if (flag != NULL)
    gtk_grid_attach (self->results,
                     result_label (flag, 0, is_critical (line->flag) ? "error" : "warning"), 2, row,
                     1, 1);
}

/* Who looks a value up here must not tell one that was withdrawn. */
static void
show_results (HemoCaseGlance *self, const HemoCase *data)
{
  const HemoReport *report = data->report;
  guint lines = hemo_case_results_are_void (data) ? 0 : report->lines->len;

  clear_grid (self->results);
  for (guint i = 0; i < MIN (lines, LINES); i++)
    add_line (self, g_ptr_array_index (report->lines, i), (int)i);
  gtk_widget_set_visible (GTK_WIDGET (self->results_heading), lines > 0);
}

static void
show_missing (HemoCaseGlance *self, const HemoCase *data)
{
  g_auto (GStrv) missing = hemo_report_missing (data->report, data);
  g_autofree char *text = g_strjoinv ("\n", missing);

  set_optional (self->missing, data->specimen->rejection == HEMO_REJECTION_NONE ? text : NULL);
}

static void
show_rejection (HemoCaseGlance *self, const HemoSpecimen *specimen)
{
  g_autofree char *text = NULL;

  if (specimen->rejection == HEMO_REJECTION_NONE)
    return;
  /* Translators: why a specimen was refused */
  text = g_strdup_printf (_ ("Rejected: %s"), hemo_format_rejection (specimen->rejection));
  set_optional (self->missing, text);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoCaseGlance) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoCase) found = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && self->stack != NULL)
        set_optional (self->failure, error->message);
      return;
    }
  found = out;
  if (self->stack == NULL || g_strcmp0 (found->specimen->uuid, self->specimen) != 0)
    return;
  self->read = TRUE;
  set_optional (self->failure, NULL);
  set_optional (self->note, found->order->clinical_note);
  show_results (self, found);
  show_missing (self, found);
  show_rejection (self, found->specimen);
  show_pictures (self, found);
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_case_load (txn, data, error);
  return *result != NULL;
}

static gboolean
reload_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_case_reload (txn, data, error);
  return *result != NULL;
}

static gboolean
pause_cb (gpointer data)
{
  HemoCaseGlance *self = data;

  self->pause_source = 0;
  hemo_desk_read_async (self->desk, self->read ? reload_job : load_job, g_strdup (self->specimen),
                        g_free, (GDestroyNotify)hemo_case_free, self->cancellable, loaded_cb,
                        g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static void
show_next (HemoCaseGlance *self, const HemoWorkItem *item)
{
  static const char *const steps[] = {
    [HEMO_STATE_WAITING] = N_ ("Begin"),
    [HEMO_STATE_COUNTING] = N_ ("Go On"),
    [HEMO_STATE_TO_SIGN] = N_ ("Look Over and Sign"),
    [HEMO_STATE_CRITICAL] = N_ ("Tell the Critical Value"),
    [HEMO_STATE_PRELIMINARY] = N_ ("Open the Preliminary Report"),
    [HEMO_STATE_SIGNED] = N_ ("Open the Signed Report"),
    [HEMO_STATE_REJECTED] = N_ ("Open"),
  };
  /* Translators: what to do next with a case, and the key that does it */
  g_autofree char *text
      = g_strdup_printf (_ ("%s  (Enter)"), item->withdrawn ? _ ("Open") : _ (steps[item->state]));

  gtk_button_set_label (self->next, text);
}

static void
show_item (HemoCaseGlance *self, const HemoWorkItem *item)
{
  HemoDate today = hemo_date_of (hemo_time_now ());
  g_autofree char *age = hemo_format_sex_age (item->sex, &item->birth, today);
  /* Translators: name of a patient, sex and age; the name is kept together whatever its script */
  g_autofree char *person = g_strdup_printf (_ ("\u2068%s\u2069  %s"), item->name, age);
  g_autofree char *tests = hemo_format_tests (item->tests);

  gtk_label_set_text (self->name, person);
  gtk_label_set_text (self->accession, item->accession);
  gtk_label_set_text (self->asked, tests);
  hemo_case_chip_show_item (HEMO_CHIP (self->state_chip), item);
  hemo_case_chip_show_urgency (HEMO_CHIP (self->urgency_chip), item->urgency);
  hemo_case_chip_show_safety (HEMO_CHIP (self->safety_chip), item->safety);
  gtk_widget_set_visible (GTK_WIDGET (self->edit),
                          hemo_desk_may (self->desk, HEMO_ACTION_SPECIMEN_EDIT)
                              && item->state != HEMO_STATE_REJECTED && !item->withdrawn);
  show_next (self, item);
}

void
hemo_case_glance_show (HemoCaseGlance *self, const HemoWorkItem *item)
{
  g_clear_handle_id (&self->pause_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_set_object (&self->cancellable, NULL);
  self->cancellable = g_cancellable_new ();
  gtk_stack_set_visible_child_name (self->stack, item != NULL ? "case" : "nothing");
  if (item == NULL || g_strcmp0 (item->specimen, self->specimen) != 0)
    {
      clear_details (self);
      self->read = FALSE;
    }
  g_set_str (&self->specimen, item != NULL ? item->specimen : NULL);
  if (item == NULL)
    return;
  show_item (self, item);
  self->pause_source = g_timeout_add (PAUSE_MS, pause_cb, self);
}

static void
next_cb (HemoCaseGlance *self)
{
  if (self->specimen != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.open-case", "s", self->specimen);
}

void
hemo_case_glance_edit_order (HemoCaseGlance *self)
{
  if (self->specimen != NULL && gtk_widget_get_visible (GTK_WIDGET (self->edit)))
    hemo_order_dialog_open (GTK_WIDGET (self), self->desk, self->specimen);
}

void
hemo_case_glance_set_desk (HemoCaseGlance *self, HemoDesk *desk)
{
  g_set_object (&self->desk, desk);
}

static void
hemo_case_glance_dispose (GObject *object)
{
  HemoCaseGlance *self = HEMO_CASE_GLANCE (object);

  g_clear_handle_id (&self->pause_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  /* The stack is bound and the bin's child as well: whoever lets go second must find nothing. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_CASE_GLANCE);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->specimen, g_free);
  G_OBJECT_CLASS (hemo_case_glance_parent_class)->dispose (object);
}

static void
hemo_case_glance_class_init (HemoCaseGlanceClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_case_glance_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/hemogram/Hemogram/worklist/hemo-case-glance.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoCaseGlance, stack);
  gtk_widget_class_bind_template_child (widget_class, HemoCaseGlance, name);
  gtk_widget_class_bind_template_child (widget_class, HemoCaseGlance, accession);
  gtk_widget_class_bind_template_child (widget_class, HemoCaseGlance, asked);
  gtk_widget_class_bind_template_child (widget_class, HemoCaseGlance, note);
  gtk_widget_class_bind_template_child (widget_class, HemoCaseGlance, chips);
  gtk_widget_class_bind_template_child (widget_class, HemoCaseGlance, pictures);
  gtk_widget_class_bind_template_child (widget_class, HemoCaseGlance, pictures_more);
  gtk_widget_class_bind_template_child (widget_class, HemoCaseGlance, results_heading);
  gtk_widget_class_bind_template_child (widget_class, HemoCaseGlance, results);
  gtk_widget_class_bind_template_child (widget_class, HemoCaseGlance, missing);
  gtk_widget_class_bind_template_child (widget_class, HemoCaseGlance, failure);
  gtk_widget_class_bind_template_child (widget_class, HemoCaseGlance, edit);
  gtk_widget_class_bind_template_child (widget_class, HemoCaseGlance, next);
}

static void
hemo_case_glance_init (HemoCaseGlance *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->state_chip = hemo_case_chip_new ();
  self->urgency_chip = hemo_case_chip_new ();
  self->safety_chip = hemo_case_chip_new ();
  adw_wrap_box_append (self->chips, self->state_chip);
  adw_wrap_box_append (self->chips, self->urgency_chip);
  adw_wrap_box_append (self->chips, self->safety_chip);
  clear_details (self);
  g_signal_connect_swapped (self->edit, "clicked", G_CALLBACK (hemo_case_glance_edit_order), self);
  g_signal_connect_swapped (self->next, "clicked", G_CALLBACK (next_cb), self);
}
