/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a clinic leaves on its servers for a new start: a bare machine opens it with the recovery
 * code, and nothing else does; nobody puts keys of his own in its place. */

#include "store-fixture.h"

#include "hemo-clinic-rescue.h"
#include "hemo-cms.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>

static HemoRescue *
write_rescue (ClinicFixture *self, const char *known)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSession) sync = hemo_clinic_new_sync_session (self->clinic, &error);
  HemoRescue *rescue = hemo_clinic_rescue_write (self->clinic, sync, known, &error);

  g_assert_no_error (error);
  return rescue;
}

static HemoClinic *
open_texts (ClinicFixture *self, GPtrArray *texts, HemoSecret *code, GError **error)
{
  g_autofree char *folder = g_build_filename (self->root, "bare", NULL);
  g_autoptr (HemoSecret) passphrase = secret (OTHER_PASSPHRASE);

  return hemo_clinic_rescue_open (folder, texts, code, "boss", "The Boss", passphrase, NULL, error);
}

static HemoClinic *
open_text (ClinicFixture *self, const char *text, HemoSecret *code, GError **error)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

  g_ptr_array_add (texts, g_bytes_new (text, strlen (text)));
  return open_texts (self, texts, code, error);
}

static char *
ask (HemoClinic *clinic, const char *key)
{
  g_autofree char *sql = g_strdup_printf ("SELECT value FROM meta WHERE key = '%s'", key);

  return store_ask (hemo_clinic_get_store (clinic), sql);
}

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint count = 0;

  while (g_dir_read_name (dir) != NULL)
    count++;
  return count;
}

static void
assert_same_key (HemoClinic *a, HemoClinic *b, const char *sql)
{
  g_autofree char *first = store_ask (hemo_clinic_get_store (a), sql);
  g_autofree char *second = store_ask (hemo_clinic_get_store (b), sql);

  g_assert_cmpstr (first, ==, second);
}

static void
test_new_start (ClinicFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoRescue) rescue = write_rescue (self, NULL);
  g_autoptr (HemoClinic) bare = NULL;
  g_autoptr (HemoSession) session = NULL;
  g_autofree char *station = ask (self->clinic, "station");
  g_autofree char *installation = ask (self->clinic, "installation");
  g_autofree char *new_station = NULL;
  g_autofree char *new_installation = NULL;
  g_autoptr (HemoSecret) passphrase = secret (PASSPHRASE);

  g_assert_cmpstr (rescue->installation, ==, installation);
  bare = open_text (self, rescue->text, self->recovery_code, &error);
  g_assert_no_error (error);
  session = sign_in (bare, "boss", OTHER_PASSPHRASE);
  new_station = ask (bare, "station");
  new_installation = ask (bare, "installation");
  g_assert_cmpstr (new_station, !=, station);
  g_assert_cmpstr (new_installation, !=, installation);
  assert_same_key (self->clinic, bare, "SELECT value FROM meta WHERE key = 'clinic'");
  assert_same_key (self->clinic, bare,
                   "SELECT fingerprint FROM clinic_key WHERE purpose = 'image' AND is_current");
  assert_same_key (self->clinic, bare, "SELECT fingerprint FROM reading_group WHERE is_current");
  assert_same_key (self->clinic, bare, "SELECT value FROM setting WHERE key = 'clinic.name'");
  /* The code goes on to hold there. */
  g_assert_true (hemo_clinic_recover (bare, self->recovery_code, "boss", passphrase, &error));
  g_assert_no_error (error);
  hemo_clinic_close (bare);
}

