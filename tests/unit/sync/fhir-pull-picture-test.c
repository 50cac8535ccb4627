/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A picture that one laptop took is asked for on another, and by a program that is none of ours. */

#include "hemo-mark-table.h"
#include "hemo-picture-request-table.h"
#include "hemo-queue.h"
#include "laptops.h"

#define TASK "44444444-4444-4444-8444-444444444444"

typedef struct
{
  const char *tube;
  char *image;
} Add;

static gboolean
add_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Add *add = data;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "INSERT INTO image (uuid, specimen, field, media_type, width, height, orientation, bytes, "
      "sha256, sealed_sha256, sealed_bytes, signature, captured_us, captured_offset, "
      "captured_by_hand, version) VALUES (?1, ?2, 1, 'image/jpeg', 640, 480, 1, 1000, "
      "printf ('%064d', 1), printf ('%064d', 2), 1500, x'00', 1700000000000000, 180, 0, 1)",
      error);

  if (statement == NULL)
    return FALSE;
  add->image = hemo_uuid_new ();
  hemo_statement_bind_text (statement, 1, add->image);
  hemo_statement_bind_text (statement, 2, add->tube);
  return hemo_statement_run (statement, error)
         && hemo_txn_log_change (txn, "image.add", "Media", add->image, 1, HEMO_LANE_RESULTS, error)
         && hemo_txn_queue (txn, "Media", add->image, HEMO_LANE_ORIGINALS, error);
}

/* Taken on A, told to both. (transfer full) */
static char *
add_picture (Laptops *self)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autoptr (HemoSpecimen) tube = laptop_add_case (&self->a, patient->uuid);
  Add add = { .tube = tube->uuid };

  laptop_write (&self->a, add_job, &add);
  laptops_settle (self);
  return add.image;
}

static gboolean
ask_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_picture_request_ask (txn, data, NULL, error);
}

static gboolean
receive_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GPtrArray) items = hemo_queue_waiting (txn, HEMO_LANE_ORIGINALS, 1, error);

  return items != NULL && hemo_queue_received (txn, items->pdata[0], error);
}

static void
assert_says (Laptop *laptop, const char *image, const char *expected)
{
  g_autofree char *state = laptop_ask (
      laptop, "SELECT group_concat(state) FROM picture_request WHERE image = '%s'", image);

  g_assert_cmpstr (state, ==, expected);
}

static void
assert_status (Laptops *self, const char *task, const char *expected)
{
  g_autoptr (json_object) json = fake_fhir_read (self->fake, "Task", task);
  json_object *status = NULL;

  g_assert_nonnull (json);
  g_assert_true (json_object_object_get_ex (json, "status", &status));
  g_assert_cmpstr (json_object_get_string (status), ==, expected);
}

static char *
task_of (Laptop *laptop)
{
  return laptop_ask (laptop, "SELECT uuid FROM picture_request");
}

/* Asked for on B: A sends it first and says so, B knows. */
static void
test_two_laptops (Laptops *self, gconstpointer data)
{
  g_autofree char *image = add_picture (self);
  g_autofree char *task = NULL, *rank = NULL;
  guint changes;

  laptop_write (&self->b, ask_job, image);
  laptop_push (&self->b);
  task = task_of (&self->b);
  assert_status (self, task, "requested");
  g_assert_cmpuint (laptop_pull (&self->a).waiting, ==, 0);
  assert_says (&self->a, image, "asked");
  rank = laptop_ask (&self->a, "SELECT rank FROM queue WHERE lane = 2 AND object = '%s'", image);
  g_assert_cmpstr (rank, ==, "4");
  /* Until it is there nobody is told that it is. */
  g_assert_cmpuint (laptop_push (&self->a), ==, 0);
  laptop_write (&self->a, receive_job, NULL);
  g_assert_cmpuint (laptop_push (&self->a), ==, 1);
  assert_status (self, task, "completed");
  laptop_pull (&self->b);
  assert_says (&self->b, image, "sent");
  /* Both know it, and nothing goes to and fro. */
  changes = self->fake->changes->len;
  laptops_settle (self);
  g_assert_cmpuint (self->fake->changes->len, ==, changes);
}

