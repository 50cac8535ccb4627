/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram-cli: registering, finding, merging patients. */

#include "hemo-cli.h"

#include "hemo-records.h"

#include <glib/gi18n.h>

typedef struct
{
  const char *a;
  const char *b;
  HemoPatient *patient;
  gboolean all_the_same;
  int limit;
} Request;

static json_object *
patient_to_json (const HemoPatient *patient, HemoDate today)
{
  json_object *object = json_object_new_object ();
  json_object *identifiers = json_object_new_array ();
  g_autofree char *birth = hemo_date_to_iso (patient->birth.date);
  g_autofree char *age = hemo_birth_age_text (&patient->birth, today);

  hemo_cli_add_text (object, "uuid", patient->uuid);
  hemo_cli_add_text (object, "family", patient->family);
  hemo_cli_add_text (object, "given", patient->given);
  hemo_cli_add_text (object, "sex", hemo_sex_to_code (patient->sex));
  hemo_cli_add_text (object, "birth", birth);
  hemo_cli_add_bool (object, "birth_estimated", patient->birth.estimated);
  hemo_cli_add_text (object, "age", age);
  for (guint i = 0; i < patient->identifiers->len; i++)
    {
      const HemoIdentifier *identifier = g_ptr_array_index (patient->identifiers, i);
      g_autofree char *text = g_strdup_printf ("%s:%s", identifier->issuer, identifier->value);

      json_object_array_add (identifiers, json_object_new_string (text));
    }
  json_object_object_add (object, "identifiers", identifiers);
  hemo_cli_add_text (object, "phone", patient->phone);
  hemo_cli_add_text (object, "village", patient->village);
  hemo_cli_add_text (object, "merged_into", patient->merged_into);
  hemo_cli_add_bool (object, "active", patient->active);
  hemo_cli_add_int (object, "version", patient->version);
  return object;
}

/* 'ISSUER:VALUE'; without an issuer it is the clinic's own. */
static gboolean
add_identifier (HemoPatient *patient, const char *text, GError **error)
{
  const char *colon = strrchr (text, ':');
  g_autofree char *issuer
      = colon != NULL ? g_strndup (text, (gsize)(colon - text)) : g_strdup ("clinic");
  const char *value = colon != NULL ? colon + 1 : text;

  if (*issuer == '\0' || *value == '\0')
    {
      g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
                   _ ("An identifier is written ISSUER:VALUE."));
      return FALSE;
    }
  g_ptr_array_add (patient->identifiers, hemo_identifier_new (issuer, value));
  return TRUE;
}

static gboolean
add_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Request *request = data;

  if (!request->all_the_same)
    {
      g_autoptr (GPtrArray) likely = hemo_patient_find_duplicates (txn, request->patient, 5, error);
      if (likely == NULL)
        return FALSE;
      if (likely->len > 0)
        {
          const HemoDuplicate *first = g_ptr_array_index (likely, 0);
          g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT,
                       _ ("There is a record that looks like the same person: %s. If it is another "
                          "person, add --new-person."),
                       first->patient->uuid);
          return FALSE;
        }
    }
  return hemo_patient_save (txn, request->patient, error);
}

typedef struct
{
  char *family, *given, *sex, *born, *phone, *village;
  char **identifiers;
  gboolean new_person;
} Fields;

static void
fields_clear (Fields *self)
{
  g_free (self->family);
  g_free (self->given);
  g_free (self->sex);
  g_free (self->born);
  g_free (self->phone);
  g_free (self->village);
  g_strfreev (self->identifiers);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fields, fields_clear)

static gboolean
parse_fields (Fields *fields, int *argc, char ***argv, int arguments, GError **error)
{
  const GOptionEntry entries[] = {
    { "family", 0, 0, G_OPTION_ARG_STRING, &fields->family, NULL, NULL },
    { "given", 0, 0, G_OPTION_ARG_STRING, &fields->given, NULL, NULL },
    { "sex", 0, 0, G_OPTION_ARG_STRING, &fields->sex, NULL, NULL },
    { "born", 0, 0, G_OPTION_ARG_STRING, &fields->born, NULL, NULL },
    { "phone", 0, 0, G_OPTION_ARG_STRING, &fields->phone, NULL, NULL },
    { "village", 0, 0, G_OPTION_ARG_STRING, &fields->village, NULL, NULL },
    { "identifier", 0, 0, G_OPTION_ARG_STRING_ARRAY, &fields->identifiers, NULL, NULL },
    { "new-person", 0, 0, G_OPTION_ARG_NONE, &fields->new_person, NULL, NULL },
    { NULL },
  };

  return hemo_cli_parse (entries, argc, argv, arguments, arguments, error);
}

