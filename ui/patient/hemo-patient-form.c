/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The fields of a patient. */

#include "hemo-patient-form.h"

#include "hemo-age-entry.h"
#include "hemo-json.h"
#include "hemo-merge.h"
#include "hemo-plain-entry.h"

#include <glib/gi18n.h>
#include <json-c/json.h>

/* That hemo_patient_validate() accepts. */
#define IDENTIFIERS_MAX 16

struct _HemoPatientForm
{
  AdwBin parent_instance;

  HemoPlainEntry *given;
  HemoPlainEntry *family;
  AdwToggleGroup *sex;
  HemoAgeEntry *age;
  GtkBox *identifiers;
  GtkButton *add_identifier;
  HemoPlainEntry *phone;
  HemoPlainEntry *village;

  /* While it is filled by the program. */
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (HemoPatientForm, hemo_patient_form, ADW_TYPE_BIN)

enum
{
  CHANGED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

static const struct
{
  const char *code;
  const char *label;
} issuers[] = {
  { "clinic", NC_ ("identifier", "Clinic card") },
  { "national-id", NC_ ("identifier", "National ID") },
  { "insurance", NC_ ("identifier", "Insurance") },
  { "passport", NC_ ("identifier", "Passport") },
  { "hospital", NC_ ("identifier", "Hospital number") },
};

const char *
hemo_patient_form_issuer_label (const char *issuer)
{
  for (gsize i = 0; i < G_N_ELEMENTS (issuers); i++)
    if (g_str_equal (issuers[i].code, issuer))
      return g_dpgettext2 (NULL, "identifier", issuers[i].label);
  return issuer;
}

static void
changed (HemoPatientForm *self)
{
  if (!self->filling)
    g_signal_emit (self, signals[CHANGED], 0);
}

/* A row of identifiers: who gave it, its value, and a button that takes the row away. */

static GtkDropDown *
row_issuer (GtkWidget *row)
{
  return GTK_DROP_DOWN (gtk_widget_get_first_child (row));
}

static HemoPlainEntry *
row_value (GtkWidget *row)
{
  return HEMO_PLAIN_ENTRY (gtk_widget_get_next_sibling (gtk_widget_get_first_child (row)));
}

/* An issuer that the list does not know is put at its end. */
static void
choose_issuer (GtkWidget *row, const char *issuer)
{
  GtkDropDown *drop_down = row_issuer (row);
  GtkStringList *list = GTK_STRING_LIST (gtk_drop_down_get_model (drop_down));

  for (guint i = 0; i < G_N_ELEMENTS (issuers); i++)
    if (g_strcmp0 (issuers[i].code, issuer) == 0)
      {
        gtk_drop_down_set_selected (drop_down, i);
        return;
      }
  if (issuer == NULL)
    return;
  gtk_string_list_append (list, issuer);
  gtk_drop_down_set_selected (drop_down, g_list_model_get_n_items (G_LIST_MODEL (list)) - 1);
}

static const char *
get_issuer (GtkWidget *row)
{
  GtkDropDown *drop_down = row_issuer (row);
  guint selected = gtk_drop_down_get_selected (drop_down);
  GtkStringList *list = GTK_STRING_LIST (gtk_drop_down_get_model (drop_down));

  if (selected < G_N_ELEMENTS (issuers))
    return issuers[selected].code;
  return gtk_string_list_get_string (list, selected);
}

static GtkWidget *
issuer_drop_down (void)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  GtkWidget *drop_down;

  for (gsize i = 0; i < G_N_ELEMENTS (issuers); i++)
    gtk_string_list_append (list, hemo_patient_form_issuer_label (issuers[i].code));
  drop_down = gtk_drop_down_new (G_LIST_MODEL (g_steal_pointer (&list)), NULL);
  gtk_widget_set_valign (drop_down, GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (drop_down), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Who gave the identifier"), -1);
  return drop_down;
}

static void
remove_row_cb (GtkButton *button, gpointer data)
{
  HemoPatientForm *self = data;
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (button));
  GtkWidget *first = gtk_widget_get_first_child (GTK_WIDGET (self->identifiers));

