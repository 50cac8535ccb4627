/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who the blood is from. */

#include "hemo-patient.h"

#include "hemo-birth-private.h"
#include "hemo-codes-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define FIELD_MAX 200
#define IDENTIFIERS_MAX 16

static const char *const sex_codes[] = { "unknown", "female", "male", "other", NULL };

const char *
hemo_sex_to_code (HemoSex sex)
{
  return hemo_code_at (sex_codes, (int)sex);
}

gboolean
hemo_sex_from_code (const char *code, HemoSex *out, GError **error)
{
  int index = 0;

  if (!hemo_code_find (sex_codes, "sex", code, &index, error))
    return FALSE;
  *out = (HemoSex)index;
  return TRUE;
}

HemoIdentifier *
hemo_identifier_new (const char *issuer, const char *value)
{
  HemoIdentifier *self = g_new0 (HemoIdentifier, 1);

  self->issuer = g_strdup (issuer != NULL ? issuer : "");
  self->value = g_strdup (value != NULL ? value : "");
  return self;
}

void
hemo_identifier_free (HemoIdentifier *self)
{
  if (self == NULL)
    return;
  g_free (self->issuer);
  g_free (self->value);
  g_free (self);
}

static gpointer
copy_identifier (gconstpointer identifier, gpointer unused)
{
  const HemoIdentifier *self = identifier;

  return hemo_identifier_new (self->issuer, self->value);
}

HemoPatient *
hemo_patient_new (void)
{
  HemoPatient *self = g_new0 (HemoPatient, 1);

  self->uuid = hemo_uuid_new ();
  self->identifiers = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_identifier_free);
  self->active = TRUE;
  return self;
}

HemoPatient *
hemo_patient_copy (const HemoPatient *self)
{
  HemoPatient *copy = g_memdup2 (self, sizeof *self);

  copy->uuid = g_strdup (self->uuid);
  copy->family = g_strdup (self->family);
  copy->given = g_strdup (self->given);
  copy->identifiers = g_ptr_array_copy (self->identifiers, copy_identifier, NULL);
  copy->phone = g_strdup (self->phone);
  copy->village = g_strdup (self->village);
  copy->merged_into = g_strdup (self->merged_into);
  return copy;
}

void
hemo_patient_free (HemoPatient *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->family);
  g_free (self->given);
  g_ptr_array_unref (self->identifiers);
  g_free (self->phone);
  g_free (self->village);
  g_free (self->merged_into);
  g_free (self);
}

static gboolean
is_set (const char *text)
{
  return text != NULL && *text != '\0';
}

char *
hemo_patient_display_name (const HemoPatient *self)
{
  if (is_set (self->given) && is_set (self->family))
    return g_strdup_printf ("%s %s", self->given, self->family);
  return g_strdup (is_set (self->given) ? self->given : is_set (self->family) ? self->family : "");
}

/* Text that people typed: UTF-8, no control characters, not too long; NULL is fine. */
static gboolean
check_text (const char *text, const char *what, GError **error)
{
  if (text == NULL)
    return TRUE;
  if (strlen (text) > FIELD_MAX * 6 || !g_utf8_validate (text, -1, NULL))
    return hemo_refuse (error, N_ ("The %s is too long or not readable text"), what);
  if (g_utf8_strlen (text, -1) > FIELD_MAX)
    return hemo_refuse (error, N_ ("The %s has more than %d characters"), what, FIELD_MAX);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_iscntrl (g_utf8_get_char (p)))
      return hemo_refuse (error, N_ ("The %s has a control character; type it again"), what);
  return TRUE;
}

/* Whether @text has a letter or a digit: a name of blanks or points is none. */
static gboolean
says_something (const char *text)
{
  for (const char *p = text; p != NULL && *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_isalnum (g_utf8_get_char (p)))
      return TRUE;
  return FALSE;
}

static gboolean
check_identifiers (const GPtrArray *identifiers, GError **error)
{
  if (identifiers->len > IDENTIFIERS_MAX)
    return hemo_refuse (error, N_ ("There are more than %d identifiers"), IDENTIFIERS_MAX);
  for (guint i = 0; i < identifiers->len; i++)
    {
      const HemoIdentifier *a = identifiers->pdata[i];

      if (!check_text (a->issuer, N_ ("issuer of an identifier"), error)
          || !check_text (a->value, N_ ("identifier"), error))
        return FALSE;
      if (!says_something (a->issuer) || !says_something (a->value))
        return hemo_refuse (error, N_ ("An identifier needs an issuer and a number"));
      for (guint j = 0; j < i; j++)
        {
          const HemoIdentifier *b = identifiers->pdata[j];

          if (strcmp (a->issuer, b->issuer) == 0 && strcmp (a->value, b->value) == 0)
            return hemo_refuse (error, N_ ("The same identifier is there twice"));
        }
    }
  return TRUE;
}

gboolean
hemo_patient_validate (const HemoPatient *self, HemoDate today, GError **error)
{
  if (!check_text (self->family, N_ ("family name"), error)
      || !check_text (self->given, N_ ("given name"), error)
      || !check_text (self->phone, N_ ("phone number"), error)
      || !check_text (self->village, N_ ("village"), error))
    return FALSE;
  if (!says_something (self->family) && !says_something (self->given))
    return hemo_refuse (error, N_ ("A patient needs a family name or a given name"));
  if (hemo_sex_to_code (self->sex) == NULL)
    return hemo_refuse (error, "The sex is not one that can be stored");
  if (!hemo_uuid_is_valid (self->uuid))
    return hemo_refuse (error, "The record has no valid id");
  if (self->birth.date.year != 0 && !hemo_birth_check (&self->birth, today, error))
    return FALSE;
  return check_identifiers (self->identifiers, error);
}

const HemoPatient *
hemo_patient_survivor (const HemoPatient *a, const HemoPatient *b)
{
  return strcmp (a->uuid, b->uuid) <= 0 ? a : b;
}
