/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The specimen page: two inputs for the routine, Ctrl+Enter and the label. */

#include "hemo-acceptance.h"

#include "hemo-acceptance-jobs-private.h"
#include "hemo-accepted.h"
#include "hemo-draft-keeper.h"
#include "hemo-format.h"
#include "hemo-patient-table.h"
#include "hemo-rejection-dialog.h"
#include "hemo-settings.h"
#include "hemo-when.h"

#include <glib/gi18n.h>
#include <json-c/json.h>

/* Between these a woman may be pregnant. */
#define PREGNANCY_FROM_DAYS (10 * 365)
#define PREGNANCY_TO_DAYS (56 * 365)
#define TESTS 5
/* What most smears are asked for. */
#define USUAL_TESTS (HEMO_TEST_DIFFERENTIAL | HEMO_TEST_MORPHOLOGY)

struct _HemoAcceptance
{
  HemoPlace parent_instance;

  GtkButton *accept;
  GtkButton *reject;
  AdwBanner *draft_banner;
  AdwBanner *banner;
  GtkStack *stack;
  GtkLabel *patient_name;
  AdwWrapBox *tests;
  AdwToggleGroup *urgency;
  AdwEntryRow *requester;
  AdwEntryRow *note;
  AdwComboRow *pregnancy;
  AdwComboRow *type;
  AdwComboRow *stain;
  AdwEntryRow *collected;
  GtkLabel *collected_note;
  HemoAccepted *accepted;

  GtkCheckButton *test_buttons[TESTS];
  GSettings *settings;
  char *uuid;
  HemoPatient *patient;
  /* After it was accepted. */
  HemoSpecimen *specimen;
  HemoDraftKeeper *keeper;
  gboolean filling;
  gboolean saving;
};

G_DEFINE_FINAL_TYPE (HemoAcceptance, hemo_acceptance, HEMO_TYPE_PLACE)

static HemoDesk *
desk (HemoAcceptance *self)
{
  return hemo_place_get_desk (HEMO_PLACE (self));
}

static gboolean
is_gone (HemoAcceptance *self)
{
  return self->stack == NULL;
}

static void
say (HemoAcceptance *self, const char *text)
{
  if (text != NULL)
    {
      adw_banner_set_title (self->banner, text);
      gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                               GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
    }
  adw_banner_set_revealed (self->banner, text != NULL);
}

static const char *
entry_text (AdwEntryRow *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

static char *
dup_entry (AdwEntryRow *row)
{
  char *text = g_strstrip (g_strdup (entry_text (row)));

  if (text[0] == '\0')
    g_clear_pointer (&text, g_free);
  return text;
}

static HemoTests
get_tests (HemoAcceptance *self)
{
  HemoTests tests = 0;

  for (int i = 0; i < TESTS; i++)
    if (gtk_check_button_get_active (self->test_buttons[i]))
      tests |= 1 << i;
  return tests;
}

static void
set_tests (HemoAcceptance *self, HemoTests tests)
{
  for (int i = 0; i < TESTS; i++)
    gtk_check_button_set_active (self->test_buttons[i], (tests & (1 << i)) != 0);
}

/* The moment that was typed; unknown is never made now but by an empty field. FALSE: said in the
 * note. */
static gboolean
read_collected (HemoAcceptance *self, HemoTime *out)
{
  const HemoClinicInfo *info = hemo_desk_get_info (desk (self));
  g_autofree char *text = dup_entry (self->collected);
  g_autoptr (GError) error = NULL;
  g_autofree char *understood = NULL;
  HemoTime time = hemo_time_now ();
  gboolean done = text == NULL
                  || hemo_when_parse (text, time, info == NULL || info->day_first, &time, &error);

  if (done && text != NULL)
    understood = hemo_format_time (time);
  gtk_label_set_text (self->collected_note, done ? understood : _ (error->message));
  gtk_widget_set_visible (GTK_WIDGET (self->collected_note), text != NULL);
  if (done)
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->collected), "error");
      gtk_widget_remove_css_class (GTK_WIDGET (self->collected_note), "error");
      *out = time;
    }
  else
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->collected), "error");
      gtk_widget_add_css_class (GTK_WIDGET (self->collected_note), "error");
    }
  return done;
}

/* Drafts */

static void
add_text (json_object *object, const char *key, const char *text)
{
  json_object_object_add (object, key, json_object_new_string (text != NULL ? text : ""));
}

