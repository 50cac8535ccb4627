/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The differential's keys: what a key does, and when it is given to the store. */

#include "hemo-count-page-private.h"

#include "hemo-bench.h"
#include "hemo-capture.h"
#include "hemo-key-letter.h"
#include "hemo-place.h"
#include "hemo-reason-dialog.h"
#include "hemo-settings.h"
#include "hemo-sounds.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (HemoCountPage, hemo_count_page, HEMO_TYPE_BENCH_PAGE)

static void
check_reached (HemoCountPage *self)
{
  HemoDifferential sum = { 0 };
  gboolean reached;

  hemo_tally_sum (self->tally, &sum);
  reached = sum.denominator >= self->count_target;
  if (reached && !self->reached)
    {
      g_autofree char *text = g_strdup_printf (_ ("%d cells are counted"), sum.denominator);

      gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                               GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
      if (g_settings_get_boolean (self->settings, "chime"))
        hemo_sound_play (HEMO_SOUND_CHIME);
    }
  self->reached = reached;
}

static void
count_dropped (gpointer data)
{
  HemoCountPage *self = data;

  if (self->ring == NULL || self->closed || !hemo_tally_count_dropped (self->tally))
    return;
  check_reached (self);
  hemo_count_page_show_tally (self);
  hemo_count_page_write_next (self);
}

/* A cell must not go missing unseen: what was taken for a scan can be counted all the same. */
static void
tell_scan (HemoCountPage *self)
{
  guint n = hemo_tally_get_n_dropped (self->tally);
  g_autofree char *text = g_strdup_printf (
      ngettext ("%u key came with digits or Enter, as from a scanner, and is not counted",
                "%u keys came with digits or Enter, as from a scanner, and are not counted", n),
      n);

  gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
  hemo_place_toast_action (GTK_WIDGET (self), text, ngettext ("_Count It", "_Count Them", n),
                           count_dropped, g_object_ref (self), g_object_unref);
}

static gboolean
hold_cb (gpointer data)
{
  HemoCountPage *self = data;

  self->hold_source = 0;
  hemo_tally_release (self->tally);
  hemo_count_page_write_next (self);
  if (hemo_tally_in_scan (self->tally) && hemo_tally_get_n_dropped (self->tally) > 0)
    tell_scan (self);
  return G_SOURCE_REMOVE;
}

/* A key counts when no other came too fast after it. After the keys that wait already, so that a
 * busy main makes no pause where there was none. */
static void
hold (HemoCountPage *self)
{
  g_clear_handle_id (&self->hold_source, g_source_remove);
  self->hold_source
      = g_timeout_add_full (G_PRIORITY_HIGH_IDLE, HEMO_TALLY_HOLD_MS, hold_cb, self, NULL);
  hemo_count_page_write_next (self);
}

static void
sound (HemoCountPage *self, HemoSound what)
{
  if (g_settings_get_boolean (self->settings, "count-sounds"))
    hemo_sound_play (what);
}

static gboolean
may_count (HemoCountPage *self)
{
  if (self->rejected || hemo_count_page_get_case (self) == NULL)
    return FALSE;
  if (self->closed)
    {
      hemo_place_toast (GTK_WIDGET (self), _ ("The count is closed. Reopen it to go on."));
      return FALSE;
    }
  return hemo_tally_get_n_unsaved (self->tally) == 0;
}

/* A key that takes back needs no answer. */
static gboolean
may_add (HemoCountPage *self)
{
  return may_count (self) && !hemo_count_page_asks (self);
}

/* A key that does not count is heard. */
static void
refuse_key (HemoCountPage *self)
{
  gtk_widget_error_bell (GTK_WIDGET (self));
  /* A scan takes away what its first keys counted. */
  hemo_count_page_show_tally (self);
  if (hemo_tally_in_scan (self->tally))
    hold (self);
}

