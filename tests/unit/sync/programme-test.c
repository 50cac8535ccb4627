/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A programme's file: what it would change is shown, and nothing is taken that was not, by whom
 * nobody trusts, or that is older than what is here. */

#include "hemo-programme.h"

#include "hemo-cms.h"
#include "hemo-range-table.h"
#include "hemo-store-private.h"

#include "server-fixture.h"

#include <json-c/json.h>
#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

#define PROGRAMME "7c9e6679-7425-40de-944b-e07fc1f90ae7"
#define HEAD                                                                                       \
  "\"format\":\"hemogram-programme-1\",\"programme\":\"" PROGRAMME "\",\"name\":\"National\""

typedef struct
{
  ClinicFixture base;
  EVP_PKEY *key;
  X509 *certificate;
} Fixture;

static X509 *
make_certificate (EVP_PKEY *key)
{
  X509 *certificate = X509_new ();

  X509_set_version (certificate, X509_VERSION_3);
  ASN1_INTEGER_set (X509_get_serialNumber (certificate), 1);
  X509_NAME_add_entry_by_txt (X509_get_subject_name (certificate), "CN", MBSTRING_ASC,
                              (const guchar *)"Programme", -1, -1, 0);
  X509_set_issuer_name (certificate, X509_get_subject_name (certificate));
  X509_gmtime_adj (X509_getm_notBefore (certificate), -3600);
  X509_gmtime_adj (X509_getm_notAfter (certificate), 86400);
  X509_set_pubkey (certificate, key);
  g_assert_cmpint (X509_sign (certificate, key, EVP_sha256 ()), >, 0);
  return certificate;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  clinic_set_up (&self->base, data);
  self->key = EVP_EC_gen ("P-256");
  self->certificate = make_certificate (self->key);
}

/* From now on another key signs. */
static void
sign_anew (Fixture *self)
{
  EVP_PKEY_free (self->key);
  X509_free (self->certificate);
  self->key = EVP_EC_gen ("P-256");
  self->certificate = make_certificate (self->key);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  EVP_PKEY_free (self->key);
  X509_free (self->certificate);
  clinic_tear_down (&self->base, data);
}

static GBytes *
sign_as (EVP_PKEY *key, X509 *certificate, const char *content, guint flags)
{
  BIO *in = BIO_new_mem_buf (content, -1);
  CMS_ContentInfo *cms = CMS_sign (certificate, key, NULL, in, CMS_BINARY | flags);
  guint8 *der = NULL;
  int size = i2d_CMS_ContentInfo (cms, &der);
  GBytes *bytes = g_bytes_new (der, (gsize)size);

  OPENSSL_free (der);
  CMS_ContentInfo_free (cms);
  BIO_free (in);
  return bytes;
}

static GBytes *
sign (Fixture *self, const char *content)
{
  return sign_as (self->key, self->certificate, content, 0);
}

static HemoProgramme *
parse (Fixture *self, const char *content)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) file = sign (self, content);
  HemoProgramme *programme = hemo_programme_parse (file, &error);

  g_assert_no_error (error);
  return programme;
}

static HemoStore *
store_of (Fixture *self)
{
  return hemo_clinic_get_store (self->base.clinic);
}

static gboolean
compare_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_programme_compare (txn, data, error);
}

static void
compare (Fixture *self, HemoProgramme *programme)
{
  g_autoptr (GError) error = NULL;

  hemo_store_write (store_of (self), self->base.session, compare_job, programme, NULL, &error);
  g_assert_no_error (error);
}

typedef struct
{
  HemoProgramme *programme;
  const char *digest;
  const char *trust;
} Accept;

static gboolean
accept_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Accept *accept = data;

  return hemo_programme_accept (txn, accept->programme, accept->digest, accept->trust, error);
}

static gboolean
accept (Fixture *self, HemoProgramme *programme, const char *trust, GError **error)
{
  g_autofree char *digest = g_strdup (programme->digest);
  Accept job = { programme, digest, trust };

  return hemo_store_write (store_of (self), self->base.session, accept_job, &job, NULL, error);
}

static guint
count_effects (const HemoProgramme *programme, const char *what)
{
  guint count = 0;

  for (guint i = 0; i < programme->effects->len; i++)
    count += strcmp (((HemoProgrammeEffect *)g_ptr_array_index (programme->effects, i))->what, what)
             == 0;
  return count;
}

