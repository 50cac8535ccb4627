/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Compares a programme's file with what is here, and takes it. */

#include "hemo-programme-private.h"

#include "hemo-certificate-table.h"
#include "hemo-plural.h"
#include "hemo-prune.h"
#include "hemo-range-table.h"

#include <glib/gi18n.h>
#include <string.h>

/* With the programme's UUID: a clinic may be of several. */
#define NOTE_SIGNER "programme.signer."
#define NOTE_SERIAL "programme.serial."

static void
effect_free (HemoProgrammeEffect *self)
{
  g_free (self->object);
  g_free (self->before);
  g_free (self->after);
  g_free (self);
}

static void
add_effect (HemoProgramme *self,
            const char *what,
            const char *object,
            const char *before,
            const char *after)
{
  HemoProgrammeEffect *effect = g_new0 (HemoProgrammeEffect, 1);

  effect->what = what;
  effect->object = g_strdup (object);
  effect->before = g_strdup (before);
  effect->after = g_strdup (after);
  g_ptr_array_add (self->effects, effect);
}

static gboolean
has_line (GStrv lines, const char *line)
{
  return g_strv_contains ((const char *const *)lines, line);
}

/* Line by line, as a spreadsheet shows them: what goes, then what comes. */
static gboolean
compare_ranges (HemoTxn *txn, HemoProgramme *self, GError **error)
{
  g_autoptr (GPtrArray) present = NULL;
  g_autofree char *ours = NULL;
  g_autofree char *theirs = NULL;
  g_auto (GStrv) before = NULL;
  g_auto (GStrv) after = NULL;

  if (self->ranges == NULL)
    return TRUE;
  present = hemo_ranges_load (txn, error);
  if (present == NULL)
    return FALSE;
  ours = hemo_ranges_to_csv (present);
  theirs = hemo_ranges_to_csv (self->ranges);
  before = g_strsplit (ours, "\n", -1);
  after = g_strsplit (theirs, "\n", -1);
  for (guint i = 0; before[i] != NULL; i++)
    if (!has_line (after, before[i]))
      add_effect (self, "range", NULL, before[i], NULL);
  for (guint i = 0; after[i] != NULL; i++)
    if (!has_line (before, after[i]))
      add_effect (self, "range", NULL, NULL, after[i]);
  return TRUE;
}

static gboolean
compare_certificates (HemoTxn *txn, HemoProgramme *self, GError **error)
{
  for (guint i = 0; i < self->certificates->len; i++)
    {
      const HemoProgrammeCertificate *certificate = g_ptr_array_index (self->certificates, i);
      gboolean known = FALSE;

      if (!hemo_certificate_is_known (txn, certificate->fingerprint, &known, error))
        return FALSE;
      if (!known)
        add_effect (self, "certificate", certificate->fingerprint, NULL, certificate->name);
    }
  return TRUE;
}

static gboolean
load_server (HemoTxn *txn, guint kind, HemoServerSettings **settings, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoServerRow) row = hemo_server_load (txn, hemo_programme_servers[kind], &failure);

  *settings = NULL;
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (row == NULL)
    return TRUE;
  *settings = hemo_server_settings_parse (row->settings, error);
  return *settings != NULL;
}

/* "https://host:443" of an address; what belongs to it is told to no other. */
static char *
dup_origin (const char *url)
{
  g_autoptr (GUri) uri = url != NULL ? g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL) : NULL;

  return uri != NULL ? g_strdup_printf ("%s://%s:%d", g_uri_get_scheme (uri), g_uri_get_host (uri),
                                        g_uri_get_port (uri))
                     : NULL;
}

static gboolean
is_elsewhere (const char *a, const char *b)
{
  g_autofree char *first = dup_origin (a);
  g_autofree char *second = dup_origin (b);

  return g_strcmp0 (first, second) != 0;
}

/* As it will be: the programme's words, and what is the clinic's own. @before: (nullable).
 * (transfer full) */
static HemoServerSettings *
merge_server (const HemoServerSettings *theirs, const HemoServerSettings *before)
{
  HemoServerSettings *merged = hemo_server_settings_copy (theirs);

  if (before == NULL)
    return merged;
  merged->kilobits = before->kilobits;
  merged->from_hour = before->from_hour;
  merged->to_hour = before->to_hour;
  merged->metered = before->metered;
  merged->stall_ms = before->stall_ms;
  merged->prefix = g_strdup (before->prefix);
  if (merged->sign_in != before->sign_in || is_elsewhere (merged->url, before->url)
      || is_elsewhere (merged->token_url, before->token_url)
      || is_elsewhere (merged->sts_url, before->sts_url))
    return merged;
  merged->user = g_strdup (before->user);
  merged->secret = g_strdup (before->secret);
  return merged;
}

