/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sticks that are pulled out, full, broken, old, changed, forged or somebody else's: what is called
 * received is there, and nothing goes twice or gets lost. */

#include "courier-fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The system's calls are taken over for what lies below @slow_place. */
static const char *slow_place;
static gint64 free_bytes = -1;
static int fail_at, fail_errno;
static gboolean damages;

static gboolean
is_on_stick (int fd)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);
  char path[4096];
  gssize length = readlink (link, path, sizeof path - 1);

  return slow_place != NULL && length > 0 && g_str_has_prefix (path, slow_place)
         && (path[length] = '\0', strstr (path, "hemogram-courier") != NULL);
}

ssize_t
write (int fd, const void *data, size_t size)
{
  if (slow_place != NULL && (fail_at > 0 || damages) && is_on_stick (fd) && size > 0)
    {
      if (damages)
        {
          g_autofree char *copy = g_memdup2 (data, size);

          copy[size - 1] ^= 1;
          return syscall (SYS_write, fd, copy, size);
        }
      if (--fail_at == 0)
        return errno = fail_errno, -1;
    }
  return syscall (SYS_write, fd, data, size);
}

int
statvfs (const char *path, struct statvfs *info)
{
  *info = (struct statvfs){ .f_bsize = 1, .f_frsize = 1 };
  /* Nothing here asks for more than whether there is room. */
  info->f_bavail = info->f_bfree = (fsblkcnt_t)(free_bytes >= 0 ? free_bytes : G_MAXINT64 / 2);
  return 0;
}

static void
set_up (Couriers *self, gconstpointer data)
{
  couriers_set_up (self, data);
  slow_place = self->files.base.root;
  free_bytes = -1;
  fail_at = 0;
  damages = FALSE;
}

static void
tear_down (Couriers *self, gconstpointer data)
{
  slow_place = NULL;
  couriers_tear_down (self, data);
}

static gboolean
keys_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_courier_keys_load (txn, data, error);
  return *result != NULL;
}

static HemoCourierKeys *
keys_of (HemoClinic *clinic)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSession) sync = hemo_clinic_new_sync_session (clinic, &error);
  HemoStore *store = hemo_clinic_get_store (clinic);
  gpointer keys = NULL;

  hemo_store_read (store, sync, keys_job, store, &keys, &error);
  g_assert_no_error (error);
  return keys;
}

/* Every letter that is there opens. */
static void
assert_whole (Couriers *self)
{
  g_autoptr (HemoCourierKeys) keys = keys_of (self->files.base.clinic);
  g_autoptr (HemoCourierFolder) folder
      = hemo_courier_folder_find (self->stick, keys->clinic, keys->installation, NULL);
  g_autoptr (GPtrArray) entries
      = folder != NULL ? hemo_courier_folder_letters (folder, NULL) : NULL;

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      const HemoCourierEntry *entry = g_ptr_array_index (entries, i);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) file = hemo_courier_folder_read (folder, entry->name, &error);
      g_autoptr (GBytes) content
          = hemo_courier_open (keys, HEMO_COURIER_LETTER, keys->installation, file, NULL, &error);
      g_autoptr (HemoCourierLetter) letter = NULL;

      g_assert_no_error (error);
      letter = hemo_courier_letter_parse (content, &error);
      g_assert_no_error (error);
      if (letter->matter == HEMO_COURIER_OBJECT)
        {
          g_autofree char *cms = g_strconcat (letter->id, ".cms", NULL);
          g_autofree char *sig = g_strconcat (letter->id, ".sig", NULL);

          g_assert_true (hemo_courier_folder_has (folder, cms));
          g_assert_true (hemo_courier_folder_has (folder, sig));
        }
    }
}

typedef struct
{
  guint left;
  GCancellable *cancellable;
} Cut;

static void
cut_cb (gpointer data)
{
  Cut *cut = data;

  if (cut->left > 0 && --cut->left == 0)
    g_cancellable_cancel (cut->cancellable);
}

