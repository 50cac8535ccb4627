/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Objects in each form, cut at every step, against a server that loses, spoils and forgets. */

#include "hemo-object-private.h"
#include "hemo-s3-multipart.h"

#include "object-fixture.h"

static void
test_whole (Fixture *self, gconstpointer data)
{
  set_link (self, HEMO_LINK_WHOLE);
  make_file (self, 2 * MIB + 3);
  assert_sent (self, HEMO_LINK_WHOLE);
  g_assert_cmpuint (self->fake->puts, ==, 1);
  g_assert_cmpuint (self->fake->gets, ==, 0);
  g_assert_cmpuint (self->fake->server->bodies, ==, self->size);
  assert_read_back (self);
}

static void
test_empty (Fixture *self, gconstpointer data)
{
  make_file (self, 0);
  assert_sent (self, HEMO_LINK_WHOLE);
  assert_read_back (self);
}

static void
test_pieces (Fixture *self, gconstpointer data)
{
  set_link (self, HEMO_LINK_PIECES);
  make_file (self, 700 * KIB + 1);
  assert_sent (self, HEMO_LINK_PIECES);
  g_assert_null (fake_s3_object (self->fake, "b/o/k"));
  g_assert_nonnull (fake_s3_object (self->fake, "b/o/k.manifest"));
  g_assert_cmpuint (self->fake->server->bodies, <, self->size + 4 * KIB);
  assert_read_back (self);
}

static void
test_multipart (Fixture *self, gconstpointer data)
{
  set_link (self, HEMO_LINK_MULTIPART);
  make_file (self, 9 * MIB);
  assert_sent (self, HEMO_LINK_MULTIPART);
  g_assert_cmpuint (g_hash_table_size (self->fake->uploads), ==, 0);
  g_assert_cmpuint (self->fake->gets, ==, 1);
  assert_read_back (self);
}

/* The power goes at every step in turn: before the store has it, so the server may be one further.
 */