static char *
to_draft (HemoAcceptance *self)
{
  json_object *draft = json_object_new_object ();
  g_autofree char *tests = hemo_tests_to_codes (get_tests (self));
  char *text;

  add_text (draft, "tests", tests);
  add_text (draft, "urgency", adw_toggle_group_get_active_name (self->urgency));
  add_text (draft, "requester", entry_text (self->requester));
  add_text (draft, "note", entry_text (self->note));
  add_text (draft, "pregnancy",
            hemo_pregnancy_to_code ((HemoPregnancy)adw_combo_row_get_selected (self->pregnancy)));
  add_text (draft, "type",
            hemo_specimen_type_to_code ((HemoSpecimenType)adw_combo_row_get_selected (self->type)));
  add_text (draft, "stain",
            hemo_stain_to_code ((HemoStain)adw_combo_row_get_selected (self->stain)));
  add_text (draft, "collected", entry_text (self->collected));
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

/* What a code does not say stays as it is. */
static void
fill_choices (HemoAcceptance *self, json_object *draft)
{
  HemoTests tests;
  HemoUrgency urgency;
  HemoPregnancy pregnancy;
  HemoSpecimenType type;
  HemoStain stain;

  if (hemo_tests_from_codes (get_text (draft, "tests"), &tests, NULL))
    set_tests (self, tests);
  if (hemo_urgency_from_code (get_text (draft, "urgency"), &urgency, NULL))
    adw_toggle_group_set_active (self->urgency, urgency);
  if (hemo_pregnancy_from_code (get_text (draft, "pregnancy"), &pregnancy, NULL))
    adw_combo_row_set_selected (self->pregnancy, pregnancy);
  if (hemo_specimen_type_from_code (get_text (draft, "type"), &type, NULL))
    adw_combo_row_set_selected (self->type, type);
  if (hemo_stain_from_code (get_text (draft, "stain"), &stain, NULL))
    adw_combo_row_set_selected (self->stain, stain);
}

static void
from_draft (HemoAcceptance *self, const char *text)
{
  json_object *draft = json_tokener_parse (text);

  if (draft != NULL && json_object_is_type (draft, json_type_object))
    {
      self->filling = TRUE;
      fill_choices (self, draft);
      gtk_editable_set_text (GTK_EDITABLE (self->requester), get_text (draft, "requester"));
      gtk_editable_set_text (GTK_EDITABLE (self->note), get_text (draft, "note"));
      gtk_editable_set_text (GTK_EDITABLE (self->collected), get_text (draft, "collected"));
      self->filling = FALSE;
    }
  json_object_put (draft);
}

/* What this computer's technician takes in most: no fact about a patient. */
static void
fill_usual (HemoAcceptance *self)
{
  g_autofree char *usual = g_settings_get_string (self->settings, "usual-specimen");

  self->filling = TRUE;
  set_tests (self, USUAL_TESTS);
  adw_toggle_group_set_active (self->urgency, HEMO_URGENCY_ROUTINE);
  adw_combo_row_set_selected (self->pregnancy, HEMO_PREGNANCY_UNKNOWN);
  adw_combo_row_set_selected (self->type, HEMO_SPECIMEN_VENOUS_EDTA);
  adw_combo_row_set_selected (self->stain, HEMO_STAIN_GIEMSA);
  gtk_editable_set_text (GTK_EDITABLE (self->requester), "");
  gtk_editable_set_text (GTK_EDITABLE (self->note), "");
  gtk_editable_set_text (GTK_EDITABLE (self->collected), "");
  self->filling = FALSE;
  from_draft (self, usual);
}

static void
remember_usual (HemoAcceptance *self)
{
  json_object *usual = json_object_new_object ();
  g_autofree char *tests = hemo_tests_to_codes (get_tests (self));

  add_text (usual, "tests", tests);
  add_text (usual, "type",
            hemo_specimen_type_to_code ((HemoSpecimenType)adw_combo_row_get_selected (self->type)));
  add_text (usual, "stain",
            hemo_stain_to_code ((HemoStain)adw_combo_row_get_selected (self->stain)));
  g_settings_set_string (self->settings, "usual-specimen",
                         json_object_to_json_string_ext (usual, JSON_C_TO_STRING_PLAIN));
  json_object_put (usual);
}

static void
changed_cb (HemoAcceptance *self)
{
  HemoTime ignored;

  if (self->filling)
    return;
  say (self, NULL);
  read_collected (self, &ignored);
  if (self->keeper != NULL && self->specimen == NULL)
    hemo_draft_keeper_keep (self->keeper, to_draft (self));
}

static void
draft_found_cb (HemoAcceptance *self, const char *draft)
{
  HemoTime ignored;

  if (self->specimen != NULL)
    return;
  from_draft (self, draft);
  read_collected (self, &ignored);
  adw_banner_set_title (self->draft_banner,
                        _ ("This was typed before and not saved. It is here again."));
  adw_banner_set_button_label (self->draft_banner, _ ("_Discard It"));
  adw_banner_set_revealed (self->draft_banner, TRUE);
}

static void
draft_failed_cb (HemoAcceptance *self, const GError *error)
{
  g_autofree char *text = g_strdup_printf (
      _ ("What you type is not kept if the power fails now: %s"), error->message);

  say (self, text);
}

static void
discard_draft_cb (HemoAcceptance *self)
{
  HemoTime ignored;

  hemo_draft_keeper_forget (self->keeper);
  adw_banner_set_revealed (self->draft_banner, FALSE);
  fill_usual (self);
  read_collected (self, &ignored);
}

/* Accepting */

static void
show_accepted (HemoAcceptance *self)
{
  gboolean rejected = self->specimen->rejection != HEMO_REJECTION_NONE;

  hemo_accepted_show (self->accepted, self->patient, self->specimen);
  gtk_widget_set_visible (GTK_WIDGET (self->accept), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->reject), !rejected);
  adw_banner_set_revealed (self->draft_banner, FALSE);
  gtk_stack_set_visible_child_name (self->stack, "accepted");
  gtk_widget_grab_focus (GTK_WIDGET (self->accepted));
}