static gboolean
apply_fields (HemoCli *self, const Fields *fields, HemoPatient *patient, GError **error)
{
  HemoDate today = hemo_date_of (hemo_time_now ());
  g_autoptr (HemoClinicInfo) info = NULL;

  if (!hemo_cli_load_info (self, &info, error))
    return FALSE;
  if (fields->family != NULL)
    g_set_str (&patient->family, fields->family);
  if (fields->given != NULL)
    g_set_str (&patient->given, fields->given);
  if (fields->phone != NULL)
    g_set_str (&patient->phone, fields->phone);
  if (fields->village != NULL)
    g_set_str (&patient->village, fields->village);
  if (fields->sex != NULL && !hemo_sex_from_code (fields->sex, &patient->sex, error))
    return FALSE;
  if (fields->born != NULL
      && !hemo_birth_parse (fields->born, today, info->day_first, &patient->birth, error))
    return FALSE;
  for (guint i = 0; fields->identifiers != NULL && fields->identifiers[i] != NULL; i++)
    if (!add_identifier (patient, fields->identifiers[i], error))
      return FALSE;
  return hemo_patient_validate (patient, today, error);
}

static gboolean
add (HemoCli *self, int argc, char **argv, GError **error)
{
  g_auto (Fields) fields = { 0 };
  g_autoptr (HemoPatient) patient = hemo_patient_new ();
  Request request = { .patient = patient };

  if (!parse_fields (&fields, &argc, &argv, 0, error) || !hemo_cli_sign_in (self, error)
      || !apply_fields (self, &fields, patient, error))
    return FALSE;
  request.all_the_same = fields.new_person;
  if (!hemo_cli_write (self, add_job, &request, NULL, error))
    return FALSE;
  hemo_cli_print (self, patient_to_json (patient, hemo_date_of (hemo_time_now ())), NULL);
  return TRUE;
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_patient_load (txn, data, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)hemo_patient_free);
  return *result != NULL;
}

static gboolean
save_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_patient_save (txn, data, error);
}

static gboolean
show (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoPatient) patient = NULL;

  if (!hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_write (self, load_job, argv[1], (gpointer *)&patient, error))
    return FALSE;
  hemo_cli_print (self, patient_to_json (patient, hemo_date_of (hemo_time_now ())), NULL);
  return TRUE;
}

static gboolean
edit (HemoCli *self, int argc, char **argv, GError **error)
{
  g_auto (Fields) fields = { 0 };
  g_autoptr (HemoPatient) patient = NULL;

  if (!parse_fields (&fields, &argc, &argv, 1, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_write (self, load_job, argv[1], (gpointer *)&patient, error)
      || !apply_fields (self, &fields, patient, error)
      || !hemo_cli_write (self, save_job, patient, NULL, error))
    return FALSE;
  hemo_cli_print (self, patient_to_json (patient, hemo_date_of (hemo_time_now ())), NULL);
  return TRUE;
}

static gboolean
merge_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Request *request = data;

  return hemo_patient_merge (txn, request->a, request->b, (char **)result, error);
}

static gboolean
merge (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autofree char *survivor = NULL;
  Request request = { 0 };
  json_object *object;

  if (!hemo_cli_parse (NULL, &argc, &argv, 2, 2, error) || !hemo_cli_sign_in (self, error))
    return FALSE;
  request.a = argv[1];
  request.b = argv[2];
  if (!hemo_cli_write (self, merge_job, &request, (gpointer *)&survivor, error))
    return FALSE;
  object = json_object_new_object ();
  hemo_cli_add_text (object, "survivor", survivor);
  hemo_cli_print (self, object, NULL);
  return TRUE;
}

static gboolean
unmerge_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_patient_unmerge (txn, data, error);
}

static gboolean
unmerge (HemoCli *self, int argc, char **argv, GError **error)
{
  return hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) && hemo_cli_sign_in (self, error)
         && hemo_cli_write (self, unmerge_job, argv[1], NULL, error);
}