/* Ends after @files files. Whether it was cut. */
static gboolean
cut_after (Couriers *self, guint files, gboolean at_home)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Cut cut = { files, cancellable };
  const HemoCourier courier = { .clinic = at_home ? self->files.base.clinic : self->b,
                                .person = at_home ? self->files.base.session : self->b_user,
                                .step = cut_cb,
                                .data = &cut };

  if (at_home ? hemo_courier_write (&courier, self->stick, &self->sum, cancellable, &error)
              : hemo_courier_read (&courier, self->stick, &self->sum, cancellable, &error))
    return FALSE;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  return TRUE;
}

/* Pulled out after each file, here and there: what is there is whole, the rest comes later. */
static void
test_cut (Couriers *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = couriers_add_image (self, 1);
  guint steps = 0;

  while (cut_after (self, 1, TRUE))
    {
      assert_whole (self);
      g_assert_cmpint (couriers_queued (self, "state = 'received'"), ==, 0);
      g_assert_cmpuint (++steps, <, 50);
    }
  g_assert_cmpuint (steps, >, 6);
  assert_whole (self);
  for (steps = 0; cut_after (self, 1, FALSE); steps++)
    {
      /* Home in between, as often as not. */
      if (steps % 2 == 0)
        couriers_take (self);
      g_assert_cmpuint (steps, <, 50);
    }
  couriers_take (self);
  couriers_assert_there (self);
  g_assert_cmpuint (self->s3->puts, ==, 4);
}

