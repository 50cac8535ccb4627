/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sealing, signing, and believing what was signed. */

#include "hemo-courier-envelope.h"

#include "hemo-courier-json.h"
#include "hemo-json.h"

#include <glib/gi18n.h>
#include <string.h>

#define FORMAT "hemogram-courier-1"
#define MAC_LABEL "hemogram courier 1"
#define MAC_BYTES 32
/* The outside is flat. */
#define DEPTH_MOST 4
#define CERTIFICATE_MOST (16 * 1024)
#define SIGNATURE_MOST (64 * 1024)

static const char *const kind_codes[] = { "letter", "reply", "answers" };

G_STATIC_ASSERT (G_N_ELEMENTS (kind_codes) == HEMO_COURIER_KINDS);

const char *
hemo_courier_kind_to_code (HemoCourierKind kind)
{
  return kind_codes[kind];
}

void
hemo_courier_keys_free (HemoCourierKeys *self)
{
  g_free (self->clinic);
  g_free (self->installation);
  g_clear_pointer (&self->clinic_key, hemo_key_pair_free);
  g_clear_pointer (&self->signing_key, hemo_key_pair_free);
  g_clear_pointer (&self->mac_key, hemo_secret_unref);
  g_free (self);
}

HemoCourierKeys *
hemo_courier_keys_load (HemoTxn *txn, HemoStore *store, GError **error)
{
  g_autoptr (HemoCourierKeys) self = g_new0 (HemoCourierKeys, 1);
  g_autoptr (GBytes) salt = NULL;

  self->clinic = hemo_txn_dup_meta (txn, "clinic", error);
  self->installation = self->clinic != NULL ? hemo_txn_dup_meta (txn, "installation", error) : NULL;
  if (self->installation == NULL)
    return NULL;
  self->clinic_key = hemo_clinic_dup_image_key (txn, store, error);
  if (self->clinic_key == NULL)
    return NULL;
  self->signing_key = hemo_clinic_dup_installation_key (txn, store, error);
  if (self->signing_key == NULL)
    return NULL;
  salt = g_bytes_new (self->clinic, strlen (self->clinic));
  self->mac_key
      = hemo_secret_derive (self->clinic_key->private_key, salt, MAC_LABEL, MAC_BYTES, error);
  return self->mac_key != NULL ? g_steal_pointer (&self) : NULL;
}

void
hemo_courier_envelope_free (HemoCourierEnvelope *self)
{
  g_free (self->clinic);
  g_free (self->from);
  g_clear_pointer (&self->certificate, g_bytes_unref);
  g_clear_pointer (&self->endorsement, g_bytes_unref);
  g_clear_pointer (&self->sealed, g_bytes_unref);
  g_clear_pointer (&self->signature, g_bytes_unref);
  g_free (self);
}

/* (transfer full), NULL for what is no base64 of 1 to @most bytes */
static GBytes *
bytes_of (json_object *object, const char *name, gsize most)
{
  const char *text = hemo_courier_json_text (object, name, most / 3 * 4 + 8);
  guchar *data;
  gsize size = 0;

  if (text == NULL
      || strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
             != strlen (text))
    return NULL;
  data = g_base64_decode (text, &size);
  if (size > 0 && size <= most)
    return g_bytes_new_take (data, size);
  g_free (data);
  return NULL;
}

static gboolean
read_kind (json_object *object, HemoCourierKind *kind)
{
  const char *code = hemo_courier_json_text (object, "kind", 16);

  for (guint i = 0; code != NULL && i < G_N_ELEMENTS (kind_codes); i++)
    if (strcmp (code, kind_codes[i]) == 0)
      {
        *kind = (HemoCourierKind)i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
fail_damaged (GError **error)
{
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED,
                       N_ ("A file on the stick is not as it was written. Nothing of it was used; "
                           "write it again."));
  return FALSE;
}

HemoCourierEnvelope *
hemo_courier_envelope_parse (GBytes *file, GError **error)
{
  g_autoptr (HemoCourierEnvelope) self = g_new0 (HemoCourierEnvelope, 1);
  g_autoptr (json_object) object
      = hemo_courier_json_parse (file, FORMAT, DEPTH_MOST, HEMO_COURIER_FILE_MOST, error);

  if (object == NULL)
    return NULL;
  self->clinic = hemo_courier_json_uuid (object, "clinic");
  self->from = hemo_courier_json_uuid (object, "from");
  self->certificate = bytes_of (object, "certificate", CERTIFICATE_MOST);
  self->endorsement = bytes_of (object, "endorsement", MAC_BYTES);
  self->sealed = bytes_of (object, "sealed", HEMO_COURIER_FILE_MOST);
  self->signature = bytes_of (object, "signature", SIGNATURE_MOST);
  if (read_kind (object, &self->kind) && self->clinic != NULL && self->from != NULL
      && self->certificate != NULL && self->endorsement != NULL && self->sealed != NULL
      && self->signature != NULL)
    return g_steal_pointer (&self);
  fail_damaged (error);
  return NULL;
}

GBytes *
hemo_courier_statement (HemoCourierKind kind, const char *clinic, const char *from, GBytes *sealed)
{
  g_autofree char *sha256 = hemo_sha256 (sealed);
  char *text = g_strdup_printf (FORMAT "\nkind %s\nclinic %s\nfrom %s\nsealed-sha256 %s\n",
                                kind_codes[kind], clinic, from, sha256);

  return g_bytes_new_take (text, strlen (text));
}

/* That the holder of @certificate's key is the installation @from of the clinic. */
static GBytes *
endorse (const HemoCourierKeys *self, const char *from, GBytes *certificate, GError **error)
{
  g_autofree char *fingerprint = hemo_certificate_fingerprint (certificate);
  g_autofree char *text = g_strdup_printf (FORMAT "\nclinic %s\ninstallation %s\ncertificate %s\n",
                                           self->clinic, from, fingerprint);
  g_autoptr (GBytes) message = g_bytes_new (text, strlen (text));

  return hemo_secret_mac (self->mac_key, message, error);
}

static void
add_bytes (json_object *object, const char *name, GBytes *bytes)
{
  gsize size = 0;
  const guchar *data = g_bytes_get_data (bytes, &size);
  g_autofree char *text = g_base64_encode (data, size);

  hemo_json_add (object, name, json_object_new_string (text));
}

static GBytes *
seal_content (const HemoCourierKeys *self, GBytes *content, GError **error)
{
  g_autoptr (GPtrArray) recipients = g_ptr_array_new ();

  if (g_bytes_get_size (content) > HEMO_COURIER_CONTENT_MOST)
    {
      g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_TOO_LARGE,
                           N_ ("The case is too large for a stick."));
      return NULL;
    }
  g_ptr_array_add (recipients, self->clinic_key->certificate);
  return hemo_cms_seal (content, recipients, error);
}

