/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The registration: looked for likely duplicates while one types, kept as a draft, saved once. */

#include "hemo-registration.h"

#include "hemo-draft-keeper.h"
#include "hemo-draft-table.h"
#include "hemo-failure.h"
#include "hemo-fhir-patient.h"
#include "hemo-likeness-card.h"
#include "hemo-patient-form.h"
#include "hemo-patient-table.h"

#include <glib/gi18n.h>

/* Records that are like the typed one: more are no help. */
#define DUPLICATES 4
#define PAUSE_MS 250

struct _HemoRegistration
{
  HemoPlace parent_instance;

  GtkButton *save;
  AdwBanner *draft_banner;
  AdwBanner *banner;
  HemoPatientForm *form;
  GtkLabel *aside_title;
  GtkLabel *aside_text;
  GtkBox *duplicates;

  /* UUID of who is changed; NULL for a new one. */
  char *uuid;
  /* Why a server refused the record, or NULL. */
  char *reason;
  /* A draft that was found while something else was begun. */
  char *other_draft;
  /* As it was read from the store. */
  HemoPatient *patient;
  HemoDraftKeeper *keeper;
  GCancellable *cancellable;
  guint pause_source;
  guint found;
  gboolean likely;
  gboolean warned;
  /* As soon as it was looked for others. */
  gboolean save_wanted;
  gboolean saving;
  gboolean focused;
};

G_DEFINE_FINAL_TYPE (HemoRegistration, hemo_registration, HEMO_TYPE_PLACE)

static HemoDesk *
desk (HemoRegistration *self)
{
  return hemo_place_get_desk (HEMO_PLACE (self));
}

static void
say (HemoRegistration *self, const char *text)
{
  if (text != NULL)
    {
      adw_banner_set_title (self->banner, text);
      gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                               GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
    }
  adw_banner_set_revealed (self->banner, text != NULL);
}

/* Likely duplicates */

static void
same_person_cb (GtkButton *button, gpointer data)
{
  HemoRegistration *self = data;
  GtkWidget *parent = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self)));
  g_autofree char *uuid = g_strdup (hemo_likeness_card_get_patient (GTK_WIDGET (button)));

  /* What was typed is the other's; it is forgotten, or it would come back with the next patient. */
  hemo_draft_keeper_forget (self->keeper);
  gtk_widget_activate_action (parent, "win.back", NULL);
  gtk_widget_activate_action (parent, "win.open-patient", "s", uuid);
}

static void
clear_duplicates (HemoRegistration *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->duplicates))) != NULL)
    gtk_box_remove (self->duplicates, child);
}

static void
show_none (HemoRegistration *self)
{
  gboolean empty = hemo_patient_form_is_empty (self->form);

  gtk_label_set_text (self->aside_title,
                      empty ? _ ("Is the Patient Known?") : _ ("Nobody Like This Is Known"));
  gtk_label_set_text (self->aside_text,
                      empty ? _ ("Who is like what you type appears here.")
                            : _ ("No record has this identifier, telephone or a similar name and "
                                 "age."));
}

static void
show_duplicates (HemoRegistration *self, GPtrArray *duplicates)
{
  g_autofree char *title = NULL;

  clear_duplicates (self);
  self->likely = duplicates->len > 0;
  if (duplicates->len == 0)
    {
      self->found = 0;
      show_none (self);
      return;
    }
  title = g_strdup_printf (
      ngettext ("%u Person Is Likely the Same", "%u People Are Likely the Same", duplicates->len),
      duplicates->len);
  gtk_label_set_text (self->aside_title, title);
  gtk_label_set_text (self->aside_text,
                      _ ("Look before you register the same person a second time."));
  for (guint i = 0; i < duplicates->len; i++)
    {
      const HemoDuplicate *duplicate = g_ptr_array_index (duplicates, i);

      gtk_box_append (
          self->duplicates,
          hemo_likeness_card_new (duplicate->patient, duplicate->likeness,
                                  self->uuid == NULL ? _ ("This Is the Same _Person") : NULL,
                                  G_CALLBACK (same_person_cb), self));
    }
  if (self->found != duplicates->len)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), title,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  self->found = duplicates->len;
}

