/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words for fields and elements. */

#include "hemo-settle-words.h"

#include "hemo-failure.h"
#include "hemo-format.h"
#include "hemo-patient-form.h"

#include <glib/gi18n.h>

typedef struct
{
  const char *code;
  const char *words;
} Words;

static const char *
find (const Words *list, gsize count, const char *code)
{
  for (gsize i = 0; i < count; i++)
    if (g_strcmp0 (list[i].code, code) == 0)
      return _ (list[i].words);
  return code;
}

static const Words kinds[] = {
  { "Patient", N_ ("Patient") },
  { "ServiceRequest", N_ ("Order") },
  { "Specimen", N_ ("Specimen") },
  { "Media", N_ ("Picture") },
  { "Observation", N_ ("Result") },
  { "DiagnosticReport", N_ ("Report") },
  { "Communication", N_ ("Critical call") },
  { "Task", N_ ("Question to the pathologist") },
};

const char *
hemo_settle_kind (const char *type)
{
  return find (kinds, G_N_ELEMENTS (kinds), type);
}

char *
hemo_settle_title (const HemoSyncDispute *dispute)
{
  const char *kind = hemo_settle_kind (dispute->incoming->type);

  if (dispute->accession != NULL && dispute->name != NULL)
    /* Translators: what it is, a specimen's number, a person's name: 'Report 26-1, Amina Odhiambo'
     */
    return g_strdup_printf (_ ("%s %s, %s"), kind, dispute->accession, dispute->name);
  if (dispute->accession != NULL || dispute->name != NULL)
    /* Translators: what it is, and a specimen's number or a person's name */
    return g_strdup_printf (_ ("%s: %s"), kind,
                            dispute->accession != NULL ? dispute->accession : dispute->name);
  /* Translators: what it is: 'Report that is not of this computer' */
  return g_strdup_printf (_ ("%s that is not on this computer"), kind);
}

char *
hemo_settle_reason (const HemoSyncDispute *dispute)
{
  const char *reason = dispute->incoming->reason;

  if (reason == NULL)
    return g_strdup (_ ("Both sides say something else."));
  if (g_str_has_prefix (reason, "Both sides changed: "))
    return g_strdup (_ ("It was changed here and there, in the same fields."));
  return hemo_failure_say (reason);
}

char *
hemo_settle_refusal (const HemoSyncDispute *dispute)
{
  return hemo_failure_say (dispute->refusal);
}

char *
hemo_settle_who (const char *author, HemoTime time)
{
  HemoTime local = { .utc_us = time.utc_us, .offset_minutes = hemo_time_now ().offset_minutes };
  g_autofree char *when = time.utc_us > 0 ? hemo_format_time (local) : NULL;

  if (author != NULL && when != NULL)
    /* Translators: a person's name, date and time */
    return g_strdup_printf (_ ("%s, %s"), author, when);
  if (author != NULL)
    return g_strdup (author);
  return when != NULL ? g_strdup_printf (_ ("Author not known, %s"), when)
                      : g_strdup (_ ("Author not known"));
}

const char *
hemo_settle_field (HemoField field)
{
  switch (field)
    {
    case HEMO_FIELD_NAME:
      return _ ("Name");
    case HEMO_FIELD_SEX:
      return _ ("Sex");
    case HEMO_FIELD_BIRTH:
      return _ ("Born");
    case HEMO_FIELD_PHONE:
      return _ ("Telephone");
    case HEMO_FIELD_VILLAGE:
      return _ ("Village or quarter");
    case HEMO_FIELD_IDENTIFIERS:
      return _ ("Identifiers");
    case HEMO_FIELD_ACTIVE:
      return _ ("In use");
    case HEMO_FIELD_PATIENT:
      return _ ("Patient");
    case HEMO_FIELD_REQUESTER:
      return _ ("Asked by");
    case HEMO_FIELD_CLINICAL_NOTE:
      return _ ("Clinical note");
    case HEMO_FIELD_URGENCY:
      return _ ("Urgency");
    case HEMO_FIELD_TESTS:
      return _ ("Tests");
    case HEMO_FIELD_PREGNANCY:
      return _ ("Pregnancy");
    case HEMO_FIELD_ORDERED:
      return _ ("Ordered");
    case HEMO_FIELD_REVOKED:
    default:
      return _ ("Taken back");
    }
}

const char *
hemo_settle_pregnancy (HemoPregnancy pregnancy)
{
  switch (pregnancy)
    {
    case HEMO_PREGNANCY_NO:
      return C_ ("pregnancy", "No");
    case HEMO_PREGNANCY_TRIMESTER_1:
      return C_ ("pregnancy", "First trimester");
    case HEMO_PREGNANCY_TRIMESTER_2:
      return C_ ("pregnancy", "Second trimester");
    case HEMO_PREGNANCY_TRIMESTER_3:
      return C_ ("pregnancy", "Third trimester");
    case HEMO_PREGNANCY_UNKNOWN:
    default:
      return C_ ("pregnancy", "Unknown");
    }
}

static char *
or_nothing (const char *text)
{
  return g_strdup (text != NULL ? text : "");
}

