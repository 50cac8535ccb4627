/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The number in large type, and what one does with it. */

#include "hemo-accepted.h"

#include "hemo-format.h"
#include "hemo-label-printer.h"
#include "hemo-place.h"
#include "hemo-settings.h"
#include "hemo-specimen-table.h"

#include <glib/gi18n.h>

struct _HemoAccepted
{
  AdwBin parent_instance;

  AdwStatusPage *accepted_page;
  GtkLabel *accession;
  GtkButton *print;
  GtkButton *open;
  GtkDropDown *label_size;
  GtkButton *save_label;
  AdwPreferencesGroup *slides_group;
  GtkDropDown *slide_type;
  GtkButton *add_slide;

  HemoDesk *desk;
  GSettings *settings;
  HemoSpecimen *specimen;
};

G_DEFINE_FINAL_TYPE (HemoAccepted, hemo_accepted, ADW_TYPE_BIN)

static HemoLabelSize
get_label_size (HemoAccepted *self)
{
  return (HemoLabelSize)MIN (gtk_drop_down_get_selected (self->label_size), HEMO_LABEL_SIZES - 1);
}

static void
label_size_cb (HemoAccepted *self)
{
  g_settings_set_string (self->settings, "label-size",
                         hemo_label_size_to_code (get_label_size (self)));
}

static void
print_specimen (HemoAccepted *self, const char *specimen)
{
  const char *specimens[] = { specimen, NULL };

  hemo_label_printer_print (GTK_WIDGET (self), self->desk, specimens, get_label_size (self));
}

static void
print_cb (HemoAccepted *self)
{
  if (self->specimen != NULL)
    print_specimen (self, self->specimen->uuid);
}

static void
save_label_cb (HemoAccepted *self)
{
  const char *specimens[] = { NULL, NULL };
  g_autofree char *name = NULL;

  if (self->specimen == NULL)
    return;
  specimens[0] = self->specimen->uuid;
  name = g_strdup_printf ("%s.pdf", self->specimen->accession);
  hemo_label_printer_save (GTK_WIDGET (self), self->desk, specimens, get_label_size (self), name);
}

void
hemo_accepted_open (HemoAccepted *self)
{
  GtkWidget *parent = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self)));
  g_autofree char *uuid = NULL;

  if (self->specimen == NULL)
    return;
  uuid = g_strdup (self->specimen->uuid);
  gtk_widget_activate_action (parent, "win.back", NULL);
  gtk_widget_activate_action (parent, "win.open-case", "s", uuid);
}

static void
print_slide_cb (GtkButton *button, gpointer data)
{
  print_specimen (data, g_object_get_data (G_OBJECT (button), "specimen"));
}

static void
show_slide (HemoAccepted *self, const HemoSpecimen *slide)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_from_icon_name ("document-print-symbolic");
  g_autofree char *kind
      /* Translators: kind of slide, and its stain */
      = g_strdup_printf (_ ("%s, %s"), hemo_format_specimen_type (slide->type),
                         hemo_format_stain (slide->stain));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), slide->accession);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), kind);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _ ("Print the Label of This Slide"));
  gtk_widget_add_css_class (button, "flat");
  g_object_set_data_full (G_OBJECT (button), "specimen", g_strdup (slide->uuid), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (print_slide_cb), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_preferences_group_add (self->slides_group, row);
}

static gboolean
slide_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoSpecimen *slide = data;

  if (!hemo_specimen_accept (txn, slide, error))
    return FALSE;
  *result = hemo_specimen_copy (slide);
  return TRUE;
}

static void
slide_added_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoAccepted) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSpecimen) slide = NULL;
  gpointer out = NULL;

  if (hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    slide = out;
  if (self->accession == NULL)
    return;
  if (slide != NULL)
    show_slide (self, slide);
  else
    hemo_place_show_error (GTK_WIDGET (self), _ ("The Slide Was Not Added"), error);
}

static void
add_slide_cb (HemoAccepted *self)
{
  HemoSpecimen *slide;

  if (self->specimen == NULL)
    return;
  slide = hemo_specimen_new ();
  slide->parent = g_strdup (self->specimen->uuid);
  slide->type = gtk_drop_down_get_selected (self->slide_type) == 0 ? HEMO_SPECIMEN_THIN_FILM
                                                                   : HEMO_SPECIMEN_THICK_FILM;
  slide->stain = self->specimen->stain;
  slide->collected_at = self->specimen->collected_at;
  hemo_desk_write_async (self->desk, slide_job, slide, (GDestroyNotify)hemo_specimen_free,
                         (GDestroyNotify)hemo_specimen_free, NULL, slide_added_cb,
                         g_object_ref (self));
}

