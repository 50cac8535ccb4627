/* SPDX-License-Identifier: GPL-3.0-or-later */

/* P-256 key pairs and their certificates. */

#include "hemo-cms.h"

#include "hemo-vault-private.h"

#include <glib/gi18n.h>
#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#define SCALAR_SIZE 32
#define POINT_SIZE 65
#define CERTIFICATE_MAX (64 * 1024)
#define RSA_MIN_BITS 2048
#define RSA_MAX_BITS 16384
#define COMMON_NAME_MAX 64
#define KNOWN_CERTIFICATES 8

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIGNUM, BN_clear_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OSSL_PARAM_BLD, OSSL_PARAM_BLD_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OSSL_PARAM, OSSL_PARAM_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY_CTX, EVP_PKEY_CTX_free)

/* A P-256 key in PKCS#8 (RFC 5208 around RFC 5915) has one form in DER: these bytes around the
 * private scalar, and the public point at the end. It is written and read by hand because OpenSSL's
 * encoders and decoders pass the DER through buffers of the ordinary heap. The BIGNUM of the scalar
 * inside an EVP_PKEY is in secure memory: OpenSSL makes it by BN_secure_new(), both when it
 * generates and when it imports. */
static const guint8 before_scalar[] = {
  0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86,
  0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d,
  0x03, 0x01, 0x07, 0x04, 0x6d, 0x30, 0x6b, 0x02, 0x01, 0x01, 0x04, 0x20,
};
static const guint8 before_point[] = { 0xa1, 0x44, 0x03, 0x42, 0x00 };

#define SCALAR_AT (sizeof before_scalar)
#define BEFORE_POINT_AT (SCALAR_AT + SCALAR_SIZE)
#define POINT_AT (BEFORE_POINT_AT + sizeof before_point)
#define PKCS8_SIZE (POINT_AT + POINT_SIZE)

static HemoSecret *
encode_private (EVP_PKEY *pkey, GError **error)
{
  g_autoptr (HemoSecret) der = hemo_secret_try_new (PKCS8_SIZE, error);
  g_autoptr (BIGNUM) scalar = NULL;
  BIGNUM *number = NULL;
  guint8 *out = NULL;
  gsize size = 0;

  if (der == NULL)
    return NULL;
  out = hemo_secret_get_data (der);
  memcpy (out, before_scalar, sizeof before_scalar);
  memcpy (out + BEFORE_POINT_AT, before_point, sizeof before_point);
  scalar = number = BN_secure_new ();
  if (number == NULL || EVP_PKEY_get_bn_param (pkey, OSSL_PKEY_PARAM_PRIV_KEY, &number) != 1
      || BN_bn2binpad (number, out + SCALAR_AT, SCALAR_SIZE) != SCALAR_SIZE
      || EVP_PKEY_get_octet_string_param (pkey, OSSL_PKEY_PARAM_PUB_KEY, out + POINT_AT, POINT_SIZE,
                                          &size)
             != 1
      || size != POINT_SIZE)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED, "A new key could not be encoded.");
      return NULL;
    }
  return g_steal_pointer (&der);
}

