/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A lane of the queue against a remote that refuses, is away, or answers and is not heard. */

#include "hemo-drain.h"

#include "store-fixture.h"

#define TYPE_FAKE_REMOTE (fake_remote_get_type ())
G_DECLARE_FINAL_TYPE (FakeRemote, fake_remote, FAKE, REMOTE, GObject)

/* What it was given, in order, and what it does with the object of a name. */
struct _FakeRemote
{
  GObject parent_instance;

  GPtrArray *given;
  GHashTable *held;
  const char *refused;
  const char *unreached;
  const char *unheard;
  GCancellable *cancel_at_push;
  guint asked;
};

static gboolean
push (HemoRemote *remote, const HemoQueueItem *item, GCancellable *cancellable, GError **error)
{
  FakeRemote *self = FAKE_REMOTE (remote);

  if (g_strcmp0 (item->object, self->unreached) == 0)
    {
      g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE, "away");
      return FALSE;
    }
  g_ptr_array_add (self->given, g_strdup (item->object));
  if (g_strcmp0 (item->object, self->refused) == 0)
    {
      g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED, "not well formed");
      return FALSE;
    }
  g_hash_table_add (self->held, g_strdup (item->change));
  if (self->cancel_at_push != NULL)
    g_cancellable_cancel (self->cancel_at_push);
  if (g_strcmp0 (item->object, self->unheard) != 0)
    return TRUE;
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE, "no answer");
  return FALSE;
}

static gboolean
has (HemoRemote *remote,
     const HemoQueueItem *item,
     gboolean *there,
     GCancellable *cancellable,
     GError **error)
{
  FakeRemote *self = FAKE_REMOTE (remote);

  self->asked++;
  *there = g_hash_table_contains (self->held, item->change);
  return TRUE;
}

static void
remote_init (HemoRemoteInterface *interface)
{
  interface->push = push;
  interface->has = has;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeRemote,
                               fake_remote,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HEMO_TYPE_REMOTE, remote_init))

static void
fake_remote_finalize (GObject *object)
{
  g_ptr_array_unref (FAKE_REMOTE (object)->given);
  g_hash_table_unref (FAKE_REMOTE (object)->held);
  G_OBJECT_CLASS (fake_remote_parent_class)->finalize (object);
}

static void
fake_remote_class_init (FakeRemoteClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_remote_finalize;
}

static void
fake_remote_init (FakeRemote *self)
{
  self->given = g_ptr_array_new_with_free_func (g_free);
  self->held = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

typedef struct
{
  ClinicFixture base;
  FakeRemote *remote;
  HemoStore *store;
} Fixture;

static gboolean
change_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_txn_log_change (txn, "patient.edit", "Patient", data, 1, HEMO_LANE_RESULTS, error);
}

static void
queue (Fixture *self, const char *object)
{
  g_autoptr (GError) error = NULL;

  hemo_store_write (self->store, self->base.session, change_job, (gpointer)object, NULL, &error);
  g_assert_no_error (error);
}

/* What making the clinic queued is sent before, so that a test has its own three alone. */
static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  clinic_set_up (&self->base, NULL);
  self->store = hemo_clinic_get_store (self->base.clinic);
  self->remote = g_object_new (TYPE_FAKE_REMOTE, NULL);
  hemo_drain_lane (self->store, self->base.session, HEMO_LANE_RESULTS, HEMO_REMOTE (self->remote),
                   NULL, NULL, &error);
  g_assert_no_error (error);
  g_ptr_array_set_size (self->remote->given, 0);
  queue (self, "p1");
  queue (self, "p2");
  queue (self, "p3");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->remote);
  clinic_tear_down (&self->base, NULL);
}

static gboolean
drain (Fixture *self, guint *sent, GCancellable *cancellable, GError **error)
{
  return hemo_drain_lane (self->store, self->base.session, HEMO_LANE_RESULTS,
                          HEMO_REMOTE (self->remote), sent, cancellable, error);
}