static gboolean
print_key_cb (GtkWidget *widget, GVariant *parameter, gpointer data)
{
  print_cb (HEMO_ACCEPTED (widget));
  return TRUE;
}

static gboolean
save_key_cb (GtkWidget *widget, GVariant *parameter, gpointer data)
{
  save_label_cb (HEMO_ACCEPTED (widget));
  return TRUE;
}

void
hemo_accepted_show (HemoAccepted *self, const HemoPatient *patient, const HemoSpecimen *specimen)
{
  gboolean rejected = specimen->rejection != HEMO_REJECTION_NONE;
  g_autofree char *name = hemo_patient_display_name (patient);
  g_autofree char *escaped = g_markup_escape_text (name, -1);

  g_clear_pointer (&self->specimen, hemo_specimen_free);
  self->specimen = hemo_specimen_copy (specimen);
  adw_status_page_set_title (self->accepted_page,
                             rejected ? _ ("Rejected") : _ ("Accepted and Saved"));
  adw_status_page_set_description (self->accepted_page, escaped);
  gtk_label_set_text (self->accession, specimen->accession);
  gtk_widget_set_visible (GTK_WIDGET (self->slides_group), !rejected);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), specimen->accession,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

void
hemo_accepted_set_desk (HemoAccepted *self, HemoDesk *desk)
{
  g_set_object (&self->desk, desk);
}

static gboolean
hemo_accepted_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (HEMO_ACCEPTED (widget)->open));
}

static void
make_choices (HemoAccepted *self)
{
  const char *const sizes[] = { _ ("50 × 25 mm"), _ ("40 × 20 mm"), _ ("A4, 3 × 8 labels"), NULL };
  const char *const films[] = { hemo_format_specimen_type (HEMO_SPECIMEN_THIN_FILM),
                                hemo_format_specimen_type (HEMO_SPECIMEN_THICK_FILM), NULL };
  g_autoptr (GtkStringList) size_list = gtk_string_list_new (sizes);
  g_autoptr (GtkStringList) film_list = gtk_string_list_new (films);
  g_autofree char *code = g_settings_get_string (self->settings, "label-size");
  HemoLabelSize size = HEMO_LABEL_50X25;

  gtk_drop_down_set_model (self->label_size, G_LIST_MODEL (size_list));
  gtk_drop_down_set_model (self->slide_type, G_LIST_MODEL (film_list));
  hemo_label_size_from_code (code, &size, NULL);
  gtk_drop_down_set_selected (self->label_size, size);
}

static void
hemo_accepted_dispose (GObject *object)
{
  HemoAccepted *self = HEMO_ACCEPTED (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_ACCEPTED);
  g_clear_object (&self->desk);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->specimen, hemo_specimen_free);
  G_OBJECT_CLASS (hemo_accepted_parent_class)->dispose (object);
}

static void
hemo_accepted_class_init (HemoAcceptedClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_accepted_dispose;
  widget_class->grab_focus = hemo_accepted_grab_focus;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hemogram/Hemogram/patient/hemo-accepted.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoAccepted, accepted_page);
  gtk_widget_class_bind_template_child (widget_class, HemoAccepted, accession);
  gtk_widget_class_bind_template_child (widget_class, HemoAccepted, print);
  gtk_widget_class_bind_template_child (widget_class, HemoAccepted, open);
  gtk_widget_class_bind_template_child (widget_class, HemoAccepted, label_size);
  gtk_widget_class_bind_template_child (widget_class, HemoAccepted, save_label);
  gtk_widget_class_bind_template_child (widget_class, HemoAccepted, slides_group);
  gtk_widget_class_bind_template_child (widget_class, HemoAccepted, slide_type);
  gtk_widget_class_bind_template_child (widget_class, HemoAccepted, add_slide);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_p, GDK_CONTROL_MASK, print_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_s, GDK_CONTROL_MASK, save_key_cb, NULL);
}

static void
hemo_accepted_init (HemoAccepted *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = hemo_settings_new ();
  make_choices (self);
  g_signal_connect_swapped (self->label_size, "notify::selected", G_CALLBACK (label_size_cb), self);
  g_signal_connect_swapped (self->print, "clicked", G_CALLBACK (print_cb), self);
  g_signal_connect_swapped (self->open, "clicked", G_CALLBACK (hemo_accepted_open), self);
  g_signal_connect_swapped (self->save_label, "clicked", G_CALLBACK (save_label_cb), self);
  g_signal_connect_swapped (self->add_slide, "clicked", G_CALLBACK (add_slide_cb), self);
}
