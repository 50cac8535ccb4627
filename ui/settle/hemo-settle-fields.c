/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The fields of a patient or an order, and what a person made of them. */

#include "hemo-settle-page-private.h"

#include "hemo-failure.h"
#include "hemo-format.h"
#include "hemo-settle-words.h"

#include <glib/gi18n.h>

#define SEXES 4
#define URGENCIES 3
#define PREGNANCIES 5

static void
add_sexes (HemoSettleChoice *choice)
{
  const char *words[SEXES + 1] = { NULL };

  for (guint i = 0; i < SEXES; i++)
    words[i] = hemo_format_sex ((HemoSex)i);
  hemo_settle_choice_add_list (choice, words);
}

static void
add_urgencies (HemoSettleChoice *choice)
{
  const char *words[URGENCIES + 1] = { NULL };

  for (guint i = 0; i < URGENCIES; i++)
    words[i] = hemo_format_urgency ((HemoUrgency)i);
  hemo_settle_choice_add_list (choice, words);
}

static void
add_pregnancies (HemoSettleChoice *choice)
{
  const char *words[PREGNANCIES + 1] = { NULL };

  for (guint i = 0; i < PREGNANCIES; i++)
    words[i] = hemo_settle_pregnancy ((HemoPregnancy)i);
  hemo_settle_choice_add_list (choice, words);
}

/* What is in either. */
static void
unite_identifiers (HemoPatient *to, const HemoPatient *from)
{
  for (guint i = 0; i < from->identifiers->len; i++)
    {
      const HemoIdentifier *other = g_ptr_array_index (from->identifiers, i);
      gboolean has = FALSE;

      for (guint k = 0; !has && k < to->identifiers->len; k++)
        {
          const HemoIdentifier *own = g_ptr_array_index (to->identifiers, k);

          has = g_str_equal (own->issuer, other->issuer) && g_str_equal (own->value, other->value);
        }
      if (!has)
        g_ptr_array_add (to->identifiers, hemo_identifier_new (other->issuer, other->value));
    }
}

static void
add_both (HemoSettleChoice *choice, const HemoSyncDispute *of, HemoField field)
{
  g_autofree char *text = NULL;

  if (field == HEMO_FIELD_IDENTIFIERS)
    {
      g_autoptr (HemoPatient) both = hemo_patient_copy (of->our_patient);

      unite_identifiers (both, of->their_patient);
      text = hemo_settle_of_patient (both, field);
    }
  else
    text = hemo_format_tests (of->our_order->tests | of->their_order->tests);
  hemo_settle_choice_add_both (choice, text);
}

/* What may stand besides both. */
static void
add_third (HemoSettleChoice *choice, const HemoSyncDispute *of, HemoField field)
{
  const char *const names[] = { _ ("Something else: given names"), _ ("Family name"), NULL };
  const char *const one[] = { _ ("Something else"), NULL };
  const char *const birth[] = { _ ("Something else: age, as 34y, or date of birth"), NULL };

  switch (field)
    {
    case HEMO_FIELD_NAME:
      hemo_settle_choice_add_entries (choice, names);
      break;
    case HEMO_FIELD_BIRTH:
      hemo_settle_choice_add_entries (choice, birth);
      break;
    case HEMO_FIELD_PHONE:
    case HEMO_FIELD_VILLAGE:
    case HEMO_FIELD_REQUESTER:
    case HEMO_FIELD_CLINICAL_NOTE:
      hemo_settle_choice_add_entries (choice, one);
      break;
    case HEMO_FIELD_SEX:
      add_sexes (choice);
      break;
    case HEMO_FIELD_URGENCY:
      add_urgencies (choice);
      break;
    case HEMO_FIELD_PREGNANCY:
      add_pregnancies (choice);
      break;
    case HEMO_FIELD_IDENTIFIERS:
    case HEMO_FIELD_TESTS:
      add_both (choice, of, field);
      break;
    default:
      break;
    }
}

static char *
say (const HemoSyncDispute *of, HemoField field, gboolean here)
{
  if (of->our_patient != NULL)
    return hemo_settle_of_patient (here ? of->our_patient : of->their_patient, field);
  return hemo_settle_of_order (here ? of->our_order : of->their_order, field);
}

void
hemo_settle_page_add_choices (HemoSettlePage *self)
{
  const HemoSyncDispute *of = self->dispute;
  HemoDesk *desk = hemo_place_get_desk (HEMO_PLACE (self));

  for (guint bit = 1; bit <= HEMO_FIELD_REVOKED; bit <<= 1)
    {
      HemoSettleField row = { .field = (HemoField)bit, .day_first = hemo_desk_is_day_first (desk) };
      g_autofree char *here = NULL;
      g_autofree char *there = NULL;

      /* An order stays with its patient. */
      if ((of->differing & bit) == 0 || bit == HEMO_FIELD_PATIENT)
        continue;
      here = say (of, row.field, TRUE);
      there = say (of, row.field, FALSE);
      row.choice = hemo_settle_choice_new (hemo_settle_field (row.field), here, there);
      add_third (row.choice, of, row.field);
      g_signal_connect_object (row.choice, "changed", G_CALLBACK (hemo_settle_page_check), self,
                               G_CONNECT_SWAPPED);
      g_array_append_val (self->choices, row);
      gtk_box_append (self->content, GTK_WIDGET (row.choice));
    }
}