/* It is received while it is asked for, and asked for once more. */
static void
test_at_once (Laptops *self, gconstpointer data)
{
  g_autofree char *image = add_picture (self);
  g_autofree char *task = NULL;

  laptop_write (&self->b, ask_job, image);
  laptop_push (&self->b);
  task = task_of (&self->b);
  laptop_write (&self->a, receive_job, NULL);
  for (guint i = 0; i < 2; i++)
    {
      laptops_settle (self);
      /* It is said of what is proven from then on. */
      assert_status (self, task, "requested");
      laptop_write (&self->a, receive_job, NULL);
      laptops_settle (self);
      assert_status (self, task, "completed");
      if (i == 0)
        laptop_write (&self->b, ask_job, image);
    }
  assert_says (&self->b, image, "sent");
  assert_says (&self->a, image, "sent");
}

static void
write_task (Laptops *self, const char *image, const char *status)
{
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"Task\",\"id\":\"" TASK "\",\"status\":\"%s\",\"intent\":\"order\","
      "\"focus\":{\"reference\":\"Media/%s\"},\"note\":[{\"text\":\"For the round\"}]}",
      status, image);

  fake_fhir_write (self->fake, text);
}

/* Another program asks: its Task is answered and stays in its words. */
static void
test_another_program (Laptops *self, gconstpointer data)
{
  g_autofree char *image = add_picture (self);
  g_autoptr (json_object) answered = NULL;

  write_task (self, image, "requested");
  laptop_pull (&self->a);
  assert_says (&self->a, image, "asked");
  g_assert_cmpuint (laptop_push (&self->a), ==, 0);
  laptop_write (&self->a, receive_job, NULL);
  laptop_push (&self->a);
  assert_status (self, TASK, "completed");
  answered = fake_fhir_read (self->fake, "Task", TASK);
  g_assert_nonnull (strstr (json_object_to_json_string (answered), "For the round"));
  laptops_settle (self);
  assert_says (&self->b, image, "sent");
}

/* It asks for what nobody has: nothing is sent, no person is asked, and nothing of it is kept. */
static void
test_unknown (Laptops *self, gconstpointer data)
{
  g_autofree char *image = add_picture (self);
  HemoFhirPulled pulled;

  write_task (self, TASK, "requested");
  pulled = laptop_pull (&self->a);
  g_assert_cmpuint (pulled.waiting, ==, 0);
  g_assert_cmpuint (pulled.strange, ==, 1);
  g_assert_cmpuint (laptop_push (&self->a), ==, 0);
  assert_status (self, TASK, "requested");
  g_assert_cmpint (
      store_count (self->a.store, "SELECT count(*) FROM incoming WHERE id = '" TASK "'"), ==, 0);
}

static gboolean
change_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_txn_log_change (txn, "image.change", "Media", data, 2, HEMO_LANE_RESULTS, error);
}

static gboolean
change_tube_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_txn_log_change (txn, "specimen.edit", "Specimen", data, 2, HEMO_LANE_RESULTS, error);
}

/* Nothing of the records waits, and nothing lies on the shelf. */
static void
assert_sent (Laptop *laptop)
{
  g_autofree char *stuck
      = laptop_ask (laptop, "SELECT count(*) FROM queue WHERE lane = 0 AND state = 'stuck'");

  g_assert_cmpint (laptop_queued (laptop), ==, 0);
  g_assert_cmpstr (stuck, ==, "0");
}

/* It is put aside or refused there, or made into what nobody here can use: the case goes on being
 * sent, nothing of theirs is undone, and once it waits again it is answered. */
