/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Merges records of two laptops field by field. */

#include "hemo-merge.h"

/* That hemo_patient_validate() accepts. */
#define IDENTIFIERS_MAX 16u

static const struct
{
  HemoField field;
  const char *name;
} names[] = {
  { HEMO_FIELD_NAME, "name" },
  { HEMO_FIELD_SEX, "sex" },
  { HEMO_FIELD_BIRTH, "birth" },
  { HEMO_FIELD_PHONE, "phone" },
  { HEMO_FIELD_VILLAGE, "village" },
  { HEMO_FIELD_IDENTIFIERS, "identifiers" },
  { HEMO_FIELD_ACTIVE, "entered in error" },
  { HEMO_FIELD_PATIENT, "patient" },
  { HEMO_FIELD_REQUESTER, "requester" },
  { HEMO_FIELD_CLINICAL_NOTE, "clinical note" },
  { HEMO_FIELD_URGENCY, "urgency" },
  { HEMO_FIELD_TESTS, "tests" },
  { HEMO_FIELD_PREGNANCY, "pregnancy" },
  { HEMO_FIELD_ORDERED, "time of the order" },
  { HEMO_FIELD_REVOKED, "revoked" },
};

char *
hemo_fields_to_text (guint fields)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if ((fields & names[i].field) != 0)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", names[i].name);
  return g_string_free_and_steal (text);
}

/* Who changed a field, as bits of fields: what is equal on both sides is in none. */
typedef struct
{
  gboolean has_base;
  guint between;
  guint ours;
  guint theirs;
  guint ours_empty;
  guint theirs_empty;
} Changes;

/* The fields to be taken from the other side; @conflicts: (out): that neither may win. */
static guint
decide (const Changes *changes, guint *conflicts)
{
  guint take;

  if (changes->has_base)
    {
      *conflicts = changes->between & changes->ours & changes->theirs;
      return changes->between & ~changes->ours;
    }
  take = changes->between & changes->ours_empty;
  *conflicts = changes->between & ~take & ~changes->theirs_empty;
  return take;
}

static gboolean
same_birth (const HemoBirth *a, const HemoBirth *b)
{
  /* Of no year nothing is estimated. */
  if (a->date.year == 0 && b->date.year == 0)
    return TRUE;
  return a->date.year == b->date.year && a->date.month == b->date.month
         && a->date.day == b->date.day && a->estimated == b->estimated;
}

static gboolean
has_identifier (const HemoPatient *patient, const HemoIdentifier *wanted)
{
  for (guint i = 0; i < patient->identifiers->len; i++)
    {
      const HemoIdentifier *identifier = g_ptr_array_index (patient->identifiers, i);

      if (g_str_equal (identifier->issuer, wanted->issuer)
          && g_str_equal (identifier->value, wanted->value))
        return TRUE;
    }
  return FALSE;
}

static gboolean
has_identifiers (const HemoPatient *patient, const HemoPatient *wanted)
{
  for (guint i = 0; i < wanted->identifiers->len; i++)
    if (!has_identifier (patient, g_ptr_array_index (wanted->identifiers, i)))
      return FALSE;
  return TRUE;
}

guint
hemo_patient_differing (const HemoPatient *a, const HemoPatient *b)
{
  guint fields = 0;

  if (g_strcmp0 (a->family, b->family) != 0 || g_strcmp0 (a->given, b->given) != 0)
    fields |= HEMO_FIELD_NAME;
  if (a->sex != b->sex)
    fields |= HEMO_FIELD_SEX;
  if (!same_birth (&a->birth, &b->birth))
    fields |= HEMO_FIELD_BIRTH;
  if (g_strcmp0 (a->phone, b->phone) != 0)
    fields |= HEMO_FIELD_PHONE;
  if (g_strcmp0 (a->village, b->village) != 0)
    fields |= HEMO_FIELD_VILLAGE;
  if (!has_identifiers (a, b) || !has_identifiers (b, a))
    fields |= HEMO_FIELD_IDENTIFIERS;
  if (a->active != b->active && a->merged_into == NULL && b->merged_into == NULL)
    fields |= HEMO_FIELD_ACTIVE;
  return fields;
}