static EVP_PKEY *
decode_p256 (const guint8 *der)
{
  g_autoptr (OSSL_PARAM_BLD) builder = OSSL_PARAM_BLD_new ();
  g_autoptr (OSSL_PARAM) params = NULL;
  g_autoptr (BIGNUM) scalar = BN_secure_new ();
  g_autoptr (EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_name (NULL, "EC", NULL);
  EVP_PKEY *pkey = NULL;

  /* A secure BIGNUM makes the builder keep its copy in secure memory as well. */
  if (builder == NULL || scalar == NULL || context == NULL
      || BN_bin2bn (der + SCALAR_AT, SCALAR_SIZE, scalar) == NULL
      || !OSSL_PARAM_BLD_push_utf8_string (builder, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0)
      || !OSSL_PARAM_BLD_push_octet_string (builder, OSSL_PKEY_PARAM_PUB_KEY, der + POINT_AT,
                                            POINT_SIZE)
      || !OSSL_PARAM_BLD_push_BN (builder, OSSL_PKEY_PARAM_PRIV_KEY, scalar))
    return NULL;
  params = OSSL_PARAM_BLD_to_param (builder);
  if (params == NULL || EVP_PKEY_fromdata_init (context) != 1
      || EVP_PKEY_fromdata (context, &pkey, EVP_PKEY_KEYPAIR, params) != 1)
    return NULL;
  return pkey;
}

EVP_PKEY *
hemo_key_pair_load_private (HemoKeyPair *self, GError **error)
{
  const guint8 *der = hemo_secret_get_data (self->private_key);
  gsize size = hemo_secret_get_size (self->private_key);
  EVP_PKEY *pkey = NULL;

  if (size == PKCS8_SIZE && memcmp (der, before_scalar, sizeof before_scalar) == 0
      && memcmp (der + BEFORE_POINT_AT, before_point, sizeof before_point) == 0)
    pkey = decode_p256 (der);
  else if (size <= CERTIFICATE_MAX)
    /* Somebody else's key, such as an organisation's: OpenSSL's decoder, ordinary heap and all. */
    pkey = d2i_AutoPrivateKey (NULL, &der, (long)size);
  if (pkey == NULL)
    hemo_vault_fail (error, HEMO_VAULT_ERROR_DAMAGED, N_ ("A private key is damaged."));
  else
    ERR_clear_error ();
  return pkey;
}

static gboolean
add_extension (X509 *certificate, int nid, const char *value)
{
  X509V3_CTX context;
  X509_EXTENSION *extension = NULL;
  int added = 0;

  X509V3_set_ctx (&context, certificate, certificate, NULL, NULL, 0);
  extension = X509V3_EXT_conf_nid (NULL, &context, nid, value);
  if (extension == NULL)
    return FALSE;
  added = X509_add_ext (certificate, extension, -1);
  X509_EXTENSION_free (extension);
  return added == 1;
}

static gboolean
set_serial (X509 *certificate)
{
  g_autoptr (BIGNUM) serial = BN_new ();

  return serial != NULL && BN_rand (serial, 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1
         && BN_to_ASN1_INTEGER (serial, X509_get_serialNumber (certificate)) != NULL;
}

/* Valid at every date: a laptop whose clock battery is dead starts in 1970, and RFC 5280 gives the
 * last second of 9999 for 'no end'. The keys are trusted because they are enrolled, not by date. */
static X509 *
make_certificate (EVP_PKEY *pkey, const char *name, gboolean for_signing)
{
  g_autoptr (X509) certificate = X509_new ();
  X509_NAME *subject = NULL;

  if (certificate == NULL)
    return NULL;
  subject = X509_get_subject_name (certificate);
  if (X509_set_version (certificate, X509_VERSION_3) != 1 || !set_serial (certificate)
      || ASN1_TIME_set_string_X509 (X509_getm_notBefore (certificate), "19700101000000Z") != 1
      || ASN1_TIME_set_string_X509 (X509_getm_notAfter (certificate), "99991231235959Z") != 1
      || X509_NAME_add_entry_by_NID (subject, NID_commonName, MBSTRING_UTF8, (const guint8 *)name,
                                     -1, -1, 0)
             != 1
      || X509_set_issuer_name (certificate, subject) != 1
      || X509_set_pubkey (certificate, pkey) != 1
      || !add_extension (certificate, NID_basic_constraints, "critical,CA:FALSE")
      || !add_extension (certificate, NID_key_usage,
                         for_signing ? "critical,digitalSignature" : "critical,keyAgreement")
      || !add_extension (certificate, NID_subject_key_identifier, "hash")
      || X509_sign (certificate, pkey, EVP_sha256 ()) <= 0)
    return NULL;
  return g_steal_pointer (&certificate);
}

static GBytes *
encode_certificate (X509 *certificate)
{
  guint8 *der = NULL;
  int size = i2d_X509 (certificate, &der);
  GBytes *bytes = size > 0 ? g_bytes_new (der, (gsize)size) : NULL;

  OPENSSL_free (der);
  return bytes;
}

HemoKeyPair *
hemo_key_pair_new (const char *name, gboolean for_signing, GError **error)
{
  g_autoptr (EVP_PKEY) pkey = NULL;
  g_autoptr (X509) x509 = NULL;
  g_autoptr (HemoSecret) private_key = NULL;
  g_autoptr (GBytes) certificate = NULL;

  if (!hemo_vault_init (error))
    return NULL;
  if (*name == '\0' || strlen (name) > COMMON_NAME_MAX)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED, "A key's name has 1 to 64 characters.");
      return NULL;
    }
  pkey = EVP_EC_gen ("P-256");
  x509 = pkey == NULL ? NULL : make_certificate (pkey, name, for_signing);
  certificate = x509 == NULL ? NULL : encode_certificate (x509);
  if (certificate == NULL)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED, "A new key could not be made.");
      return NULL;
    }
  private_key = encode_private (pkey, error);
  if (private_key == NULL)
    return NULL;
  return hemo_key_pair_new_take (g_steal_pointer (&private_key), g_steal_pointer (&certificate));
}

