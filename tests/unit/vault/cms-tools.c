/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What others do with our sealed objects and signatures. */

#include "cms-tools.h"

#include <glib/gstdio.h>
#include <openssl/asn1.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

static GBytes *
encode (int (*i2d) (const void *, guint8 **), const void *object)
{
  guint8 *der = NULL;
  int size = i2d (object, &der);
  GBytes *bytes = NULL;

  g_assert_cmpint (size, >, 0);
  bytes = g_bytes_new (der, (gsize)size);
  OPENSSL_free (der);
  return bytes;
}

static int
i2d_key (const void *key, guint8 **out)
{
  return i2d_PrivateKey (key, out);
}

static int
i2d_certificate (const void *certificate, guint8 **out)
{
  return i2d_X509 (certificate, out);
}

static int
i2d_cms (const void *cms, guint8 **out)
{
  return i2d_CMS_ContentInfo (cms, out);
}

HemoKeyPair *
tools_make_rsa (int bits)
{
  /* By issuer and number they are told apart. */
  static long serial = 77;
  EVP_PKEY *key = EVP_RSA_gen ((unsigned)bits);
  X509 *x509 = X509_new ();
  g_autoptr (GBytes) der = NULL;
  g_autoptr (GBytes) certificate = NULL;

  g_assert_nonnull (key);
  X509_set_version (x509, X509_VERSION_3);
  ASN1_INTEGER_set (X509_get_serialNumber (x509), serial++);
  X509_gmtime_adj (X509_getm_notBefore (x509), 0);
  X509_gmtime_adj (X509_getm_notAfter (x509), 86400);
  X509_NAME_add_entry_by_txt (X509_get_subject_name (x509), "CN", MBSTRING_UTF8,
                              (const guint8 *)"organisation", -1, -1, 0);
  X509_set_issuer_name (x509, X509_get_subject_name (x509));
  X509_set_pubkey (x509, key);
  g_assert_cmpint (X509_sign (x509, key, EVP_sha256 ()), >, 0);
  g_assert_true (hemo_vault_init (NULL));
  der = encode (i2d_key, key);
  certificate = encode (i2d_certificate, x509);
  EVP_PKEY_free (key);
  X509_free (x509);
  return hemo_key_pair_new_take (
      hemo_secret_new_take ((void *)g_bytes_get_data (der, NULL), g_bytes_get_size (der)),
      g_steal_pointer (&certificate));
}

/* A folder of its own for each use. */
static char *
make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("hemogram-cms-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static void
remove_folder (char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = NULL;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (folder);
}

static void
put (const char *folder, const char *name, const void *data, gsize size)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, size == 0 ? "" : data, (gssize)size, NULL));
}

