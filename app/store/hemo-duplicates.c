/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Likely duplicates: candidates through blocks in an index, then a comparison of each.
 *
 * Two records share a block when they have an identifier or the end of a telephone number in
 * common, or two names that sound alike (in either order) with the same year of birth; of the years
 * nearby all are asked. A name's sound is what is left of it without vowels and doubled letters,
 * three letters of it: 'Mohammed' and 'Muhammad' are 'mmd', 'Aisha' and 'Ayesha' are 'as'. */

#include "hemo-patient-table.h"

#include "hemo-records-private.h"

#include <string.h>

#define SOUND_LETTERS 3
#define NAMES_MAX 5
#define PHONE_TAIL 7
/* Years of tolerance of hemo_patient_compare(). */
#define YEARS 2
#define YEARS_ESTIMATED 5
/* Of each block, newest first: a block of one name and year has hundreds among a million patients.
 */
#define BLOCK_LIMIT 500
#define CANDIDATES_MAX 4000

void
hemo_duplicate_free (HemoDuplicate *self)
{
  if (self == NULL)
    return;
  hemo_patient_free (self->patient);
  hemo_likeness_free (self->likeness);
  g_free (self);
}

static gboolean
is_silent (gunichar c)
{
  return g_unichar_ismark (c) || (c < 0x80 && strchr ("aeiouyhw", (int)c) != NULL);
}

static gunichar
sound_of (gunichar c)
{
  switch (c)
    {
    case 'c':
    case 'q':
      return 'k';
    case 'z':
      return 's';
    case 'v':
      return 'f';
    default:
      return c;
    }
}

/* (transfer full) */
static char *
sound (const char *word)
{
  GString *out = g_string_new (NULL);
  gunichar last = 0;
  int letters = 0;

  for (const char *p = word; *p != '\0' && letters < SOUND_LETTERS; p = g_utf8_next_char (p))
    {
      gunichar c = sound_of (g_utf8_get_char (p));

      if (c == last || (p != word && is_silent (c)))
        {
          last = c == last ? last : 0;
          continue;
        }
      g_string_append_unichar (out, c);
      last = c;
      letters++;
    }
  return g_string_free (out, FALSE);
}

static void
add_sounds (GPtrArray *sounds, const char *name)
{
  g_autofree char *folded = hemo_fold (name != NULL ? name : "");
  g_auto (GStrv) words = g_strsplit (folded, " ", -1);

  for (guint i = 0; words[i] != NULL && sounds->len < NAMES_MAX; i++)
    if (words[i][0] != '\0')
      g_ptr_array_add (sounds, sound (words[i]));
}

static int
compare_text (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *)a, *(const char *const *)b);
}

/* 'n abc def': of each two names in alphabetical order, or of the only one. */
static GPtrArray *
name_blocks (const HemoPatient *patient)
{
  GPtrArray *blocks = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) sounds = g_ptr_array_new_with_free_func (g_free);

  add_sounds (sounds, patient->family);
  add_sounds (sounds, patient->given);
  g_ptr_array_sort (sounds, compare_text);
  if (sounds->len == 1)
    g_ptr_array_add (blocks, g_strdup_printf ("n %s", (char *)g_ptr_array_index (sounds, 0)));
  for (guint i = 0; i < sounds->len; i++)
    for (guint j = i + 1; j < sounds->len; j++)
      g_ptr_array_add (blocks, g_strdup_printf ("n %s %s", (char *)g_ptr_array_index (sounds, i),
                                                (char *)g_ptr_array_index (sounds, j)));
  return blocks;
}

/* Letters and digits alone. */
static char *
squeeze (const char *text)
{
  g_autofree char *folded = hemo_fold (text);
  g_auto (GStrv) parts = g_strsplit (folded, " ", -1);

  return g_strjoinv ("", parts);
}

static void
add_number_blocks (GPtrArray *blocks, const HemoPatient *patient)
{
  for (guint i = 0; i < patient->identifiers->len; i++)
    {
      const HemoIdentifier *identifier = g_ptr_array_index (patient->identifiers, i);
      g_autofree char *value = squeeze (identifier->value);

      if (*value != '\0')
        g_ptr_array_add (blocks, g_strdup_printf ("i %s", value));
    }
  if (patient->phone != NULL)
    {
      g_autofree char *number = squeeze (patient->phone);
      glong length = g_utf8_strlen (number, -1);

      if (length >= PHONE_TAIL)
        g_ptr_array_add (blocks, g_strdup_printf ("p %s", g_utf8_offset_to_pointer (
                                                              number, length - PHONE_TAIL)));
    }
}

