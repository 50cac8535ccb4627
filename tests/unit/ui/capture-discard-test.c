/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A counted field is discarded at once, another one can be had back; what the store refuses comes
 * back and stops a signature until it is told. Desk and case are stand-ins that do what the test
 * says. */

#include "hemo-capture-private.h"

#include "hemo-keeping.h"

struct _HemoDesk
{
  GObject parent_instance;
};
G_DEFINE_FINAL_TYPE (HemoDesk, hemo_desk, G_TYPE_OBJECT)

G_DEFINE_FINAL_TYPE (HemoCapture, hemo_capture, G_TYPE_OBJECT)

/* What the store was asked, and what it says to what is answered now. */
static GQueue asked = G_QUEUE_INIT;
static gboolean refuses;
static guint touches, reloads, said;
static int cells_said;
static char *told_text;
/* The case as it was read. */
static HemoCase read_case;

typedef struct
{
  GAsyncReadyCallback callback;
  gpointer data;
} Asked;

static void
hemo_desk_class_init (HemoDeskClass *klass)
{
}

static void
hemo_desk_init (HemoDesk *self)
{
}

static void
hemo_capture_class_init (HemoCaptureClass *klass)
{
  g_signal_new ("discarded", HEMO_TYPE_CAPTURE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                1, G_TYPE_INT);
}

static void
hemo_capture_init (HemoCapture *self)
{
}

void
hemo_desk_run_async (HemoDesk *self,
                     HemoDeskWork work,
                     gpointer data,
                     GDestroyNotify data_free,
                     GDestroyNotify result_free,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_assert_not_reached ();
}

void
hemo_desk_keep_async (HemoDesk *self,
                      HemoDeskWork work,
                      gpointer data,
                      GDestroyNotify data_free,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  Asked *one = g_new0 (Asked, 1);

  if (data_free != NULL)
    data_free (data);
  one->callback = callback;
  one->data = user_data;
  g_queue_push_tail (&asked, one);
}

gboolean
hemo_desk_finish (HemoDesk *self, GAsyncResult *result, gpointer *out, GError **error)
{
  if (refuses)
    g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE, "It stays.");
  return !refuses;
}

void
hemo_desk_touch (HemoDesk *self)
{
  touches++;
}

const HemoCase *
hemo_bench_case_get (HemoBenchCase *self)
{
  return &read_case;
}

void
hemo_bench_case_reload (HemoBenchCase *self)
{
  reloads++;
}

GdkTexture *
hemo_field_texture_new (HemoPixels *pixels)
{
  g_assert_not_reached ();
}

void
hemo_capture_tell (HemoCapture *self, const char *text, gboolean can_keep)
{
  g_set_str (&told_text, text);
}

gboolean
hemo_capture_is_saving (HemoCapture *self, const char *uuid)
{
  return FALSE;
}

gboolean
hemo_capture_forget_failed (HemoCapture *self, HemoFilmItem *item)
{
  return FALSE;
}

void
hemo_capture_take_left (HemoCapture *self)
{
}

void
hemo_capture_watch (HemoCapture *self)
{
}

static void
said_cb (HemoCapture *self, int cells)
{
  said++;
  cells_said = cells;
}

static void
add_image (const char *uuid)
{
  HemoImage *image = hemo_image_new ("a-specimen");

  g_set_str (&image->uuid, uuid);
  g_ptr_array_add (read_case.images, image);
}

/* The case is read again and has the fields a to c, but for @gone. */
static void
update (HemoCapture *self, const char *gone)
{
  g_ptr_array_set_size (read_case.images, 0);
  for (char c = 'a'; c <= 'c'; c++)
    if (strchr (gone, c) == NULL)
      add_image ((char[]){ c, '\0' });
  hemo_capture_update (self);
}

static HemoCapture *
set_up (void)
{
  HemoCapture *self = g_object_new (HEMO_TYPE_CAPTURE, NULL);

  self->desk = g_object_new (hemo_desk_get_type (), NULL);
  self->bench_case = (HemoBenchCase *)self->desk;
  self->film = g_list_store_new (HEMO_TYPE_FILM_ITEM);
  self->gone = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->kept_fields = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_signal_connect (self, "discarded", G_CALLBACK (said_cb), NULL);
  read_case.images = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_image_free);
  touches = reloads = said = 0;
  refuses = FALSE;
  update (self, "");
  return self;
}

static void
tear_down (HemoCapture *self)
{
  g_assert_true (g_queue_is_empty (&asked));
  g_clear_handle_id (&self->discard_source, g_source_remove);
  g_clear_object (&self->discarded);
  g_clear_object (&self->film);
  g_clear_object (&self->desk);
  g_hash_table_unref (self->gone);
  g_hash_table_unref (self->kept_fields);
  g_ptr_array_unref (read_case.images);
  g_clear_pointer (&told_text, g_free);
  g_assert_finalize_object (self);
}

static void
assert_film (HemoCapture *self, const char *fields)
{
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->film)); i++)
    {
      g_autoptr (HemoFilmItem) item = g_list_model_get_item (G_LIST_MODEL (self->film), i);

      g_string_append (found, hemo_film_item_get_uuid (item));
    }
  g_assert_cmpstr (found->str, ==, fields);
}