static gboolean
find_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_patient_find_duplicates (txn, data, DUPLICATES, error);
  return *result != NULL;
}

static void save (HemoRegistration *self);

static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoRegistration) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) duplicates = NULL;
  gpointer out = NULL;

  const gboolean latest = g_task_get_cancellable (G_TASK (result)) == self->cancellable;
  const gboolean wanted = latest && self->save_wanted;

  if (latest)
    g_clear_object (&self->cancellable);
  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && self->form != NULL)
        say (self, error->message);
      if (latest)
        self->save_wanted = FALSE;
      return;
    }
  duplicates = out;
  if (self->form == NULL || !latest)
    return;
  show_duplicates (self, duplicates);
  self->save_wanted = FALSE;
  if (wanted)
    save (self);
}

static gboolean
look_cb (gpointer data)
{
  HemoRegistration *self = data;
  HemoPatient *patient
      = self->patient != NULL ? hemo_patient_copy (self->patient) : hemo_patient_new ();

  self->pause_source = 0;
  /* Half a record is compared as far as it goes. */
  hemo_patient_form_read (self->form, patient, FALSE);
  self->cancellable = g_cancellable_new ();
  hemo_desk_read_async (desk (self), find_job, patient, (GDestroyNotify)hemo_patient_free,
                        (GDestroyNotify)g_ptr_array_unref, self->cancellable, found_cb,
                        g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static void
look_for_duplicates (HemoRegistration *self)
{
  g_clear_handle_id (&self->pause_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->pause_source = g_timeout_add (PAUSE_MS, look_cb, self);
}

static void
changed_cb (HemoRegistration *self)
{
  say (self, NULL);
  self->warned = self->save_wanted = FALSE;
  if (hemo_patient_form_is_empty (self->form))
    hemo_draft_keeper_forget (self->keeper);
  else
    hemo_draft_keeper_keep (self->keeper, hemo_patient_form_to_draft (self->form));
  look_for_duplicates (self);
}

/* Drafts */

static void
offer_draft (HemoRegistration *self, gboolean shown)
{
  adw_banner_set_title (self->draft_banner,
                        shown ? _ ("This was typed before and not saved. It is here again.")
                              : _ ("Another registration was begun and not saved."));
  adw_banner_set_button_label (self->draft_banner, shown ? _ ("_Discard It") : _ ("Sho_w It"));
  adw_banner_set_revealed (self->draft_banner, TRUE);
}

static void
draft_found_cb (HemoRegistration *self, const char *draft)
{
  gboolean empty = self->uuid != NULL || hemo_patient_form_is_empty (self->form);

  offer_draft (self, empty);
  if (!empty)
    {
      self->other_draft = g_strdup (draft);
      return;
    }
  hemo_patient_form_from_draft (self->form, draft);
  look_for_duplicates (self);
}

static void
draft_failed_cb (HemoRegistration *self, const GError *error)
{
  g_autofree char *text = g_strdup_printf (
      _ ("What you type is not kept if the power fails now: %s"), error->message);

  say (self, text);
}

static void
discard_draft_cb (HemoRegistration *self)
{
  g_autoptr (HemoPatient) empty = hemo_patient_new ();
  g_autofree char *other = g_steal_pointer (&self->other_draft);

  if (other != NULL)
    {
      hemo_patient_form_from_draft (self->form, other);
      hemo_draft_keeper_keep (self->keeper, g_steal_pointer (&other));
      offer_draft (self, TRUE);
      look_for_duplicates (self);
      return;
    }
  hemo_draft_keeper_forget (self->keeper);
  adw_banner_set_revealed (self->draft_banner, FALSE);
  hemo_patient_form_set_patient (self->form, self->patient != NULL ? self->patient : empty);
  hemo_patient_form_focus (self->form);
  look_for_duplicates (self);
}

static void
start_keeper (HemoRegistration *self)
{
  g_autofree char *form
      = self->uuid != NULL ? g_strdup_printf ("patient %s", self->uuid) : g_strdup ("patient");

  self->keeper = hemo_draft_keeper_new (desk (self), form);
  g_signal_connect_object (self->keeper, "found", G_CALLBACK (draft_found_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->keeper, "failed", G_CALLBACK (draft_failed_cb), self,
                           G_CONNECT_SWAPPED);
}

/* Saving */

typedef struct
{
  HemoPatient *patient;
  char *form;
} Save;

static void
save_free (gpointer data)
{
  Save *self = data;

  hemo_patient_free (self->patient);
  g_free (self->form);
  g_free (self);
}

/* With the record the draft goes, in the same transaction. */
static gboolean
save_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Save *save = data;

  if (!hemo_patient_save (txn, save->patient, error)
      || !hemo_draft_save (txn, save->form, NULL, error))
    return FALSE;
  *result = g_strdup (save->patient->uuid);
  return TRUE;
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoRegistration) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      self->saving = FALSE;
      if (self->form != NULL)
        {
          say (self, error->message);
          gtk_widget_set_sensitive (GTK_WIDGET (self->save), TRUE);
        }
      return;
    }
  uuid = out;
  if (self->form == NULL)
    return;
  /* Saved once: what is on the screen until the page goes is no second patient. */
  hemo_draft_keeper_forget (self->keeper);
  hemo_place_leave (HEMO_PLACE (self), self->uuid == NULL ? "win.new-specimen" : NULL, uuid);
}

/* Whoever types fast saves before it was looked for others: that is done first. */
static gboolean
is_looking (HemoRegistration *self)
{
  if (self->uuid != NULL || (self->pause_source == 0 && self->cancellable == NULL))
    return FALSE;
  self->save_wanted = TRUE;
  if (self->pause_source != 0)
    {
      g_clear_handle_id (&self->pause_source, g_source_remove);
      look_cb (self);
    }
  return TRUE;
}

static gboolean
warn_of_duplicates (HemoRegistration *self)
{
  if (!self->likely || self->warned || self->uuid != NULL)
    return FALSE;
  self->warned = TRUE;
  say (self, _ ("Somebody like this is known. If it is another person, press Ctrl+Enter once "
                "more."));
  return TRUE;
}

static void
save (HemoRegistration *self)
{
  g_autoptr (HemoPatient) patient
      = self->patient != NULL ? hemo_patient_copy (self->patient) : hemo_patient_new ();
  Save *job;

  if (self->saving || (self->uuid != NULL && self->patient == NULL)
      || !hemo_patient_form_read (self->form, patient, TRUE) || is_looking (self)
      || warn_of_duplicates (self))
    return;
  say (self, NULL);
  self->saving = TRUE;
  gtk_widget_set_sensitive (GTK_WIDGET (self->save), FALSE);
  job = g_new0 (Save, 1);
  job->patient = g_steal_pointer (&patient);
  job->form
      = self->uuid != NULL ? g_strdup_printf ("patient %s", self->uuid) : g_strdup ("patient");
  hemo_desk_write_async (desk (self), save_job, job, save_free, g_free, NULL, saved_cb,
                         g_object_ref (self));
}

static gboolean
save_key_cb (GtkWidget *widget, GVariant *parameter, gpointer data)
{
  save (HEMO_REGISTRATION (widget));
  return TRUE;
}

/* Changing a patient */

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autofree char *survivor = hemo_patient_dup_survivor (txn, data, error);

  *result = survivor != NULL ? hemo_patient_load (txn, survivor, error) : NULL;
  return *result != NULL;
}

