/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Search: each word that was typed begins a word of what is looked for. */

#include "hemo-search.h"

#include "hemo-records-private.h"

#include <string.h>

/* More words, or longer ones, narrow nothing down any more. */
#define WORDS_MAX 8
#define WORD_BYTES_MAX 128
#define TEXT_CHARACTERS_MAX 400

/* Shorter numbers are not likely to be written with spaces. */
#define JOINED_DIGITS_MIN 6

void
hemo_search_hit_free (HemoSearchHit *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->name);
  g_free (self->identifier);
  g_free (self->accession);
  g_free (self);
}

static gboolean
has_digit (const char *word)
{
  return strpbrk (word, "0123456789") != NULL;
}

/* A number may have been typed with letters for digits, as accession numbers allow. */
static char *
digits_for_letters (const char *word)
{
  char *out = g_strdup (word);

  for (char *p = out; *p != '\0'; p++)
    *p = *p == 'o' ? '0' : *p == 'i' || *p == 'l' ? '1' : *p == 'u' ? 'v' : *p;
  return out;
}

static void
append_word (GString *query, const char *word)
{
  g_autofree char *other = has_digit (word) ? digits_for_letters (word) : NULL;

  if (query->len > 0)
    g_string_append (query, " AND ");
  /* Folded text has no quotes to escape. */
  if (other != NULL && !g_str_equal (other, word))
    g_string_append_printf (query, "(\"%s\"* OR \"%s\"*)", word, other);
  else
    g_string_append_printf (query, "\"%s\"*", word);
}

/* '0712 345 678' is one number, however it was put down; NULL when @folded is something else. */
static char *
join_digits (const char *folded)
{
  g_autoptr (GString) out = g_string_new (NULL);

  if (strchr (folded, ' ') == NULL || strspn (folded, "0123456789 ") != strlen (folded))
    return NULL;
  for (const char *p = folded; *p != '\0'; p++)
    if (*p != ' ')
      g_string_append_c (out, *p);
  return out->len >= JOINED_DIGITS_MIN ? g_strdup (out->str) : NULL;
}

/* NULL when there is no word. (transfer full) */
static char *
make_query (char **words, const char *folded)
{
  g_autoptr (GString) query = g_string_new (NULL);
  g_autofree char *joined = join_digits (folded);
  int count = 0;

  for (guint i = 0; words[i] != NULL && count < WORDS_MAX; i++)
    {
      if (words[i][0] == '\0')
        continue;
      append_word (query, words[i]);
      count++;
    }
  if (count == 0)
    return NULL;
  if (joined != NULL)
    g_string_append_printf (query, " OR \"%s\"*", joined);
  return g_strdup (query->str);
}

static gboolean
begins_word (const char *words, const char *prefix)
{
  g_autofree char *start = g_strconcat (" ", prefix, NULL);

  return strstr (words, start) != NULL;
}

/* Whether @accession is what one of the typed words is about. */
static gboolean
is_asked_for (const char *accession, char **words)
{
  g_autoptr (GString) known = g_string_new (NULL);

  hemo_search_add_accession (known, accession);
  for (guint i = 0; words[i] != NULL; i++)
    if (has_digit (words[i]) && begins_word (known->str, words[i]))
      return TRUE;
  return FALSE;
}

/* Among the tubes of the patient, newest first: the one asked for, else the newest. */
static gboolean
choose_accession (HemoTxn *txn, HemoSearchHit *hit, char **words, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn,
                            "SELECT accession FROM specimen WHERE parent IS NULL AND patient IN "
                            "(SELECT ?1 UNION ALL SELECT uuid FROM patient WHERE merged_into = ?1) "
                            "ORDER BY id DESC LIMIT 50",
                            hit->uuid, error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  while (hemo_statement_next (statement, &row, error))
    {
      const char *accession = row ? hemo_statement_get_text (statement, 0) : NULL;

      if (!row)
        return TRUE;
      if (is_asked_for (accession, words))
        {
          g_free (hit->accession);
          hit->accession = g_strdup (accession);
          return TRUE;
        }
    }
  return FALSE;
}

static HemoSearchHit *
hit_from_row (HemoStatement *statement, GError **error)
{
  g_autoptr (HemoPatient) patient = hemo_patient_new ();
  HemoSearchHit *hit;

  if (!hemo_sex_from_code (hemo_statement_get_text (statement, 3), &patient->sex, error))
    return NULL;
  patient->family = hemo_statement_dup_text (statement, 1);
  patient->given = hemo_statement_dup_text (statement, 2);
  hit = g_new0 (HemoSearchHit, 1);
  hit->uuid = hemo_statement_dup_text (statement, 0);
  hit->name = hemo_patient_display_name (patient);
  hit->sex = patient->sex;
  hit->birth = hemo_statement_get_birth (statement, 4);
  hit->identifier = hemo_statement_dup_text (statement, 8);
  hit->accession = hemo_statement_dup_text (statement, 9);
  hit->row = hemo_statement_get_int (statement, 10);
  return hit;
}