static void
cut_everywhere (Fixture *self, HemoLinkForm form, guint64 size, guint64 piece)
{
  guint cuts = 0;

  make_file (self, size);
  for (guint at = 0; at < 100; at++)
    {
      g_autoptr (GError) error = NULL;

      g_hash_table_remove_all (self->fake->objects);
      g_hash_table_remove_all (self->fake->uploads);
      g_clear_pointer (&self->state, g_free);
      self->fake->server->bodies = 0;
      self->steps = 0;
      self->stop_at = at;
      set_link (self, form);
      if (send_as (self, FALSE, NULL, &error))
        break;
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
      g_clear_error (&error);
      self->stop_at = G_MAXUINT;
      set_link (self, form);
      g_assert_true (send_as (self, TRUE, NULL, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (self->fake->server->bodies, <=, size + piece + 8 * KIB);
      g_assert_cmpuint (g_hash_table_size (self->fake->uploads), ==, 0);
      assert_read_back (self);
      cuts++;
    }
  g_assert_cmpuint (cuts, >, 1);
}

static void
test_cut_whole (Fixture *self, gconstpointer data)
{
  cut_everywhere (self, HEMO_LINK_WHOLE, 300 * KIB, 0);
}

static void
test_cut_pieces (Fixture *self, gconstpointer data)
{
  cut_everywhere (self, HEMO_LINK_PIECES, 1000 * KIB, 0);
}

static void
test_cut_multipart (Fixture *self, gconstpointer data)
{
  cut_everywhere (self, HEMO_LINK_MULTIPART, 9 * MIB, 0);
}

/* The server did it and was not heard: it is asked, not sent again. */
static void
lose_each (Fixture *self, HemoLinkForm form, guint64 size, guint answers)
{
  make_file (self, size);
  for (guint i = 0; i < answers; i++)
    {
      set_link (self, form);
      self->fake->lost = 1;
      self->fake->heard = i;
      assert_fails (self, HEMO_REMOTE_ERROR_OFFLINE);
      g_assert_nonnull (self->state);
      set_link (self, form);
      assert_sent (self, form);
      g_assert_cmpuint (self->fake->server->bodies, <, (i + 1) * (size + 8 * KIB));
      assert_read_back (self);
      g_hash_table_remove_all (self->fake->objects);
    }
}

static void
test_lost_whole (Fixture *self, gconstpointer data)
{
  lose_each (self, HEMO_LINK_WHOLE, 300 * KIB, 1);
}

static void
test_lost_pieces (Fixture *self, gconstpointer data)
{
  lose_each (self, HEMO_LINK_PIECES, 500 * KIB, 3);
}

static void
test_lost_parts (Fixture *self, gconstpointer data)
{
  lose_each (self, HEMO_LINK_MULTIPART, 9 * MIB, 3);
}

/* Where it is known without it that it was begun, one request keeps no state, and the server is
 * asked all the same. */
static void
test_noted (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->noted = TRUE;
  make_file (self, 300 * KIB);
  set_link (self, HEMO_LINK_WHOLE);
  self->fake->lost = 1;
  assert_fails (self, HEMO_REMOTE_ERROR_OFFLINE);
  g_assert_cmpuint (self->steps, ==, 0);
  set_link (self, HEMO_LINK_WHOLE);
  g_assert_true (send_as (self, TRUE, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (self->fake->puts, ==, 1);
  assert_read_back (self);
}

/* What is given as bytes goes in one request over every link, and is found there later. */
static void
test_bytes (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (300 * KIB), 300 * KIB);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  HemoObjectTask task = { self->s3, &self->link, "o/k", NULL, bytes, 300 * KIB, sha256 };
  g_autoptr (GError) error = NULL;

  task.noted = TRUE;
  task.keep = keep;
  task.data = self;
  set_link (self, HEMO_LINK_PIECES);
  self->fake->lost = 1;
  g_assert_false (hemo_object_upload (&task, NULL, NULL, NULL));
  task.begun = TRUE;
  g_assert_true (hemo_object_upload (&task, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (self->fake->puts, ==, 1);
  g_assert_true (g_bytes_equal (fake_s3_object (self->fake, "b/o/k"), bytes));
}

static gboolean
is_piece (gpointer key, gpointer value, gpointer data)
{
  return strstr (key, ".pieces/") != NULL;
}

/* Pieces that were proven and are gone by the time of the manifest, whenever the program went on,
 * are sent again; also where the bucket is not listed to us. */
static void
lose_pieces (Fixture *self, gboolean listed)
{
  guint lost = 0;

  make_file (self, 500 * KIB);
  for (guint at = 0; at < 100; at++)
    {
      g_autoptr (GError) error = NULL;

      g_hash_table_remove_all (self->fake->objects);
      g_clear_pointer (&self->state, g_free);
      self->steps = 0;
      self->stop_at = at;
      set_link (self, HEMO_LINK_PIECES);
      if (send_as (self, FALSE, NULL, NULL))
        break;
      self->stop_at = G_MAXUINT;
      lost += g_hash_table_foreach_remove (self->fake->objects, is_piece, NULL);
      set_link (self, HEMO_LINK_PIECES);
      self->fake->fail_method = "LIST";
      self->fake->fail_status = 403;
      /* With a manifest it is asked for the pieces before anything is sent. */
      self->fake->failures
          = listed || fake_s3_object (self->fake, "b/o/k.manifest") != NULL ? 0 : 1;
      g_assert_true (send_as (self, TRUE, NULL, &error));
      g_assert_no_error (error);
      self->fake->failures = 0;
      assert_read_back (self);
    }
  g_assert_cmpuint (lost, >, 4);
}

static void
test_lost_before_manifest (Fixture *self, gconstpointer data)
{
  lose_pieces (self, TRUE);
  lose_pieces (self, FALSE);
}

static guint
count_under (Fixture *self, const char *start)
{
  GHashTableIter iter;
  gpointer key;
  guint count = 0;

  g_hash_table_iter_init (&iter, self->fake->objects);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    count += g_str_has_prefix (key, start);
  return count;
}

static gboolean
send_over (Fixture *self, const char *ours, GError **error)
{
  g_autofree char *kept = g_strdup (self->state);
  const HemoObjectTask task = { .s3 = self->s3,
                                .link = &self->link,
                                .key = "o/k",
                                .path = self->path,
                                .size = self->size,
                                .sha256 = self->sha256,
                                .state = kept,
                                .ours = ours,
                                .begun = TRUE,
                                .tidies = TRUE,
                                .keep = keep,
                                .progress = note_progress,
                                .data = self };

  return hemo_object_upload (&task, NULL, NULL, error);
}

/* Pieces of a seal that another took the place of are removed once that is proven, not before;
 * tried again when the link breaks meanwhile, and never those that the manifest names or of others.
 */
static void
test_replaced_pieces (Fixture *self, gconstpointer data)
{
  g_autofree char *ours = NULL, *start = NULL;
  g_autoptr (HemoObjectState) old = NULL;
  g_autoptr (GBytes) others = g_bytes_new_static ("x", 1);
  g_autoptr (GError) error = NULL;

  make_file (self, 300 * KIB);
  set_link (self, HEMO_LINK_PIECES);
  self->stop_at = 3;
  g_assert_false (send_as (self, FALSE, NULL, NULL));
  self->stop_at = G_MAXUINT;
  old = hemo_object_state_parse (self->state, self->size, self->sha256);
  ours = g_strdup_printf ("%" G_GUINT64_FORMAT " %s\npieces %s\npieces ../other\n", self->size,
                          self->sha256, old->upload);
  start = g_strdup_printf ("b/o/k.pieces/%s/", old->upload);
  fake_s3_store (self->fake, "b/o/k.pieces/22222222-2222-4222-8222-222222222222/00001", others);
  g_assert_cmpuint (count_under (self, start), >, 0);
  g_clear_pointer (&self->state, g_free);
  make_file (self, 310 * KIB);
  set_link (self, HEMO_LINK_PIECES);
  self->fake->fail_method = "DELETE";
  self->fake->fail_status = 503;
  self->fake->failures = 1;
  g_assert_false (send_over (self, ours, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_cmpuint (count_under (self, start), >, 0);
  g_assert_true (send_over (self, ours, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_under (self, start), ==, 0);
  g_assert_cmpuint (count_under (self, "b/o/k.pieces/22222222"), ==, 1);
  assert_read_back (self);
}

/* Who may not delete, or where it never succeeds, keeps nothing from being received. */
static void
test_replaced_stay (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) piece = g_bytes_new_static ("x", 1);
  guint tries = 0;

  fake_s3_store (self->fake, "b/o/k.pieces/22222222-2222-4222-8222-222222222222/00001", piece);
  make_file (self, 100 * KIB);
  set_link (self, HEMO_LINK_PIECES);
  self->fake->fail_method = "DELETE";
  self->fake->fail_status = GPOINTER_TO_UINT (data);
  self->fake->failures = G_MAXUINT;
  while (!send_over (self, "pieces 22222222-2222-4222-8222-222222222222\n", NULL))
    g_assert_cmpuint (++tries, <, 10);
  g_assert_cmpuint (tries, ==, self->fake->fail_status == 403 ? 0 : 3);
}

/* A store that has no state any more, but knows that it was begun. */
static void
test_lost_state (Fixture *self, gconstpointer data)
{
  const HemoLinkForm forms[] = { HEMO_LINK_WHOLE, HEMO_LINK_PIECES };

  make_file (self, 300 * KIB);
  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (GError) error = NULL;
      HemoObjectSummary summary = { 0 };
      guint64 bodies = 0;

      g_hash_table_remove_all (self->fake->objects);
      set_link (self, forms[i]);
      assert_sent (self, forms[i]);
      bodies = self->fake->server->bodies;
      g_assert_true (send_as (self, TRUE, &summary, &error));
      g_assert_true (summary.there);
      g_assert_cmpuint (self->fake->server->bodies, ==, bodies);
    }
}

/* Nothing is believed that was not proven; what was kept badly is never taken for received. */
static void
test_spoiled (Fixture *self, gconstpointer data)
{
  const HemoLinkForm forms[] = { HEMO_LINK_WHOLE, HEMO_LINK_PIECES, HEMO_LINK_MULTIPART };

  make_file (self, 9 * MIB);
  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    for (int kms = 0; kms < 2; kms++)
      {
        make_file (self, forms[i] == HEMO_LINK_MULTIPART ? 9 * MIB : 200 * KIB);
        g_clear_pointer (&self->state, g_free);
        g_hash_table_remove_all (self->fake->objects);
        self->fake->kms = kms == 1;
        self->fake->spoils = TRUE;
        set_link (self, forms[i]);
        assert_fails (self, HEMO_REMOTE_ERROR_DAMAGED);
        set_link (self, forms[i]);
        assert_fails (self, HEMO_REMOTE_ERROR_DAMAGED);
        /* A server that is well again gets it whole. */
        self->fake->spoils = FALSE;
        if (forms[i] == HEMO_LINK_MULTIPART && kms == 1)
          continue;
        set_link (self, forms[i]);
        assert_sent (self, forms[i]);
        assert_read_back (self);
      }
}

/* ETags that are no digest of anything cost a read. */
static void
test_read_back (Fixture *self, gconstpointer data)
{
  make_file (self, 300 * KIB);
  set_link (self, HEMO_LINK_WHOLE);
  self->fake->kms = TRUE;
  assert_sent (self, HEMO_LINK_WHOLE);
  g_assert_cmpuint (self->fake->gets, ==, 1);
  g_hash_table_remove_all (self->fake->objects);
  self->fake->kms = FALSE;
  self->fake->false_etag = TRUE;
  assert_sent (self, HEMO_LINK_WHOLE);
  g_assert_cmpuint (self->fake->gets, ==, 2);
  g_hash_table_remove_all (self->fake->objects);
  self->fake->no_etag = TRUE;
  set_link (self, HEMO_LINK_PIECES);
  assert_sent (self, HEMO_LINK_PIECES);
  assert_read_back (self);
}

static void
test_conflict (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) other = g_bytes_new_static ("another", 7);
  const HemoLinkForm forms[] = { HEMO_LINK_WHOLE, HEMO_LINK_PIECES, HEMO_LINK_MULTIPART };

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      make_file (self, forms[i] == HEMO_LINK_MULTIPART ? 9 * MIB : 200 * KIB);
      g_clear_pointer (&self->state, g_free);
      set_link (self, forms[i]);
      fake_s3_store (self->fake, "b/o/k", other);
      assert_fails (self, HEMO_REMOTE_ERROR_CONFLICT);
      g_assert_cmpmem (g_bytes_get_data (fake_s3_object (self->fake, "b/o/k"), NULL), 7, "another",
                       7);
    }
}

/* Another laptop of the clinic brought the same bytes. */
static void
test_same_there (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoObjectSummary summary = { 0 };

  make_file (self, 100 * KIB);
  set_link (self, HEMO_LINK_WHOLE);
  assert_sent (self, HEMO_LINK_WHOLE);
  g_assert_true (send_as (self, FALSE, &summary, &error));
  g_assert_true (summary.there);
}

static void
test_forgotten_upload (Fixture *self, gconstpointer data)
{
  make_file (self, 9 * MIB);
  set_link (self, HEMO_LINK_MULTIPART);
  self->stop_at = 4;
  g_assert_false (send_as (self, FALSE, NULL, NULL));
  self->stop_at = G_MAXUINT;
  g_hash_table_remove_all (self->fake->uploads);
  assert_sent (self, HEMO_LINK_MULTIPART);
  assert_read_back (self);
}

/* 5 MiB that never arrive are given up for pieces, and the server is told. */
static void
test_stuck_part (Fixture *self, gconstpointer data)
{
  make_file (self, 9 * MIB);
  set_link (self, HEMO_LINK_MULTIPART);
  self->fake->server->cut_at = 2 * MIB;
  self->fake->server->faults = 3;
  for (int i = 0; i < 3; i++)
    assert_fails (self, HEMO_REMOTE_ERROR_OFFLINE);
  set_link (self, HEMO_LINK_PIECES);
  assert_sent (self, HEMO_LINK_PIECES);
  g_assert_cmpuint (g_hash_table_size (self->fake->uploads), ==, 0);
  assert_read_back (self);
}

static guint
count_asked (Fixture *self)
{
  guint asked = 0;

  for (const char *at = self->fake->server->log->str; (at = strstr (at, "HEAD ")) != NULL; at++)
    asked += strstr (at, ".pieces/") != NULL && strstr (at, ".pieces/") < strchr (at, '\n') ? 1 : 0;
  return asked;
}

/* The link went away long before the end of a piece: it is sent again without a question. One that
 * arrived and whose answer was lost is asked for. */
static void
test_missing_piece (Fixture *self, gconstpointer data)
{
  make_file (self, 16 * MIB);
  self->link = (HemoLink){ .speed = 4 * (double)MIB, .overhead = 1, .lasts = 30 };
  self->fake->server->stall_at = 64 * KIB;
  self->fake->server->faults = 1;
  assert_fails (self, HEMO_REMOTE_ERROR_OFFLINE);
  fake_server_set (self->fake->server, self->fake->server->stall_at, 0);
  g_assert_nonnull (self->state);
  self->fake->lost = 1;
  assert_fails (self, HEMO_REMOTE_ERROR_OFFLINE);
  g_assert_cmpuint (count_asked (self), ==, 0);
  self->link = (HemoLink){ .speed = 4 * (double)MIB, .overhead = 1, .lasts = 30 };
  assert_sent (self, HEMO_LINK_PIECES);
  g_assert_cmpuint (count_asked (self), ==, 1);
  assert_read_back (self);
}

static struct
{
  guint taken;
  guint ended;
  guint lost;
} turns;

static gboolean
take_turn (gpointer data, GCancellable *cancellable, GError **error)
{
  turns.taken++;
  return TRUE;
}

static void
end_turn (gboolean lost, gpointer data)
{
  turns.ended++;
  turns.lost += lost ? 1 : 0;
}

static gboolean
send_in_turn (Fixture *self)
{
  g_autofree char *kept = g_strdup (self->state);
  const HemoObjectTask task = { .s3 = self->s3,
                                .link = &self->link,
                                .key = "o/k",
                                .path = self->path,
                                .size = self->size,
                                .sha256 = self->sha256,
                                .state = kept,
                                .keep = keep,
                                .take_turn = take_turn,
                                .end_turn = end_turn,
                                .data = self };

  turns.taken = turns.ended = turns.lost = 0;
  return hemo_object_upload (&task, NULL, NULL, NULL);
}

/* Pieces over a poor link take turns, but for the first; over a good one they do not. */
static void
test_turns (Fixture *self, gconstpointer data)
{
  make_file (self, 192 * KIB);
  self->link = (HemoLink){ .speed = 10, .overhead = 0.6, .lasts = 30 };
  g_assert_true (send_in_turn (self));
  g_assert_cmpuint (turns.taken, >=, 1);
  g_assert_cmpuint (turns.taken, <=, 2);
  g_assert_cmpuint (turns.ended, ==, turns.taken);
  g_assert_cmpuint (turns.lost, ==, 0);
  g_hash_table_remove_all (self->fake->objects);
  make_file (self, 16 * MIB);
  self->link = (HemoLink){ .speed = 4 * (double)MIB, .overhead = 1, .lasts = 30 };
  g_assert_true (send_in_turn (self));
  g_assert_cmpuint (turns.taken, ==, 0);
}

static void
test_hidden_error (Fixture *self, gconstpointer data)
{
  make_file (self, 9 * MIB);
  set_link (self, HEMO_LINK_MULTIPART);
  self->fake->hidden_errors = 1;
  assert_fails (self, HEMO_REMOTE_ERROR_BUSY);
  g_assert_null (fake_s3_object (self->fake, "b/o/k"));
  set_link (self, HEMO_LINK_MULTIPART);
  assert_sent (self, HEMO_LINK_MULTIPART);
  g_assert_cmpuint (self->fake->server->bodies, <, 9 * MIB + 8 * KIB);
}

static void
test_portal (Fixture *self, gconstpointer data)
{
  make_file (self, 100 * KIB);
  self->fake->portal = TRUE;
  assert_fails (self, HEMO_REMOTE_ERROR_OFFLINE);
  self->fake->portal = FALSE;
  self->fake->fail_status = 403;
  self->fake->fail_code = "AccessDenied";
  self->fake->failures = 9;
  assert_fails (self, HEMO_REMOTE_ERROR_DENIED);
}

/* A byte that turned on this disk is not sent, or not taken for sent. */
static void
test_turned_byte (Fixture *self, gconstpointer data)
{
  const HemoLinkForm forms[] = { HEMO_LINK_WHOLE, HEMO_LINK_PIECES, HEMO_LINK_MULTIPART };

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (GError) error = NULL;

      make_file (self, forms[i] == HEMO_LINK_MULTIPART ? 9 * MIB : 200 * KIB);
      self->sha256[0] = self->sha256[0] == 'a' ? 'b' : 'a';
      g_clear_pointer (&self->state, g_free);
      set_link (self, forms[i]);
      g_assert_false (send_as (self, FALSE, NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_assert_null (fake_s3_object (self->fake, "b/o/k.manifest"));
    }
}

static void
test_sweep (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *young = hemo_s3_multipart_begin (self->s3, "o/young", NULL, NULL);
  g_autofree char *old = hemo_s3_multipart_begin (self->s3, "o/old", NULL, NULL);
  FakeUpload *upload = g_hash_table_lookup (self->fake->uploads, old);

  upload->begun -= 8 * 86400;
  g_assert_true (hemo_object_sweep (self->s3, "o/", 7 * G_TIME_SPAN_DAY, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_hash_table_contains (self->fake->uploads, young));
  g_assert_false (g_hash_table_contains (self->fake->uploads, old));
}

/* A state that is damaged, or of another file, is none. */
static void
test_odd_states (Fixture *self, gconstpointer data)
{
  const char *const states[] = { "",
                                 "{",
                                 "[]",
                                 "null",
                                 "{\"format\":\"hemogram-upload-1\"}",
                                 "{\"format\":\"hemogram-upload-1\",\"size\":204800}" };

  make_file (self, 200 * KIB);
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autoptr (GError) error = NULL;

      g_set_str (&self->state, states[i]);
      set_link (self, HEMO_LINK_PIECES);
      g_assert_true (send_as (self, FALSE, NULL, &error));
      g_assert_no_error (error);
      g_hash_table_remove_all (self->fake->objects);
    }
  set_link (self, HEMO_LINK_PIECES);
  self->stop_at = self->steps + 1;
  g_assert_false (send_as (self, FALSE, NULL, NULL));
  self->stop_at = G_MAXUINT;
  make_file (self, 201 * KIB);
  set_link (self, HEMO_LINK_PIECES);
  assert_sent (self, HEMO_LINK_PIECES);
  assert_read_back (self);
}

#define ADD(path, function) g_test_add ("/object/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
  ADD ("whole", test_whole);
  ADD ("empty", test_empty);
  ADD ("pieces", test_pieces);
  ADD ("multipart", test_multipart);
  ADD ("cut-whole", test_cut_whole);
  ADD ("cut-pieces", test_cut_pieces);
  ADD ("cut-multipart", test_cut_multipart);
  ADD ("lost-whole", test_lost_whole);
  ADD ("lost-pieces", test_lost_pieces);
  ADD ("replaced-pieces", test_replaced_pieces);
  g_test_add ("/object/replaced-denied", Fixture, GUINT_TO_POINTER (403), set_up,
              test_replaced_stay, tear_down);
  g_test_add ("/object/replaced-busy", Fixture, GUINT_TO_POINTER (503), set_up, test_replaced_stay,
              tear_down);
  ADD ("lost-parts", test_lost_parts);
  ADD ("noted", test_noted);
  ADD ("bytes", test_bytes);
  ADD ("lost-before-manifest", test_lost_before_manifest);
  ADD ("lost-state", test_lost_state);
  ADD ("spoiled", test_spoiled);
  ADD ("read-back", test_read_back);
  ADD ("conflict", test_conflict);
  ADD ("same-there", test_same_there);
  ADD ("forgotten-upload", test_forgotten_upload);
  ADD ("stuck-part", test_stuck_part);
  ADD ("missing-piece", test_missing_piece);
  ADD ("turns", test_turns);
  ADD ("hidden-error", test_hidden_error);
  ADD ("portal", test_portal);
  ADD ("turned-byte", test_turned_byte);
  ADD ("sweep", test_sweep);
  ADD ("odd-states", test_odd_states);
  return g_test_run ();
}