static void
focus (HemoRegistration *self)
{
  g_autofree char *words = self->reason != NULL ? hemo_failure_say (self->reason) : NULL;

  if (words != NULL)
    say (self, words);
  hemo_patient_form_focus_field (self->form, hemo_fhir_find_patient_field (self->reason));
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoRegistration) self = data;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      if (self->form != NULL)
        say (self, error->message);
      return;
    }
  self->patient = out;
  if (self->form == NULL)
    return;
  g_set_str (&self->uuid, self->patient->uuid);
  hemo_patient_form_set_patient (self->form, self->patient);
  gtk_widget_set_sensitive (GTK_WIDGET (self->form), TRUE);
  focus (self);
  start_keeper (self);
}

static gboolean
hemo_registration_scanned (HemoPlace *place, const char *text)
{
  hemo_patient_form_take_identifier (HEMO_REGISTRATION (place)->form, text);
  return TRUE;
}

static void
shown_cb (HemoRegistration *self)
{
  if (!self->focused)
    focus (self);
  self->focused = TRUE;
}

static void
hidden_cb (HemoRegistration *self)
{
  if (self->keeper != NULL)
    hemo_draft_keeper_flush (self->keeper);
}

static void
hemo_registration_dispose (GObject *object)
{
  HemoRegistration *self = HEMO_REGISTRATION (object);

  g_clear_handle_id (&self->pause_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->keeper != NULL)
    hemo_draft_keeper_flush (self->keeper);
  g_clear_object (&self->keeper);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_REGISTRATION);
  g_clear_pointer (&self->patient, hemo_patient_free);
  g_clear_pointer (&self->other_draft, g_free);
  g_clear_pointer (&self->uuid, g_free);
  g_clear_pointer (&self->reason, g_free);
  G_OBJECT_CLASS (hemo_registration_parent_class)->dispose (object);
}