/* Nothing of it is in plain, and it goes again only when something changed. */
static void
test_again (ClinicFixture *self, gconstpointer data)
{
  g_autoptr (HemoRescue) first = write_rescue (self, NULL);
  g_autoptr (HemoRescue) same = write_rescue (self, first->digest);
  g_autoptr (HemoRescue) changed = NULL;
  g_autoptr (HemoRescue) renewed = NULL;
  g_autoptr (HemoKeyPair) organisation = hemo_key_pair_new ("organisation", FALSE, NULL);
  g_autoptr (HemoSecret) code = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (strstr (first->text, "Poste"));
  g_assert_null (same->text);
  g_assert_true (hemo_clinic_add_certificate (self->clinic, self->session, "District",
                                              organisation->certificate, &error));
  g_assert_no_error (error);
  changed = write_rescue (self, first->digest);
  g_assert_nonnull (changed->text);
  code = hemo_clinic_new_recovery_code (self->clinic, self->session, &error);
  g_assert_no_error (error);
  renewed = write_rescue (self, changed->digest);
  g_assert_nonnull (renewed->text);
  g_assert_null (open_text (self, renewed->text, self->recovery_code, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET);
  g_clear_error (&error);
  {
    g_autoptr (HemoClinic) bare = open_text (self, renewed->text, code, &error);

    g_assert_no_error (error);
    hemo_clinic_close (bare);
  }
}

/* (transfer full): the line @name of @text */
static char *
find_line (const char *text, const char *name)
{
  g_autofree char *start = g_strdup_printf ("\n%s ", name);
  const char *at = strstr (text, start);

  g_assert_nonnull (at);
  at += strlen (start);
  return g_strndup (at, strcspn (at, "\n"));
}

/* The copy for the organisation opens with its key alone, and is the clinic's image key. */
static void
test_organisation (ClinicFixture *self, gconstpointer data)
{
  g_autoptr (HemoKeyPair) organisation = hemo_key_pair_new ("organisation", FALSE, NULL);
  g_autoptr (HemoRescue) rescue = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GBytes) sealed = NULL;
  g_autoptr (HemoSecret) key = NULL;
  gsize size = 0;
  guchar *raw;

  hemo_clinic_add_certificate (self->clinic, self->session, "District", organisation->certificate,
                               &error);
  g_assert_no_error (error);
  rescue = write_rescue (self, NULL);
  line = find_line (rescue->text, "image-key");
  raw = g_base64_decode (line, &size);
  sealed = g_bytes_new_take (raw, size);
  key = hemo_cms_open_secret (sealed, organisation, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hemo_secret_get_size (key), >, 64);
}

/* A server that changes a line, or puts the whole in the name of another clinic, is found out. */
static void
test_changed (ClinicFixture *self, gconstpointer data)
{
  static const char *const lines[] = { "stations", "image-key", "reading-key", "seed", "mac" };
  g_autoptr (HemoRescue) rescue = write_rescue (self, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *start = g_strdup_printf ("\n%s ", lines[i]);
      g_autofree char *text = g_strdup (rescue->text);
      char *at = strstr (text, start) + strlen (start);

      *at = *at == 'A' ? 'B' : 'A';
      g_assert_null (open_text (self, text, self->recovery_code, &error));
      g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
    }
}

static void
test_no_text (ClinicFixture *self, gconstpointer data)
{
  static const char *const texts[]
      = { "", "hemogram-rescue-1\n", "hemogram-rescue-1\nclinic x\nmac AAAA\n", "\nmac \n",
          "hemogram-rescue-1\nclinic 7c9e6679-7425-40de-944b-e07fc1f90ae7\nmac AAAA\n" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = g_bytes_new_static (texts[i], strlen (texts[i]));

      g_assert_false (hemo_clinic_rescue_check (bytes, NULL));
      g_assert_null (open_text (self, texts[i], self->recovery_code, &error));
      g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
    }
}

/* Nothing is read that comes after the MAC. */
static void
test_more (ClinicFixture *self, gconstpointer data)
{
  g_autoptr (HemoRescue) rescue = write_rescue (self, NULL);
  g_autofree char *appended = g_strconcat (rescue->text, "stations AA\n", NULL);
  g_autofree char *twice = g_strconcat (rescue->text, rescue->text, NULL);
  g_autofree char *cut = g_strndup (rescue->text, strlen (rescue->text) - 1);
  const char *const texts[] = { appended, twice, cut };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (open_text (self, texts[i], self->recovery_code, &error));
      g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
    }
}

static void
assert_opens_none (
    ClinicFixture *self, const char *first, const char *second, HemoSecret *code, int why)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_autofree char *folder = g_build_filename (self->root, "bare", NULL);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (texts, g_bytes_new (first, strlen (first)));
  g_ptr_array_add (texts, g_bytes_new (second, strlen (second)));
  g_assert_null (open_texts (self, texts, code, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, why);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
}

/* Who typed another code is told so, and not that the server lies; who typed the right one is not
 * sent to look for another. */
static void
test_why (ClinicFixture *self, gconstpointer data)
{
  static const char junk[]
      = "hemogram-rescue-1\nclinic 7c9e6679-7425-40de-944b-e07fc1f90ae7\nmade 9000000000000000\n"
        "recovery AAAA\nmac AAAA\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoRescue) rescue = write_rescue (self, NULL);
  g_autoptr (HemoRescue) renewed = NULL;
  g_autofree char *changed = g_strdup (rescue->text);
  g_autoptr (HemoSecret) other = hemo_code_new_recovery (&error);
  g_autoptr (HemoSecret) code = NULL;
  char *seed = strstr (changed, "\nseed ") + 8;

  g_assert_no_error (error);
  assert_opens_none (self, junk, rescue->text, other, HEMO_VAULT_ERROR_WRONG_SECRET);
  code = hemo_clinic_new_recovery_code (self->clinic, self->session, &error);
  g_assert_no_error (error);
  renewed = write_rescue (self, NULL);
  *seed = *seed == 'A' ? 'B' : 'A';
  assert_opens_none (self, renewed->text, changed, self->recovery_code, HEMO_VAULT_ERROR_DAMAGED);
}