  gtk_widget_grab_focus (GTK_WIDGET (row_value (first)));
  gtk_box_remove (self->identifiers, row);
  gtk_widget_set_visible (GTK_WIDGET (self->add_identifier), TRUE);
  changed (self);
}

static void
next_field_cb (GtkWidget *entry)
{
  gtk_widget_child_focus (GTK_WIDGET (gtk_widget_get_root (entry)), GTK_DIR_TAB_FORWARD);
}

static void
watch_entry (HemoPatientForm *self, gpointer entry)
{
  g_signal_connect_object (entry, "changed", G_CALLBACK (changed), self, G_CONNECT_SWAPPED);
  /* Enter goes on to the next field, as on a calculator. */
  g_signal_connect (entry, "activate", G_CALLBACK (next_field_cb), NULL);
}

static GtkWidget *
add_row (HemoPatientForm *self, const char *issuer, const char *value)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *entry = hemo_plain_entry_new ();
  gboolean first = gtk_widget_get_first_child (GTK_WIDGET (self->identifiers)) == NULL;

  gtk_box_append (GTK_BOX (row), issuer_drop_down ());
  gtk_widget_set_hexpand (entry, TRUE);
  hemo_checked_entry_set_label (HEMO_CHECKED_ENTRY (entry), _ ("Identifier"));
  if (value != NULL)
    hemo_checked_entry_set_text (HEMO_CHECKED_ENTRY (entry), value);
  gtk_box_append (GTK_BOX (row), entry);
  if (!first)
    {
      GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");

      gtk_widget_set_tooltip_text (button, _ ("Remove This Identifier"));
      gtk_widget_set_valign (button, GTK_ALIGN_START);
      gtk_widget_add_css_class (button, "flat");
      g_signal_connect_object (button, "clicked", G_CALLBACK (remove_row_cb), self, 0);
      gtk_box_append (GTK_BOX (row), button);
    }
  gtk_box_append (self->identifiers, row);
  choose_issuer (row, issuer);
  watch_entry (self, entry);
  g_signal_connect_object (row_issuer (row), "notify::selected", G_CALLBACK (changed), self,
                           G_CONNECT_SWAPPED);
  return row;
}

static guint
count_rows (HemoPatientForm *self)
{
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->identifiers));
  guint count = 0;

  for (; row != NULL; row = gtk_widget_get_next_sibling (row))
    count++;
  return count;
}

static void
add_identifier_cb (HemoPatientForm *self)
{
  GtkWidget *row = add_row (self, issuers[1].code, NULL);

  gtk_widget_set_visible (GTK_WIDGET (self->add_identifier), count_rows (self) < IDENTIFIERS_MAX);
  gtk_widget_grab_focus (GTK_WIDGET (row_value (row)));
}

static void
clear_rows (HemoPatientForm *self)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->identifiers))) != NULL)
    gtk_box_remove (self->identifiers, row);
}

void
hemo_patient_form_take_identifier (HemoPatientForm *self, const char *value)
{
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->identifiers));

  while (row != NULL && !hemo_checked_entry_is_empty (HEMO_CHECKED_ENTRY (row_value (row))))
    row = gtk_widget_get_next_sibling (row);
  if (row == NULL && count_rows (self) < IDENTIFIERS_MAX)
    row = add_row (self, issuers[1].code, NULL);
  if (row == NULL)
    return;
  hemo_checked_entry_set_text (HEMO_CHECKED_ENTRY (row_value (row)), value);
  gtk_widget_grab_focus (GTK_WIDGET (row_value (row)));
}

static void
set_text (gpointer entry, const char *text)
{
  hemo_checked_entry_set_text (entry, text != NULL ? text : "");
}

void
hemo_patient_form_set_name (HemoPatientForm *self, const char *text)
{
  g_autofree char *name = g_strstrip (g_strdup (text));
  char *space = strrchr (name, ' ');

  if (space != NULL)
    {
      *space = '\0';
      set_text (self->family, space + 1);
    }
  set_text (self->given, g_strstrip (name));
}