static void
put_bytes (const char *folder, const char *name, GBytes *bytes)
{
  put (folder, name, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
put_certificate (const char *folder, GBytes *certificate)
{
  g_autofree char *pem = hemo_certificate_to_pem (certificate);

  put (folder, "certificate.pem", pem, strlen (pem));
}

static GBytes *
get (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char *data = NULL;
  gsize size = 0;

  return g_file_get_contents (path, &data, &size, NULL) ? g_bytes_new_take (data, size) : NULL;
}

/* `openssl @arguments` in @folder; whether it exits with 0. */
static gboolean
run (const char *folder, const char *arguments, char **output)
{
  g_autofree char *line = g_strconcat ("openssl ", arguments, NULL);
  g_auto (GStrv) argv = NULL;
  g_autofree char *errors = NULL;
  int status = 0;

  g_assert_true (g_shell_parse_argv (line, NULL, &argv, NULL));
  g_assert_true (g_spawn_sync (folder, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, output, &errors,
                               &status, NULL));
  return g_spawn_check_wait_status (status, NULL);
}

gboolean
tools_cli_opens (GBytes *sealed, HemoKeyPair *key, GBytes *content)
{
  char *folder = make_folder ();
  g_autoptr (GBytes) opened = NULL;
  gboolean good = FALSE;

  put_bytes (folder, "sealed", sealed);
  put (folder, "key", hemo_secret_get_data (key->private_key),
       hemo_secret_get_size (key->private_key));
  put_certificate (folder, key->certificate);
  good = run (folder,
              "cms -decrypt -inform DER -in sealed -keyform DER -inkey key -recip certificate.pem "
              "-binary -out opened",
              NULL);
  opened = get (folder, "opened");
  remove_folder (folder);
  return good && opened != NULL && g_bytes_equal (opened, content);
}

gboolean
tools_cli_opens_password (GBytes *sealed, const char *password, GBytes *content)
{
  char *folder = make_folder ();
  g_autofree char *line = g_strdup_printf (
      "cms -decrypt -inform DER -in sealed -pwri_password '%s' -binary -out opened", password);
  g_autoptr (GBytes) opened = NULL;
  gboolean good = FALSE;

  put_bytes (folder, "sealed", sealed);
  good = run (folder, line, NULL);
  opened = get (folder, "opened");
  remove_folder (folder);
  return good && opened != NULL && g_bytes_equal (opened, content);
}

gboolean
tools_cli_verifies (GBytes *content, GBytes *signature, GBytes *certificate)
{
  char *folder = make_folder ();
  gboolean good = FALSE;

  put_bytes (folder, "signature", signature);
  put_bytes (folder, "content", content);
  put_certificate (folder, certificate);
  good = run (folder,
              "cms -verify -inform DER -in signature -content content -binary -certfile "
              "certificate.pem -CAfile certificate.pem -out verified",
              NULL);
  remove_folder (folder);
  return good;
}

GBytes *
tools_seal_with (GBytes *content, HemoKeyPair *key, const char *cipher)
{
  char *folder = make_folder ();
  g_autofree char *line = g_strdup_printf (
      "cms -encrypt -binary %s -in content -outform DER -out sealed certificate.pem", cipher);
  GBytes *sealed = NULL;

  put_bytes (folder, "content", content);
  put_certificate (folder, key->certificate);
  g_assert_true (run (folder, line, NULL));
  sealed = get (folder, "sealed");
  remove_folder (folder);
  return sealed;
}

char *
tools_print (GBytes *cms)
{
  char *folder = make_folder ();
  char *text = NULL;

  put_bytes (folder, "cms", cms);
  g_assert_true (run (folder, "cms -cmsout -print -noout -inform DER -in cms", &text));
  remove_folder (folder);
  return text;
}

guint
tools_count (const char *text, const char *part)
{
  guint n = 0;

  for (const char *at = text; (at = strstr (at, part)) != NULL; at += strlen (part))
    n++;
  return n;
}

/* Takes @less off a length of one or two bytes at @at. */
static void
lessen (guint8 *at, guint8 less)
{
  gsize bytes = at[0] < 0x80 ? 0 : at[0] & 0x7f;
  guint value = bytes == 0 ? at[0] : bytes == 1 ? at[1] : (guint)at[1] << 8 | at[2];

  value -= less;
  if (bytes == 0)
    at[0] = (guint8)value;
  else if (bytes == 1)
    at[1] = (guint8)value;
  else
    {
      at[1] = (guint8)(value >> 8);
      at[2] = (guint8)value;
    }
}

static gsize
header_size (const guint8 *at)
{
  return at[1] < 0x80 ? 2 : 2 + (gsize)(at[1] & 0x7f);
}

GBytes *
tools_shorten_tag (GBytes *sealed, guint8 size, gboolean declare)
{
  static const guint8 tag_size[] = { 0x02, 0x01, 0x10, 0x80 };
  gsize total = g_bytes_get_size (sealed);
  g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (sealed, NULL), total);
  guint8 less = (guint8)(16 - size);
  gsize at = 0;

  /* ContentInfo, [0], AuthEnvelopedData. */
  lessen (copy + 1, less);
  at = header_size (copy) + 2 + copy[header_size (copy) + 1];
  lessen (copy + at + 1, less);
  at += header_size (copy + at);
  lessen (copy + at + 1, less);
  g_assert_cmpint (copy[total - 18], ==, 0x04);
  g_assert_cmpint (copy[total - 17], ==, 16);
  copy[total - 17] = size;
  for (at = total - 18; declare && memcmp (copy + at, tag_size, sizeof tag_size) != 0; at--)
    g_assert_cmpint (at, >, 0);
  if (declare)
    copy[at + 2] = size;
  return g_bytes_new (copy, total - less);
}

static GBytes *
decrypt_key (const guint8 *encrypted, gsize size, HemoKeyPair *organisation)
{
  const guint8 *der = hemo_secret_get_data (organisation->private_key);
  EVP_PKEY *key
      = d2i_AutoPrivateKey (NULL, &der, (long)hemo_secret_get_size (organisation->private_key));
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new (key, NULL);
  guint8 plain[512];
  size_t length = sizeof plain;
  GBytes *result = NULL;

  EVP_PKEY_decrypt_init (context);
  EVP_PKEY_CTX_set_rsa_padding (context, RSA_PKCS1_OAEP_PADDING);
  EVP_PKEY_CTX_set_rsa_oaep_md (context, EVP_sha256 ());
  EVP_PKEY_CTX_set_rsa_mgf1_md (context, EVP_sha256 ());
  if (EVP_PKEY_decrypt (context, plain, &length, encrypted, size) == 1)
    result = g_bytes_new (plain, length);
  EVP_PKEY_CTX_free (context);
  EVP_PKEY_free (key);
  return result;
}

typedef struct
{
  const guint8 *at;
  const guint8 *end;
} Element;

/* The next element of @in: its contents, with its tag in @tag. */
static Element
next (Element *in, int *tag)
{
  Element inside;
  long length = 0;
  int class = 0;
  const guint8 *at = in->at;

  g_assert_true (in->at < in->end);
  g_assert_cmpint (ASN1_get_object (&at, &length, tag, &class, in->end - in->at) & 0x81, ==, 0);
  inside = (Element){ at, at + length };
  in->at = inside.end;
  return inside;
}

/* The encrypted key of the first KeyTransRecipientInfo; other kinds carry a context tag. */
static Element
find_encrypted_key (Element recipients)
{
  int tag = 0;

  for (;;)
    {
      Element recipient = next (&recipients, &tag);

      if (tag != V_ASN1_SEQUENCE)
        continue;
      next (&recipient, &tag);
      next (&recipient, &tag);
      next (&recipient, &tag);
      return next (&recipient, &tag);
    }
}

GBytes *
tools_open_by_hand (GBytes *sealed, HemoKeyPair *organisation)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (sealed, &size);
  Element all = { data, data + size };
  int tag = 0;
  Element info = next (&all, &tag);
  Element type = next (&info, &tag);
  Element wrapper = next (&info, &tag);
  Element body = next (&wrapper, &tag);
  Element version = next (&body, &tag);
  Element key = find_encrypted_key (next (&body, &tag));
  Element content = next (&body, &tag);
  Element mac = next (&body, &tag);
  Element content_type = next (&content, &tag);
  Element algorithm = next (&content, &tag);
  Element encrypted = next (&content, &tag);
  Element oid = next (&algorithm, &tag);
  Element parameters = next (&algorithm, &tag);
  Element nonce = next (&parameters, &tag);
  g_autoptr (GBytes) content_key = decrypt_key (key.at, (gsize)(key.end - key.at), organisation);
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new ();
  guint8 *plain = g_malloc ((gsize)(encrypted.end - encrypted.at));
  int length = 0;
  int last = 0;

  g_assert_cmpint (type.end - type.at, ==, 11);
  g_assert_cmpint (version.end - version.at, ==, 1);
  g_assert_cmpint (content_type.end - content_type.at, ==, 9);
  g_assert_cmpint (oid.end - oid.at, ==, 9);
  g_assert_nonnull (content_key);
  g_assert_cmpuint (g_bytes_get_size (content_key), ==, 32);
  EVP_DecryptInit_ex2 (context, EVP_aes_256_gcm (), g_bytes_get_data (content_key, NULL), nonce.at,
                       NULL);
  EVP_DecryptUpdate (context, plain, &length, encrypted.at, (int)(encrypted.end - encrypted.at));
  EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_SET_TAG, (int)(mac.end - mac.at), (void *)mac.at);
  g_assert_cmpint (EVP_DecryptFinal_ex (context, plain + length, &last), ==, 1);
  EVP_CIPHER_CTX_free (context);
  return g_bytes_new_take (plain, (gsize)length);
}

GBytes *
tools_sign_without_attributes (GBytes *content, HemoKeyPair *key)
{
  const guint8 *der = hemo_secret_get_data (key->private_key);
  EVP_PKEY *pkey = d2i_AutoPrivateKey (NULL, &der, (long)hemo_secret_get_size (key->private_key));
  const guint8 *at = g_bytes_get_data (key->certificate, NULL);
  X509 *certificate = d2i_X509 (NULL, &at, (long)g_bytes_get_size (key->certificate));
  BIO *bio = BIO_new_mem_buf (g_bytes_get_data (content, NULL), (int)g_bytes_get_size (content));
  CMS_ContentInfo *cms
      = CMS_sign (certificate, pkey, NULL, bio, CMS_DETACHED | CMS_BINARY | CMS_NOATTR);
  GBytes *signature = encode (i2d_cms, cms);

  CMS_ContentInfo_free (cms);
  BIO_free (bio);
  X509_free (certificate);
  EVP_PKEY_free (pkey);
  return signature;
}