static gboolean
duplicates_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (HemoPatient) patient = hemo_patient_load (txn, data, error);

  if (patient == NULL)
    return FALSE;
  *result = hemo_patient_find_duplicates (txn, patient, 20, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_ptr_array_unref);
  return *result != NULL;
}

static json_object *
strings_to_json (GStrv strings)
{
  json_object *array = json_object_new_array ();

  for (guint i = 0; strings != NULL && strings[i] != NULL; i++)
    json_object_array_add (array, json_object_new_string (strings[i]));
  return array;
}

static gboolean
duplicates (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (GPtrArray) found = NULL;
  json_object *rows;

  if (!hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_write (self, duplicates_job, argv[1], (gpointer *)&found, error))
    return FALSE;
  rows = json_object_new_array ();
  for (guint i = 0; i < found->len; i++)
    {
      const HemoDuplicate *duplicate = g_ptr_array_index (found, i);
      g_autofree char *name = hemo_patient_display_name (duplicate->patient);
      json_object *row = json_object_new_object ();

      hemo_cli_add_text (row, "uuid", duplicate->patient->uuid);
      hemo_cli_add_text (row, "name", name);
      hemo_cli_add_number (row, "score", duplicate->likeness->score, 2);
      json_object_object_add (row, "agrees", strings_to_json (duplicate->likeness->agrees));
      json_object_object_add (row, "differs", strings_to_json (duplicate->likeness->differs));
      json_object_array_add (rows, row);
    }
  hemo_cli_print (self, rows, _ ("No other record looks like this person."));
  return TRUE;
}

static gboolean
search_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Request *request = data;

  *result = hemo_search (txn, request->a, request->limit, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_ptr_array_unref);
  return *result != NULL;
}

static gboolean
search (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (GPtrArray) hits = NULL;
  g_autofree char *text = NULL;
  Request request = { .limit = 50 };
  const GOptionEntry entries[] = {
    { "limit", 0, 0, G_OPTION_ARG_INT, &request.limit, NULL, NULL },
    { NULL },
  };
  json_object *rows;

  if (!hemo_cli_parse (entries, &argc, &argv, 1, -1, error) || !hemo_cli_sign_in (self, error))
    return FALSE;
  text = g_strjoinv (" ", argv + 1);
  request.a = text;
  request.limit = CLAMP (request.limit, 1, 1000);
  if (!hemo_cli_read (self, search_job, &request, (gpointer *)&hits, error))
    return FALSE;
  rows = json_object_new_array ();
  for (guint i = 0; i < hits->len; i++)
    {
      const HemoSearchHit *hit = g_ptr_array_index (hits, i);
      g_autofree char *age = hemo_birth_age_text (&hit->birth, hemo_date_of (hemo_time_now ()));
      json_object *row = json_object_new_object ();

      hemo_cli_add_text (row, "uuid", hit->uuid);
      hemo_cli_add_text (row, "name", hit->name);
      hemo_cli_add_text (row, "sex", hemo_sex_to_code (hit->sex));
      hemo_cli_add_text (row, "age", age);
      hemo_cli_add_text (row, "identifier", hit->identifier);
      hemo_cli_add_text (row, "specimen", hit->accession);
      json_object_array_add (rows, row);
    }
  hemo_cli_print (self, rows, _ ("Nobody was found."));
  return TRUE;
}

#define FIELDS                                                                                     \
  "[--family F] [--given G] [--sex S] [--born AGE|DATE] [--identifier ISSUER:VALUE] [--phone P] "  \
  "[--village V]"

const HemoCliCommand hemo_cli_patient_commands[] = {
  { "patient add", FIELDS " [--new-person]", N_ ("Register a patient"), add },
  { "patient show", "UUID", N_ ("All that is known of one"), show },
  { "patient edit", "UUID " FIELDS, N_ ("Change what is known"), edit },
  { "patient duplicates", "UUID", N_ ("Records that may be the same person"), duplicates },
  { "patient merge", "UUID UUID", N_ ("Two records are one person"), merge },
  { "patient unmerge", "UUID", N_ ("Take a merge back"), unmerge },
  { "search", "TEXT…", N_ ("Find patients by name, identifier or specimen number"), search },
  { NULL },
};