static void
discard (HemoCapture *self, const char *uuid, int by_key, int found, gboolean keep)
{
  const HemoFieldTally told = { .by_key = by_key, .found = found };
  g_autoptr (HemoFilmItem) item = g_list_model_get_item (
      G_LIST_MODEL (self->film), (guint)hemo_capture_find_item (self, uuid));

  g_assert_true (hemo_capture_discard (self, item, &told, keep));
}

/* To the first of what it was asked. */
static void
answer (HemoCapture *self, gboolean done)
{
  g_autofree Asked *one = g_queue_pop_head (&asked);

  g_assert_nonnull (one);
  refuses = !done;
  one->callback (G_OBJECT (self->desk), NULL, one->data);
}

/* Nothing waits, and nothing is said before it is stored. */
static void
test_counted (void)
{
  HemoCapture *self = set_up ();

  discard (self, "b", 1, 2, FALSE);
  assert_film (self, "ac");
  g_assert_cmpuint (asked.length, ==, 1);
  g_assert_cmpuint (said, ==, 0);
  g_assert_false (hemo_capture_bring_back (self));
  g_assert_false (hemo_capture_settle (self));
  update (self, "");
  assert_film (self, "ac");
  answer (self, TRUE);
  g_assert_cmpuint (said, ==, 1);
  g_assert_cmpint (cells_said, ==, 3);
  g_assert_cmpuint (touches, ==, 1);
  g_assert_true (hemo_capture_settle (self));
  /* What was read before is no news. */
  update (self, "");
  assert_film (self, "ac");
  g_assert_true (hemo_capture_is_changing (self));
  update (self, "b");
  g_assert_false (hemo_capture_is_changing (self));
  assert_film (self, "ac");
  discard (self, "c", 1, 2, TRUE);
  answer (self, TRUE);
  g_assert_cmpint (cells_said, ==, 2);
  discard (self, "a", 4, 0, TRUE);
  answer (self, TRUE);
  g_assert_cmpint (cells_said, ==, 0);
  g_assert_cmpuint (said, ==, 3);
  tear_down (self);
}

static void
test_uncounted (void)
{
  HemoCapture *self = set_up ();

  discard (self, "b", 0, 0, FALSE);
  g_assert_cmpuint (asked.length, ==, 0);
  assert_film (self, "ac");
  update (self, "");
  assert_film (self, "ac");
  g_assert_true (hemo_capture_bring_back (self));
  assert_film (self, "abc");
  discard (self, "b", 0, 0, FALSE);
  /* The next one makes it last. */
  discard (self, "c", 0, 1, FALSE);
  g_assert_cmpuint (asked.length, ==, 2);
  answer (self, TRUE);
  g_assert_cmpuint (said, ==, 0);
  answer (self, TRUE);
  g_assert_cmpuint (said, ==, 1);
  update (self, "bc");
  discard (self, "a", 0, 0, FALSE);
  g_assert_false (hemo_capture_settle (self));
  answer (self, TRUE);
  g_assert_cmpuint (said, ==, 1);
  tear_down (self);
}

static void
test_refused (void)
{
  HemoCapture *self = set_up ();

  discard (self, "a", 1, 0, FALSE);
  discard (self, "b", 1, 0, FALSE);
  answer (self, FALSE);
  g_assert_cmpstr (told_text, ==, "It stays.");
  g_assert_cmpuint (said, ==, 0);
  g_assert_cmpuint (reloads, ==, 1);
  g_assert_true (hemo_capture_is_refused (self));
  /* That one is back; the other is on its way. */
  update (self, "");
  assert_film (self, "ca");
  answer (self, TRUE);
  update (self, "b");
  g_assert_false (hemo_capture_is_changing (self));
  /* Of another field nothing was said. */
  discard (self, "c", 0, 0, FALSE);
  g_assert_true (hemo_capture_is_refused (self));
  g_assert_true (hemo_capture_was_refused (self));
  g_assert_false (hemo_capture_was_refused (self));
  g_assert_true (hemo_capture_bring_back (self));
  discard (self, "a", 1, 0, FALSE);
  answer (self, FALSE);
  update (self, "b");
  g_assert_true (hemo_capture_is_refused (self));
  discard (self, "a", 1, 0, TRUE);
  g_assert_false (hemo_capture_is_refused (self));
  answer (self, TRUE);
  tear_down (self);
}

/* Who waits for a tick goes on when the store refuses it. */
static void
test_tick (void)
{
  HemoCapture *self = set_up ();
  g_autoptr (HemoFilmItem) last = hemo_capture_dup_last (self);

  hemo_capture_toggle_report (self, last);
  g_assert_true (hemo_capture_is_changing (self));
  answer (self, FALSE);
  g_assert_false (hemo_capture_is_changing (self));
  g_assert_cmpuint (reloads, ==, 1);
  hemo_capture_toggle_report (self, last);
  answer (self, TRUE);
  g_assert_cmpuint (touches, ==, 1);
  g_assert_cmpuint (reloads, ==, 1);
  tear_down (self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/capture-discard/counted", test_counted);
  g_test_add_func ("/capture-discard/uncounted", test_uncounted);
  g_test_add_func ("/capture-discard/refused", test_refused);
  g_test_add_func ("/capture-discard/tick", test_tick);
  return g_test_run ();
}