/* Milliseconds are what travels. */
static gboolean
same_time (HemoTime a, HemoTime b)
{
  return a.utc_us / 1000 == b.utc_us / 1000 && a.by_hand == b.by_hand;
}

guint
hemo_order_differing (const HemoOrder *a, const HemoOrder *b)
{
  guint fields = 0;

  if (g_strcmp0 (a->patient, b->patient) != 0)
    fields |= HEMO_FIELD_PATIENT;
  if (g_strcmp0 (a->requester, b->requester) != 0)
    fields |= HEMO_FIELD_REQUESTER;
  if (g_strcmp0 (a->clinical_note, b->clinical_note) != 0)
    fields |= HEMO_FIELD_CLINICAL_NOTE;
  if (a->urgency != b->urgency)
    fields |= HEMO_FIELD_URGENCY;
  if (a->tests != b->tests)
    fields |= HEMO_FIELD_TESTS;
  if (a->pregnancy != b->pregnancy)
    fields |= HEMO_FIELD_PREGNANCY;
  if (!same_time (a->ordered_at, b->ordered_at))
    fields |= HEMO_FIELD_ORDERED;
  if (!a->revoked != !b->revoked)
    fields |= HEMO_FIELD_REVOKED;
  return fields;
}

static void
copy_identifiers (HemoPatient *to, const HemoPatient *from)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_identifier_free);

  for (guint i = 0; i < from->identifiers->len; i++)
    {
      const HemoIdentifier *identifier = g_ptr_array_index (from->identifiers, i);

      g_ptr_array_add (copy, hemo_identifier_new (identifier->issuer, identifier->value));
    }
  g_ptr_array_unref (to->identifiers);
  to->identifiers = copy;
}

void
hemo_patient_copy_fields (HemoPatient *to, const HemoPatient *from, guint fields)
{
  if ((fields & HEMO_FIELD_NAME) != 0)
    {
      g_set_str (&to->family, from->family);
      g_set_str (&to->given, from->given);
    }
  if ((fields & HEMO_FIELD_SEX) != 0)
    to->sex = from->sex;
  if ((fields & HEMO_FIELD_BIRTH) != 0)
    to->birth = from->birth;
  if ((fields & HEMO_FIELD_PHONE) != 0)
    g_set_str (&to->phone, from->phone);
  if ((fields & HEMO_FIELD_VILLAGE) != 0)
    g_set_str (&to->village, from->village);
  if ((fields & HEMO_FIELD_IDENTIFIERS) != 0)
    copy_identifiers (to, from);
  if ((fields & HEMO_FIELD_ACTIVE) != 0 && to->merged_into == NULL && from->merged_into == NULL)
    to->active = from->active;
}

void
hemo_order_copy_fields (HemoOrder *to, const HemoOrder *from, guint fields)
{
  if ((fields & HEMO_FIELD_PATIENT) != 0)
    g_set_str (&to->patient, from->patient);
  if ((fields & HEMO_FIELD_REQUESTER) != 0)
    g_set_str (&to->requester, from->requester);
  if ((fields & HEMO_FIELD_CLINICAL_NOTE) != 0)
    g_set_str (&to->clinical_note, from->clinical_note);
  if ((fields & HEMO_FIELD_URGENCY) != 0)
    to->urgency = from->urgency;
  if ((fields & HEMO_FIELD_TESTS) != 0)
    to->tests = from->tests;
  if ((fields & HEMO_FIELD_PREGNANCY) != 0)
    to->pregnancy = from->pregnancy;
  if ((fields & HEMO_FIELD_ORDERED) != 0)
    to->ordered_at = from->ordered_at;
  if ((fields & HEMO_FIELD_REVOKED) != 0)
    to->revoked = from->revoked;
}

static guint
patient_empty (const HemoPatient *patient)
{
  guint fields = 0;

  if (patient->family == NULL && patient->given == NULL)
    fields |= HEMO_FIELD_NAME;
  if (patient->sex == HEMO_SEX_UNKNOWN)
    fields |= HEMO_FIELD_SEX;
  if (patient->birth.date.year == 0)
    fields |= HEMO_FIELD_BIRTH;
  if (patient->phone == NULL)
    fields |= HEMO_FIELD_PHONE;
  if (patient->village == NULL)
    fields |= HEMO_FIELD_VILLAGE;
  return fields;
}