GPtrArray *
hemo_patient_blocks (const HemoPatient *patient)
{
  GPtrArray *blocks = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) names = name_blocks (patient);

  for (guint i = 0; i < names->len; i++)
    g_ptr_array_add (blocks, g_strdup_printf ("%s %d", (char *)g_ptr_array_index (names, i),
                                              patient->birth.date.year));
  add_number_blocks (blocks, patient);
  return blocks;
}

gboolean
hemo_patient_write_blocks (HemoTxn *txn, gint64 id, const HemoPatient *patient, GError **error)
{
  HemoDb *db = hemo_txn_get_db (txn);
  g_autoptr (GPtrArray) blocks = hemo_patient_blocks (patient);
  g_autoptr (HemoStatement) insert = NULL;
  g_autoptr (HemoStatement) clear
      = hemo_db_prepare (db, "DELETE FROM patient_block WHERE patient = ?1", error);

  if (clear == NULL)
    return FALSE;
  hemo_statement_bind_int (clear, 1, id);
  if (!hemo_statement_run (clear, error))
    return FALSE;
  insert = hemo_db_prepare (
      db, "INSERT OR IGNORE INTO patient_block (block, patient) VALUES (?1, ?2)", error);
  for (guint i = 0; insert != NULL && i < blocks->len; i++)
    {
      hemo_statement_bind_text (insert, 1, g_ptr_array_index (blocks, i));
      hemo_statement_bind_int (insert, 2, id);
      if (!hemo_statement_run (insert, error))
        return FALSE;
    }
  return insert != NULL;
}

/* Adds the rows of a block to @found (a set of gint64). */
static gboolean
add_members (HemoTxn *txn, GHashTable *found, const char *block, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT patient FROM patient_block WHERE block = ?1 ORDER BY patient DESC LIMIT ?2",
      block, error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 2, BLOCK_LIMIT);
  while (hemo_statement_next (statement, &row, error))
    {
      gint64 id;

      if (!row)
        return TRUE;
      id = hemo_statement_get_int (statement, 0);
      if (g_hash_table_size (found) < CANDIDATES_MAX)
        g_hash_table_add (found, g_memdup2 (&id, sizeof id));
    }
  return FALSE;
}

/* Where the year is not known, the block of every year: from 'n abc def ' up to what comes after.
 */
static gboolean
add_every_year (HemoTxn *txn, GHashTable *found, const char *name, GError **error)
{
  g_autofree char *from = g_strconcat (name, " ", NULL);
  g_autofree char *to = g_strconcat (name, "!", NULL);
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT patient FROM patient_block WHERE block > ?1 AND block < ?2 LIMIT ?3", from,
      error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, to);
  hemo_statement_bind_int (statement, 3, CANDIDATES_MAX);
  while (hemo_statement_next (statement, &row, error))
    {
      gint64 id;

      if (!row)
        return TRUE;
      id = hemo_statement_get_int (statement, 0);
      if (g_hash_table_size (found) < CANDIDATES_MAX)
        g_hash_table_add (found, g_memdup2 (&id, sizeof id));
    }
  return FALSE;
}

static gboolean
add_years (HemoTxn *txn, GHashTable *found, const char *name, int year, GError **error)
{
  g_autofree char *unknown = g_strdup_printf ("%s 0", name);

  if (year == 0)
    return add_every_year (txn, found, name, error);
  /* The nearest first, in case there are too many. The other record's year may be an estimate, so
   * the wider tolerance is always asked. */
  for (int distance = 0; distance <= YEARS_ESTIMATED; distance++)
    {
      g_autofree char *before = g_strdup_printf ("%s %d", name, year - distance);
      g_autofree char *after = g_strdup_printf ("%s %d", name, year + distance);

      if (!add_members (txn, found, before, error)
          || (distance > 0 && !add_members (txn, found, after, error)))
        return FALSE;
    }
  return add_members (txn, found, unknown, error);
}