/* Full before, and full in the middle of any file. */
static void
test_full (Couriers *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = couriers_add_image (self, 1);
  g_autoptr (GError) error = NULL;
  guint failures = 0;

  free_bytes = 1024;
  g_assert_false (couriers_try_write (self, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_cmpuint (couriers_count (self, ".letter"), ==, 0);
  free_bytes = -1;
  for (int at = 1; at < 40; at++)
    {
      g_clear_error (&error);
      fail_at = at;
      fail_errno = at % 2 == 0 ? ENOSPC : EIO;
      if (couriers_try_write (self, NULL, &error))
        break;
      failures++;
      g_assert_true (error->domain == G_IO_ERROR);
      assert_whole (self);
      fail_at = 0;
    }
  g_assert_cmpuint (failures, >, 3);
  fail_at = 0;
  couriers_round (self);
  couriers_assert_there (self);
}

/* A stick that keeps something else than it was given is found out at once. */
static void
test_broken (Couriers *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  damages = TRUE;
  g_assert_false (couriers_try_write (self, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED);
  damages = FALSE;
  couriers_round (self);
  couriers_assert_there (self);
}

static void
copy_tree (const char *from, const char *to)
{
  g_autoptr (GDir) dir = g_dir_open (from, 0, NULL);
  g_autofree char *bytes = NULL;
  gsize size = 0;
  const char *name;

  if (dir == NULL)
    {
      g_assert_true (g_file_get_contents (from, &bytes, &size, NULL));
      g_assert_true (g_file_set_contents (to, bytes, (gssize)size, NULL));
      return;
    }
  g_mkdir (to, 0700);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *source = g_build_filename (from, name, NULL);
      g_autofree char *target = g_build_filename (to, name, NULL);

      copy_tree (source, target);
    }
}

/* The same stick is read by everybody once more, with its old replies. */
static void
test_replay (Couriers *self, gconstpointer data)
{
  g_autofree char *copy = g_build_filename (self->files.base.root, "copy", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *stick = g_strdup (self->stick);
  const char *sql = "SELECT group_concat(version_id || sha256) FROM (SELECT version_id, sha256 "
                    "FROM remote_resource ORDER BY type, id)";

  couriers_write (self);
  couriers_forward (self);
  copy_tree (self->stick, copy);
  couriers_take (self);
  couriers_assert_there (self);
  g_autoptr (HemoReport) report = files_sign (&self->files, HEMO_REPORT_FINAL);
  couriers_round (self);
  before = store_ask (couriers_store (self), sql);
  g_set_str (&self->stick, copy);
  couriers_forward (self);
  g_assert_cmpuint (self->sum.forwarded[HEMO_LANE_RESULTS], ==, 0);
  couriers_take (self);
  g_assert_cmpuint (self->sum.received, ==, 0);
  g_assert_cmpuint (self->sum.known, >, 0);
  g_assert_cmpuint (self->sum.taken + self->sum.conflicts, ==, 0);
  after = store_ask (couriers_store (self), sql);
  g_assert_cmpstr (before, ==, after);
  couriers_assert_there (self);
}

/* An old letter without its reply does not go over what is newer. */
static void
test_replay_letters (Couriers *self, gconstpointer data)
{
  g_autofree char *copy = g_build_filename (self->files.base.root, "copy", NULL);
  g_autoptr (json_object) json = NULL;

  g_autoptr (HemoReport) draft = files_sign (&self->files, HEMO_REPORT_PRELIMINARY);
  couriers_write (self);
  copy_tree (self->stick, copy);
  couriers_forward (self);
  couriers_take (self);
  g_autoptr (HemoReport) report = files_sign (&self->files, HEMO_REPORT_FINAL);
  couriers_round (self);
  g_set_str (&self->stick, copy);
  couriers_forward (self);
  g_assert_cmpuint (self->sum.older, >, 0);
  couriers_take (self);
  json = fake_fhir_read (self->fhir, "DiagnosticReport", report->uuid);
  g_assert_cmpstr (json_object_get_string (json_object_object_get (json, "status")), ==, "final");
  couriers_assert_there (self);
}

/* Every bit of every file counts: one that was changed is not used, said, and healed by writing
 * again. */
static void
test_changed (Couriers *self, gconstpointer data)
{
  static const char *const endings[] = { ".letter", ".cms", ".sig", ".reply", ".answers" };
  g_autoptr (HemoImage) image = couriers_add_image (self, 1);
  guint useless = 0;

  couriers_write (self);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *path = couriers_find (self, endings[i]);

      files_flip (path, 700);
    }
  couriers_forward (self);
  useless = self->sum.damaged + self->sum.strange + self->sum.spoiled;
  /* The picture and its signature are of one letter. */
  g_assert_cmpuint (useless, ==, 2);
  for (guint i = 3; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *path = couriers_find (self, endings[i]);

      files_flip (path, 1500);
    }
  couriers_take (self);
  g_assert_cmpuint (self->sum.damaged + self->sum.strange, ==, 2);
  g_assert_cmpint (couriers_queued (self, "state = 'waiting'"), >, 0);
  couriers_round (self);
  couriers_round (self);
  couriers_assert_there (self);
  g_assert_cmpuint (self->sum.damaged + self->sum.strange + self->sum.spoiled, ==, 0);
}

/* What the stick lost of a picture since is seen when it is written again, not only where it is
 * brought to the servers. */
static void
test_rotten (Couriers *self, gconstpointer data)
{
  static const char *const endings[] = { ".cms", ".sig" };
  g_autoptr (HemoImage) image = couriers_add_image (self, 1);

  couriers_write (self);
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *path = couriers_find (self, endings[i]);

      couriers_write (self);
      g_assert_cmpuint (self->sum.written[HEMO_LANE_PREVIEWS], ==, 0);
      g_assert_cmpuint (self->sum.written[HEMO_LANE_ORIGINALS], ==, 0);
      files_flip (path, 700);
      couriers_write (self);
      g_assert_cmpuint (
          self->sum.written[HEMO_LANE_PREVIEWS] + self->sum.written[HEMO_LANE_ORIGINALS], ==, 1);
    }
  couriers_forward (self);
  g_assert_cmpuint (self->sum.damaged + self->sum.strange + self->sum.spoiled, ==, 0);
  couriers_take (self);
  couriers_assert_there (self);
}

/* The first letter of a rank on the stick, and a reply to it as it would be right. */
typedef struct
{
  HemoCourierFolder *folder;
  HemoCourierLetter *letter;
  HemoCourierReply *reply;
} Forgery;

static void
forgery_clear (Forgery *self)
{
  hemo_courier_folder_free (self->folder);
  hemo_courier_letter_free (self->letter);
  hemo_courier_reply_free (self->reply);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Forgery, forgery_clear)

static void
forgery_init (Forgery *self, Couriers *couriers, guint rank)
{
  g_autoptr (HemoCourierKeys) keys = keys_of (couriers->files.base.clinic);
  g_autoptr (GPtrArray) entries = NULL;

  self->folder = hemo_courier_folder_find (couriers->stick, keys->clinic, keys->installation, NULL);
  entries = hemo_courier_folder_letters (self->folder, NULL);
  for (guint i = 0; self->letter == NULL; i++)
    {
      const HemoCourierEntry *entry = g_ptr_array_index (entries, i);
      g_autoptr (GBytes) file = hemo_courier_folder_read (self->folder, entry->name, NULL);
      g_autoptr (GBytes) content
          = hemo_courier_open (keys, HEMO_COURIER_LETTER, NULL, file, NULL, NULL);
      g_autofree char *sha256 = hemo_sha256 (file);

      if (entry->rank != rank)
        continue;
      self->letter = hemo_courier_letter_parse (content, NULL);
      self->reply = hemo_courier_reply_new (self->letter->id, sha256);
    }
  self->reply->place = g_strdup ("https://fhir.example.org/r4");
  self->reply->sha256 = g_strdup (self->letter->sha256);
  for (guint i = 0; i < self->letter->parts->len; i++)
    {
      const HemoFhirPart *part = g_ptr_array_index (self->letter->parts, i);
      HemoFhirStored *stored = g_new0 (HemoFhirStored, 1);

      stored->type = g_strdup (hemo_fhir_get_type (part->resource));
      stored->id = g_strdup (hemo_fhir_get_id (part->resource));
      stored->version_id = g_strdup ("7");
      g_ptr_array_add (self->reply->stored, stored);
    }
}

static void
forgery_write (const Forgery *self, const HemoCourierKeys *keys)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) json = hemo_courier_reply_to_json (self->reply);
  g_autoptr (GBytes) file = hemo_courier_seal (keys, HEMO_COURIER_REPLY, json, &error);
  g_autofree char *name = g_strconcat (self->letter->id, ".reply", NULL);

  g_assert_no_error (error);
  hemo_courier_folder_write (self->folder, name, file, &error);
  g_assert_no_error (error);
}