static char *
say_identifiers (const HemoPatient *patient)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  for (guint i = 0; i < patient->identifiers->len; i++)
    {
      const HemoIdentifier *identifier = g_ptr_array_index (patient->identifiers, i);
      g_autofree char *value = hemo_format_number (identifier->value);

      /* Translators: who gave an identifier, and the identifier */
      g_strv_builder_take (
          lines, g_strdup_printf (_ ("%s: %s"), hemo_patient_form_issuer_label (identifier->issuer),
                                  value));
    }
  list = g_strv_builder_end (lines);
  return g_strjoinv ("\n", list);
}

static char *
say_birth (const HemoPatient *patient)
{
  HemoDate today = hemo_date_of (hemo_time_now ());
  g_autofree char *date = NULL;
  g_autofree char *age = NULL;

  if (patient->birth.date.year == 0)
    return g_strdup ("");
  date = hemo_format_date (patient->birth.date);
  age = hemo_birth_age_text (&patient->birth, today);
  return g_strdup_printf (_ ("%s (%s)"), date, age);
}

char *
hemo_settle_of_patient (const HemoPatient *patient, HemoField field)
{
  switch (field)
    {
    case HEMO_FIELD_NAME:
      return hemo_patient_display_name (patient);
    case HEMO_FIELD_SEX:
      return g_strdup (hemo_format_sex (patient->sex));
    case HEMO_FIELD_BIRTH:
      return say_birth (patient);
    case HEMO_FIELD_PHONE:
      return patient->phone != NULL ? hemo_format_number (patient->phone) : g_strdup ("");
    case HEMO_FIELD_VILLAGE:
      return or_nothing (patient->village);
    case HEMO_FIELD_IDENTIFIERS:
      return say_identifiers (patient);
    case HEMO_FIELD_ACTIVE:
      return g_strdup (patient->active ? C_ ("record", "Yes") : C_ ("record", "No"));
    default:
      return g_strdup ("");
    }
}

char *
hemo_settle_of_order (const HemoOrder *order, HemoField field)
{
  HemoTime ordered
      = { .utc_us = order->ordered_at.utc_us, .offset_minutes = order->ordered_at.offset_minutes };

  switch (field)
    {
    case HEMO_FIELD_REQUESTER:
      return or_nothing (order->requester);
    case HEMO_FIELD_CLINICAL_NOTE:
      return or_nothing (order->clinical_note);
    case HEMO_FIELD_URGENCY:
      return g_strdup (hemo_format_urgency (order->urgency));
    case HEMO_FIELD_TESTS:
      return hemo_format_tests (order->tests);
    case HEMO_FIELD_PREGNANCY:
      return g_strdup (hemo_settle_pregnancy (order->pregnancy));
    case HEMO_FIELD_ORDERED:
      return ordered.utc_us > 0 ? hemo_format_time (ordered) : g_strdup ("");
    case HEMO_FIELD_REVOKED:
      return g_strdup (order->revoked ? C_ ("record", "Yes") : C_ ("record", "No"));
    default:
      return g_strdup ("");
    }
}

static const Words elements[] = {
  { "accessionIdentifier", N_ ("Number") },
  { "authoredOn", N_ ("Ordered") },
  { "basedOn", N_ ("Order") },
  { "birthDate", N_ ("Born") },
  { "businessStatus", N_ ("State in words") },
  { "category", N_ ("Category") },
  { "code", N_ ("What") },
  { "collection.collected", N_ ("Collected") },
  { "component.code", N_ ("Part") },
  { "component.value", N_ ("Value of the part") },
  { "conclusion", N_ ("Conclusion") },
  { "condition", N_ ("Condition") },
  { "description", N_ ("Description") },
  { "effective", N_ ("Time of it") },
  { "for", N_ ("Patient") },
  { "identifier", N_ ("Identifier") },
  { "intent", N_ ("Kind") },
  { "interpretation", N_ ("Interpretation") },
  { "issued", N_ ("Issued") },
  { "lastModified", N_ ("Changed") },
  { "link.other", N_ ("Became one record with") },
  { "link.type", N_ ("Which of them stands") },
  { "note", N_ ("Note") },
  { "output.value", N_ ("Answer") },
  { "owner", N_ ("Reader") },
  { "parent", N_ ("Tube") },
  { "performer", N_ ("Made by") },
  { "priority", N_ ("Urgency") },
  { "processing.additive", N_ ("Stain") },
  { "receivedTime", N_ ("Received") },
  { "request", N_ ("Order") },
  { "requester", N_ ("Asked by") },
  { "result", N_ ("Results") },
  { "resultsInterpreter", N_ ("Signed by") },
  { "sent", N_ ("Told") },
  { "specimen", N_ ("Specimen") },
  { "status", N_ ("State") },
  { "subject", N_ ("Patient") },
  { "statusReason", N_ ("Why") },
  { "type", N_ ("Kind") },
  { "value", N_ ("Value") },
  { "dataAbsentReason", N_ ("Why there is none") },
};

const char *
hemo_settle_element (const char *name)
{
  return find (elements, G_N_ELEMENTS (elements), name);
}

char *
hemo_settle_says (const char *name, const char *value)
{
  HemoDate date;
  HemoTime time;
  HemoUrgency urgency;

  if (value == NULL)
    return g_strdup (_ ("Nothing"));
  if (hemo_date_from_iso (value, &date, NULL))
    return hemo_format_date (date);
  if (hemo_time_from_iso (value, &time, NULL))
    return hemo_format_time (time);
  if (g_str_equal (name, "priority") && hemo_urgency_from_code (value, &urgency, NULL))
    return g_strdup (hemo_format_urgency (urgency));
  return g_strdup (value);
}