HemoKeyPair *
hemo_key_pair_new_take (HemoSecret *private_key, GBytes *certificate)
{
  HemoKeyPair *self = g_new0 (HemoKeyPair, 1);

  self->private_key = private_key;
  self->certificate = certificate;
  return self;
}

void
hemo_key_pair_free (HemoKeyPair *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->private_key, hemo_secret_unref);
  g_clear_pointer (&self->certificate, g_bytes_unref);
  g_free (self);
}

gboolean
hemo_key_pair_check (HemoKeyPair *self, GError **error)
{
  g_autoptr (EVP_PKEY) pkey = hemo_key_pair_load_private (self, error);
  g_autoptr (X509) certificate = NULL;

  if (pkey == NULL)
    return FALSE;
  certificate = hemo_certificate_load (self->certificate, error);
  if (certificate == NULL)
    return FALSE;
  if (X509_check_private_key (certificate, pkey) != 1)
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_DAMAGED,
                            N_ ("A private key does not belong to its certificate."));
  return TRUE;
}

/* Whether OpenSSL can read a key at all: where it got no memory when it first did, it keeps a
 * reader that never can. */
static gboolean
can_read_keys (void)
{
  /* The base point of P-256 as a public key (SEC 2, RFC 5480). */
  static const guint8 der[]
      = { 0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
          0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
          0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5,
          0x63, 0xa4, 0x40, 0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4,
          0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a,
          0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33,
          0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5 };
  const guint8 *at = der;
  g_autoptr (EVP_PKEY) pkey = d2i_PUBKEY (NULL, &at, sizeof der);

  return pkey != NULL;
}

static gboolean
check_key (EVP_PKEY *pkey, GError **error)
{
  char group[64] = "";
  int bits = 0;

  if (pkey == NULL && !can_read_keys ())
    {
      /* Also for a caller that asks why only by and by. */
      ERR_raise (ERR_LIB_EVP, ERR_R_MALLOC_FAILURE);
      return g_set_error_literal (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_FAILED,
                                  HEMO_VAULT_NO_MEMORY_TEXT),
             FALSE;
    }
  if (pkey == NULL)
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_DAMAGED,
                            N_ ("The certificate's key cannot be read; use P-256 or RSA."));
  bits = EVP_PKEY_get_bits (pkey);
  if (EVP_PKEY_is_a (pkey, "EC") && EVP_PKEY_get_group_name (pkey, group, sizeof group, NULL) == 1
      && strcmp (group, "prime256v1") == 0)
    return TRUE;
  if (EVP_PKEY_is_a (pkey, "RSA") && bits >= RSA_MIN_BITS && bits <= RSA_MAX_BITS)
    return TRUE;
  return hemo_vault_fail (
      error, HEMO_VAULT_ERROR_DAMAGED,
      N_ ("The certificate's key is not accepted; use P-256, or RSA of 2048 bits or "
          "more."));
}