#define HIT_COLUMNS                                                                                \
  "patient.uuid, family, given, sex, birth_year, birth_month, birth_day, birth_estimated, "        \
  "(SELECT value FROM patient_identifier AS i WHERE i.patient = patient.id ORDER BY position "     \
  "LIMIT 1), "                                                                                     \
  "(SELECT accession FROM specimen WHERE specimen.patient = patient.uuid AND parent IS NULL "      \
  "ORDER BY specimen.id DESC LIMIT 1), patient.id"

static gboolean
collect (HemoTxn *txn,
         HemoStatement *statement,
         char **words,
         gboolean numbers,
         GPtrArray *hits,
         GError **error)
{
  gboolean row = FALSE;

  while (hemo_statement_next (statement, &row, error))
    {
      HemoSearchHit *hit;

      if (!row)
        return TRUE;
      hit = hit_from_row (statement, error);
      if (hit == NULL)
        return FALSE;
      g_ptr_array_add (hits, hit);
      if (numbers && !choose_accession (txn, hit, words, error))
        return FALSE;
    }
  return FALSE;
}

static gboolean
any_has_digit (char **words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (has_digit (words[i]))
      return TRUE;
  return FALSE;
}

/* The words that were typed; a word longer than any in the index finds nothing, so it is cut. */
static char **
split_words (const char *text, char **folded)
{
  g_autofree char *head
      = g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), TEXT_CHARACTERS_MAX));
  char **words;

  *folded = g_strstrip (hemo_fold (head));
  words = g_strsplit (*folded, " ", -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (strlen (words[i]) > WORD_BYTES_MAX)
      {
        char *end = g_utf8_find_prev_char (words[i], words[i] + WORD_BYTES_MAX);

        *end = '\0';
      }
  return words;
}

GPtrArray *
hemo_search (HemoTxn *txn, const char *text, int limit, GError **error)
{
  g_autoptr (GPtrArray) hits
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_search_hit_free);
  g_autoptr (HemoStatement) statement = NULL;
  g_autofree char *folded = NULL;
  g_autofree char *query = NULL;
  g_auto (GStrv) words = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_PATIENT_VIEW, NULL, NULL, error))
    return NULL;
  if (text != NULL && !g_utf8_validate (text, -1, NULL))
    {
      hemo_record_refuse (error, "What is searched for has to be text in UTF-8.");
      return NULL;
    }
  words = split_words (text != NULL ? text : "", &folded);
  query = make_query (words, folded);
  if (query == NULL || limit <= 0)
    return g_steal_pointer (&hits);
  statement = hemo_record_select (txn,
                                  "SELECT " HIT_COLUMNS
                                  " FROM patient_search JOIN patient ON patient.id = "
                                  "patient_search.rowid WHERE patient_search MATCH ?1 "
                                  "ORDER BY patient_search.rowid DESC LIMIT ?2",
                                  query, error);
  if (statement == NULL)
    return NULL;
  hemo_statement_bind_int (statement, 2, limit);
  if (!collect (txn, statement, words, any_has_digit (words), hits, error))
    return NULL;
  return g_steal_pointer (&hits);
}

GArray *
hemo_patient_rows (HemoTxn *txn, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (HemoStatement) statement = NULL;
  gboolean row = FALSE;

  if (!hemo_txn_require (txn, HEMO_ACTION_PATIENT_VIEW, NULL, NULL, error))
    return NULL;
  statement = hemo_db_prepare (hemo_txn_get_db (txn),
                               "SELECT id FROM patient WHERE active ORDER BY id DESC", error);
  while (statement != NULL && hemo_statement_next (statement, &row, error))
    {
      gint64 id;

      if (!row)
        return g_steal_pointer (&rows);
      id = hemo_statement_get_int (statement, 0);
      g_array_append_val (rows, id);
    }
  return NULL;
}

static gboolean
load_row (HemoTxn *txn, gint64 number, GPtrArray *hits, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "SELECT " HIT_COLUMNS " FROM patient WHERE patient.id = ?1", error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, number);
  return collect (txn, statement, NULL, FALSE, hits, error);
}

GPtrArray *
hemo_patient_load_rows (HemoTxn *txn, const gint64 *rows, guint n_rows, GError **error)
{
  g_autoptr (GPtrArray) hits
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_search_hit_free);

  if (!hemo_txn_require (txn, HEMO_ACTION_PATIENT_VIEW, NULL, NULL, error))
    return NULL;
  for (guint i = 0; i < n_rows; i++)
    if (!load_row (txn, rows[i], hits, error))
      return NULL;
  return g_steal_pointer (&hits);
}
