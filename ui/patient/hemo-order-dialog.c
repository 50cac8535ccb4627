/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads a case, lets its order be mended, and writes what became another. */

#include "hemo-order-dialog.h"

#include "hemo-case-load.h"
#include "hemo-draft-keeper.h"
#include "hemo-draft-table.h"
#include "hemo-format.h"
#include "hemo-json.h"
#include "hemo-label-printer.h"
#include "hemo-order-form.h"
#include "hemo-place.h"
#include "hemo-report-status.h"
#include "hemo-slides-group.h"
#include "hemo-specimen-table.h"

#include <glib/gi18n.h>
#include <string.h>

struct _HemoOrderDialog
{
  AdwDialog parent_instance;

  GtkButton *cancel_button;
  GtkButton *save_button;
  AdwBanner *banner;
  GtkBox *content;
  GtkLabel *patient_name;
  GtkLabel *accession;
  HemoOrderForm *form;
  HemoSlidesGroup *slides;
  GtkDropDown *label_size;

  HemoDesk *desk;
  /* What it was opened on, for as long as it is there. */
  GtkWidget *parent;
  char *specimen;
  HemoCase *data;
  /* What the form said before anybody touched it. */
  char *before;
  HemoDraftKeeper *keeper;
  gboolean saving;
  /* Whoever closes the dialog has seen what they throw away. */
  gboolean touched;
};

G_DEFINE_FINAL_TYPE (HemoOrderDialog, hemo_order_dialog, ADW_TYPE_DIALOG)

static gboolean
is_gone (HemoOrderDialog *self)
{
  return self->form == NULL;
}