/* Taken in, it makes nothing received. */
static void
assert_useless (Couriers *self, const Forgery *forgery, const HemoCourierKeys *keys, guint *counter)
{
  forgery_write (forgery, keys);
  couriers_take (self);
  g_assert_cmpuint (*counter, ==, 1);
  g_assert_cmpuint (self->sum.received, ==, 0);
  g_assert_cmpint (couriers_queued (self, "state <> 'waiting'"), ==, 0);
}

/* Somebody who knows all but the clinic's key: he has the clinic's certificate, and says that he is
 * the other computer. */
static HemoCourierKeys *
stranger (Couriers *self)
{
  g_autoptr (GError) error = NULL;
  HemoCourierKeys *keys = keys_of (self->b);

  hemo_key_pair_free (keys->signing_key);
  keys->signing_key = hemo_key_pair_new ("stranger", TRUE, &error);
  hemo_secret_unref (keys->mac_key);
  keys->mac_key = hemo_secret_new_random (32, &error);
  g_assert_no_error (error);
  return keys;
}

static void
test_forged (Couriers *self, gconstpointer data)
{
  g_autoptr (HemoCourierKeys) theirs = keys_of (self->b);
  g_autoptr (HemoCourierKeys) nobody = stranger (self);
  g_auto (Forgery) forgery = { 0 };
  HemoFhirStored *stored;

  couriers_write (self);
  forgery_init (&forgery, self, HEMO_LANE_RESULTS);
  assert_useless (self, &forgery, nobody, &self->sum.strange);
  /* Of a computer of the clinic, but about another letter, or not about all of it. */
  forgery.reply->letter_sha256[0] = forgery.reply->letter_sha256[0] == 'a' ? 'b' : 'a';
  assert_useless (self, &forgery, theirs, &self->sum.damaged);
  forgery_clear (&forgery);
  forgery = (Forgery){ 0 };
  forgery_init (&forgery, self, HEMO_LANE_RESULTS);
  stored = g_ptr_array_steal_index (forgery.reply->stored, 0);
  assert_useless (self, &forgery, theirs, &self->sum.damaged);
  g_ptr_array_add (forgery.reply->stored, stored);
  /* About a server that is not this clinic's. */
  couriers_configure_fhir (self->files.base.clinic, self->files.base.session,
                           "https://fhir.example.org/another");
  assert_useless (self, &forgery, theirs, &self->sum.elsewhere);
  /* All of it fits. */
  couriers_configure_fhir (self->files.base.clinic, self->files.base.session,
                           "https://fhir.example.org/r4");
  couriers_take (self);
  g_assert_cmpuint (self->sum.received, >, 0);
}

