/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A look at AuthEnvelopedData's algorithm and tag, which OpenSSL gives no access to. */

#include "hemo-cms.h"

#include "hemo-cms-private.h"

#define SEQUENCE 0x30
#define SET 0x31
#define INTEGER 0x02
#define OCTETS 0x04
#define OID 0x06
#define CONTEXT(n) (0x80 | (n))
#define CONTEXT_CONSTRUCTED(n) (0xa0 | (n))
#define NONCE_SIZE 12
#define TAG_SIZE 16

typedef struct
{
  const guint8 *at;
  gsize left;
} Reader;

static const guint8 oid_auth_enveloped[]
    = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x17 };
static const guint8 oid_data[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01 };
static const guint8 oid_aes_256_gcm[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2e };

/* A definite length in its shortest form, as DER demands. */
static gboolean
read_length (Reader *reader, gsize *length)
{
  gsize value = 0;
  guint bytes = 0;

  if (reader->left == 0)
    return FALSE;
  value = *reader->at++;
  reader->left--;
  if (value >= 0x80)
    {
      bytes = (guint)value & 0x7f;
      if (bytes == 0 || bytes > 4 || bytes > reader->left || reader->at[0] == 0)
        return FALSE;
      value = 0;
      for (guint i = 0; i < bytes; i++)
        value = value << 8 | reader->at[i];
      reader->at += bytes;
      reader->left -= bytes;
      if (value < 0x80)
        return FALSE;
    }
  if (value > reader->left)
    return FALSE;
  *length = value;
  return TRUE;
}

/* Moves past the next element, which must have @tag; @inside (optional) reads its contents. */
static gboolean
take (Reader *reader, guint8 tag, Reader *inside)
{
  gsize length = 0;

  if (reader->left == 0 || reader->at[0] != tag)
    return FALSE;
  reader->at++;
  reader->left--;
  if (!read_length (reader, &length))
    return FALSE;
  if (inside != NULL)
    *inside = (Reader){ reader->at, length };
  reader->at += length;
  reader->left -= length;
  return TRUE;
}

static gboolean
take_optional (Reader *reader, guint8 tag)
{
  return reader->left == 0 || reader->at[0] != tag || take (reader, tag, NULL);
}

static gboolean
take_bytes (Reader *reader, guint8 tag, const guint8 *bytes, gsize size)
{
  Reader inside;

  return take (reader, tag, &inside) && inside.left == size && memcmp (inside.at, bytes, size) == 0;
}

/* AlgorithmIdentifier with GCMParameters (RFC 5084); a left-out length of the tag means 12. */
static gboolean
check_algorithm (Reader *reader)
{
  static const guint8 tag_size[] = { TAG_SIZE };
  Reader algorithm, parameters, nonce;

  return take (reader, SEQUENCE, &algorithm)
         && take_bytes (&algorithm, OID, oid_aes_256_gcm, sizeof oid_aes_256_gcm)
         && take (&algorithm, SEQUENCE, &parameters) && algorithm.left == 0
         && take (&parameters, OCTETS, &nonce) && nonce.left == NONCE_SIZE
         && take_bytes (&parameters, INTEGER, tag_size, sizeof tag_size) && parameters.left == 0;
}

/* Where what is sealed stands in AuthEnvelopedData. */
typedef struct
{
  /* Contents of AuthEnvelopedData; of its EncryptedContentInfo and where that begins and ends; and
   * of that the encrypted content and where it begins. */
  Reader body;
  Reader encrypted;
  const guint8 *encrypted_at;
  const guint8 *encrypted_end;
  Reader content;
  const guint8 *content_at;
} Places;

static gboolean
find_places (GBytes *sealed, Places *places)
{
  Reader reader, info, explicit, body, encrypted, mac;

  reader.at = g_bytes_get_data (sealed, &reader.left);
  if (!take (&reader, SEQUENCE, &info) || reader.left != 0
      || !take_bytes (&info, OID, oid_auth_enveloped, sizeof oid_auth_enveloped)
      || !take (&info, CONTEXT_CONSTRUCTED (0), &explicit) || info.left != 0
      || !take (&explicit, SEQUENCE, &body) || explicit.left != 0)
    return FALSE;
  places->body = body;
  if (!take (&body, INTEGER, NULL) || !take_optional (&body, CONTEXT_CONSTRUCTED (0))
      || !take (&body, SET, NULL))
    return FALSE;
  places->encrypted_at = body.at;
  if (!take (&body, SEQUENCE, &encrypted))
    return FALSE;
  places->encrypted = encrypted;
  places->encrypted_end = body.at;
  if (!take (&body, OCTETS, &mac) || !take_optional (&body, CONTEXT_CONSTRUCTED (2))
      || body.left != 0 || mac.left != TAG_SIZE
      || !take_bytes (&encrypted, OID, oid_data, sizeof oid_data) || !check_algorithm (&encrypted))
    return FALSE;
  places->content_at = encrypted.at;
  return take (&encrypted, CONTEXT (0), &places->content) && encrypted.left == 0;
}

gboolean
hemo_cms_inspect (GBytes *sealed, gsize *content_size)
{
  Places places;

  if (!find_places (sealed, &places))
    return FALSE;
  *content_size = places.content.left;
  return TRUE;
}

/* Takes @inside. (transfer full) */
static GByteArray *
wrap (guint8 tag, GByteArray *inside)
{
  guint8 head[16], *at = head;

  ASN1_put_object (&at, (tag & V_ASN1_CONSTRUCTED) != 0, (int)inside->len,
                   tag & V_ASN1_PRIMITIVE_TAG, tag & V_ASN1_PRIVATE);
  return g_byte_array_prepend (inside, head, (guint)(at - head));
}

static void
append_up_to (GByteArray *array, const guint8 *at, const guint8 *end)
{
  g_byte_array_append (array, at, (guint)(end - at));
}

GBytes *
hemo_cms_without_content (GBytes *sealed)
{
  static const guint8 nothing[] = { CONTEXT (0), 0 };
  Places places;
  GByteArray *made;

  if (!find_places (sealed, &places))
    return NULL;
  made = g_byte_array_new ();
  append_up_to (made, places.encrypted.at, places.content_at);
  g_byte_array_append (made, nothing, sizeof nothing);
  made = wrap (SEQUENCE, made);
  g_byte_array_prepend (made, places.body.at, (guint)(places.encrypted_at - places.body.at));
  append_up_to (made, places.encrypted_end, places.body.at + places.body.left);
  made = wrap (CONTEXT_CONSTRUCTED (0), wrap (SEQUENCE, made));
  g_byte_array_prepend (made, oid_auth_enveloped, sizeof oid_auth_enveloped);
  g_byte_array_prepend (made, (const guint8[]){ OID, sizeof oid_auth_enveloped }, 2);
  return g_byte_array_free_to_bytes (wrap (SEQUENCE, made));
}