static void
assert_given (Fixture *self, const char *expected)
{
  g_autofree char *all = NULL;

  g_ptr_array_add (self->remote->given, NULL);
  all = g_strjoinv (" ", (char **)self->remote->given->pdata);
  g_ptr_array_set_size (self->remote->given, (int)self->remote->given->len - 1);
  g_assert_cmpstr (all, ==, expected);
}

static gint64
count_state (Fixture *self, const char *state)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT count(*) FROM queue WHERE state = '%s' AND object IN ('p1', 'p2', 'p3')", state);

  return store_count (self->store, sql);
}

static void
test_in_order (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint sent = 77;

  g_assert_true (drain (self, &sent, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (sent, ==, 3);
  g_assert_true (drain (self, &sent, NULL, &error));
  g_assert_cmpuint (sent, ==, 0);
  assert_given (self, "p1 p2 p3");
  g_assert_cmpuint (self->remote->asked, ==, 0);
}

/* It goes to the shelf with its reason, is not sent again by itself, and stops nobody. */
static void
test_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint sent = 0;

  self->remote->refused = "p2";
  g_assert_true (drain (self, &sent, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (sent, ==, 2);
  assert_given (self, "p1 p2 p3");
  g_assert_cmpint (count_state (self, "waiting"), ==, 0);
  g_assert_true (drain (self, &sent, NULL, &error));
  assert_given (self, "p1 p2 p3");
  g_assert_cmpint (store_count (self->store, "SELECT count(*) FROM queue WHERE object = 'p2'"), ==,
                   1);
}

static void
test_offline (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint sent = 77;

  self->remote->unreached = "p2";
  g_assert_false (drain (self, &sent, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE);
  g_clear_error (&error);
  g_assert_cmpuint (sent, ==, 77);
  assert_given (self, "p1");
  g_assert_cmpint (count_state (self, "waiting"), ==, 2);
  self->remote->unreached = NULL;
  g_assert_true (drain (self, &sent, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (sent, ==, 2);
  assert_given (self, "p1 p2 p3");
}

static void
test_lost_answer (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint sent = 0;

  self->remote->unheard = "p2";
  g_assert_false (drain (self, &sent, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE);
  g_clear_error (&error);
  g_assert_cmpint (count_state (self, "waiting"), ==, 2);
  g_assert_true (drain (self, &sent, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (sent, ==, 2);
  g_assert_cmpuint (self->remote->asked, ==, 1);
  assert_given (self, "p1 p2 p3");
}

/* What was given is marked before it stops. */
static void
test_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  self->remote->cancel_at_push = cancellable;
  g_assert_false (drain (self, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  assert_given (self, "p1");
  g_assert_cmpint (count_state (self, "waiting"), ==, 2);
  self->remote->cancel_at_push = NULL;
  g_assert_true (drain (self, NULL, NULL, &error));
  g_assert_no_error (error);
  assert_given (self, "p1 p2 p3");
}

#define PEOPLE_WORK 150

static gpointer
work (gpointer data)
{
  for (int i = 0; i < PEOPLE_WORK; i++)
    queue (data, "p4");
  return NULL;
}

/* More than a batch, while people go on working; nothing is lost and nothing is sent twice. */
static void
test_while_people_work (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GThread) worker = g_thread_new ("people", work, self);
  guint all = 0, sent = 0;

  for (int i = 0; i < 20; i++)
    {
      g_assert_true (drain (self, &sent, NULL, &error));
      g_assert_no_error (error);
      all += sent;
    }
  g_thread_join (g_steal_pointer (&worker));
  g_assert_true (drain (self, &sent, NULL, &error));
  g_assert_cmpuint (all + sent, ==, 3 + PEOPLE_WORK);
  g_assert_cmpuint (self->remote->given->len, ==, 3 + PEOPLE_WORK);
}

#define ADD(path, function) g_test_add ("/drain/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
  ADD ("in-order", test_in_order);
  ADD ("refused", test_refused);
  ADD ("offline", test_offline);
  ADD ("lost-answer", test_lost_answer);
  ADD ("cancelled", test_cancelled);
  ADD ("while-people-work", test_while_people_work);
  return g_test_run ();
}