static void
accepted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoAcceptance) self = data;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;

  self->saving = FALSE;
  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      if (!is_gone (self))
        say (self, error->message);
      return;
    }
  g_clear_pointer (&self->specimen, hemo_specimen_free);
  self->specimen = out;
  if (is_gone (self))
    return;
  hemo_draft_keeper_forget (self->keeper);
  remember_usual (self);
  show_accepted (self);
}

static char *
form_name (HemoAcceptance *self)
{
  return g_strdup_printf ("specimen %s", self->uuid);
}

static HemoOrder *
make_order (HemoAcceptance *self)
{
  HemoOrder *order = hemo_order_new (self->uuid);

  order->requester = dup_entry (self->requester);
  order->clinical_note = dup_entry (self->note);
  order->urgency = (HemoUrgency)adw_toggle_group_get_active (self->urgency);
  order->tests = get_tests (self);
  if (gtk_widget_get_visible (GTK_WIDGET (self->pregnancy)))
    order->pregnancy = (HemoPregnancy)adw_combo_row_get_selected (self->pregnancy);
  order->ordered_at = hemo_time_now ();
  return order;
}

static void
accept_as (HemoAcceptance *self, HemoRejection reason, const char *note)
{
  HemoTime collected = { 0 };
  HemoAcceptJob *accept;

  if (self->saving || self->patient == NULL || self->specimen != NULL)
    return;
  if (get_tests (self) == 0)
    {
      say (self, _ ("Choose at least one test."));
      gtk_widget_grab_focus (GTK_WIDGET (self->test_buttons[0]));
      return;
    }
  if (!read_collected (self, &collected))
    {
      gtk_widget_grab_focus (GTK_WIDGET (self->collected));
      return;
    }
  say (self, NULL);
  self->saving = TRUE;
  accept = g_new0 (HemoAcceptJob, 1);
  accept->order = make_order (self);
  accept->specimen = hemo_specimen_new ();
  accept->specimen->type = (HemoSpecimenType)adw_combo_row_get_selected (self->type);
  accept->specimen->stain = (HemoStain)adw_combo_row_get_selected (self->stain);
  accept->specimen->collected_at = collected;
  accept->form = form_name (self);
  accept->reason = reason;
  accept->note = g_strdup (note);
  hemo_desk_write_async (desk (self), hemo_accept_job_run, accept, hemo_accept_job_free,
                         (GDestroyNotify)hemo_specimen_free, NULL, accepted_cb,
                         g_object_ref (self));
}

static void
accept_cb (HemoAcceptance *self)
{
  accept_as (self, HEMO_REJECTION_NONE, NULL);
}

/* Rejecting what was accepted */

static void
rejected_cb (HemoRejection reason, const char *note, gpointer data)
{
  HemoAcceptance *self = data;
  HemoRejectJob *reject;

  if (is_gone (self))
    return;
  if (self->specimen == NULL)
    {
      accept_as (self, reason, note);
      return;
    }
  reject = g_new0 (HemoRejectJob, 1);
  reject->specimen = g_strdup (self->specimen->uuid);
  reject->reason = reason;
  reject->note = g_strdup (note);
  hemo_desk_write_async (desk (self), hemo_reject_job_run, reject, hemo_reject_job_free,
                         (GDestroyNotify)hemo_specimen_free, NULL, accepted_cb,
                         g_object_ref (self));
}

