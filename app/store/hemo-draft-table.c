/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Drafts of forms, each its user's own. */

#include "hemo-draft-table.h"

#include "hemo-records-private.h"

#include <string.h>

/* Longest name of a form. */
#define FORM_LIMIT 100

/* Who may look at cases may fill forms in; what becomes of them is asked when they are saved. */
static gboolean
may (HemoTxn *txn, const char *form, GError **error)
{
  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, NULL, NULL, error))
    return FALSE;
  if (form == NULL || form[0] == '\0' || strlen (form) > FORM_LIMIT)
    return hemo_record_refuse (error, "A draft needs the name of its form.");
  return TRUE;
}

static gboolean
forget (HemoTxn *txn, const char *form, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "DELETE FROM form_draft WHERE user = ?1 AND form = ?2", hemo_record_actor (txn), error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, form);
  return hemo_statement_run (statement, error);
}

static gboolean
write_draft (HemoTxn *txn, const char *form, const char *content, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn,
                            "INSERT INTO form_draft (user, form, content, at_us) "
                            "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (user, form) DO UPDATE "
                            "SET content = excluded.content, at_us = excluded.at_us",
                            hemo_record_actor (txn), error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, form);
  hemo_statement_bind_text (statement, 3, content);
  hemo_statement_bind_int (statement, 4, hemo_txn_get_time (txn).utc_us);
  return hemo_statement_run (statement, error);
}

gboolean
hemo_draft_save (HemoTxn *txn, const char *form, const char *content, GError **error)
{
  if (!may (txn, form, error))
    return FALSE;
  if (content == NULL)
    return forget (txn, form, error);
  if (strlen (content) > HEMO_DRAFT_LIMIT || !g_utf8_validate (content, -1, NULL))
    return hemo_record_refuse (error, "A draft has to be text of at most 64 KiB.");
  return write_draft (txn, form, content, error);
}

char *
hemo_draft_load (HemoTxn *txn, const char *form, GError **error)
{
  g_autoptr (HemoStatement) statement = NULL;
  gboolean row = FALSE;

  if (!may (txn, form, error))
    return NULL;
  statement
      = hemo_record_select (txn, "SELECT content FROM form_draft WHERE user = ?1 AND form = ?2",
                            hemo_record_actor (txn), error);
  if (statement == NULL)
    return NULL;
  hemo_statement_bind_text (statement, 2, form);
  if (!hemo_statement_next (statement, &row, error) || !row)
    return NULL;
  return hemo_statement_dup_text (statement, 0);
}
