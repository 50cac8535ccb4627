/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What lies on a stick: sealed to the clinic, signed by the installation that wrote it.
 *
 * A small JSON object, all bytes in base64:
 *
 *   format       'hemogram-courier-1'
 *   kind         'letter', 'reply' or 'answers'
 *   clinic       UUID
 *   from         UUID of the installation that wrote it
 *   certificate  of that installation, X.509 DER
 *   endorsement  HMAC-SHA256 by a key that only installations of the clinic can derive (HKDF of the
 *                clinic image key) of the clinic, the installation and its certificate: whoever
 *                holds the certificate's key belongs to the clinic
 *   sealed       CMS AuthEnvelopedData to the clinic image key; `openssl cms -decrypt` opens it
 *   signature    detached CMS signature of what hemo_courier_statement() says
 *
 * Who finds a stick reads that a clinic of this UUID has something to send, and how much. */

#pragma once

#include "hemo-clinic.h"
#include "hemo-cms.h"
#include "hemo-remote.h"

G_BEGIN_DECLS

/* Bytes of what is sealed, and of the file that it becomes. */
#define HEMO_COURIER_CONTENT_MOST ((gsize)24 * 1024 * 1024)
#define HEMO_COURIER_FILE_MOST ((gsize)40 * 1024 * 1024)

/**
 * HemoCourierKind:
 * @HEMO_COURIER_LETTER: something that is to be brought to a server
 * @HEMO_COURIER_REPLY: what became of a letter
 * @HEMO_COURIER_ANSWERS: what others wrote on the server
 */
typedef enum
{
  HEMO_COURIER_LETTER,
  HEMO_COURIER_REPLY,
  HEMO_COURIER_ANSWERS,
  HEMO_COURIER_KINDS,
} HemoCourierKind;

const char *hemo_courier_kind_to_code (HemoCourierKind kind);

/**
 * HemoCourierKeys: what an installation needs to write to others of its clinic, and to read them
 * @clinic, @installation: UUIDs
 */
typedef struct
{
  char *clinic;
  char *installation;
  HemoKeyPair *clinic_key;
  HemoKeyPair *signing_key;
  HemoSecret *mac_key;
} HemoCourierKeys;

/* On the store's thread. (transfer full) */
HemoCourierKeys *hemo_courier_keys_load (HemoTxn *txn, HemoStore *store, GError **error);
void hemo_courier_keys_free (HemoCourierKeys *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoCourierKeys, hemo_courier_keys_free)

/**
 * HemoCourierEnvelope: the outside of a file from a stick, of which nothing is proven
 */
typedef struct
{
  HemoCourierKind kind;
  char *clinic;
  char *from;
  GBytes *certificate;
  GBytes *endorsement;
  GBytes *sealed;
  GBytes *signature;
} HemoCourierEnvelope;

/* %HEMO_REMOTE_ERROR_DAMAGED for what is no envelope. (transfer full) */
HemoCourierEnvelope *hemo_courier_envelope_parse (GBytes *file, GError **error);
void hemo_courier_envelope_free (HemoCourierEnvelope *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoCourierEnvelope, hemo_courier_envelope_free)

/* What is signed, in lines of ASCII that end with a line feed each:
 *
 *   hemogram-courier-1
 *   kind KIND
 *   clinic UUID
 *   from UUID
 *   sealed-sha256 HEX
 *
 * (transfer full) */
GBytes *
hemo_courier_statement (HemoCourierKind kind, const char *clinic, const char *from, GBytes *sealed);

/* The file that @content becomes. %HEMO_REMOTE_ERROR_TOO_LARGE. (transfer full) */
GBytes *hemo_courier_seal (const HemoCourierKeys *self,
                           HemoCourierKind kind,
                           GBytes *content,
                           GError **error);

/**
 * hemo_courier_open:
 * @from: installation that has to have written it, or NULL for any of the clinic
 * @writer: (out) (optional) (transfer full): that did
 *
 * %HEMO_REMOTE_ERROR_DENIED: of another clinic, or by nobody of this one;
 * %HEMO_REMOTE_ERROR_DAMAGED: not as it was written. (transfer full)
 */
GBytes *hemo_courier_open (const HemoCourierKeys *self,
                           HemoCourierKind kind,
                           const char *from,
                           GBytes *file,
                           char **writer,
                           GError **error);

G_END_DECLS