static void
reject_cb (HemoAcceptance *self)
{
  hemo_rejection_dialog_ask (GTK_WIDGET (self), rejected_cb, G_OBJECT (self));
}

static gboolean
accept_key_cb (GtkWidget *widget, GVariant *parameter, gpointer data)
{
  HemoAcceptance *self = HEMO_ACCEPTANCE (widget);

  if (self->specimen == NULL)
    accept_cb (self);
  else
    hemo_accepted_open (self->accepted);
  return TRUE;
}

static void
shown_cb (HemoAcceptance *self)
{
  gtk_widget_grab_focus (self->specimen == NULL ? GTK_WIDGET (self->test_buttons[0])
                                                : GTK_WIDGET (self->accepted));
}

/* The page before takes the focus with it when it goes late, and Ctrl+Enter would be heard by
 * nobody. */
static void
keep_focus (HemoAcceptance *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (root != NULL && (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self))))
    shown_cb (self);
}

/* A slow machine takes the focus away with the page before even later: then the key is heard by the
 * window alone. */
static gboolean
accept_unfocused_cb (GtkWidget *widget, GVariant *parameter, gpointer data)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (!gtk_widget_get_mapped (widget) || (focus != NULL && gtk_widget_get_mapped (focus))
      || (ADW_IS_APPLICATION_WINDOW (root)
          && adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (root)) != NULL))
    return FALSE;
  return accept_key_cb (widget, parameter, data);
}