/* A hash that is another says nothing of the picture that was written. */
static void
test_forged_picture (Couriers *self, gconstpointer data)
{
  g_autoptr (HemoCourierKeys) theirs = keys_of (self->b);
  g_autoptr (HemoImage) image = couriers_add_image (self, 1);
  g_auto (Forgery) forgery = { 0 };

  couriers_write (self);
  forgery_init (&forgery, self, HEMO_LANE_ORIGINALS);
  forgery.reply->sha256[5] = forgery.reply->sha256[5] == 'a' ? 'b' : 'a';
  assert_useless (self, &forgery, theirs, &self->sum.damaged);
  g_clear_pointer (&forgery.reply->sha256, g_free);
  assert_useless (self, &forgery, theirs, &self->sum.damaged);
}

/* Letters that others put into this computer's folder are not brought anywhere in its name. */
static void
test_letter_of_another (Couriers *self, gconstpointer data)
{
  g_autoptr (HemoCourierKeys) theirs = keys_of (self->b);
  g_autoptr (HemoCourierKeys) nobody = stranger (self);
  g_auto (Forgery) forgery = { 0 };
  const HemoCourierKeys *writers[] = { theirs, nobody };

  couriers_write (self);
  forgery_init (&forgery, self, HEMO_LANE_RESULTS);
  for (guint i = 0; i < G_N_ELEMENTS (writers); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) json = hemo_courier_letter_to_json (forgery.letter);
      g_autoptr (GBytes) file = hemo_courier_seal (writers[i], HEMO_COURIER_LETTER, json, &error);
      g_autofree char *name
          = hemo_courier_entry_name (HEMO_LANE_RESULTS, forgery.letter->number, forgery.letter->id);

      g_assert_no_error (error);
      hemo_courier_folder_write (forgery.folder, name, file, &error);
      g_assert_no_error (error);
      couriers_forward (self);
      g_assert_cmpuint (self->sum.strange, ==, 1);
    }
}