/* In one line, without secrets. (transfer full) */
static char *
describe_server (const HemoServerSettings *settings, guint kind)
{
  g_autoptr (HemoServerSettings) plain = hemo_server_settings_copy (settings);
  gboolean lacks = kind == 1 || settings->sign_in != HEMO_SYNC_SIGN_IN_NONE;

  lacks = lacks && (settings->secret == NULL || *settings->secret == '\0');
  if (plain->secret != NULL)
    explicit_bzero (plain->secret, strlen (plain->secret));
  g_clear_pointer (&plain->secret, g_free);
  {
    g_autofree char *json = hemo_server_settings_to_json (plain);

    return g_strdup_printf ("%s%s", json, lacks ? " (its secret has to be entered)" : "");
  }
}

static gboolean
compare_server (HemoTxn *txn, HemoProgramme *self, guint kind, GError **error)
{
  g_autoptr (HemoServerSettings) before = NULL;
  g_autoptr (HemoServerSettings) merged = NULL;
  g_autofree char *ours = NULL;
  g_autofree char *theirs = NULL;

  if (self->servers[kind] == NULL)
    return TRUE;
  if (!load_server (txn, kind, &before, error))
    return FALSE;
  merged = merge_server (self->servers[kind], before);
  ours = before != NULL ? describe_server (before, kind) : NULL;
  theirs = describe_server (merged, kind);
  if (g_strcmp0 (ours, theirs) != 0)
    add_effect (self, "server", hemo_programme_servers[kind], ours, theirs);
  return TRUE;
}

/* @value: (out) (nullable) (transfer full) */
static gboolean
load_note (HemoTxn *txn, const char *note, const HemoProgramme *self, char **value, GError **error)
{
  g_autofree char *name = g_strconcat (note, self->programme, NULL);
  g_autoptr (GError) failure = NULL;

  *value = hemo_sync_note_load (txn, name, &failure);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
save_note (
    HemoTxn *txn, const char *note, const HemoProgramme *self, const char *value, GError **error)
{
  g_autofree char *name = g_strconcat (note, self->programme, NULL);

  return hemo_sync_note_save (txn, name, value, error);
}

/* Another signer of the same programme begins no new row of serials. */
static gboolean
load_trust (HemoTxn *txn, HemoProgramme *self, GError **error)
{
  g_autofree char *signer = NULL;
  g_autofree char *serial = NULL;

  if (!load_note (txn, NOTE_SIGNER, self, &signer, error)
      || !load_note (txn, NOTE_SERIAL, self, &serial, error))
    return FALSE;
  self->trusted = g_strcmp0 (signer, self->signer) == 0;
  self->known_serial = serial != NULL ? g_ascii_strtoll (serial, NULL, 10) : 0;
  return TRUE;
}

static char *
make_digest (const HemoProgramme *self)
{
  GChecksum *checksum = g_checksum_new (G_CHECKSUM_SHA256);
  char *digest;

  g_checksum_update (checksum, (const guchar *)self->sha256, -1);
  for (guint i = 0; i < self->effects->len; i++)
    {
      const HemoProgrammeEffect *effect = g_ptr_array_index (self->effects, i);
      g_autofree char *line = g_strdup_printf (
          "\n%s\t%s\t%s\t%s", effect->what, effect->object != NULL ? effect->object : "",
          effect->before != NULL ? effect->before : "", effect->after != NULL ? effect->after : "");

      g_checksum_update (checksum, (const guchar *)line, -1);
    }
  digest = g_strndup (g_checksum_get_string (checksum), 16);
  g_checksum_free (checksum);
  return digest;
}

gboolean
hemo_programme_compare (HemoTxn *txn, HemoProgramme *self, GError **error)
{
  if (!hemo_txn_require (txn, HEMO_ACTION_SETTINGS_EDIT, "programme", self->programme, error))
    return FALSE;
  g_clear_pointer (&self->effects, g_ptr_array_unref);
  self->effects = g_ptr_array_new_with_free_func ((GDestroyNotify)effect_free);
  if (!load_trust (txn, self, error) || !compare_ranges (txn, self, error)
      || !compare_certificates (txn, self, error) || !compare_server (txn, self, 0, error)
      || !compare_server (txn, self, 1, error))
    return FALSE;
  g_free (self->digest);
  self->digest = make_digest (self);
  return TRUE;
}

/* @said: as anybody writes a fingerprint, with colons and large letters too */
static gboolean
is_fingerprint (const char *said, const char *fingerprint)
{
  g_auto (GStrv) pairs = said != NULL ? g_strsplit (said, ":", -1) : NULL;
  g_autofree char *plain = pairs != NULL ? g_strjoinv (NULL, pairs) : NULL;

  return plain != NULL && g_ascii_strcasecmp (plain, fingerprint) == 0;
}

static gboolean
check_accept (const HemoProgramme *self, const char *digest, const char *trust, GError **error)
{
  if (g_strcmp0 (digest, self->digest) != 0)
    g_set_error_literal (
        error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT,
        N_ ("This is not what was shown. Look at what the file changes once more."));
  else if (self->serial < self->known_serial)
    g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT,
                         N_ ("A newer file of this programme was accepted before."));
  else if (!self->trusted && !is_fingerprint (trust, self->signer))
    g_set_error_literal (
        error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED,
        N_ ("Nobody here trusts who signed this file. Compare the fingerprint with "
            "what the programme tells you by another way."));
  else
    return TRUE;
  return FALSE;
}