void
hemo_patient_form_set_patient (HemoPatientForm *self, const HemoPatient *patient)
{
  self->filling = TRUE;
  set_text (self->given, patient->given);
  set_text (self->family, patient->family);
  adw_toggle_group_set_active_name (self->sex, hemo_sex_to_code (patient->sex));
  hemo_age_entry_set_birth (self->age, patient->birth.date.year != 0 ? &patient->birth : NULL);
  set_text (self->phone, patient->phone);
  set_text (self->village, patient->village);
  clear_rows (self);
  for (guint i = 0; i < patient->identifiers->len; i++)
    {
      const HemoIdentifier *identifier = g_ptr_array_index (patient->identifiers, i);

      add_row (self, identifier->issuer, identifier->value);
    }
  if (patient->identifiers->len == 0)
    add_row (self, NULL, NULL);
  self->filling = FALSE;
}

static HemoSex
get_sex (HemoPatientForm *self)
{
  HemoSex sex = HEMO_SEX_UNKNOWN;
  const char *name = adw_toggle_group_get_active_name (self->sex);

  if (name != NULL)
    hemo_sex_from_code (name, &sex, NULL);
  return sex;
}

static void
read_identifiers (HemoPatientForm *self, HemoPatient *patient)
{
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->identifiers));

  g_ptr_array_set_size (patient->identifiers, 0);
  for (; row != NULL; row = gtk_widget_get_next_sibling (row))
    {
      g_autofree char *value = hemo_plain_entry_dup_value (row_value (row));

      if (value != NULL)
        g_ptr_array_add (patient->identifiers, hemo_identifier_new (get_issuer (row), value));
    }
}

static void
refuse (gpointer entry, const char *message)
{
  hemo_checked_entry_refuse (entry, message);
  gtk_widget_grab_focus (entry);
}

/* The first field that cannot be taken, or NULL. */
static HemoCheckedEntry *
find_wrong (HemoPatientForm *self)
{
  gpointer entries[] = { self->given, self->family, self->age, self->phone, self->village };
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->identifiers));

  for (gsize i = 0; i < G_N_ELEMENTS (entries); i++)
    if (!hemo_checked_entry_get_valid (entries[i]))
      return entries[i];
  for (; row != NULL; row = gtk_widget_get_next_sibling (row))
    if (!hemo_checked_entry_get_valid (HEMO_CHECKED_ENTRY (row_value (row))))
      return HEMO_CHECKED_ENTRY (row_value (row));
  return NULL;
}

static gboolean
check (HemoPatientForm *self, const HemoPatient *patient, gboolean complain)
{
  HemoCheckedEntry *wrong = find_wrong (self);

  if (wrong != NULL)
    {
      g_autofree char *message = g_strdup (hemo_checked_entry_get_message (wrong));

      if (complain)
        refuse (wrong, message);
      return FALSE;
    }
  if (patient->given != NULL || patient->family != NULL)
    return TRUE;
  if (complain)
    refuse (self->given, _ ("A given name or a family name is needed."));
  return FALSE;
}

gboolean
hemo_patient_form_read (HemoPatientForm *self, HemoPatient *patient, gboolean complain)
{
  HemoBirth birth = { 0 };

  g_free (patient->given);
  patient->given = hemo_plain_entry_dup_value (self->given);
  g_free (patient->family);
  patient->family = hemo_plain_entry_dup_value (self->family);
  patient->sex = get_sex (self);
  hemo_age_entry_get_birth (self->age, &birth);
  patient->birth = birth;
  g_free (patient->phone);
  patient->phone = hemo_plain_entry_dup_value (self->phone);
  g_free (patient->village);
  patient->village = hemo_plain_entry_dup_value (self->village);
  read_identifiers (self, patient);
  return check (self, patient, complain);
}

static void
add_text (json_object *object, const char *key, gpointer entry)
{
  json_object_object_add (object, key,
                          json_object_new_string (hemo_checked_entry_get_text (entry)));
}

/* As it was understood, or an estimated age would come back as a date of birth; as it was typed
 * when it was not. */
static void
add_birth (json_object *draft, HemoAgeEntry *entry)
{
  HemoBirth birth = { 0 };

  add_text (draft, "age", entry);
  if (hemo_age_entry_get_birth (entry, &birth) && birth.date.year != 0)
    {
      g_autofree char *date = hemo_date_to_iso (birth.date);

      json_object_object_add (draft, "birth", json_object_new_string (date));
      json_object_object_add (draft, "estimated", json_object_new_boolean (birth.estimated));
    }
}