static void
tally (HemoCountPage *self, HemoCellClass cell_class, guint32 time_ms)
{
  g_autofree char *image = hemo_count_page_dup_image (self);

  if (!may_add (self) || !hemo_tally_add (self->tally, cell_class, image, time_ms))
    {
      refuse_key (self);
      return;
    }
  self->closing = FALSE;
  hemo_tally_row_pulse (self->rows[cell_class]);
  sound (self, HEMO_SOUND_KEY);
  check_reached (self);
  hemo_count_page_show_tally (self);
  hemo_count_page_tell (self);
  hold (self);
}

static void
take_back (HemoCountPage *self, guint32 time_ms)
{
  if (!may_count (self) || !hemo_tally_take_back (self->tally, time_ms))
    {
      refuse_key (self);
      return;
    }
  self->closing = FALSE;
  sound (self, HEMO_SOUND_BACK);
  check_reached (self);
  hemo_count_page_show_tally (self);
  hemo_count_page_tell (self);
  hold (self);
}

static void
back_cb (HemoCountPage *self)
{
  take_back (self, (guint32)(g_get_monotonic_time () / 1000));
}

/* Offered by a toast: the cell that it speaks of, as long as none came after it or was taken back.
 */
typedef struct
{
  HemoCountPage *page;
  guint cells;
} Click;

static void
click_free (gpointer data)
{
  g_object_unref (((Click *)data)->page);
  g_free (data);
}

static void
undo_click (gpointer data)
{
  const Click *click = data;

  if (hemo_tally_get_n_cells (click->page->tally) == click->cells)
    back_cb (click->page);
  else
    gtk_widget_error_bell (GTK_WIDGET (click->page));
}

static void
offer_undo (HemoCountPage *self, HemoCellClass cell_class)
{
  Click *click = g_new0 (Click, 1);
  g_autofree char *text
      = g_strdup_printf (_ ("%s counted"), hemo_count_page_class_name (cell_class));

  click->page = g_object_ref (self);
  click->cells = hemo_tally_get_n_cells (self->tally);
  hemo_place_toast_undo (GTK_WIDGET (self), text, undo_click, click, click_free);
}

/* A click counts as well; the pointer may slip, so each says how to take it back. */
static void
tallied_cb (HemoTallyRow *row, gboolean back, gpointer data)
{
  HemoCountPage *self = data;
  HemoCellClass cell_class
      = (HemoCellClass)GPOINTER_TO_INT (g_object_get_data (G_OBJECT (row), "class"));
  guint32 now = (guint32)(g_get_monotonic_time () / 1000);
  guint before = hemo_tally_get_n_cells (self->tally);

  if (back)
    {
      take_back (self, now);
      return;
    }
  tally (self, cell_class, now);
  if (hemo_tally_get_n_cells (self->tally) > before)
    offer_undo (self, cell_class);
}

/* Another layout may have come in the place of the one before, under the same number. */
static void
follow_layout (HemoCountPage *self)
{
  self->layout = hemo_bench_page_get_key_layout (HEMO_BENCH_PAGE (self));
  hemo_count_page_show_keys (self);
}

static void
more (HemoCountPage *self)
{
  if (gtk_widget_get_visible (GTK_WIDGET (self->more_button)))
    hemo_count_page_set_target (self, self->count_target * 2);
  hemo_count_page_show_tally (self);
}

/* The last cells may be on their way to a slow disk, or a discarded field with cells on its way
 * out: then it is closed as soon as they are there. */
void
hemo_count_page_finish (HemoCountPage *self)
{
  GtkWidget *bench = gtk_widget_get_ancestor (GTK_WIDGET (self), HEMO_TYPE_BENCH);
  HemoBenchCase *bench_case = hemo_bench_page_get_case (HEMO_BENCH_PAGE (self));
  HemoCapture *capture = hemo_bench_case_get_capture (bench_case);

  hemo_capture_settle (capture);
  self->field_going = self->field_going || hemo_capture_is_changing (capture);
  self->closing = self->field_going || !hemo_tally_is_settled (self->tally);
  if (self->closing)
    return;
  hemo_count_page_close_count (self);
  hemo_count_page_show_tally (self);
  if (bench != NULL && self->closed)
    hemo_bench_show_page (HEMO_BENCH (bench), "morphology");
}