/* Gives @to those of @from that it lacks, but not what @base had and @to has not: @to's side
 * removed it. */
static void
add_identifiers (HemoPatient *to,
                 const HemoPatient *from,
                 const HemoPatient *side,
                 const HemoPatient *base)
{
  for (guint i = 0; i < from->identifiers->len; i++)
    {
      const HemoIdentifier *identifier = g_ptr_array_index (from->identifiers, i);
      gboolean removed
          = base != NULL && has_identifier (base, identifier) && !has_identifier (side, identifier);

      if (!removed && !has_identifier (to, identifier))
        g_ptr_array_add (to->identifiers,
                         hemo_identifier_new (identifier->issuer, identifier->value));
    }
}

/* FALSE when together there are too many. */
static gboolean
merge_identifiers (HemoPatient *result,
                   const HemoPatient *base,
                   const HemoPatient *ours,
                   const HemoPatient *theirs)
{
  g_ptr_array_set_size (result->identifiers, 0);
  add_identifiers (result, ours, theirs, base);
  add_identifiers (result, theirs, ours, base);
  if (result->identifiers->len
      <= MAX (IDENTIFIERS_MAX, MAX (ours->identifiers->len, theirs->identifiers->len)))
    return TRUE;
  copy_identifiers (result, ours);
  return FALSE;
}

HemoPatient *
hemo_patient_merge_fields (const HemoPatient *base,
                           const HemoPatient *ours,
                           const HemoPatient *theirs,
                           guint *conflicts)
{
  HemoPatient *result = hemo_patient_copy (ours);
  Changes changes = {
    .has_base = base != NULL,
    .between = hemo_patient_differing (ours, theirs) & ~HEMO_FIELD_IDENTIFIERS,
    .ours = base != NULL ? hemo_patient_differing (base, ours) : 0,
    .theirs = base != NULL ? hemo_patient_differing (base, theirs) : 0,
    .ours_empty = patient_empty (ours),
    .theirs_empty = patient_empty (theirs),
  };

  hemo_patient_copy_fields (result, theirs, decide (&changes, conflicts));
  if (!merge_identifiers (result, base, ours, theirs))
    *conflicts |= HEMO_FIELD_IDENTIFIERS;
  return result;
}

static guint
order_empty (const HemoOrder *order)
{
  guint fields = 0;

  if (order->requester == NULL)
    fields |= HEMO_FIELD_REQUESTER;
  if (order->clinical_note == NULL)
    fields |= HEMO_FIELD_CLINICAL_NOTE;
  if (order->pregnancy == HEMO_PREGNANCY_UNKNOWN)
    fields |= HEMO_FIELD_PREGNANCY;
  if (order->ordered_at.utc_us == 0)
    fields |= HEMO_FIELD_ORDERED;
  return fields;
}

HemoOrder *
hemo_order_merge_fields (const HemoOrder *base,
                         const HemoOrder *ours,
                         const HemoOrder *theirs,
                         guint *conflicts)
{
  HemoOrder *result = hemo_order_copy (ours);
  guint both = ours->tests & theirs->tests;
  guint either = ours->tests | theirs->tests;
  guint tests = base != NULL ? both | (either & ~(guint)base->tests) : either;
  Changes changes = {
    .has_base = base != NULL,
    .between = hemo_order_differing (ours, theirs) & ~HEMO_FIELD_TESTS,
    .ours = base != NULL ? hemo_order_differing (base, ours) : 0,
    .theirs = base != NULL ? hemo_order_differing (base, theirs) : 0,
    .ours_empty = order_empty (ours),
    .theirs_empty = order_empty (theirs),
  };

  hemo_order_copy_fields (result, theirs, decide (&changes, conflicts));
  if (tests != 0 || either == 0)
    result->tests = (HemoTests)tests;
  else
    *conflicts |= HEMO_FIELD_TESTS;
  return result;
}