/* NULL unless it is all of @certificate. */
static X509 *
decode_certificate (GBytes *certificate)
{
  gsize size = 0;
  const guint8 *at = g_bytes_get_data (certificate, &size);
  const guint8 *end = size == 0 ? at : at + size;
  g_autoptr (X509) x509 = NULL;

  if (size > 0 && size <= CERTIFICATE_MAX)
    x509 = d2i_X509 (NULL, &at, (long)size);
  return at == end ? g_steal_pointer (&x509) : NULL;
}

/* Those that this thread read last. A picture that is sent asks several times for the same few, and
 * to decode one and its key takes OpenSSL longer than to sign with them. */
typedef struct
{
  GBytes *certificates[KNOWN_CERTIFICATES];
  X509 *x509s[KNOWN_CERTIFICATES];
  guint next;
} Known;

static void
known_free (gpointer data)
{
  Known *self = data;

  for (guint i = 0; i < KNOWN_CERTIFICATES; i++)
    {
      g_clear_pointer (&self->certificates[i], g_bytes_unref);
      g_clear_pointer (&self->x509s[i], X509_free);
    }
  g_free (self);
}

static GPrivate known_of_thread = G_PRIVATE_INIT (known_free);

/* (transfer full) (nullable) */
static X509 *
find_known (GBytes *certificate)
{
  const Known *known = g_private_get (&known_of_thread);

  for (guint i = 0; known != NULL && i < KNOWN_CERTIFICATES; i++)
    if (known->certificates[i] != NULL && g_bytes_equal (known->certificates[i], certificate)
        && X509_up_ref (known->x509s[i]) == 1)
      return known->x509s[i];
  return NULL;
}

/* A copy of the bytes: those may lie in a file that is taken from us. */
static void
add_known (GBytes *certificate, X509 *x509)
{
  Known *known = g_private_get (&known_of_thread);
  gsize size = 0;
  const void *data = g_bytes_get_data (certificate, &size);

  if (X509_up_ref (x509) != 1)
    return;
  if (known == NULL)
    g_private_set (&known_of_thread, known = g_new0 (Known, 1));
  g_clear_pointer (&known->certificates[known->next], g_bytes_unref);
  g_clear_pointer (&known->x509s[known->next], X509_free);
  known->certificates[known->next] = g_bytes_new (data, size);
  known->x509s[known->next] = x509;
  known->next = (known->next + 1) % KNOWN_CERTIFICATES;
}

static X509 *
read_certificate (GBytes *certificate, GError **error)
{
  g_autoptr (X509) x509 = decode_certificate (certificate);

  /* OpenSSL forgets why it could not read it: for want of memory it can a moment later. */
  if (x509 == NULL || X509_get0_pubkey (x509) == NULL)
    {
      X509_free (x509);
      x509 = decode_certificate (certificate);
    }
  if (x509 == NULL)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_DAMAGED, N_ ("This is not a certificate."));
      return NULL;
    }
  if (!check_key (X509_get0_pubkey (x509), error))
    return NULL;
  return g_steal_pointer (&x509);
}

X509 *
hemo_certificate_load (GBytes *certificate, GError **error)
{
  X509 *x509 = find_known (certificate);

  if (x509 != NULL)
    return x509;
  x509 = read_certificate (certificate, error);
  if (x509 != NULL)
    add_known (certificate, x509);
  return x509;
}

