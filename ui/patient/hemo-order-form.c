/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The entries of an order and its tube, what they say as a draft, and what they say as records. */

#include "hemo-order-form.h"

#include "hemo-date-entry.h"
#include "hemo-failure.h"
#include "hemo-format.h"
#include "hemo-json.h"
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

struct _HemoOrderForm
{
  AdwBin parent_instance;

  AdwPreferencesGroup *asked;
  AdwWrapBox *tests;
  GtkLabel *tests_note;
  AdwToggleGroup *urgency;
  AdwEntryRow *requester;
  AdwEntryRow *note;
  AdwComboRow *pregnancy;
  AdwComboRow *type;
  AdwComboRow *stain;
  AdwEntryRow *collected;
  GtkLabel *collected_note;

  GtkCheckButton *test_buttons[TESTS];
  GSettings *settings;
  HemoDesk *desk;
  gboolean filling;
  /* What was accepted: how its time was written here, and which it is; when it was received. */
  char *known_text;
  HemoTime known_time;
  HemoTime received;
  HemoTests stay;
  HemoTests begun;
};

G_DEFINE_FINAL_TYPE (HemoOrderForm, hemo_order_form, ADW_TYPE_BIN)

enum
{
  CHANGED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

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
get_tests (HemoOrderForm *self)
{
  HemoTests tests = 0;

  for (int i = 0; i < TESTS; i++)
    if (gtk_check_button_get_active (self->test_buttons[i]))
      tests |= 1 << i;
  return tests;
}

static void
set_tests (HemoOrderForm *self, HemoTests tests)
{
  for (int i = 0; i < TESTS; i++)
    gtk_check_button_set_active (self->test_buttons[i], (tests & (1 << i)) != 0);
}

/* Whether nobody touched the time that was accepted. */
static gboolean
is_known (HemoOrderForm *self)
{
  return g_strcmp0 (entry_text (self->collected), self->known_text) == 0;
}

/* '9:40' is of the day on which it was received, whenever that is mended. */
static gboolean
parse_mended (
    HemoOrderForm *self, const char *text, gboolean day_first, HemoTime *out, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  HemoTime later = { 0 };

  if (hemo_when_parse (text, self->received, day_first, out, &local_error))
    return TRUE;
  if (hemo_when_parse (text, hemo_time_now (), day_first, &later, NULL)
      && later.utc_us > self->received.utc_us)
    g_set_error_literal (error, local_error->domain, local_error->code,
                         N_ ("A specimen is not collected after it was received."));
  else
    g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
parse_collected (HemoOrderForm *self, const char *text, HemoTime *out, GError **error)
{
  gboolean day_first = self->desk == NULL || hemo_desk_is_day_first (self->desk);

  if (is_known (self))
    {
      *out = self->known_time;
      return TRUE;
    }
  /* What is mended is unknown where nothing is said; what comes in now was taken now. */
  if (text == NULL && self->known_text != NULL)
    {
      *out = (HemoTime){ 0 };
      return TRUE;
    }
  if (self->known_text != NULL)
    return parse_mended (self, text, day_first, out, error);
  *out = hemo_time_now ();
  return text == NULL || hemo_when_parse (text, *out, day_first, out, error);
}

/* In which order a day before the time is typed. */
static char *
hint_collected (HemoOrderForm *self)
{
  gboolean day_first = self->desk == NULL || hemo_desk_is_day_first (self->desk);

  /* Translators: how a moment is typed; %s: 'day/month/year' */
  return g_strdup_printf (_ ("Like 9:40, or with the day before it: %s."),
                          hemo_date_entry_hint (day_first));
}

/* The moment that was typed; unknown is never made now but by an empty field. FALSE: said in the
 * note. */
static gboolean
read_collected (HemoOrderForm *self, HemoTime *out)
{
  g_autofree char *text = dup_entry (self->collected);
  g_autoptr (GError) error = NULL;
  g_autofree char *understood = NULL;
  HemoTime time = { 0 };
  gboolean done = parse_collected (self, text, &time, &error);

  if (done)
    understood = text != NULL ? hemo_format_time (time) : hint_collected (self);
  else
    understood = hemo_failure_say (error->message);
  gtk_label_set_text (self->collected_note, understood);
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

char *
hemo_order_form_to_draft (HemoOrderForm *self)
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

/* What a code does not say, and a signed result, stays as it is. */
static void
fill_choices (HemoOrderForm *self, json_object *draft)
{
  HemoTests tests;
  HemoUrgency urgency;
  HemoPregnancy pregnancy;
  HemoSpecimenType type;
  HemoStain stain;

  if (hemo_tests_from_codes (get_text (draft, "tests"), &tests, NULL))
    set_tests (self, tests | self->stay);
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
say_tests (HemoOrderForm *self)
{
  HemoTests taken_out = self->begun & ~self->stay & ~get_tests (self);
  g_autofree char *signed_names = hemo_format_tests (self->stay);
  g_autofree char *names = hemo_format_tests (taken_out);
  g_autoptr (GString) text = g_string_new (NULL);

  if (self->stay != 0)
    /* Translators: names of tests */
    g_string_append_printf (text, _ ("Signed, so it stays asked for: %s."), signed_names);
  if (taken_out != 0)
    {
      g_string_append (text, text->len > 0 ? "\n" : "");
      g_string_append_printf (
          text,
          /* Translators: names of tests */
          _ ("No longer asked for: %s. What was entered is not deleted: it stays in the record and "
             "on the report."),
          names);
    }
  gtk_label_set_text (self->tests_note, text->str);
  gtk_widget_set_visible (GTK_WIDGET (self->tests_note), text->len > 0);
}

/* Of all that can be seen. */
static void
say (HemoOrderForm *self)
{
  HemoTime ignored;

  read_collected (self, &ignored);
  say_tests (self);
}

void
hemo_order_form_from_draft (HemoOrderForm *self, const char *text)
{
  json_object *draft = hemo_json_read_stored (text);

  if (draft != NULL && json_object_is_type (draft, json_type_object))
    {
      self->filling = TRUE;
      fill_choices (self, draft);
      gtk_editable_set_text (GTK_EDITABLE (self->requester), get_text (draft, "requester"));
      gtk_editable_set_text (GTK_EDITABLE (self->note), get_text (draft, "note"));
      gtk_editable_set_text (GTK_EDITABLE (self->collected), get_text (draft, "collected"));
      self->filling = FALSE;
      say (self);
    }
  json_object_put (draft);
}

void
hemo_order_form_fill_usual (HemoOrderForm *self)
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
  hemo_order_form_from_draft (self, usual);
  say (self);
}

void
hemo_order_form_remember_usual (HemoOrderForm *self)
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

/* Records */

/* As it can be typed as well, whatever the locale. (transfer full) */
static char *
write_time (HemoTime time)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (time.offset_minutes * 60);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc_usec (time.utc_us);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);

  return time.utc_us != 0 ? g_date_time_format (local, "%Y-%m-%d %H:%M") : g_strdup ("");
}

static void
fill_asked (HemoOrderForm *self, const HemoOrder *order)
{
  set_tests (self, order->tests);
  adw_toggle_group_set_active (self->urgency, order->urgency);
  adw_combo_row_set_selected (self->pregnancy, order->pregnancy);
  gtk_editable_set_text (GTK_EDITABLE (self->requester),
                         order->requester != NULL ? order->requester : "");
  gtk_editable_set_text (GTK_EDITABLE (self->note),
                         order->clinical_note != NULL ? order->clinical_note : "");
}

void
hemo_order_form_set_ordered (HemoOrderForm *self, const HemoOrder *order)
{
  GtkWidget *const asked[]
      = { GTK_WIDGET (self->tests), GTK_WIDGET (self->urgency), GTK_WIDGET (self->requester),
          GTK_WIDGET (self->note), GTK_WIDGET (self->pregnancy) };

  self->filling = TRUE;
  if (order != NULL)
    fill_asked (self, order);
  self->filling = FALSE;
  /* Not the group, whose words would be hard to read then. */
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    gtk_widget_set_sensitive (asked[i], order == NULL);
  adw_preferences_group_set_description (
      self->asked, order != NULL ? _ ("As it was ordered. What is wrong in it is corrected with "
                                      "Ctrl+D once the specimen is accepted.")
                                 : NULL);
}

void
hemo_order_form_fill (HemoOrderForm *self, const HemoOrder *order, const HemoSpecimen *specimen)
{
  self->filling = TRUE;
  fill_asked (self, order);
  adw_combo_row_set_selected (self->type, specimen->type);
  adw_combo_row_set_selected (self->stain, specimen->stain);
  g_free (self->known_text);
  self->known_text = write_time (specimen->collected_at);
  self->known_time = specimen->collected_at;
  /* Other programs may not have said it. */
  self->received = specimen->received_at.utc_us != 0 ? specimen->received_at : hemo_time_now ();
  gtk_editable_set_text (GTK_EDITABLE (self->collected), self->known_text);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->collected),
                                 _ ("Collected at (empty: not known)"));
  self->filling = FALSE;
  say (self);
}