static void
test_put_aside (Laptops *self, gconstpointer data)
{
  static const char *const ways[] = { "on-hold", "draft", "rejected" };
  g_autofree char *image = add_picture (self);

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      write_task (self, image, "requested");
      laptop_pull (&self->a);
      assert_says (&self->a, image, "asked");
      write_task (self, image, ways[i]);
      laptop_pull (&self->a);
      assert_says (&self->a, image, "withdrawn");
      laptop_write (&self->a, change_job, image);
      laptop_push (&self->a);
      laptops_settle (self);
      assert_sent (&self->a);
      assert_sent (&self->b);
      assert_status (self, TASK, ways[i]);
    }
  write_task (self, image, "requested");
  laptop_pull (&self->a);
  laptop_write (&self->a, receive_job, NULL);
  laptop_push (&self->a);
  assert_status (self, TASK, "completed");
}

/* It names another picture than before. */
static void
test_other_focus (Laptops *self, gconstpointer data)
{
  g_autofree char *image = add_picture (self);
  g_autofree char *other = add_picture (self);
  g_autoptr (json_object) theirs = NULL;

  write_task (self, image, "requested");
  laptop_pull (&self->a);
  write_task (self, other, "requested");
  laptop_pull (&self->a);
  assert_says (&self->a, image, "withdrawn");
  assert_says (&self->a, other, NULL);
  laptop_write (&self->a, change_job, image);
  laptop_push (&self->a);
  assert_sent (&self->a);
  theirs = fake_fhir_read (self->fake, "Task", TASK);
  g_assert_nonnull (strstr (json_object_to_json_string (theirs), other));
  assert_status (self, TASK, "requested");
}

typedef struct
{
  const char *image;
  GPtrArray *marks;
  gint64 version;
} Drawn;

static gboolean
draw_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Drawn *drawn = data;

  return hemo_marks_save (txn, drawn->image, drawn->marks, &drawn->version, error);
}

typedef struct
{
  const char *tube;
  GPtrArray *marks;
} Seen;

static gboolean
see_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Seen *seen = data;
  g_autoptr (GPtrArray) others = hemo_other_pictures_load (txn, seen->tube, error);
  const HemoOtherPicture *first;

  if (others == NULL)
    return FALSE;
  g_assert_cmpuint (others->len, ==, 1);
  first = others->pdata[0];
  g_clear_pointer (&seen->marks, g_ptr_array_unref);
  seen->marks = first->image->marks != NULL ? g_ptr_array_ref (first->image->marks) : NULL;
  return TRUE;
}

/* On the other laptop the picture has these marks, and nobody has anything to decide. */
static void
assert_drawn (Laptops *self, const char *image, GPtrArray *expected)
{
  g_autofree char *tube
      = laptop_ask (&self->a, "SELECT specimen FROM image WHERE uuid = '%s'", image);
  Seen seen = { .tube = tube };
  g_autoptr (GPtrArray) waiting = NULL;

  laptops_settle (self);
  laptop_write (&self->b, see_job, &seen);
  g_assert_cmpuint (seen.marks != NULL ? seen.marks->len : 0, ==, expected->len);
  for (guint i = 0; i < expected->len; i++)
    {
      const HemoMark *there = seen.marks->pdata[i], *here = expected->pdata[i];

      g_assert_cmpstr (there->uuid, ==, here->uuid);
      g_assert_cmpstr (there->note, ==, here->note);
      g_assert_cmpint (there->kind, ==, here->kind);
      g_assert_cmpfloat (there->x2, ==, here->x2);
      g_assert_cmpstr (there->by, ==, hemo_session_get_user (self->a.user));
    }
  g_clear_pointer (&seen.marks, g_ptr_array_unref);
  waiting = laptop_waiting (&self->b);
  g_assert_cmpuint (waiting->len, ==, 0);
  g_assert_cmpint (laptop_queued (&self->a), ==, 0);
}