GBytes *
hemo_courier_seal (const HemoCourierKeys *self,
                   HemoCourierKind kind,
                   GBytes *content,
                   GError **error)
{
  g_autoptr (GBytes) sealed = seal_content (self, content, error);
  g_autoptr (GBytes) statement = NULL;
  g_autoptr (GBytes) signature = NULL;
  g_autoptr (GBytes) endorsement = NULL;
  g_autoptr (json_object) object = NULL;

  if (sealed == NULL)
    return NULL;
  statement = hemo_courier_statement (kind, self->clinic, self->installation, sealed);
  signature = hemo_cms_sign (statement, self->signing_key, error);
  if (signature == NULL)
    return NULL;
  endorsement = endorse (self, self->installation, self->signing_key->certificate, error);
  if (endorsement == NULL)
    return NULL;
  object = json_object_new_object ();
  hemo_json_add (object, "format", json_object_new_string (FORMAT));
  hemo_json_add (object, "kind", json_object_new_string (kind_codes[kind]));
  hemo_json_add (object, "clinic", json_object_new_string (self->clinic));
  hemo_json_add (object, "from", json_object_new_string (self->installation));
  add_bytes (object, "certificate", self->signing_key->certificate);
  add_bytes (object, "endorsement", endorsement);
  add_bytes (object, "signature", signature);
  add_bytes (object, "sealed", sealed);
  return hemo_courier_json_to_bytes (object);
}

static gboolean
fail_stranger (GError **error, const char *message)
{
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED, message);
  return FALSE;
}

/* In constant time: how much of a guess was right is nobody's business. */
static gboolean
is_equal (GBytes *a, GBytes *b)
{
  gsize size_a = 0, size_b = 0;
  const guint8 *bytes_a = g_bytes_get_data (a, &size_a);
  const guint8 *bytes_b = g_bytes_get_data (b, &size_b);
  guint8 differing = 0;

  if (size_a != size_b)
    return FALSE;
  for (gsize i = 0; i < size_a; i++)
    differing |= bytes_a[i] ^ bytes_b[i];
  return differing == 0;
}

static gboolean
check_writer (const HemoCourierKeys *self,
              const HemoCourierEnvelope *envelope,
              const char *from,
              GError **error)
{
  g_autoptr (GBytes) endorsement = NULL;

  if (strcmp (envelope->clinic, self->clinic) != 0)
    return fail_stranger (error,
                          N_ ("A file on the stick is another clinic's. It was left as it is."));
  endorsement = endorse (self, envelope->from, envelope->certificate, error);
  if (endorsement == NULL)
    return FALSE;
  if (!is_equal (endorsement, envelope->endorsement))
    return fail_stranger (error, N_ ("A file on the stick says that it is this clinic's, but was "
                                     "written by nobody of it. Nothing of it was used."));
  if (from != NULL && strcmp (envelope->from, from) != 0)
    return fail_stranger (error, N_ ("A file on the stick was written by another computer than it "
                                     "should be. Nothing of it was used."));
  return TRUE;
}

GBytes *
hemo_courier_open (const HemoCourierKeys *self,
                   HemoCourierKind kind,
                   const char *from,
                   GBytes *file,
                   char **writer,
                   GError **error)
{
  g_autoptr (HemoCourierEnvelope) envelope = hemo_courier_envelope_parse (file, error);
  g_autoptr (GBytes) statement = NULL;
  g_autoptr (GBytes) content = NULL;

  if (envelope == NULL || !check_writer (self, envelope, from, error))
    return NULL;
  statement
      = hemo_courier_statement (envelope->kind, envelope->clinic, envelope->from, envelope->sealed);
  if (envelope->kind != kind
      || !hemo_cms_verify (statement, envelope->signature, envelope->certificate, NULL))
    {
      fail_damaged (error);
      return NULL;
    }
  content = hemo_cms_open (envelope->sealed, self->clinic_key, HEMO_COURIER_CONTENT_MOST, NULL);
  if (content == NULL)
    {
      fail_damaged (error);
      return NULL;
    }
  if (writer != NULL)
    *writer = g_steal_pointer (&envelope->from);
  return g_steal_pointer (&content);
}