static void
hemo_registration_class_init (HemoRegistrationClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_registration_dispose;
  HEMO_PLACE_CLASS (klass)->scanned = hemo_registration_scanned;
  HEMO_PLACE_CLASS (klass)->takes_typing = TRUE;
  HEMO_PLACE_CLASS (klass)->help = "registration";
  g_type_ensure (HEMO_TYPE_PATIENT_FORM);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/hemogram/Hemogram/patient/hemo-registration.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoRegistration, save);
  gtk_widget_class_bind_template_child (widget_class, HemoRegistration, draft_banner);
  gtk_widget_class_bind_template_child (widget_class, HemoRegistration, banner);
  gtk_widget_class_bind_template_child (widget_class, HemoRegistration, form);
  gtk_widget_class_bind_template_child (widget_class, HemoRegistration, aside_title);
  gtk_widget_class_bind_template_child (widget_class, HemoRegistration, aside_text);
  gtk_widget_class_bind_template_child (widget_class, HemoRegistration, duplicates);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK, save_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_Enter, GDK_CONTROL_MASK, save_key_cb,
                                NULL);
}

static void
hemo_registration_init (HemoRegistration *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->save, "clicked", G_CALLBACK (save), self);
  g_signal_connect_object (self->form, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->draft_banner, "button-clicked", G_CALLBACK (discard_draft_cb),
                            self);
  g_signal_connect (self, "shown", G_CALLBACK (shown_cb), NULL);
  g_signal_connect (self, "hiding", G_CALLBACK (hidden_cb), NULL);
}

static HemoRegistration *
registration_new (HemoDesk *the_desk)
{
  HemoRegistration *self = g_object_new (HEMO_TYPE_REGISTRATION, "desk", the_desk, NULL);
  const HemoClinicInfo *info = hemo_desk_get_info (the_desk);

  if (info != NULL)
    hemo_patient_form_set_day_first (self->form, info->day_first);
  return self;
}

HemoRegistration *
hemo_registration_new (HemoDesk *the_desk, const char *name)
{
  HemoRegistration *self = registration_new (the_desk);

  start_keeper (self);
  show_none (self);
  /* What was only searched for is no draft yet. */
  g_signal_handlers_block_by_func (self->form, changed_cb, self);
  hemo_patient_form_set_name (self->form, name);
  g_signal_handlers_unblock_by_func (self->form, changed_cb, self);
  look_for_duplicates (self);
  return self;
}

HemoRegistration *
hemo_registration_new_edit (HemoDesk *the_desk, const char *patient)
{
  HemoRegistration *self = registration_new (the_desk);

  self->uuid = g_strdup (patient);
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), _ ("Change the Patient"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->save), _ ("Save (Ctrl+Enter)"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->form), FALSE);
  hemo_desk_read_async (the_desk, load_job, g_strdup (patient), g_free,
                        (GDestroyNotify)hemo_patient_free, NULL, loaded_cb, g_object_ref (self));
  return self;
}

HemoRegistration *
hemo_registration_new_mend (HemoDesk *the_desk, const char *patient, const char *reason)
{
  HemoRegistration *self = hemo_registration_new_edit (the_desk, patient);

  self->reason = g_strdup (reason);
  return self;
}