void
hemo_order_form_keep_tests (HemoOrderForm *self, HemoTests stay, HemoTests begun)
{
  self->stay = stay & get_tests (self);
  self->begun = begun & get_tests (self);
  for (int i = 0; i < TESTS; i++)
    gtk_widget_set_sensitive (GTK_WIDGET (self->test_buttons[i]), (self->stay & (1 << i)) == 0);
  say_tests (self);
}

gboolean
hemo_order_form_check (HemoOrderForm *self, const char **why)
{
  HemoTime ignored;

  if (get_tests (self) == 0)
    {
      *why = _ ("Choose at least one test.");
      gtk_widget_grab_focus (GTK_WIDGET (self->test_buttons[0]));
      return FALSE;
    }
  if (read_collected (self, &ignored))
    return TRUE;
  /* It stands under the entry as well, which may be out of sight. */
  *why = gtk_label_get_text (self->collected_note);
  gtk_widget_grab_focus (GTK_WIDGET (self->collected));
  return FALSE;
}

void
hemo_order_form_read (HemoOrderForm *self, HemoOrder *order, HemoSpecimen *specimen)
{
  g_free (order->requester);
  order->requester = dup_entry (self->requester);
  g_free (order->clinical_note);
  order->clinical_note = dup_entry (self->note);
  order->urgency = (HemoUrgency)adw_toggle_group_get_active (self->urgency);
  order->tests = get_tests (self);
  if (gtk_widget_get_visible (GTK_WIDGET (self->pregnancy)))
    order->pregnancy = (HemoPregnancy)adw_combo_row_get_selected (self->pregnancy);
  specimen->type = (HemoSpecimenType)adw_combo_row_get_selected (self->type);
  specimen->stain = (HemoStain)adw_combo_row_get_selected (self->stain);
  read_collected (self, &specimen->collected_at);
}