static void
reason_cb (const char *reason, gpointer data)
{
  hemo_count_page_reopen (data, reason);
}

static void
reopen_cb (HemoCountPage *self)
{
  hemo_reason_dialog_ask (
      GTK_WIDGET (self), _ ("Reopen the Count?"),
      _ ("Say why: it stays in the record. A signed report stays as it is until "
         "it is amended."),
      _ ("_Reopen"), reason_cb, self);
}

/* Keys that count nothing. */
static gboolean
other_key (HemoCountPage *self, guint keyval)
{
  switch (keyval)
    {
    case GDK_KEY_F9:
      gtk_toggle_button_set_active (self->rare_button,
                                    !gtk_toggle_button_get_active (self->rare_button));
      return TRUE;
    case GDK_KEY_plus:
    case GDK_KEY_KP_Add:
      more (self);
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      if (!gtk_widget_get_visible (GTK_WIDGET (self->close_button))
          || hemo_tally_in_scan (self->tally))
        return FALSE;
      hemo_count_page_finish (self);
      return TRUE;
    default:
      return hemo_field_pane_key (self->field, keyval);
    }
}

static gboolean
hemo_count_page_key (HemoBenchPage *page, guint keyval, guint keycode, GdkModifierType state)
{
  HemoCountPage *self = HEMO_COUNT_PAGE (page);
  guint32 time_ms = hemo_bench_page_get_key_time (page);
  gboolean repeated = hemo_bench_page_get_key_repeated (page);
  HemoCellClass cell_class;

  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK))
    return FALSE;
  follow_layout (self);
  if (keyval == GDK_KEY_BackSpace)
    {
      if (!repeated)
        take_back (self, time_ms);
      return TRUE;
    }
  if (hemo_tally_keys_find (&self->keys, keycode, &cell_class)
      && (!hemo_tally_keys_is_rare (cell_class)
          || gtk_toggle_button_get_active (self->rare_button)))
    {
      if (!repeated)
        tally (self, cell_class, time_ms);
      return TRUE;
    }
  hemo_tally_note_key (self->tally, time_ms);
  if (hemo_tally_in_scan (self->tally))
    {
      hemo_count_page_show_tally (self);
      hold (self);
    }
  return other_key (self, hemo_key_letter (keyval, keycode));
}

static void
hemo_count_page_save (HemoBenchPage *page)
{
  HemoCountPage *self = HEMO_COUNT_PAGE (page);

  g_clear_handle_id (&self->hold_source, g_source_remove);
  hemo_tally_release (self->tally);
  hemo_count_page_write_next (self);
}

static HemoBenchKept
hemo_count_page_get_kept (HemoBenchPage *page)
{
  HemoCountPage *self = HEMO_COUNT_PAGE (page);

  if (hemo_tally_get_n_unsaved (self->tally) > 0)
    return HEMO_BENCH_NOT_KEPT;
  return hemo_tally_is_settled (self->tally) && self->changes == 0 ? HEMO_BENCH_KEPT
                                                                   : HEMO_BENCH_KEEPING;
}

/* Rare cells that were counted are shown, and so are their keys. */
static void
check_rare (HemoCountPage *self)
{
  HemoDifferential sum = { 0 };

  hemo_tally_sum (self->tally, &sum);
  for (int i = 0; i < HEMO_CELL_CLASSES; i++)
    if (hemo_tally_keys_is_rare ((HemoCellClass)i) && sum.tally[i] > 0)
      gtk_toggle_button_set_active (self->rare_button, TRUE);
  self->reached = sum.denominator >= self->count_target;
}