/* (transfer full): NULL for nothing */
static char *
get_text (const HemoSettleField *row, guint i)
{
  char *text = hemo_settle_choice_get_text (row->choice, i);

  if (*text == '\0')
    g_clear_pointer (&text, g_free);
  return text;
}

static gboolean
refuse (const HemoSettleField *row, const char *why)
{
  hemo_settle_choice_refuse (row->choice, why);
  return FALSE;
}

static gboolean
read_birth (const HemoSettleField *row, HemoPatient *patient)
{
  g_autofree char *text = hemo_settle_choice_get_text (row->choice, 0);
  HemoDate today = hemo_date_of (hemo_time_now ());
  g_autoptr (GError) error = NULL;
  g_autofree char *why = NULL;

  if (hemo_birth_parse (text, today, row->day_first, &patient->birth, &error))
    return TRUE;
  why = hemo_failure_say (error->message);
  return refuse (row, why);
}

static void
take (char **to, char *text)
{
  g_free (*to);
  *to = text;
}

/* Nothing at all would be a slip that throws both versions away. */
static gboolean
read_text (const HemoSettleField *row, char **to)
{
  char *text = get_text (row, 0);

  if (text == NULL)
    return refuse (row, _ ("Write what is right, or choose one of the two."));
  take (to, text);
  return TRUE;
}

static gboolean
read_other_of_patient (const HemoSettleField *row, HemoPatient *patient, const HemoSyncDispute *of)
{
  switch (row->field)
    {
    case HEMO_FIELD_NAME:
      take (&patient->given, get_text (row, 0));
      take (&patient->family, get_text (row, 1));
      return patient->given != NULL || patient->family != NULL
             || refuse (row, _ ("A name is needed."));
    case HEMO_FIELD_BIRTH:
      return read_birth (row, patient);
    case HEMO_FIELD_PHONE:
      return read_text (row, &patient->phone);
    case HEMO_FIELD_VILLAGE:
      return read_text (row, &patient->village);
    case HEMO_FIELD_SEX:
      patient->sex = (HemoSex)MIN (hemo_settle_choice_get_listed (row->choice), SEXES - 1);
      return TRUE;
    case HEMO_FIELD_IDENTIFIERS:
      unite_identifiers (patient, of->their_patient);
      return TRUE;
    default:
      return TRUE;
    }
}

static gboolean
read_other_of_order (const HemoSettleField *row, HemoOrder *order, const HemoSyncDispute *of)
{
  guint listed = hemo_settle_choice_get_listed (row->choice);

  switch (row->field)
    {
    case HEMO_FIELD_REQUESTER:
      return read_text (row, &order->requester);
    case HEMO_FIELD_CLINICAL_NOTE:
      return read_text (row, &order->clinical_note);
    case HEMO_FIELD_URGENCY:
      order->urgency = (HemoUrgency)MIN (listed, URGENCIES - 1);
      return TRUE;
    case HEMO_FIELD_PREGNANCY:
      order->pregnancy = (HemoPregnancy)MIN (listed, PREGNANCIES - 1);
      return TRUE;
    case HEMO_FIELD_TESTS:
      order->tests = of->our_order->tests | of->their_order->tests;
      return TRUE;
    default:
      return TRUE;
    }
}

static gboolean
read_patient (HemoSettlePage *self, HemoPatient *patient)
{
  for (guint i = 0; i < self->choices->len; i++)
    {
      const HemoSettleField *row = &g_array_index (self->choices, HemoSettleField, i);
      HemoSettled settled = hemo_settle_choice_get (row->choice);

      if (settled == HEMO_SETTLE_THERE)
        hemo_patient_copy_fields (patient, self->dispute->their_patient, row->field);
      else if (settled == HEMO_SETTLE_OTHER && !read_other_of_patient (row, patient, self->dispute))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_order (HemoSettlePage *self, HemoOrder *order)
{
  for (guint i = 0; i < self->choices->len; i++)
    {
      const HemoSettleField *row = &g_array_index (self->choices, HemoSettleField, i);
      HemoSettled settled = hemo_settle_choice_get (row->choice);

      if (settled == HEMO_SETTLE_THERE)
        hemo_order_copy_fields (order, self->dispute->their_order, row->field);
      else if (settled == HEMO_SETTLE_OTHER && !read_other_of_order (row, order, self->dispute))
        return FALSE;
    }
  return TRUE;
}

gboolean
hemo_settle_page_read (HemoSettlePage *self, HemoPatient **patient, HemoOrder **order)
{
  if (self->dispute->our_patient != NULL)
    {
      *patient = hemo_patient_copy (self->dispute->our_patient);
      return read_patient (self, *patient);
    }
  *order = hemo_order_copy (self->dispute->our_order);
  return read_order (self, *order);
}