void
hemo_order_form_show_patient (HemoOrderForm *self, const HemoPatient *patient)
{
  HemoDate today = hemo_date_of (hemo_time_now ());
  int days = hemo_birth_age_days (&patient->birth, today);

  gtk_widget_set_visible (
      GTK_WIDGET (self->pregnancy),
      patient->sex != HEMO_SEX_MALE
          && (days < 0 || (days >= PREGNANCY_FROM_DAYS && days < PREGNANCY_TO_DAYS)));
}

void
hemo_order_form_set_desk (HemoOrderForm *self, HemoDesk *desk)
{
  g_autofree char *hint = NULL;

  g_set_object (&self->desk, desk);
  hint = hint_collected (self);
  gtk_label_set_text (self->collected_note, hint);
}

static void
make_choices (HemoOrderForm *self)
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
changed_cb (HemoOrderForm *self)
{
  if (self->filling)
    return;
  say (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
watch_changes (HemoOrderForm *self)
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

static gboolean
hemo_order_form_grab_focus (GtkWidget *widget)
{
  HemoOrderForm *self = HEMO_ORDER_FORM (widget);

  for (int i = 0; i < TESTS; i++)
    if (gtk_widget_grab_focus (GTK_WIDGET (self->test_buttons[i])))
      return TRUE;
  return gtk_widget_grab_focus (GTK_WIDGET (self->urgency))
         || gtk_widget_grab_focus (GTK_WIDGET (self->type));
}

static void
hemo_order_form_dispose (GObject *object)
{
  HemoOrderForm *self = HEMO_ORDER_FORM (object);

  self->filling = TRUE;
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_ORDER_FORM);
  g_clear_object (&self->settings);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->known_text, g_free);
  G_OBJECT_CLASS (hemo_order_form_parent_class)->dispose (object);
}

static void
hemo_order_form_class_init (HemoOrderFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_order_form_dispose;
  widget_class->grab_focus = hemo_order_form_grab_focus;
  signals[CHANGED] = g_signal_new ("changed", HEMO_TYPE_ORDER_FORM, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hemogram/Hemogram/patient/hemo-order-form.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, HemoOrderForm, name)
  BIND (asked);
  BIND (tests);
  BIND (tests_note);
  BIND (urgency);
  BIND (requester);
  BIND (note);
  BIND (pregnancy);
  BIND (type);
  BIND (stain);
  BIND (collected);
  BIND (collected_note);
#undef BIND
}

static void
hemo_order_form_init (HemoOrderForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = hemo_settings_new ();
  make_choices (self);
  watch_changes (self);
}