static void
hemo_count_page_updated (HemoBenchPage *page)
{
  HemoCountPage *self = HEMO_COUNT_PAGE (page);
  HemoCapture *capture = hemo_bench_case_get_capture (hemo_bench_page_get_case (page));

  hemo_field_pane_update (self->field);
  hemo_count_page_sync (self);
  hemo_count_page_show_retry (self);
  check_rare (self);
  hemo_count_page_show_case (self);
  /* Without the cells of a field that went it may not be complete any more; with those of one that
   * did not go it is not what the person meant to close. */
  if (self->closing
      && (!gtk_widget_get_visible (GTK_WIDGET (self->close_button))
          || hemo_capture_is_refused (capture)))
    self->closing = FALSE;
  else if (self->closing && gtk_widget_get_mapped (GTK_WIDGET (self)))
    hemo_count_page_finish (self);
}

static void
target_cb (HemoCountPage *self)
{
  const char *name = adw_toggle_group_get_active_name (self->target);

  if (self->changing_target || name == NULL)
    return;
  hemo_count_page_set_target (self, (int)g_ascii_strtoll (name, NULL, 10));
  hemo_count_page_show_tally (self);
}

static void
retry_cb (HemoCountPage *self)
{
  adw_banner_set_revealed (self->banner, FALSE);
  /* A screen reader finds a banner that is not revealed. */
  adw_banner_set_title (self->banner, "");
  if (hemo_count_page_is_barred (self))
    {
      /* The banner said that they are not counted. */
      hemo_tally_forget_unsaved (self->tally);
      hemo_bench_case_reload (hemo_bench_page_get_case (HEMO_BENCH_PAGE (self)));
    }
  else
    hemo_tally_retry (self->tally);
  hemo_count_page_show_tally (self);
  hemo_count_page_write_next (self);
}

static void
shown_cb (HemoCountPage *self)
{
  if (self->ring != NULL)
    hemo_count_page_show_ways (self);
}

static void
keys_changed_cb (HemoCountPage *self)
{
  g_autoptr (GVariant) custom = g_settings_get_value (self->settings, "tally-keys");

  hemo_tally_keys_init (&self->keys, custom);
  hemo_count_page_show_keys (self);
}

static void
hemo_count_page_constructed (GObject *object)
{
  HemoCountPage *self = HEMO_COUNT_PAGE (object);
  HemoBenchCase *bench_case = hemo_bench_page_get_case (HEMO_BENCH_PAGE (self));

  hemo_field_pane_set_case (self->field, bench_case);
  hemo_field_pane_set_keep_frames (self->field, TRUE);
  g_signal_connect_object (hemo_bench_case_get_capture (bench_case), "changed",
                           G_CALLBACK (hemo_count_page_write_next), self, G_CONNECT_SWAPPED);
  G_OBJECT_CLASS (hemo_count_page_parent_class)->constructed (object);
  hemo_count_page_load_ranges (self);
}