/* Nothing is left of it, at whatever byte there was no room, and it can be begun again. */
static void
test_full (ClinicFixture *self, gconstpointer data)
{
  g_autoptr (HemoRescue) rescue = write_rescue (self, NULL);
  struct rlimit before, small;
  guint failures = 0;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small = before;
  signal (SIGXFSZ, SIG_IGN);
  for (small.rlim_cur = 1024;; small.rlim_cur *= 4, failures++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HemoClinic) bare = NULL;

      g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
      bare = open_text (self, rescue->text, self->recovery_code, &error);
      g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
      if (bare != NULL)
        {
          hemo_clinic_close (bare);
          break;
        }
      g_assert_nonnull (error);
      g_assert_cmpuint (count_entries (self->root), ==, 1);
    }
  signal (SIGXFSZ, SIG_DFL);
  g_assert_cmpuint (failures, >, 2);
}

/* A clinic that is there is never made over. */
static void
test_there (ClinicFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoRescue) rescue = write_rescue (self, NULL);
  g_autoptr (HemoClinic) bare = open_text (self, rescue->text, self->recovery_code, &error);
  g_autofree char *installation = NULL;
  g_autofree char *after = NULL;
  g_autoptr (HemoSession) session = NULL;

  g_assert_no_error (error);
  session = sign_in (bare, "boss", OTHER_PASSPHRASE);
  installation = ask (bare, "installation");
  g_assert_null (open_text (self, rescue->text, self->recovery_code, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  after = ask (bare, "installation");
  g_assert_cmpstr (installation, ==, after);
  hemo_clinic_close (bare);
}

/* Of several the newest that the code opens; no station that any of them names. */
static void
test_several (ClinicFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_autoptr (HemoRescue) rescue = write_rescue (self, NULL);
  g_autoptr (HemoClinic) bare = NULL;
  g_autoptr (HemoSession) session = NULL;
  g_autoptr (GString) all
      = g_string_new ("hemogram-rescue-1\nclinic 7c9e6679-7425-40de-944b-e07fc1f90ae7\nmade "
                      "9000000000000000\nstations");
  g_autofree char *station = NULL;

  /* All but one that begin with an A to Z. */
  for (const char *c = "ABCDEFGHJKMNPQRSTVWXYZ0123456789"; *c != '\0'; c++)
    for (const char *d = "ABCDEFGHJKMNPQRSTVWXYZ0123456789"; *d != '\0'; d++)
      if (*c != '7')
        g_string_append_printf (all, " %c%c", *c, *d);
  g_string_append (all, "\nmac AAAA\n");
  g_ptr_array_add (texts, g_bytes_new (rescue->text, strlen (rescue->text)));
  g_ptr_array_add (texts, g_bytes_new (all->str, all->len));
  bare = open_texts (self, texts, self->recovery_code, &error);
  g_assert_no_error (error);
  session = sign_in (bare, "boss", OTHER_PASSPHRASE);
  station = ask (bare, "station");
  g_assert_cmpint (station[0], ==, '7');
  hemo_clinic_close (bare);
}

static gboolean
forget_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_db_execute (hemo_txn_get_db (txn), "DELETE FROM meta WHERE key = 'rescue'", error);
}

/* A clinic whose code is older than this says what to do. */
static void
test_older (ClinicFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSession) sync = hemo_clinic_new_sync_session (self->clinic, &error);
  g_autofree char *count
      = store_ask (hemo_clinic_get_store (self->clinic),
                   "SELECT count(*) FROM meta WHERE key = 'rescue' AND length(value) = 44");
  g_autoptr (HemoSecret) passphrase = secret (OTHER_PASSPHRASE);

  g_assert_cmpstr (count, ==, "1");
  hemo_store_write (hemo_clinic_get_store (self->clinic), NULL, forget_job, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (hemo_clinic_rescue_write (self->clinic, sync, NULL, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  /* Whoever uses the code teaches it the laptop. */
  g_assert_true (
      hemo_clinic_recover (self->clinic, self->recovery_code, "amina", passphrase, &error));
  g_assert_no_error (error);
  {
    g_autoptr (HemoRescue) rescue = write_rescue (self, NULL);

    g_assert_nonnull (rescue->text);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/rescue/" path, ClinicFixture, NULL, clinic_set_up, test, clinic_tear_down)
  ADD ("new-start", test_new_start);
  ADD ("again", test_again);
  ADD ("organisation", test_organisation);
  ADD ("changed", test_changed);
  ADD ("no-text", test_no_text);
  ADD ("more", test_more);
  ADD ("why", test_why);
  ADD ("full", test_full);
  ADD ("there", test_there);
  ADD ("several", test_several);
  ADD ("older", test_older);
  return g_test_run ();
}