static void
hear_without_focus (HemoAcceptance *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (keys), GTK_SHORTCUT_SCOPE_GLOBAL);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Return, GDK_CONTROL_MASK),
                        gtk_callback_action_new (accept_unfocused_cb, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/* The patient */

static void
show_patient (HemoAcceptance *self)
{
  HemoDate today = hemo_date_of (hemo_time_now ());
  g_autofree char *name = hemo_patient_display_name (self->patient);
  g_autofree char *age = hemo_format_sex_age (self->patient->sex, &self->patient->birth, today);
  g_autofree char *person = g_strdup_printf (_ ("\u2068%s\u2069  %s"), name, age);
  int days = hemo_birth_age_days (&self->patient->birth, today);

  gtk_label_set_text (self->patient_name, person);
  gtk_widget_set_visible (
      GTK_WIDGET (self->pregnancy),
      self->patient->sex != HEMO_SEX_MALE
          && (days < 0 || (days >= PREGNANCY_FROM_DAYS && days < PREGNANCY_TO_DAYS)));
}

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
  g_autoptr (HemoAcceptance) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *form = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      if (!is_gone (self))
        say (self, error->message);
      return;
    }
  self->patient = out;
  if (is_gone (self))
    return;
  g_set_str (&self->uuid, self->patient->uuid);
  show_patient (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    keep_focus (self);
  form = form_name (self);
  self->keeper = hemo_draft_keeper_new (desk (self), form);
  g_signal_connect_object (self->keeper, "found", G_CALLBACK (draft_found_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->keeper, "failed", G_CALLBACK (draft_failed_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
make_choices (HemoAcceptance *self)
{
  g_autoptr (GtkStringList) types = gtk_string_list_new (NULL);
  g_autoptr (GtkStringList) stains = gtk_string_list_new (NULL);
  const char *const pregnancies[]
      = { C_ ("pregnancy", "Not known"), _ ("Not pregnant"),    _ ("First trimester"),
          _ ("Second trimester"),        _ ("Third trimester"), NULL };
  g_autoptr (GtkStringList) pregnancy_list = gtk_string_list_new (pregnancies);

  for (int i = HEMO_SPECIMEN_VENOUS_EDTA; i <= HEMO_SPECIMEN_THICK_FILM; i++)
    gtk_string_list_append (types, hemo_format_specimen_type ((HemoSpecimenType)i));
  for (int i = HEMO_STAIN_NONE; i <= HEMO_STAIN_FIELD; i++)
    gtk_string_list_append (stains, hemo_format_stain ((HemoStain)i));
  adw_combo_row_set_model (self->type, G_LIST_MODEL (types));
  adw_combo_row_set_model (self->stain, G_LIST_MODEL (stains));
  adw_combo_row_set_model (self->pregnancy, G_LIST_MODEL (pregnancy_list));
  for (int i = HEMO_URGENCY_ROUTINE; i <= HEMO_URGENCY_STAT; i++)
    {
      AdwToggle *toggle = adw_toggle_new ();

      adw_toggle_set_name (toggle, hemo_urgency_to_code ((HemoUrgency)i));
      adw_toggle_set_label (toggle, hemo_format_urgency ((HemoUrgency)i));
      adw_toggle_group_add (self->urgency, toggle);
    }
  for (int i = 0; i < TESTS; i++)
    {
      g_autofree char *label = hemo_format_tests (1 << i);

      self->test_buttons[i] = GTK_CHECK_BUTTON (gtk_check_button_new_with_label (label));
      adw_wrap_box_append (self->tests, GTK_WIDGET (self->test_buttons[i]));
    }
}

static void
watch_changes (HemoAcceptance *self)
{
  gpointer entries[] = { self->requester, self->note, self->collected };
  gpointer combos[] = { self->pregnancy, self->type, self->stain };

  for (gsize i = 0; i < G_N_ELEMENTS (entries); i++)
    g_signal_connect_swapped (entries[i], "changed", G_CALLBACK (changed_cb), self);
  for (gsize i = 0; i < G_N_ELEMENTS (combos); i++)
    g_signal_connect_swapped (combos[i], "notify::selected", G_CALLBACK (changed_cb), self);
  for (int i = 0; i < TESTS; i++)
    g_signal_connect_swapped (self->test_buttons[i], "toggled", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->urgency, "notify::active", G_CALLBACK (changed_cb), self);
}

static void
hidden_cb (HemoAcceptance *self)
{
  if (self->keeper != NULL)
    hemo_draft_keeper_flush (self->keeper);
}

static void
hemo_acceptance_dispose (GObject *object)
{
  HemoAcceptance *self = HEMO_ACCEPTANCE (object);

  if (self->keeper != NULL)
    hemo_draft_keeper_flush (self->keeper);
  self->filling = TRUE;
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_ACCEPTANCE);
  g_clear_object (&self->keeper);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->patient, hemo_patient_free);
  g_clear_pointer (&self->specimen, hemo_specimen_free);
  g_clear_pointer (&self->uuid, g_free);
  G_OBJECT_CLASS (hemo_acceptance_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
#define BIND(name) gtk_widget_class_bind_template_child (klass, HemoAcceptance, name)
  BIND (accept);
  BIND (reject);
  BIND (draft_banner);
  BIND (banner);
  BIND (stack);
  BIND (patient_name);
  BIND (tests);
  BIND (urgency);
  BIND (requester);
  BIND (note);
  BIND (pregnancy);
  BIND (type);
  BIND (stain);
  BIND (collected);
  BIND (collected_note);
  BIND (accepted);
#undef BIND
}

static void
hemo_acceptance_class_init (HemoAcceptanceClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_acceptance_dispose;
  HEMO_PLACE_CLASS (klass)->takes_typing = TRUE;
  HEMO_PLACE_CLASS (klass)->help = "registration";
  g_type_ensure (HEMO_TYPE_ACCEPTED);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hemogram/Hemogram/patient/hemo-acceptance.ui");
  bind_children (widget_class);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK, accept_key_cb,
                                NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_Enter, GDK_CONTROL_MASK, accept_key_cb,
                                NULL);
}

static void
hemo_acceptance_init (HemoAcceptance *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = hemo_settings_new ();
  make_choices (self);
  fill_usual (self);
  gtk_widget_set_visible (GTK_WIDGET (self->collected_note), FALSE);
  watch_changes (self);
  g_signal_connect_swapped (self->accept, "clicked", G_CALLBACK (accept_cb), self);
  g_signal_connect_swapped (self->reject, "clicked", G_CALLBACK (reject_cb), self);
  g_signal_connect_swapped (self->draft_banner, "button-clicked", G_CALLBACK (discard_draft_cb),
                            self);
  g_signal_connect (self, "shown", G_CALLBACK (shown_cb), NULL);
  g_signal_connect (self, "hiding", G_CALLBACK (hidden_cb), NULL);
  hear_without_focus (self);
}

HemoAcceptance *
hemo_acceptance_new (HemoDesk *the_desk, const char *patient)
{
  HemoAcceptance *self = g_object_new (HEMO_TYPE_ACCEPTANCE, "desk", the_desk, NULL);

  hemo_accepted_set_desk (self->accepted, the_desk);
  self->uuid = g_strdup (patient);
  hemo_desk_read_async (the_desk, load_job, g_strdup (patient), g_free,
                        (GDestroyNotify)hemo_patient_free, NULL, loaded_cb, g_object_ref (self));
  return self;
}