static void
hemo_count_page_dispose (GObject *object)
{
  HemoCountPage *self = HEMO_COUNT_PAGE (object);

  g_clear_handle_id (&self->hold_source, g_source_remove);
  /* The bin knows nothing of templates: it would unparent its child a second time. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_COUNT_PAGE);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (hemo_count_page_parent_class)->dispose (object);
}

static void
hemo_count_page_finalize (GObject *object)
{
  HemoCountPage *self = HEMO_COUNT_PAGE (object);

  hemo_tally_free (self->tally);
  g_clear_pointer (&self->ranges, g_ptr_array_unref);
  g_clear_pointer (&self->discarded, g_hash_table_unref);
  g_free (self->count);
  G_OBJECT_CLASS (hemo_count_page_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_child (klass, HemoCountPage, banner);
  gtk_widget_class_bind_template_child (klass, HemoCountPage, ways);
  gtk_widget_class_bind_template_child (klass, HemoCountPage, field);
  gtk_widget_class_bind_template_child (klass, HemoCountPage, main_rows);
  gtk_widget_class_bind_template_child (klass, HemoCountPage, side_rows);
  gtk_widget_class_bind_template_child (klass, HemoCountPage, outside_rows);
  gtk_widget_class_bind_template_child (klass, HemoCountPage, rare_revealer);
  gtk_widget_class_bind_template_child (klass, HemoCountPage, rare_rows);
  gtk_widget_class_bind_template_child (klass, HemoCountPage, rare_button);
  gtk_widget_class_bind_template_child (klass, HemoCountPage, last);
  gtk_widget_class_bind_template_child (klass, HemoCountPage, saving);
  gtk_widget_class_bind_template_child (klass, HemoCountPage, back_button);
  gtk_widget_class_bind_template_child (klass, HemoCountPage, ring);
  gtk_widget_class_bind_template_child (klass, HemoCountPage, target);
  gtk_widget_class_bind_template_child (klass, HemoCountPage, status);
  gtk_widget_class_bind_template_child (klass, HemoCountPage, more_button);
  gtk_widget_class_bind_template_child (klass, HemoCountPage, close_button);
  gtk_widget_class_bind_template_child (klass, HemoCountPage, reopen_button);
  gtk_widget_class_bind_template_child (klass, HemoCountPage, readers);
  gtk_widget_class_bind_template_child (klass, HemoCountPage, together);
  gtk_widget_class_bind_template_child (klass, HemoCountPage, wbc);
  gtk_widget_class_bind_template_child (klass, HemoCountPage, wbc_button);
  gtk_widget_class_bind_template_child (klass, HemoCountPage, absolutes);
}

static void
hemo_count_page_class_init (HemoCountPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  HemoBenchPageClass *page_class = HEMO_BENCH_PAGE_CLASS (klass);

  object_class->constructed = hemo_count_page_constructed;
  object_class->dispose = hemo_count_page_dispose;
  object_class->finalize = hemo_count_page_finalize;
  page_class->updated = hemo_count_page_updated;
  page_class->key = hemo_count_page_key;
  page_class->save = hemo_count_page_save;
  page_class->get_kept = hemo_count_page_get_kept;
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass),
                                               "/org/hemogram/Hemogram/bench/hemo-count-page.ui");
  bind_children (GTK_WIDGET_CLASS (klass));
}

static void
hemo_count_page_init (HemoCountPage *self)
{
  g_type_ensure (HEMO_TYPE_FIELD_PANE);
  g_type_ensure (HEMO_TYPE_COUNT_RING);
  g_type_ensure (HEMO_TYPE_READING_LIST);
  gtk_widget_init_template (GTK_WIDGET (self));
  self->tally = hemo_tally_new ();
  self->discarded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_signal_connect_object (self->readers, "corrected", G_CALLBACK (hemo_count_page_corrected), self,
                           G_CONNECT_SWAPPED);
  self->count = hemo_uuid_new ();
  self->count_target = 100;
  self->settings = hemo_settings_new ();
  hemo_count_page_make_rows (self);
  for (int i = 0; i < HEMO_CELL_CLASSES; i++)
    g_signal_connect (self->rows[i], "tallied", G_CALLBACK (tallied_cb), self);
  g_signal_connect_swapped (self->target, "notify::active-name", G_CALLBACK (target_cb), self);
  g_signal_connect_swapped (self->back_button, "clicked", G_CALLBACK (back_cb), self);
  g_signal_connect_swapped (self->more_button, "clicked", G_CALLBACK (more), self);
  g_signal_connect_swapped (self->close_button, "clicked", G_CALLBACK (hemo_count_page_finish),
                            self);
  g_signal_connect_swapped (self->reopen_button, "clicked", G_CALLBACK (reopen_cb), self);
  g_signal_connect_swapped (self->banner, "button-clicked", G_CALLBACK (retry_cb), self);
  g_signal_connect_swapped (self->ways, "button-clicked", G_CALLBACK (hemo_count_page_answer),
                            self);
  g_signal_connect_object (self->field, "shown", G_CALLBACK (shown_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::tally-keys", G_CALLBACK (keys_changed_cb),
                           self, G_CONNECT_SWAPPED);
  keys_changed_cb (self);
}
