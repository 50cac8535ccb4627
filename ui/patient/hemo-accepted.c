/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The number in large type, and what one does with it. */

#include "hemo-accepted.h"

#include "hemo-label-printer.h"
#include "hemo-slides-group.h"

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
  HemoSlidesGroup *slides;

  HemoDesk *desk;
  HemoSpecimen *specimen;
};

G_DEFINE_FINAL_TYPE (HemoAccepted, hemo_accepted, ADW_TYPE_BIN)

static void
print_specimen (HemoAccepted *self, const char *specimen)
{
  const char *specimens[] = { specimen, NULL };

  hemo_label_printer_print (GTK_WIDGET (self), self->desk, specimens, hemo_label_size_get ());
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
  hemo_label_printer_save (GTK_WIDGET (self), self->desk, specimens, hemo_label_size_get (), name);
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
  gtk_widget_set_visible (GTK_WIDGET (self->slides), !rejected);
  hemo_slides_group_show (self->slides, specimen, NULL);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), specimen->accession,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

void
hemo_accepted_set_desk (HemoAccepted *self, HemoDesk *desk)
{
  g_set_object (&self->desk, desk);
  hemo_slides_group_set_desk (self->slides, desk);
}

static gboolean
hemo_accepted_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (HEMO_ACCEPTED (widget)->open));
}

static void
hemo_accepted_dispose (GObject *object)
{
  HemoAccepted *self = HEMO_ACCEPTED (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_ACCEPTED);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->specimen, hemo_specimen_free);
  G_OBJECT_CLASS (hemo_accepted_parent_class)->dispose (object);
}

static void
hemo_accepted_class_init (HemoAcceptedClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_accepted_dispose;
  g_type_ensure (HEMO_TYPE_SLIDES_GROUP);
  widget_class->grab_focus = hemo_accepted_grab_focus;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hemogram/Hemogram/patient/hemo-accepted.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoAccepted, accepted_page);
  gtk_widget_class_bind_template_child (widget_class, HemoAccepted, accession);
  gtk_widget_class_bind_template_child (widget_class, HemoAccepted, print);
  gtk_widget_class_bind_template_child (widget_class, HemoAccepted, open);
  gtk_widget_class_bind_template_child (widget_class, HemoAccepted, label_size);
  gtk_widget_class_bind_template_child (widget_class, HemoAccepted, save_label);
  gtk_widget_class_bind_template_child (widget_class, HemoAccepted, slides);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_p, GDK_CONTROL_MASK, print_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_s, GDK_CONTROL_MASK, save_key_cb, NULL);
}

static void
hemo_accepted_init (HemoAccepted *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hemo_label_size_bind (self->label_size);
  g_signal_connect_swapped (self->print, "clicked", G_CALLBACK (print_cb), self);
  g_signal_connect_swapped (self->open, "clicked", G_CALLBACK (hemo_accepted_open), self);
  g_signal_connect_swapped (self->save_label, "clicked", G_CALLBACK (save_label_cb), self);
}
