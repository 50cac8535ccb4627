/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A programme's file: reference ranges with critical values, certificates and servers for all its
 * clinics, signed by the programme and taken in by an administrator who has seen what it changes.
 *
 * The file is CMS SignedData with its content, by a P-256 key, as this makes it:
 *
 *   openssl cms -sign -binary -nodetach -md sha256 -signer CERT -inkey KEY -in CONTENT -outform DER
 *
 * The content is JSON:
 *
 *   { "format": "hemogram-programme-1",
 *     "programme": UUID, "name": "…", "serial": 3,
 *     "ranges": "analyte,sex,…" (CSV, see hemo_ranges_parse()),
 *     "certificates": [ { "name": "…", "certificate": PEM } ],
 *     "servers": { "fhir": { "url": … }, "s3": { "url": …, "bucket": … } } }
 *
 * The last three may be left out. A server is told of without names and secrets, which are each
 * clinic's own. */

#pragma once

#include "hemo-clinic.h"
#include "hemo-sync-settings.h"

G_BEGIN_DECLS

/* Of the file, in bytes. */
#define HEMO_PROGRAMME_LIMIT (4 * 1024 * 1024)
/* That it may tell of: for records, for pictures. */
#define HEMO_PROGRAMME_SERVERS 2

/**
 * HemoProgrammeEffect: one thing that accepting it changes
 * @what: 'range', 'certificate', 'server'
 * @object: 'fhir', a fingerprint; NULL for a range
 * @before: NULL where there was nothing
 * @after: NULL where there is nothing any more
 */
typedef struct
{
  const char *what;
  char *object;
  char *before;
  char *after;
} HemoProgrammeEffect;

/**
 * HemoProgramme:
 * @signer: fingerprint of the certificate that signed it
 * @trusted: whether it signed the file of this programme that was accepted last
 * @known_serial: of that file, 0 for none
 * @effects: (element-type HemoProgrammeEffect): NULL before hemo_programme_compare()
 * @digest: of the file and its effects, for hemo_programme_accept()
 */
typedef struct
{
  char *programme;
  char *name;
  gint64 serial;
  char *signer;
  gboolean trusted;
  gint64 known_serial;
  GPtrArray *effects;
  char *digest;
  /*< private >*/
  char *sha256;
  GPtrArray *ranges;
  GPtrArray *certificates;
  HemoServerSettings *servers[HEMO_PROGRAMME_SERVERS];
} HemoProgramme;

void hemo_programme_free (HemoProgramme *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoProgramme, hemo_programme_free)

/* %HEMO_VAULT_ERROR_DAMAGED for what is not signed or not whole, and the errors of what is in it
 * that no clinic can use: nothing of such a file is taken. (transfer full) */
HemoProgramme *hemo_programme_parse (GBytes *file, GError **error);

/* Whether @content, before it is signed, is what such a file may hold. */
gboolean hemo_programme_check_content (GBytes *content, GError **error);

/* Finds out what it would change here. Needs settings.edit. */
gboolean hemo_programme_compare (HemoTxn *txn, HemoProgramme *self, GError **error);

/**
 * hemo_programme_accept:
 * @digest: of the effects that a person has seen
 * @trust: (nullable): fingerprint of the signer, as the programme told it by another way; needed
 *   for one that is not trusted yet, and for another than before
 *
 * All of it or nothing. %HEMO_STORE_ERROR_CONFLICT when its effects are not those that were seen,
 * or a newer file was accepted; %HEMO_STORE_ERROR_STATE when it would leave a server that alone has
 * originals of this laptop; %HEMO_VAULT_ERROR_DENIED for a signer whom nobody trusts here.
 * Needs settings.edit, range.edit and key.manage for what it brings. Audited.
 */
gboolean hemo_programme_accept (
    HemoTxn *txn, HemoProgramme *self, const char *digest, const char *trust, GError **error);

G_END_DECLS
