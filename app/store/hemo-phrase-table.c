/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sentences that are offered for the comment of a report. */

#include "hemo-phrase-table.h"

#include "hemo-records-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define TEXT_MAX 500
#define PHRASES_MAX 1000

/* What a site removes is known by the UUID of its text: a text that is changed here is a new one.
 */
static const char *const shipped[] = {
  N_ ("Please repeat on a fresh specimen."),
  N_ ("Iron deficiency should be considered; ferritin is suggested."),
  N_ ("The findings suggest haemolysis; please correlate clinically."),
  N_ ("Sickle cells are seen; a solubility test or electrophoresis is suggested."),
  N_ ("Platelet clumps are present: the count may be too low."),
  N_ ("Blasts are seen: refer at once."),
  N_ ("Smear sent to a pathologist for review."),
};

void
hemo_phrase_free (HemoPhrase *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->text);
  g_free (self);
}

static void
add_phrase (GPtrArray *phrases, char *uuid, const char *text, gboolean is_shipped)
{
  HemoPhrase *phrase = g_new0 (HemoPhrase, 1);

  phrase->uuid = uuid;
  phrase->text = g_strdup (text);
  phrase->shipped = is_shipped;
  g_ptr_array_add (phrases, phrase);
}

static char *
make_uuid (const char *text)
{
  g_autofree char *space = hemo_record_derive_uuid ("phrase", "shipped");

  return hemo_record_derive_uuid (space, text);
}

/* UUIDs of shipped ones that were removed go into @removed, the site's own into @own. */
static gboolean
fetch_rows (HemoTxn *txn, GHashTable *removed, GPtrArray *own, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "SELECT uuid, text, removed FROM phrase ORDER BY id", error);
  gboolean row = TRUE;

  if (statement == NULL)
    return FALSE;
  while (row)
    {
      if (!hemo_statement_next (statement, &row, error))
        return FALSE;
      if (!row)
        break;
      if (hemo_statement_get_int (statement, 2) != 0)
        g_hash_table_add (removed, hemo_statement_dup_text (statement, 0));
      else
        add_phrase (own, hemo_statement_dup_text (statement, 0),
                    hemo_statement_get_text (statement, 1), FALSE);
    }
  return TRUE;
}

static GPtrArray *
fetch_phrases (HemoTxn *txn, GError **error)
{
  g_autoptr (GHashTable) removed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) own = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_phrase_free);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_phrase_free);

  if (!fetch_rows (txn, removed, own, error))
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (shipped); i++)
    {
      g_autofree char *uuid = make_uuid (shipped[i]);

      if (!g_hash_table_contains (removed, uuid))
        add_phrase (all, g_steal_pointer (&uuid), shipped[i], TRUE);
    }
  g_ptr_array_extend_and_steal (all, g_steal_pointer (&own));
  return g_steal_pointer (&all);
}

GPtrArray *
hemo_phrases_load (HemoTxn *txn, GError **error)
{
  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "phrases", NULL, error))
    return NULL;
  return fetch_phrases (txn, error);
}

static gboolean
write_phrase (HemoTxn *txn, const char *uuid, const char *text, gboolean removed, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "INSERT INTO phrase (uuid, text, removed, version) VALUES (?1, ?2, ?3, 1) "
      "ON CONFLICT (uuid) DO UPDATE SET removed = ?3, version = version + 1 RETURNING version",
      uuid, error);
  gint64 version;

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, text);
  hemo_statement_bind_int (statement, 3, removed ? 1 : 0);
  if (!hemo_statement_step (statement, error))
    return FALSE;
  version = hemo_statement_get_int (statement, 0);
  return hemo_statement_run (statement, error)
         && hemo_txn_log_change (txn, removed ? "phrase.remove" : "phrase.add", "ValueSet", uuid,
                                 version, HEMO_LANE_NONE, error);
}

static const HemoPhrase *
find_phrase (const GPtrArray *phrases, const char *uuid, const char *text)
{
  for (guint i = 0; i < phrases->len; i++)
    {
      const HemoPhrase *phrase = g_ptr_array_index (phrases, i);

      if (g_strcmp0 (phrase->uuid, uuid) == 0 || g_strcmp0 (phrase->text, text) == 0)
        return phrase;
    }
  return NULL;
}

gboolean
hemo_phrase_add (HemoTxn *txn, const char *text, char **uuid, GError **error)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text != NULL ? text : ""));
  g_autofree char *made = NULL;
  g_autoptr (GPtrArray) phrases = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_RANGE_EDIT, "phrases", NULL, error))
    return FALSE;
  if (*trimmed == '\0')
    return hemo_record_refuse (error, N_ ("A phrase has some text."));
  if (!hemo_record_check_text (trimmed, TEXT_MAX, N_ ("phrase"), error))
    return FALSE;
  phrases = fetch_phrases (txn, error);
  if (phrases == NULL)
    return FALSE;
  if (phrases->len >= PHRASES_MAX)
    return hemo_record_refuse (error, N_ ("There are at most 1,000 phrases."));
  if (find_phrase (phrases, NULL, trimmed) != NULL)
    return hemo_record_fail (error, HEMO_STORE_ERROR_CONFLICT,
                             N_ ("This phrase is there already."));
  /* A shipped one that was removed comes back as itself. */
  for (gsize i = 0; made == NULL && i < G_N_ELEMENTS (shipped); i++)
    if (strcmp (shipped[i], trimmed) == 0)
      made = make_uuid (trimmed);
  if (made != NULL)
    {
      g_autoptr (HemoStatement) statement
          = hemo_record_select (txn, "DELETE FROM phrase WHERE uuid = ?1", made, error);

      if (statement == NULL || !hemo_statement_run (statement, error)
          || !hemo_txn_log_change (txn, "phrase.add", "ValueSet", made, 1, HEMO_LANE_NONE, error))
        return FALSE;
    }
  else
    {
      made = hemo_uuid_new ();
      if (!write_phrase (txn, made, trimmed, FALSE, error))
        return FALSE;
    }
  if (uuid != NULL)
    *uuid = g_steal_pointer (&made);
  return TRUE;
}

gboolean
hemo_phrase_remove (HemoTxn *txn, const char *uuid, GError **error)
{
  g_autoptr (GPtrArray) phrases = NULL;
  const HemoPhrase *phrase;

  if (!hemo_txn_require (txn, HEMO_ACTION_RANGE_EDIT, "phrases", NULL, error))
    return FALSE;
  phrases = fetch_phrases (txn, error);
  if (phrases == NULL)
    return FALSE;
  phrase = find_phrase (phrases, uuid, NULL);
  if (phrase == NULL)
    return hemo_record_fail (error, HEMO_STORE_ERROR_NOT_FOUND, N_ ("There is no such phrase."));
  return write_phrase (txn, phrase->uuid, phrase->text, TRUE, error);
}