char *
hemo_patient_form_to_draft (HemoPatientForm *self)
{
  json_object *draft = json_object_new_object ();
  json_object *rows = json_object_new_array ();
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->identifiers));
  char *text;

  add_text (draft, "given", self->given);
  add_text (draft, "family", self->family);
  json_object_object_add (draft, "sex", json_object_new_string (hemo_sex_to_code (get_sex (self))));
  add_birth (draft, self->age);
  add_text (draft, "phone", self->phone);
  add_text (draft, "village", self->village);
  for (; row != NULL; row = gtk_widget_get_next_sibling (row))
    {
      json_object *pair = json_object_new_object ();

      json_object_object_add (pair, "issuer", json_object_new_string (get_issuer (row)));
      add_text (pair, "value", row_value (row));
      json_object_array_add (rows, pair);
    }
  json_object_object_add (draft, "identifiers", rows);
  text = g_strdup (json_object_to_json_string_ext (draft, JSON_C_TO_STRING_PLAIN));
  json_object_put (draft);
  return text;
}

static const char *
get_text (json_object *object, const char *key)
{
  json_object *value = NULL;

  if (!json_object_object_get_ex (object, key, &value))
    return "";
  return json_object_is_type (value, json_type_string) ? json_object_get_string (value) : "";
}

static void
fill_birth (HemoPatientForm *self, json_object *draft)
{
  HemoBirth birth = { 0 };
  json_object *estimated = NULL;

  if (hemo_date_from_iso (get_text (draft, "birth"), &birth.date, NULL))
    {
      birth.estimated = json_object_object_get_ex (draft, "estimated", &estimated)
                        && json_object_get_boolean (estimated);
      hemo_age_entry_set_birth (self->age, &birth);
    }
  else
    set_text (self->age, get_text (draft, "age"));
}

static void
fill_rows (HemoPatientForm *self, json_object *draft)
{
  json_object *rows = NULL;
  size_t count;

  clear_rows (self);
  if (json_object_object_get_ex (draft, "identifiers", &rows)
      && json_object_is_type (rows, json_type_array))
    {
      count = json_object_array_length (rows);
      for (size_t i = 0; i < count && i < IDENTIFIERS_MAX; i++)
        {
          json_object *pair = json_object_array_get_idx (rows, i);

          if (json_object_is_type (pair, json_type_object))
            add_row (self, get_text (pair, "issuer"), get_text (pair, "value"));
        }
    }
  if (count_rows (self) == 0)
    add_row (self, NULL, NULL);
}

void
hemo_patient_form_from_draft (HemoPatientForm *self, const char *text)
{
  json_object *draft = hemo_json_read_stored (text);
  HemoSex sex = HEMO_SEX_UNKNOWN;

  if (draft != NULL && json_object_is_type (draft, json_type_object))
    {
      self->filling = TRUE;
      set_text (self->given, get_text (draft, "given"));
      set_text (self->family, get_text (draft, "family"));
      hemo_sex_from_code (get_text (draft, "sex"), &sex, NULL);
      adw_toggle_group_set_active_name (self->sex, hemo_sex_to_code (sex));
      fill_birth (self, draft);
      set_text (self->phone, get_text (draft, "phone"));
      set_text (self->village, get_text (draft, "village"));
      fill_rows (self, draft);
      self->filling = FALSE;
    }
  json_object_put (draft);
}

gboolean
hemo_patient_form_is_empty (HemoPatientForm *self)
{
  g_autoptr (HemoPatient) patient = hemo_patient_new ();

  hemo_patient_form_read (self, patient, FALSE);
  return patient->given == NULL && patient->family == NULL && patient->identifiers->len == 0
         && patient->phone == NULL && patient->village == NULL && patient->sex == HEMO_SEX_UNKNOWN
         && hemo_checked_entry_is_empty (HEMO_CHECKED_ENTRY (self->age));
}

void
hemo_patient_form_set_day_first (HemoPatientForm *self, gboolean day_first)
{
  hemo_age_entry_set_day_first (self->age, day_first);
}

void
hemo_patient_form_focus (HemoPatientForm *self)
{
  gboolean named = !hemo_checked_entry_is_empty (HEMO_CHECKED_ENTRY (self->given));
  gboolean whole = named && !hemo_checked_entry_is_empty (HEMO_CHECKED_ENTRY (self->family));

  gtk_widget_grab_focus (whole   ? GTK_WIDGET (self->sex)
                         : named ? GTK_WIDGET (self->family)
                                 : GTK_WIDGET (self->given));
}