/* What is drawn on A is seen on B: at first, when its note is changed, when it is taken away. */
static void
test_marks (Laptops *self, gconstpointer data)
{
  g_autofree char *image = add_picture (self);
  g_autofree char *made = NULL;
  g_autoptr (GPtrArray) marks = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_mark_free);
  Drawn drawn = { .image = image, .marks = marks };
  HemoMark *circle = hemo_mark_new (HEMO_MARK_CIRCLE, 100.5, 100, 130.25, 140);
  guint changes;

  circle->note = g_strdup ("Ring form?");
  g_ptr_array_add (marks, circle);
  g_ptr_array_add (marks, hemo_mark_new (HEMO_MARK_ARROW, 10, 20, 30, 40));
  laptop_write (&self->a, draw_job, &drawn);
  g_assert_cmpint (laptop_queued (&self->a), ==, 1);
  assert_drawn (self, image, marks);
  g_set_str (&circle->note, "Trophozoite");
  laptop_write (&self->a, draw_job, &drawn);
  assert_drawn (self, image, marks);
  g_ptr_array_set_size (marks, 0);
  laptop_write (&self->a, draw_job, &drawn);
  assert_drawn (self, image, marks);
  changes = self->fake->changes->len;
  laptops_settle (self);
  g_assert_cmpuint (self->fake->changes->len, ==, changes);
}

/* Stored, and nobody hears of it. */
static void
push_unheard (Laptops *self)
{
  g_autoptr (GError) error = NULL;

  self->fake->lose_answers = 1;
  g_assert_false (hemo_fhir_push_run (&self->a.push, NULL, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE);
}

static void
draw_one (Laptops *self, Drawn *drawn, double x)
{
  g_ptr_array_add (drawn->marks, hemo_mark_new (HEMO_MARK_ARROW, x, 20, 30, 40));
  laptop_write (&self->a, draw_job, drawn);
}

/* The answer to marks is lost and one more is drawn: that the server has the first of them is no
 * dispute with ourselves, whether it is seen before the next is sent (@data) or by its refusal. */
static void
test_marks_unheard (Laptops *self, gconstpointer data)
{
  g_autofree char *image = add_picture (self);
  g_autofree char *memory = NULL;
  g_autoptr (GPtrArray) marks = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_mark_free);
  g_autoptr (GPtrArray) waiting = NULL;
  Drawn drawn = { .image = image, .marks = marks };

  for (int i = 0; i < 3; i++)
    {
      draw_one (self, &drawn, 10 + i);
      push_unheard (self);
      draw_one (self, &drawn, 100 + i);
      if (data != NULL)
        g_assert_cmpuint (laptop_pull (&self->a).waiting, ==, 0);
    }
  laptop_push (&self->a);
  waiting = laptop_waiting (&self->a);
  g_assert_cmpuint (waiting->len, ==, 0);
  assert_sent (&self->a);
  assert_drawn (self, image, marks);
  memory = laptop_ask (&self->a, "SELECT count(*) FROM remote_resource WHERE type = 'Media' AND "
                                 "version_id IS NULL AND base <> ''");
  g_assert_cmpstr (memory, ==, "0");
}

/* What somebody else drew meanwhile is a dispute still. */
static void
test_marks_disputed (Laptops *self, gconstpointer data)
{
  g_autofree char *image = add_picture (self);
  g_autoptr (GPtrArray) marks = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_mark_free);
  g_autoptr (GPtrArray) waiting = NULL;
  g_autoptr (json_object) theirs = NULL;
  Drawn drawn = { .image = image, .marks = marks };

  draw_one (self, &drawn, 10);
  push_unheard (self);
  theirs = fake_fhir_read (self->fake, "Media", image);
  json_object_object_add (theirs, "status", json_object_new_string ("entered-in-error"));
  fake_fhir_write (self->fake, json_object_to_json_string (theirs));
  draw_one (self, &drawn, 100);
  laptop_push (&self->a);
  waiting = laptop_waiting (&self->a);
  g_assert_cmpuint (waiting->len, ==, 1);
}