static void
complain (HemoOrderDialog *self, const char *text)
{
  adw_banner_set_title (self->banner, text != NULL ? text : "");
  adw_banner_set_revealed (self->banner, text != NULL);
  if (text != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

/* Drafts: what is typed beside what it was typed over, so that what another changed meanwhile is
 * not written over. */

static char *
to_draft (HemoOrderDialog *self)
{
  json_object *draft = hemo_json_made (json_object_new_object ());
  g_autofree char *typed = hemo_order_form_to_draft (self->form);
  char *text;

  hemo_json_add (draft, "before", json_object_new_string (self->before));
  hemo_json_add (draft, "typed", json_object_new_string (typed));
  text = hemo_json_to_text (draft, JSON_C_TO_STRING_PLAIN);
  json_object_put (draft);
  return text;
}

static gboolean
is_changed (HemoOrderDialog *self)
{
  g_autofree char *now = hemo_order_form_to_draft (self->form);

  return g_strcmp0 (now, self->before) != 0;
}

static void
changed_cb (HemoOrderDialog *self)
{
  if (self->keeper == NULL)
    return;
  self->touched = TRUE;
  if (is_changed (self))
    hemo_draft_keeper_keep (self->keeper, to_draft (self));
  else
    hemo_draft_keeper_forget (self->keeper);
}

/* On top of what is stored now. */
static void
lay_over (HemoOrderDialog *self, const char *before, const char *typed)
{
  g_autofree char *merged = hemo_order_form_merge_drafts (before, typed, self->before);

  hemo_order_form_from_draft (self->form, merged);
  self->touched = TRUE;
}

/* Nothing that was typed meanwhile is overwritten. */
static void
draft_found_cb (HemoOrderDialog *self, const char *content)
{
  json_object *draft = hemo_json_parse (content, strlen (content), 2, "draft", NULL);
  g_autofree char *before = draft != NULL ? hemo_json_dup_text (draft, "before") : NULL;
  g_autofree char *typed = draft != NULL ? hemo_json_dup_text (draft, "typed") : NULL;

  if (before != NULL && typed != NULL && !is_changed (self))
    {
      lay_over (self, before, typed);
      complain (self, _ ("This was typed before and not saved. It is here again."));
    }
  json_object_put (draft);
}

static void
draft_failed_cb (HemoOrderDialog *self, const GError *error)
{
  g_autofree char *text = g_strdup_printf (
      _ ("What you type is not kept if the power fails now: %s"), error->message);

  complain (self, text);
}

/* (transfer full) */
static char *
name_draft (const char *specimen)
{
  return g_strconcat ("order:", specimen, NULL);
}

static void
keep_drafts (HemoOrderDialog *self)
{
  g_autofree char *form = name_draft (self->data->specimen->uuid);

  if (self->keeper != NULL)
    return;
  self->keeper = hemo_draft_keeper_new (self->desk, form);
  g_signal_connect_object (self->keeper, "found", G_CALLBACK (draft_found_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->keeper, "failed", G_CALLBACK (draft_failed_cb), self,
                           G_CONNECT_SWAPPED);
}

/* By whoever is there: a lock closes the dialog without asking, and forgets nothing. While it is
 * saved it stays: what is refused has to be said, with what was typed. */
static void
close_cb (HemoOrderDialog *self)
{
  if (self->saving)
    return;
  if (self->touched && self->keeper != NULL)
    hemo_draft_keeper_forget (self->keeper);
  adw_dialog_force_close (ADW_DIALOG (self));
}

/* Reading */

static void
show_person (HemoOrderDialog *self)
{
  const HemoPatient *patient = self->data->patient;
  g_autofree char *name = hemo_patient_display_name (patient);
  g_autofree char *age
      = hemo_format_sex_age (patient->sex, &patient->birth, hemo_date_of (hemo_time_now ()));
  g_autofree char *person = g_strdup_printf (_ ("\u2068%s\u2069  %s"), name, age);

  gtk_label_set_text (self->patient_name, person);
  gtk_label_set_text (self->accession, self->data->specimen->accession);
  hemo_order_form_show_patient (self->form, patient);
}

static void
show_case (HemoOrderDialog *self)
{
  const HemoCase *data = self->data;
  gboolean editable = hemo_case_may_edit_order (data);

  show_person (self);
  hemo_order_form_fill (self->form, data->order, data->specimen);
  hemo_order_form_keep_tests (self->form, hemo_case_tests_signed (data),
                              hemo_case_tests_begun (data));
  hemo_slides_group_show (self->slides, data->specimen, data->slides);
  g_free (self->before);
  self->before = hemo_order_form_to_draft (self->form);
  gtk_widget_set_sensitive (GTK_WIDGET (self->form), editable);
  gtk_widget_set_sensitive (GTK_WIDGET (self->save_button), editable);
  gtk_widget_set_visible (GTK_WIDGET (self->content), TRUE);
  if (data->reports->len > 0 && editable)
    complain (self, _ ("This case is signed: what is changed here has to be signed anew."));
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoOrderDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *typed = NULL;
  g_autofree char *before = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      if (!is_gone (self))
        complain (self, error->message);
      return;
    }
  if (is_gone (self))
    {
      hemo_case_free (out);
      return;
    }
  if (self->data != NULL)
    {
      typed = hemo_order_form_to_draft (self->form);
      before = g_steal_pointer (&self->before);
    }
  g_clear_pointer (&self->data, hemo_case_free);
  self->data = out;
  show_case (self);
  if (typed != NULL)
    lay_over (self, before, typed);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->form));
  keep_drafts (self);
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_case_load (txn, data, error);
  return *result != NULL;
}

static void
read_case (HemoOrderDialog *self)
{
  hemo_desk_read_async (self->desk, load_job, g_strdup (self->specimen), g_free,
                        (GDestroyNotify)hemo_case_free, NULL, loaded_cb, g_object_ref (self));
}

/* Saving */

typedef struct
{
  HemoOrder *order;
  HemoSpecimen *tube;
} Edit;

static void
edit_free (gpointer data)
{
  Edit *self = data;

  hemo_order_free (self->order);
  hemo_specimen_free (self->tube);
  g_free (self);
}