void
hemo_patient_form_focus_field (HemoPatientForm *self, guint field)
{
  GtkWidget *widget = field == HEMO_FIELD_NAME          ? GTK_WIDGET (self->given)
                      : field == HEMO_FIELD_SEX         ? GTK_WIDGET (self->sex)
                      : field == HEMO_FIELD_BIRTH       ? GTK_WIDGET (self->age)
                      : field == HEMO_FIELD_PHONE       ? GTK_WIDGET (self->phone)
                      : field == HEMO_FIELD_VILLAGE     ? GTK_WIDGET (self->village)
                      : field == HEMO_FIELD_IDENTIFIERS ? GTK_WIDGET (self->identifiers)
                                                        : NULL;

  if (widget == NULL)
    hemo_patient_form_focus (self);
  else if (!gtk_widget_grab_focus (widget))
    gtk_widget_child_focus (widget, GTK_DIR_TAB_FORWARD);
}

/* The first letters of the two that most people are, where the focus is on the sex. */
static gboolean
sex_key_cb (GtkEventControllerKey *controller,
            guint keyval,
            guint keycode,
            GdkModifierType state,
            gpointer data)
{
  HemoPatientForm *self = data;
  /* Translators: letter that chooses 'Female', and letter that chooses 'Male' */
  const char *letters[] = { C_ ("key", "f"), C_ ("key", "m") };
  gunichar typed = g_unichar_tolower (gdk_keyval_to_unicode (keyval));

  if ((state & gtk_accelerator_get_default_mod_mask () & ~GDK_SHIFT_MASK) != 0)
    return GDK_EVENT_PROPAGATE;
  if (keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter)
    {
      gtk_widget_grab_focus (GTK_WIDGET (self->age));
      return GDK_EVENT_STOP;
    }
  for (guint i = 0; i < G_N_ELEMENTS (letters); i++)
    if (typed != 0 && typed == g_utf8_get_char (letters[i]))
      {
        adw_toggle_group_set_active (self->sex, i);
        return GDK_EVENT_STOP;
      }
  return GDK_EVENT_PROPAGATE;
}

static void
hemo_patient_form_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), HEMO_TYPE_PATIENT_FORM);
  G_OBJECT_CLASS (hemo_patient_form_parent_class)->dispose (object);
}

static void
hemo_patient_form_class_init (HemoPatientFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_patient_form_dispose;
  g_type_ensure (HEMO_TYPE_PLAIN_ENTRY);
  g_type_ensure (HEMO_TYPE_AGE_ENTRY);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/hemogram/Hemogram/patient/hemo-patient-form.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoPatientForm, given);
  gtk_widget_class_bind_template_child (widget_class, HemoPatientForm, family);
  gtk_widget_class_bind_template_child (widget_class, HemoPatientForm, sex);
  gtk_widget_class_bind_template_child (widget_class, HemoPatientForm, age);
  gtk_widget_class_bind_template_child (widget_class, HemoPatientForm, identifiers);
  gtk_widget_class_bind_template_child (widget_class, HemoPatientForm, add_identifier);
  gtk_widget_class_bind_template_child (widget_class, HemoPatientForm, phone);
  gtk_widget_class_bind_template_child (widget_class, HemoPatientForm, village);
  signals[CHANGED] = g_signal_new ("changed", HEMO_TYPE_PATIENT_FORM, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
hemo_patient_form_init (HemoPatientForm *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  gpointer entries[5];

  gtk_widget_init_template (GTK_WIDGET (self));
  entries[0] = self->given;
  entries[1] = self->family;
  entries[2] = self->age;
  entries[3] = self->phone;
  entries[4] = self->village;
  for (gsize i = 0; i < G_N_ELEMENTS (entries); i++)
    watch_entry (self, entries[i]);
  adw_toggle_group_set_active_name (self->sex, "unknown");
  add_row (self, NULL, NULL);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (sex_key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->sex), keys);
  g_signal_connect_object (self->sex, "notify::active", G_CALLBACK (changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->add_identifier, "clicked", G_CALLBACK (add_identifier_cb), self);
}