static gboolean
find_candidates (HemoTxn *txn, const HemoPatient *patient, GHashTable *found, GError **error)
{
  g_autoptr (GPtrArray) names = name_blocks (patient);
  g_autoptr (GPtrArray) numbers = g_ptr_array_new_with_free_func (g_free);

  add_number_blocks (numbers, patient);
  for (guint i = 0; i < numbers->len; i++)
    if (!add_members (txn, found, g_ptr_array_index (numbers, i), error))
      return FALSE;
  for (guint i = 0; i < names->len; i++)
    if (!add_years (txn, found, g_ptr_array_index (names, i), patient->birth.date.year, error))
      return FALSE;
  return TRUE;
}

/* Keeps the better of two likenesses of one record (itself and one merged into it). */
static void
keep_best (GHashTable *best, HemoPatient *patient, HemoLikeness *likeness)
{
  HemoDuplicate *known = g_hash_table_lookup (best, patient->uuid);
  HemoDuplicate *fresh;

  if (known != NULL && known->likeness->score >= likeness->score)
    {
      hemo_patient_free (patient);
      hemo_likeness_free (likeness);
      return;
    }
  fresh = g_new0 (HemoDuplicate, 1);
  fresh->patient = patient;
  fresh->likeness = likeness;
  g_hash_table_replace (best, fresh->patient->uuid, fresh);
}

/* A merged record is compared as it is, and its survivor given. */
static gboolean
judge (HemoTxn *txn,
       const HemoPatient *patient,
       const char *self,
       gint64 id,
       GHashTable *best,
       GError **error)
{
  g_autoptr (HemoPatient) other = hemo_patient_fetch_row (txn, id, error);
  g_autoptr (HemoLikeness) likeness = NULL;
  g_autofree char *standing = NULL;

  if (other == NULL)
    return FALSE;
  if (!other->active && other->merged_into == NULL)
    return TRUE;
  likeness = hemo_patient_compare (patient, other);
  if (likeness->score < HEMO_LIKENESS_LIKELY)
    return TRUE;
  if (other->merged_into != NULL)
    {
      standing = hemo_patient_dup_survivor (txn, other->uuid, error);
      g_clear_pointer (&other, hemo_patient_free);
      other = standing != NULL ? hemo_patient_fetch (txn, standing, NULL, error) : NULL;
      if (other == NULL)
        return FALSE;
    }
  if (g_strcmp0 (other->uuid, self) != 0 && other->active)
    keep_best (best, g_steal_pointer (&other), g_steal_pointer (&likeness));
  return TRUE;
}

static int
compare_duplicates (gconstpointer a, gconstpointer b)
{
  const HemoDuplicate *first = *(HemoDuplicate *const *)a;
  const HemoDuplicate *second = *(HemoDuplicate *const *)b;

  if (first->likeness->score != second->likeness->score)
    return first->likeness->score > second->likeness->score ? -1 : 1;
  return g_strcmp0 (first->patient->uuid, second->patient->uuid);
}

static GPtrArray *
sort_best (GHashTable *best, int limit)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_duplicate_free);
  GHashTableIter iter;
  gpointer duplicate;

  g_hash_table_iter_init (&iter, best);
  while (g_hash_table_iter_next (&iter, NULL, &duplicate))
    {
      g_ptr_array_add (list, duplicate);
      g_hash_table_iter_steal (&iter);
    }
  g_ptr_array_sort (list, compare_duplicates);
  if (list->len > (guint)MAX (limit, 0))
    g_ptr_array_set_size (list, MAX (limit, 0));
  return list;
}

GPtrArray *
hemo_patient_find_duplicates (HemoTxn *txn, const HemoPatient *patient, int limit, GError **error)
{
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GHashTable) best
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)hemo_duplicate_free);
  const char *self = patient->merged_into != NULL ? patient->merged_into : patient->uuid;
  GHashTableIter iter;
  gpointer id;

  if (!hemo_txn_require (txn, HEMO_ACTION_PATIENT_VIEW, NULL, NULL, error)
      || !find_candidates (txn, patient, found, error))
    return NULL;
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!judge (txn, patient, self, *(gint64 *)id, best, error))
      return NULL;
  return sort_best (best, limit);
}