/* No draft of what was saved. */
static gboolean
save_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Edit *edit = data;
  g_autofree char *form = name_draft (edit->tube->uuid);

  return hemo_order_edit (txn, edit->order, edit->tube, error)
         && hemo_draft_save (txn, form, NULL, error);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoOrderDialog) self = data;
  g_autoptr (GError) error = NULL;
  gboolean done = hemo_desk_finish (HEMO_DESK (source), result, NULL, &error);

  self->saving = FALSE;
  if (is_gone (self))
    return;
  if (done)
    {
      hemo_draft_keeper_forget (self->keeper);
      if (self->parent != NULL)
        hemo_place_toast (self->parent, _ ("The order is changed."));
      adw_dialog_force_close (ADW_DIALOG (self));
    }
  else if (g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT))
    {
      complain (self, _ ("The order was changed by another meanwhile. Look over what stands here "
                         "now, and save it."));
      read_case (self);
    }
  else
    complain (self, error->message);
}

static void
save (HemoOrderDialog *self)
{
  const char *why = NULL;
  Edit *edit;

  if (self->saving || self->data == NULL
      || !gtk_widget_get_sensitive (GTK_WIDGET (self->save_button)))
    return;
  if (!is_changed (self))
    {
      close_cb (self);
      return;
    }
  if (!hemo_order_form_check (self->form, &why))
    {
      complain (self, why);
      return;
    }
  complain (self, NULL);
  self->saving = TRUE;
  edit = g_new0 (Edit, 1);
  edit->order = hemo_order_copy (self->data->order);
  edit->tube = hemo_specimen_copy (self->data->specimen);
  hemo_order_form_read (self->form, edit->order, edit->tube);
  hemo_desk_write_async (self->desk, save_job, edit, edit_free, NULL, NULL, saved_cb,
                         g_object_ref (self));
}

static void
save_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  save (HEMO_ORDER_DIALOG (widget));
}

static void
hemo_order_dialog_dispose (GObject *object)
{
  HemoOrderDialog *self = HEMO_ORDER_DIALOG (object);

  if (self->keeper != NULL)
    hemo_draft_keeper_flush (self->keeper);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_ORDER_DIALOG);
  g_clear_object (&self->keeper);
  g_clear_object (&self->desk);
  g_clear_weak_pointer (&self->parent);
  g_clear_pointer (&self->data, hemo_case_free);
  g_clear_pointer (&self->before, g_free);
  g_clear_pointer (&self->specimen, g_free);
  G_OBJECT_CLASS (hemo_order_dialog_parent_class)->dispose (object);
}

static void
hemo_order_dialog_class_init (HemoOrderDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_order_dialog_dispose;
  g_type_ensure (HEMO_TYPE_ORDER_FORM);
  g_type_ensure (HEMO_TYPE_SLIDES_GROUP);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/hemogram/Hemogram/patient/hemo-order-dialog.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, HemoOrderDialog, name)
  BIND (cancel_button);
  BIND (save_button);
  BIND (banner);
  BIND (content);
  BIND (patient_name);
  BIND (accession);
  BIND (form);
  BIND (slides);
  BIND (label_size);
#undef BIND
  gtk_widget_class_install_action (widget_class, "order.save", NULL, save_action_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK, "order.save",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Enter, GDK_CONTROL_MASK,
                                       "order.save", NULL);
}

static void
hemo_order_dialog_init (HemoOrderDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hemo_label_size_bind (self->label_size);
  g_signal_connect_swapped (self->cancel_button, "clicked", G_CALLBACK (adw_dialog_close), self);
  g_signal_connect_swapped (self->save_button, "clicked", G_CALLBACK (save), self);
  g_signal_connect_swapped (self->form, "changed", G_CALLBACK (changed_cb), self);
  adw_dialog_set_can_close (ADW_DIALOG (self), FALSE);
  g_signal_connect (self, "close-attempt", G_CALLBACK (close_cb), NULL);
}

void
hemo_order_dialog_open (GtkWidget *parent, HemoDesk *desk, const char *specimen)
{
  HemoOrderDialog *self = g_object_new (HEMO_TYPE_ORDER_DIALOG, NULL);

  self->desk = g_object_ref (desk);
  g_set_weak_pointer (&self->parent, parent);
  self->specimen = g_strdup (specimen);
  hemo_order_form_set_desk (self->form, desk);
  hemo_slides_group_set_desk (self->slides, desk);
  adw_dialog_present (ADW_DIALOG (self), parent);
  read_case (self);
}