/* The only certificate of a PEM file; a chain is refused, so that nobody seals to an authority. */
static X509 *
read_pem (const void *data, gsize size)
{
  g_autoptr (BIO) bio = BIO_new_mem_buf (data, (int)size);
  g_autoptr (X509) first = bio == NULL ? NULL : PEM_read_bio_X509 (bio, NULL, NULL, NULL);
  g_autoptr (X509) second = first == NULL ? NULL : PEM_read_bio_X509 (bio, NULL, NULL, NULL);

  return second == NULL ? g_steal_pointer (&first) : NULL;
}

static gboolean
check_usage (X509 *x509, GError **error)
{
  gboolean is_rsa = EVP_PKEY_is_a (X509_get0_pubkey (x509), "RSA");
  guint32 wanted = is_rsa ? KU_KEY_ENCIPHERMENT : KU_KEY_AGREEMENT;

  if ((X509_get_extension_flags (x509) & EXFLAG_KUSAGE) != 0
      && (X509_get_key_usage (x509) & wanted) == 0)
    return hemo_vault_fail (
        error, HEMO_VAULT_ERROR_DAMAGED,
        N_ ("The certificate is not for sealing: its key usage lacks key agreement "
            "(P-256) or key encipherment (RSA)."));
  return TRUE;
}

GBytes *
hemo_certificate_check (GBytes *certificate, GError **error)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (certificate, &size);
  g_autoptr (X509) x509 = NULL;
  g_autoptr (GBytes) der = NULL;
  g_autoptr (EVP_PKEY_CTX) context = NULL;

  if (size == 0 || size > CERTIFICATE_MAX)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_DAMAGED, "A certificate has 1 byte to 64 KiB.");
      return NULL;
    }
  x509 = data[0] == 0x30 ? NULL : read_pem (data, size);
  der = x509 == NULL ? g_bytes_ref (certificate) : encode_certificate (x509);
  ERR_clear_error ();
  g_clear_pointer (&x509, X509_free);
  x509 = der == NULL ? NULL : hemo_certificate_load (der, error);
  if (x509 == NULL || !check_usage (x509, error))
    return NULL;
  context = EVP_PKEY_CTX_new_from_pkey (NULL, X509_get0_pubkey (x509), NULL);
  if (context == NULL || EVP_PKEY_public_check (context) != 1)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_DAMAGED,
                       N_ ("The certificate's key is not a valid one."));
      return NULL;
    }
  ERR_clear_error ();
  return g_steal_pointer (&der);
}

char *
hemo_certificate_fingerprint (GBytes *certificate)
{
  return hemo_sha256 (certificate);
}

char *
hemo_certificate_to_pem (GBytes *certificate)
{
  g_autoptr (X509) x509 = hemo_certificate_load (certificate, NULL);
  g_autoptr (BIO) bio = BIO_new (BIO_s_mem ());
  char *text = NULL;
  long size = 0;

  if (x509 == NULL || bio == NULL || PEM_write_bio_X509 (bio, x509) != 1)
    return NULL;
  size = BIO_get_mem_data (bio, &text);
  return g_strndup (text, (gsize)size);
}

/* OpenSSL's, which uses what the processor has for it: several times as fast as GLib's. */
char *
hemo_sha256 (GBytes *bytes)
{
  static const char digits[] = "0123456789abcdef";
  guint8 digest[EVP_MAX_MD_SIZE];
  guint length = 0;
  gsize size = 0;
  const void *data = g_bytes_get_data (bytes, &size);

  if (EVP_Digest (data, size, digest, &length, EVP_sha256 (), NULL) != 1)
    return g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  char *text = g_malloc (2 * (gsize)length + 1);
  for (guint i = 0; i < length; i++)
    {
      text[2 * i] = digits[digest[i] >> 4];
      text[2 * i + 1] = digits[digest[i] & 15];
    }
  text[2 * (gsize)length] = '\0';
  return text;
}