/* The shipped set with one limit changed, as it stands in JSON. (transfer full) */
static char *
make_ranges (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) ranges = hemo_ranges_shipped (&error);
  HemoRange *first;
  g_autofree char *csv = NULL;
  json_object *json;
  char *text;

  g_assert_no_error (error);
  first = g_ptr_array_index (ranges, 0);
  first->delta_percent += 5;
  csv = hemo_ranges_to_csv (ranges);
  json = json_object_new_string (csv);
  text = g_strdup (json_object_to_json_string (json));
  json_object_put (json);
  return text;
}

static void
test_ranges (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *ranges = make_ranges ();
  g_autofree char *content = g_strdup_printf ("{" HEAD ",\"serial\":3,\"ranges\":%s}", ranges);
  g_autoptr (HemoProgramme) programme = parse (self, content);
  g_autoptr (HemoProgramme) again = NULL;
  g_autofree char *signer = g_strdup (programme->signer);

  compare (self, programme);
  g_assert_false (programme->trusted);
  g_assert_cmpuint (count_effects (programme, "range"), ==, 2);
  g_assert_cmpuint (programme->effects->len, ==, 2);
  /* Nobody trusts it yet, or another. */
  g_assert_false (accept (self, programme, NULL, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_clear_error (&error);
  g_assert_false (accept (self, programme, "00ff", &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_clear_error (&error);
  g_assert_true (accept (self, programme, signer, &error));
  g_assert_no_error (error);
  again = parse (self, content);
  compare (self, again);
  g_assert_true (again->trusted);
  g_assert_cmpint (again->known_serial, ==, 3);
  g_assert_cmpuint (again->effects->len, ==, 0);
  g_assert_cmpint (store_count (store_of (self), "SELECT count(*) FROM audit WHERE what = "
                                                 "'programme.accept'"),
                   ==, 1);
}

/* Neither what was changed after it was seen, nor an older one. */
static void
test_seen (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *ranges = make_ranges ();
  g_autofree char *content = g_strdup_printf ("{" HEAD ",\"serial\":3,\"ranges\":%s}", ranges);
  g_autoptr (HemoProgramme) programme = parse (self, content);
  g_autoptr (HemoProgramme) older = parse (self, "{" HEAD ",\"serial\":2}");
  g_autofree char *signer = g_strdup (programme->signer);
  g_autofree char *digest = NULL;
  Accept stale;

  compare (self, programme);
  digest = g_strdup (programme->digest);
  g_assert_true (accept (self, programme, signer, &error));
  g_assert_no_error (error);
  stale = (Accept){ programme, digest, signer };
  g_assert_false (
      hemo_store_write (store_of (self), self->base.session, accept_job, &stale, NULL, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  g_clear_error (&error);
  compare (self, older);
  g_assert_false (accept (self, older, NULL, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
}

/* As openssl prints a fingerprint. (transfer full) */
static char *
spell (const char *fingerprint)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; fingerprint[i] != '\0'; i += 2)
    g_string_append_printf (text, "%s%c%c", i > 0 ? ":" : "", g_ascii_toupper (fingerprint[i]),
                            g_ascii_toupper (fingerprint[i + 1]));
  return g_string_free_and_steal (text);
}

/* Another signer of the same programme is trusted by nobody, and trusted, brings nothing older; one
 * whom the clinic trusts speaks for no other programme. */
static void
test_signers (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoProgramme) first = parse (self, "{" HEAD ",\"serial\":3}");
  g_autoptr (HemoProgramme) theirs = NULL;
  g_autoptr (HemoProgramme) newer = NULL;
  g_autoptr (HemoProgramme) other
      = parse (self, "{\"format\":\"hemogram-programme-1\",\"programme\":"
                     "\"00000000-0000-4000-8000-000000000000\",\"name\":\"n\",\"serial\":1}");
  g_autofree char *signer = g_strdup (first->signer);
  g_autofree char *spelled = NULL;

  compare (self, first);
  g_assert_true (accept (self, first, signer, &error));
  g_assert_no_error (error);
  compare (self, other);
  g_assert_false (other->trusted);
  g_assert_cmpint (other->known_serial, ==, 0);
  sign_anew (self);
  theirs = parse (self, "{" HEAD ",\"serial\":2}");
  newer = parse (self, "{" HEAD ",\"serial\":4}");
  compare (self, theirs);
  g_assert_false (theirs->trusted);
  g_assert_cmpint (theirs->known_serial, ==, 3);
  g_assert_false (accept (self, theirs, theirs->signer, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  g_clear_error (&error);
  compare (self, newer);
  spelled = spell (newer->signer);
  g_assert_false (accept (self, newer, signer, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_clear_error (&error);
  g_assert_true (accept (self, newer, spelled, &error));
  g_assert_no_error (error);
  /* The one before is trusted no more. */
  compare (self, first);
  g_assert_false (first->trusted);
}

static HemoServerSettings *
load_settings (Fixture *self, const char *kind)
{
  g_autofree char *sql = g_strdup_printf ("SELECT settings FROM server WHERE kind = '%s'", kind);
  g_autofree char *json = store_ask (store_of (self), sql);

  return hemo_server_settings_parse (json, NULL);
}

static void
save (Fixture *self, const char *kind, const char *settings)
{
  save_server_text (self->base.clinic, self->base.session, kind, settings);
}

static void
take (Fixture *self, const char *content)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoProgramme) programme = parse (self, content);
  g_autofree char *signer = g_strdup (programme->signer);

  compare (self, programme);
  g_assert_true (accept (self, programme, signer, &error));
  g_assert_no_error (error);
}

/* The clinic's own words stay; its secret goes to no other server than it was for. */
static void
test_servers (Fixture *self, gconstpointer data)
{
  g_autoptr (HemoServerSettings) same = NULL;
  g_autoptr (HemoServerSettings) other = NULL;
  g_autoptr (HemoServerSettings) records = NULL;

  save (self, HEMO_SERVER_S3,
        "{\"url\":\"https://s3.example.org\",\"bucket\":\"one\",\"user\":\"key\","
        "\"secret\":\"s3cret\",\"kilobits\":256,\"prefix\":\"c/\"}");
  take (self, "{" HEAD ",\"serial\":1,\"servers\":{\"s3\":{\"url\":\"https://s3.example.org\","
              "\"bucket\":\"two\",\"user\":\"theirs\",\"allow_plain\":true},"
              "\"fhir\":{\"url\":\"https://fhir.example.org/r4\"}}}");
  same = load_settings (self, HEMO_SERVER_S3);
  g_assert_cmpstr (same->bucket, ==, "two");
  g_assert_cmpstr (same->user, ==, "key");
  g_assert_cmpstr (same->secret, ==, "s3cret");
  g_assert_cmpuint (same->kilobits, ==, 256);
  g_assert_false (same->allow_plain);
  records = load_settings (self, HEMO_SERVER_FHIR);
  g_assert_cmpstr (records->url, ==, "https://fhir.example.org/r4");
  take (self, "{" HEAD ",\"serial\":2,\"servers\":{\"s3\":{\"url\":\"https://s3.example.net\","
              "\"bucket\":\"two\"}}}");
  other = load_settings (self, HEMO_SERVER_S3);
  g_assert_cmpstr (other->url, ==, "https://s3.example.net");
  g_assert_null (other->secret);
  g_assert_cmpstr (other->prefix, ==, "c/");
}

/* (transfer full): as it stands in JSON */
static char *
make_pem (X509 *certificate)
{
  BIO *bio = BIO_new (BIO_s_mem ());
  char *data = NULL;
  g_autofree char *pem = NULL;
  g_auto (GStrv) lines = NULL;
  long size;

  PEM_write_bio_X509 (bio, certificate);
  size = BIO_get_mem_data (bio, &data);
  pem = g_strndup (data, (gsize)size);
  BIO_free (bio);
  lines = g_strsplit (pem, "\n", -1);
  return g_strjoinv ("\\n", lines);
}

static void
test_certificates (Fixture *self, gconstpointer data)
{
  g_autofree char *pem = make_pem (self->certificate);
  g_autofree char *content = g_strdup_printf (
      "{" HEAD ",\"serial\":1,\"certificates\":[{\"name\":\"Ministry\",\"certificate\":\"%s\"}]}",
      pem);
  g_autoptr (HemoProgramme) programme = parse (self, content);
  g_autoptr (HemoProgramme) again = NULL;

  compare (self, programme);
  g_assert_cmpuint (count_effects (programme, "certificate"), ==, 1);
  take (self, content);
  g_assert_cmpint (
      store_count (store_of (self), "SELECT count(*) FROM certificate WHERE name = 'Ministry'"), ==,
      1);
  again = parse (self, content);
  compare (self, again);
  g_assert_cmpuint (again->effects->len, ==, 0);
}

static void
assert_refused (GBytes *file)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hemo_programme_parse (file, &error));
  g_assert_nonnull (error);
}

/* Not signed, changed, of another kind, or with something in it that no clinic can use. */
static void
test_bad (Fixture *self, gconstpointer data)
{
  static const char *const contents[] = {
    "",
    "[]",
    "{}",
    "{" HEAD "}",
    "{" HEAD ",\"serial\":0}",
    "{" HEAD ",\"serial\":\"3\"}",
    "{" HEAD ",\"serial\":1,\"ranges\":7}",
    "{" HEAD ",\"serial\":1,\"ranges\":\"analyte\\nnothing\"}",
    "{" HEAD ",\"serial\":1,\"certificates\":{}}",
    "{" HEAD ",\"serial\":1,\"certificates\":[{\"name\":\"x\",\"certificate\":\"no\"}]}",
    "{" HEAD ",\"serial\":1,\"servers\":{\"fhir\":{\"url\":\"http://far.example.org\"}}}",
    "{" HEAD ",\"serial\":1,\"servers\":{\"s3\":{\"url\":\"https://far.example.org\"}}}",
    "{\"format\":\"hemogram-programme-2\",\"programme\":\"" PROGRAMME
    "\",\"name\":\"n\",\"serial\":1}",
  };
  g_autoptr (GBytes) detached
      = sign_as (self->key, self->certificate, "{" HEAD ",\"serial\":1}", CMS_DETACHED);
  g_autoptr (GBytes) bare
      = sign_as (self->key, self->certificate, "{" HEAD ",\"serial\":1}", CMS_NOATTR);
  g_autoptr (GBytes) plain = g_bytes_new_static ("{" HEAD ",\"serial\":1}", 40);
  g_autoptr (GBytes) good = sign (self, "{" HEAD ",\"serial\":1}");

  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_autoptr (GBytes) file = sign (self, contents[i]);

      assert_refused (file);
    }
  assert_refused (detached);
  assert_refused (bare);
  assert_refused (plain);
  for (gsize size = 0; size < g_bytes_get_size (good); size += 37)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (good, 0, size);

      assert_refused (cut);
    }
  for (gsize at = 30; at < g_bytes_get_size (good); at += 61)
    {
      gsize size;
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (good, &size), g_bytes_get_size (good));
      g_autoptr (GBytes) changed = NULL;
      g_autoptr (HemoProgramme) programme = NULL;

      copy[at] ^= 1;
      changed = g_bytes_new (copy, size);
      programme = hemo_programme_parse (changed, NULL);
      /* What is not signed, as the certificate's name, makes another signer of it. */
      if (programme != NULL)
        {
          g_autoptr (HemoProgramme) real = hemo_programme_parse (good, NULL);

          g_assert_cmpstr (programme->name, ==, real->name);
          g_assert_cmpint (programme->serial, ==, real->serial);
        }
    }
}

/* Who may not change settings is not even told. */
static void
test_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoProgramme) programme = parse (self, "{" HEAD ",\"serial\":1}");
  g_autoptr (HemoSecret) passphrase = secret (OTHER_PASSPHRASE);
  g_autoptr (HemoSession) session = NULL;

  hemo_clinic_add_user (self->base.clinic, self->base.session, "tech", "Tech", HEMO_ROLE_TECHNICIAN,
                        passphrase, &error);
  g_assert_no_error (error);
  session = sign_in (self->base.clinic, "tech", OTHER_PASSPHRASE);
  g_assert_false (
      hemo_store_write (store_of (self), session, compare_job, programme, NULL, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add ("/programme/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("ranges", test_ranges);
  ADD ("seen", test_seen);
  ADD ("signers", test_signers);
  ADD ("servers", test_servers);
  ADD ("certificates", test_certificates);
  ADD ("bad", test_bad);
  ADD ("refused", test_refused);
  return g_test_run ();
}