static gboolean
damage_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_db_execute (hemo_txn_get_db (txn), "UPDATE image_mark SET marks = '[{\"kind\"'",
                          error);
}

static gboolean
forget_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autofree char *sql
      = g_strdup_printf ("DELETE FROM remote_resource WHERE id = '%s'", (const char *)data);

  return hemo_db_execute (hemo_txn_get_db (txn), sql, error);
}

/* The list of marks is damaged on A: that takes none from the server, and the shelf says why the
 * picture's record stays. What else is of the case goes on. */
static void
test_marks_damaged (Laptops *self, gconstpointer data)
{
  g_autofree char *image = add_picture (self);
  g_autofree char *tube
      = laptop_ask (&self->a, "SELECT specimen FROM image WHERE uuid = '%s'", image);
  g_autofree char *reason = NULL;
  g_autoptr (GPtrArray) marks = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_mark_free);
  g_autoptr (json_object) before = NULL, after = NULL;
  Drawn drawn = { .image = image, .marks = marks };

  draw_one (self, &drawn, 10);
  laptops_settle (self);
  before = fake_fhir_read (self->fake, "Media", image);
  laptop_write (&self->a, damage_job, NULL);
  laptop_write (&self->a, change_job, image);
  laptop_write (&self->a, change_tube_job, tube);
  g_assert_cmpuint (laptop_push (&self->a), ==, 1);
  after = fake_fhir_read (self->fake, "Media", image);
  g_assert_true (json_object_equal (before, after));
  g_assert_cmpint (laptop_queued (&self->a), ==, 0);
  reason = laptop_ask (&self->a, "SELECT reason FROM queue WHERE state = 'stuck'");
  g_assert_nonnull (strstr (reason, "marks of this picture are damaged"));
}

/* The record with the marks may have got there or not, and has not: it goes without them, as what
 * else is of the case refers to it. */
static void
test_marks_damaged_unheard (Laptops *self, gconstpointer data)
{
  g_autofree char *image = add_picture (self);
  g_autofree char *tube
      = laptop_ask (&self->a, "SELECT specimen FROM image WHERE uuid = '%s'", image);
  g_autoptr (GPtrArray) marks = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_mark_free);
  g_autoptr (json_object) there = NULL;
  Drawn drawn = { .image = image, .marks = marks };

  fake_fhir_lose (self->fake, "Media", image);
  laptop_write (&self->a, forget_job, image);
  draw_one (self, &drawn, 10);
  push_unheard (self);
  fake_fhir_lose (self->fake, "Media", image);
  laptop_write (&self->a, damage_job, NULL);
  laptop_write (&self->a, change_job, image);
  laptop_write (&self->a, change_tube_job, tube);
  laptop_push (&self->a);
  there = fake_fhir_read (self->fake, "Media", image);
  g_assert_nonnull (there);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/fhir-pull-picture/" path, Laptops, NULL, laptops_set_up, function,                 \
              laptops_tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
  ADD ("two-laptops", test_two_laptops);
  ADD ("at-once", test_at_once);
  ADD ("another-program", test_another_program);
  ADD ("unknown", test_unknown);
  ADD ("put-aside", test_put_aside);
  ADD ("other-focus", test_other_focus);
  ADD ("marks", test_marks);
  ADD ("marks-unheard", test_marks_unheard);
  g_test_add ("/fhir-pull-picture/marks-unheard-pulled", Laptops, "pull", laptops_set_up,
              test_marks_unheard, laptops_tear_down);
  ADD ("marks-disputed", test_marks_disputed);
  ADD ("marks-damaged", test_marks_damaged);
  ADD ("marks-damaged-unheard", test_marks_damaged_unheard);
  return g_test_run ();
}