/* Who takes a file in was not asked whether originals are left behind. */
static gboolean
check_left (HemoTxn *txn, guint kind, GError **error)
{
  int originals = 0;

  if (!hemo_pruned_count (txn, hemo_programme_servers[kind], &originals, error))
    return FALSE;
  if (originals == 0)
    return TRUE;
  g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
               HEMO_PLURAL ("This file names another server for pictures, and but for backups the "
                            "one that is set up now alone has the original of %u picture. Bring it "
                            "back with 'hemogram-cli sync fetch', or set up the other server in "
                            "the settings, then take the file in.",
                            "This file names another server for pictures, and but for backups the "
                            "one that is set up now alone has the originals of %u pictures. Bring "
                            "them back with 'hemogram-cli sync fetch', or set up the other server "
                            "in the settings, then take the file in.",
                            originals),
               (guint)originals);
  return FALSE;
}

static gboolean
take_server (HemoTxn *txn, const HemoProgramme *self, guint kind, GError **error)
{
  g_autoptr (HemoServerSettings) before = NULL;
  g_autoptr (HemoServerSettings) merged = NULL;
  gboolean another, saved;
  char *json;

  if (self->servers[kind] == NULL)
    return TRUE;
  if (!load_server (txn, kind, &before, error))
    return FALSE;
  merged = merge_server (self->servers[kind], before);
  another = before == NULL || hemo_server_settings_is_another (merged, before);
  if (another && !check_left (txn, kind, error))
    return FALSE;
  json = hemo_server_settings_to_json (merged);
  saved = hemo_server_save (txn, hemo_programme_servers[kind], json, another, error)
          && (before == NULL || !hemo_server_settings_is_other_account (merged, before)
              || hemo_server_doubt (txn, hemo_programme_servers[kind], error));
  explicit_bzero (json, strlen (json));
  g_free (json);
  return saved;
}

static gboolean
changes (const HemoProgramme *self, const char *what, const char *object)
{
  for (guint i = 0; i < self->effects->len; i++)
    {
      const HemoProgrammeEffect *effect = g_ptr_array_index (self->effects, i);

      if (strcmp (effect->what, what) == 0
          && (object == NULL || g_strcmp0 (effect->object, object) == 0))
        return TRUE;
    }
  return FALSE;
}

static gboolean
take_all (HemoTxn *txn, const HemoProgramme *self, GError **error)
{
  if (changes (self, "range", NULL) && !hemo_ranges_replace (txn, self->ranges, error))
    return FALSE;
  for (guint i = 0; i < self->certificates->len; i++)
    {
      const HemoProgrammeCertificate *certificate = g_ptr_array_index (self->certificates, i);

      if (changes (self, "certificate", certificate->fingerprint)
          && !hemo_certificate_add (txn, certificate->name, certificate->certificate, error))
        return FALSE;
    }
  for (guint i = 0; i < HEMO_PROGRAMME_SERVERS; i++)
    if (changes (self, "server", hemo_programme_servers[i]) && !take_server (txn, self, i, error))
      return FALSE;
  return TRUE;
}

gboolean
hemo_programme_accept (
    HemoTxn *txn, HemoProgramme *self, const char *digest, const char *trust, GError **error)
{
  g_autofree char *serial = g_strdup_printf ("%" G_GINT64_FORMAT, self->serial);
  g_autofree char *detail = g_strdup_printf ("serial %s, signer %s", serial, self->signer);

  return hemo_programme_compare (txn, self, error) && check_accept (self, digest, trust, error)
         && take_all (txn, self, error) && save_note (txn, NOTE_SIGNER, self, self->signer, error)
         && save_note (txn, NOTE_SERIAL, self, serial, error)
         && hemo_txn_audit (txn, "programme.accept", "programme", self->programme, detail, error);
}