/* A clinic of its own with a stick. */
static void
test_two_clinics (Couriers *self, gconstpointer data)
{
  Files other = { 0 };
  HemoCourierSummary sum = { 0 };
  g_autoptr (GError) error = NULL;
  HemoCourier theirs = { 0 };
  gint64 before;

  files_set_up (&other, NULL);
  theirs.clinic = other.base.clinic;
  theirs.person = other.base.session;
  couriers_write (self);
  before = couriers_queued (self, "state = 'waiting'");
  /* Another clinic finds the stick, writes on it, and reads it. */
  g_assert_true (hemo_courier_write (&theirs, self->stick, &sum, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (hemo_courier_read (&theirs, self->stick, &sum, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (sum.clinics, ==, 1);
  g_assert_cmpuint (sum.received + sum.forwarded[0] + sum.strange + sum.damaged, ==, 0);
  assert_whole (self);
  couriers_forward (self);
  g_assert_cmpuint (self->sum.clinics, ==, 1);
  g_assert_cmpuint (self->sum.strange + self->sum.damaged, ==, 0);
  couriers_take (self);
  g_assert_cmpuint (self->sum.received, ==, before);
  /* Nothing of theirs went with it. */
  g_assert_true (hemo_courier_read (&theirs, self->stick, &sum, NULL, &error));
  g_assert_cmpuint (sum.received, ==, 0);
  g_assert_cmpuint (sum.unanswered, >, 0);
  g_assert_cmpuint (fake_fhir_count (self->fhir, "Patient"), ==, 1);
  files_tear_down (&other, NULL);
}

/* Not there, or no folder: said, and nothing is made. */
static void
test_no_stick (Couriers *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *nowhere = g_build_filename (self->files.base.root, "nowhere", NULL);

  for (guint writes = 0; writes < 2; writes++)
    {
      g_assert_false (couriers_run_on (self, self->b, self->b_user, nowhere, writes != 0, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
      g_clear_error (&error);
    }
  g_assert_false (g_file_test (nowhere, G_FILE_TEST_EXISTS));
  couriers_forward (self);
  g_assert_cmpuint (self->sum.received + self->sum.forwarded[0], ==, 0);
}

/* Takes the place of @path, whatever was there. */
static void
put_link (const char *path, const char *to)
{
  g_autofree char *away = g_strconcat (path, ".away", NULL);

  g_assert_no_errno (g_rename (path, away));
  g_assert_no_errno (symlink (to, path));
}

static void
take_link_away (const char *path)
{
  g_autofree char *away = g_strconcat (path, ".away", NULL);

  g_assert_no_errno (g_unlink (path));
  g_assert_no_errno (g_rename (away, path));
}

/* What a link on a stick leads to is not on the stick: nothing is written or swept there. */
static void
test_links (Couriers *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = couriers_add_image (self, 1);
  g_autofree char *original = files_image_path (&self->files, image->uuid);
  g_autofree char *originals = g_path_get_dirname (original);
  g_autofree char *elsewhere = g_build_filename (self->files.base.root, "elsewhere", NULL);
  g_autofree char *path = NULL;

  g_assert_no_errno (g_mkdir (elsewhere, 0700));
  couriers_write (self);
  path = couriers_folder (self);
  for (guint level = 0; level < 3; level++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *parent = NULL;
      gboolean written;

      put_link (path, level == 0 ? originals : elsewhere);
      written = couriers_try_write (self, NULL, &error);
      g_assert_true (g_file_test (original, G_FILE_TEST_IS_REGULAR));
      g_assert_false (written);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY);
      g_assert_no_errno (g_rmdir (elsewhere));
      g_assert_no_errno (g_mkdir (elsewhere, 0700));
      take_link_away (path);
      parent = g_path_get_dirname (path);
      g_free (path);
      path = g_steal_pointer (&parent);
    }
  couriers_round (self);
  couriers_assert_there (self);
}

/* What is no folder of a computer is told, and keeps nothing else from being sent on. */
static void
test_no_folder (Couriers *self, gconstpointer data)
{
  static const char *const names[]
      = { "00000000-0000-4000-8000-000000000001", "ffffffff-ffff-4fff-8fff-ffffffffffff" };
  g_autofree char *own = NULL;
  g_autofree char *of_clinic = NULL;
  g_autofree char *file = NULL;
  g_autofree char *link = NULL;

  couriers_write (self);
  own = couriers_folder (self);
  of_clinic = g_path_get_dirname (own);
  file = g_build_filename (of_clinic, names[0], NULL);
  link = g_build_filename (of_clinic, names[1], NULL);
  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  g_assert_no_errno (symlink ("/", link));
  couriers_forward (self);
  g_assert_cmpuint (self->sum.strange, ==, 2);
  g_assert_cmpuint (self->sum.forwarded[0], >, 0);
  couriers_take (self);
  couriers_assert_there (self);
}

#define ADD(name, test)                                                                            \
  g_test_add ("/courier-faults/" name, Couriers, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("cut", test_cut);
  ADD ("full", test_full);
  ADD ("broken", test_broken);
  ADD ("replay", test_replay);
  ADD ("replay-letters", test_replay_letters);
  ADD ("changed", test_changed);
  ADD ("rotten", test_rotten);
  ADD ("forged", test_forged);
  ADD ("forged-picture", test_forged_picture);
  ADD ("letter-of-another", test_letter_of_another);
  ADD ("two-clinics", test_two_clinics);
  ADD ("no-stick", test_no_stick);
  ADD ("links", test_links);
  ADD ("no-folder", test_no_folder);
  return g_test_run ();
}
