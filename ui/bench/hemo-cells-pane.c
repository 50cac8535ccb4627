/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The cells of the field that is looked at, and what keys do with them. */

#include "hemo-cells-pane-private.h"

#include "hemo-key-letter.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* Share of a mark's size by which a key moves it. */
#define NUDGE 0.1

G_DEFINE_FINAL_TYPE (HemoCellsPane, hemo_cells_pane, ADW_TYPE_BIN)

enum
{
  GALLERY,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
take_field (HemoCellsPane *self)
{
  hemo_cells_pane_changed (self, TRUE);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), gtk_label_get_text (self->state),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
asked_cb (AdwAlertDialog *dialog, const char *response, gpointer data)
{
  HemoCellsPane *self = data;
  const char *image = g_object_get_data (G_OBJECT (dialog), "image");

  /* Another field may be seen by now, or what is on this one was changed elsewhere. */
  if (!g_str_equal (response, "accept") || g_strcmp0 (image, self->image) != 0
      || !gtk_widget_get_sensitive (GTK_WIDGET (self->accept_button))
      || self->cells->accepted_by != NULL)
    return;
  self->warned = TRUE;
  take_field (self);
}

/* Nobody takes marks over that the program itself does not trust without having read why. */
static void
ask_outside (HemoCellsPane *self, const char *outside)
{
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Accept Unsure Marks?"), outside);
  AdwAlertDialog *alert = ADW_ALERT_DIALOG (dialog);

  adw_alert_dialog_add_responses (alert, "cancel", _ ("_Cancel"), "accept",
                                  _ ("_Accept All the Same"), NULL);
  adw_alert_dialog_set_default_response (alert, "accept");
  adw_alert_dialog_set_close_response (alert, "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "image", g_strdup (self->image), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (asked_cb), self, 0);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
accept (HemoCellsPane *self)
{
  g_autofree char *outside = hemo_cells_pane_tell_outside (self);

  if (!gtk_widget_get_sensitive (GTK_WIDGET (self->accept_button)))
    gtk_widget_error_bell (GTK_WIDGET (self));
  else if (self->cells->accepted_by != NULL)
    hemo_cells_pane_take_acceptance_back (self);
  else if (outside != NULL && !self->warned)
    ask_outside (self, outside);
  else
    take_field (self);
}

static void
take_back (HemoCellsPane *self)
{
  HemoFoundCell *cell = hemo_cells_pane_get_chosen (self);
  HemoFieldCells *before;

  if (cell == NULL)
    return;
  before = hemo_cells_pane_begin_edit (self);
  hemo_found_cell_take_back (cell, cell->change != HEMO_FOUND_TAKEN_BACK);
  hemo_cells_pane_end_edit (self, before);
}

static void
change_kind (HemoCellsPane *self)
{
  HemoFoundCell *cell = hemo_cells_pane_get_chosen (self);
  HemoFieldCells *before;

  if (cell == NULL || cell->change == HEMO_FOUND_TAKEN_BACK)
    return;
  before = hemo_cells_pane_begin_edit (self);
  hemo_found_cell_set_kind (cell, (HemoCellKind)((cell->kind + 1) % HEMO_N_CELL_KINDS));
  hemo_cells_pane_end_edit (self, before);
}

static void
add (HemoCellsPane *self)
{
  double x, y;

  hemo_image_view_to_image (self->view, gtk_widget_get_width (GTK_WIDGET (self->view)) / 2.0,
                            gtk_widget_get_height (GTK_WIDGET (self->view)) / 2.0, &x, &y);
  hemo_cells_pane_add_at (self, x, y);
}

/* Only what a person has put there: what was found lies where it was found. */
static void
nudge (HemoCellsPane *self, HemoFoundCell *cell, int dx, int dy)
{
  const HemoFieldCells *cells = self->cells;
  HemoFieldCells *before;

  if (cell->change != HEMO_FOUND_ADDED)
    {
      gtk_widget_error_bell (GTK_WIDGET (self));
      return;
    }
  before = hemo_cells_pane_begin_edit (self);
  cell->x = CLAMP (cell->x + dx * NUDGE * cell->width, 0, cells->width - cell->width);
  cell->y = CLAMP (cell->y + dy * NUDGE * cell->height, 0, cells->height - cell->height);
  cell->at_far_edge
      = cell->x + cell->width > cells->width - 1 || cell->y + cell->height > cells->height - 1;
  hemo_cells_pane_end_edit (self, before);
}

static void
sure_cb (HemoCellsPane *self)
{
  const double threshold = floor (gtk_range_get_value (GTK_RANGE (self->sure)) + 0.5) / 100;

  if (self->setting || self->cells == NULL || fabs (threshold - self->cells->threshold) < 0.001)
    return;
  self->cells->threshold = threshold;
  hemo_cells_pane_changed (self, FALSE);
}

/* Of an accepted field it would say something else than what was confirmed. */
static void
move_sure (HemoCellsPane *self, double by)
{
  GtkRange *range = GTK_RANGE (self->sure);

  if (gtk_widget_get_sensitive (GTK_WIDGET (range)))
    {
      gtk_range_set_value (range, gtk_range_get_value (range) + by);
      return;
    }
  gtk_widget_error_bell (GTK_WIDGET (self));
  if (gtk_widget_get_visible (GTK_WIDGET (self->sure_reason)))
    gtk_accessible_announce (GTK_ACCESSIBLE (self), gtk_label_get_text (self->sure_reason),
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
cancel_cb (HemoCellsPane *self)
{
  if (self->looking != NULL)
    g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  hemo_cells_pane_show (self);
}

void
hemo_cells_pane_ask_gallery (HemoCellsPane *self)
{
  self->gallery_wanted = self->saver != NULL && hemo_saver_is_writing (self->saver);
  if (!self->gallery_wanted)
    g_signal_emit (self, signals[GALLERY], 0);
}

static void
marks_cb (HemoCellsPane *self)
{
  if (self->view != NULL)
    gtk_widget_queue_draw (GTK_WIDGET (self->view));
}

static void
clicked_cb (GtkGestureClick *gesture, int presses, double x, double y, gpointer data)
{
  HemoCellsPane *self = data;
  const GdkModifierType state
      = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));

  if (!self->active || hemo_image_view_get_tool (self->view) != HEMO_VIEW_PAN)
    return;
  hemo_image_view_to_image (self->view, x, y, &x, &y);
  if (state & GDK_CONTROL_MASK)
    hemo_cells_pane_add_at (self, x, y);
  else
    hemo_cells_pane_choose_at (self, x, y);
}

static gboolean
arrow_key (HemoCellsPane *self, guint keyval, GdkModifierType state)
{
  HemoFoundCell *cell = hemo_cells_pane_get_chosen (self);
  const int dx = (keyval == GDK_KEY_Right) - (keyval == GDK_KEY_Left);
  const int dy = (keyval == GDK_KEY_Down) - (keyval == GDK_KEY_Up);

  if (cell == NULL || (dx == 0 && dy == 0))
    return FALSE;
  if (state & GDK_SHIFT_MASK)
    nudge (self, cell, dx, dy);
  else
    hemo_cells_pane_go (self, dx, dy);
  return TRUE;
}

static gboolean
letter_key (HemoCellsPane *self, guint letter, GdkModifierType state)
{
  switch (letter)
    {
    case 'a':
      accept (self);
      return TRUE;
    case 'h':
      gtk_check_button_set_active (self->marks_check,
                                   !gtk_check_button_get_active (self->marks_check));
      return TRUE;
    case 'n':
      hemo_cells_pane_step (self, state & GDK_SHIFT_MASK ? -1 : 1);
      return TRUE;
    case 'x':
      take_back (self);
      return TRUE;
    case 'k':
      change_kind (self);
      return TRUE;
    case 'i':
      add (self);
      return TRUE;
    case 'l':
      hemo_cells_pane_look_again (self);
      return TRUE;
    case 'b':
      hemo_cells_pane_ask_classical (self);
      return TRUE;
    case 'g':
      hemo_cells_pane_ask_gallery (self);
      return TRUE;
    case ',':
    case '.':
      move_sure (self, letter == '.' ? 5 : -5);
      return TRUE;
    default:
      return FALSE;
    }
}

gboolean
hemo_cells_pane_key (HemoCellsPane *self, guint keyval, guint keycode, GdkModifierType state)
{
  if (!self->active || hemo_image_view_get_tool (self->view) != HEMO_VIEW_PAN
      || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)))
    return FALSE;
  if (keyval == GDK_KEY_Escape && self->chosen > 0)
    {
      self->chosen = 0;
      hemo_cells_pane_show (self);
      return TRUE;
    }
  return arrow_key (self, keyval, state)
         || letter_key (self, gdk_keyval_to_lower (hemo_key_letter (keyval, keycode)), state);
}

gboolean
hemo_cells_pane_may_repeat (guint keyval, guint keycode)
{
  const guint letter = gdk_keyval_to_lower (hemo_key_letter (keyval, keycode));

  return letter == 0 || letter >= 0x80 || strchr ("axkiglb", (int)letter) == NULL;
}

gboolean
hemo_cells_pane_is_settled (HemoCellsPane *self)
{
  return self->leaving == NULL && (self->saver == NULL || hemo_saver_is_settled (self->saver));
}

static void
set_bytes (HemoCellsPane *self, const char *image, GBytes *bytes)
{
  g_set_str (&self->bytes_of, image);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  self->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
}

static void
forget_field (HemoCellsPane *self)
{
  if (self->looking != NULL)
    g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  if (self->saver != NULL && hemo_saver_is_writing (self->saver))
    {
      /* What was asked for is written all the same. */
      g_clear_pointer (&self->leaving, hemo_saver_free);
      self->leaving = g_steal_pointer (&self->saver);
    }
  g_clear_pointer (&self->saver, hemo_saver_free);
  self->gallery_wanted = FALSE;
  g_clear_pointer (&self->cells, hemo_field_cells_free);
  g_clear_pointer (&self->failure, g_free);
  g_clear_pointer (&self->image, g_free);
  self->asked = FALSE;
  self->warned = FALSE;
  self->stamp++;
  self->chosen = 0;
}

void
hemo_cells_pane_set_field (HemoCellsPane *self, const HemoImage *image)
{
  if (image != NULL && g_strcmp0 (image->uuid, self->image) == 0)
    {
      /* The case was read again: what of the field is counted may be another number. */
      hemo_cells_pane_show (self);
      return;
    }
  forget_field (self);
  if (image != NULL)
    {
      self->image = g_strdup (image->uuid);
      self->micrometres_per_pixel = image->micrometres_per_pixel;
    }
  if (g_strcmp0 (self->image, self->bytes_of) != 0)
    set_bytes (self, NULL, NULL);
  hemo_cells_pane_find (self);
  hemo_cells_pane_show (self);
}

void
hemo_cells_pane_set_bytes (HemoCellsPane *self, const char *image, GBytes *bytes)
{
  set_bytes (self, image, bytes);
  if (g_strcmp0 (image, self->image) != 0)
    return;
  if (self->active && self->asked)
    hemo_cells_pane_look (self);
  hemo_cells_pane_show (self);
}

void
hemo_cells_pane_set_active (HemoCellsPane *self, gboolean active)
{
  if (self->active == active)
    return;
  self->active = active;
  if (active)
    {
      hemo_cells_pane_load_fields (self);
      hemo_cells_pane_find (self);
    }
  hemo_cells_pane_show (self);
}

void
hemo_cells_pane_set_up (HemoCellsPane *self, HemoBenchCase *bench_case, HemoImageView *view)
{
  GtkGesture *click = gtk_gesture_click_new ();

  self->bench_case = g_object_ref (bench_case);
  self->view = g_object_ref (view);
  hemo_image_view_set_overlay (view, hemo_cells_pane_draw, self, NULL);
  g_signal_connect_object (click, "released", G_CALLBACK (clicked_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (view), GTK_EVENT_CONTROLLER (click));
  hemo_cells_pane_show (self);
}

static void
hemo_cells_pane_dispose (GObject *object)
{
  HemoCellsPane *self = HEMO_CELLS_PANE (object);

  forget_field (self);
  g_clear_pointer (&self->leaving, hemo_saver_free);
  set_bytes (self, NULL, NULL);
  if (self->view != NULL)
    hemo_image_view_set_overlay (self->view, NULL, NULL, NULL);
  g_clear_object (&self->view);
  g_clear_object (&self->bench_case);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  /* The bin knows nothing of templates: it would unparent its child a second time. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_CELLS_PANE);
  G_OBJECT_CLASS (hemo_cells_pane_parent_class)->dispose (object);
}

static void
hemo_cells_pane_class_init (HemoCellsPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_cells_pane_dispose;
  signals[GALLERY] = g_signal_new ("gallery", HEMO_TYPE_CELLS_PANE, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hemogram/Hemogram/bench/hemo-cells-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, searching);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, look_button);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, again_button);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, bright_button);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, warnings);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, accepted_heading);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, field_red);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, field_white);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, field_platelets);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, all_red);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, all_white);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, all_platelets);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, state);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, accept_button);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, gallery_button);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, marks_check);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, sure);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, sure_reason);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, chosen_label);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, back_button);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, kind_button);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, add_button);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, summary);
  gtk_widget_class_bind_template_child (widget_class, HemoCellsPane, histogram);
}

/* Translators: how sure the program is of a cell, in percent */
static char *
format_sure (GtkScale *scale, double value, gpointer data)
{
  return g_strdup_printf (_ ("%.0f %%"), value);
}

static void
hemo_cells_pane_init (HemoCellsPane *self)
{
  g_type_ensure (HEMO_TYPE_CELL_HISTOGRAM);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_scale_set_format_value_func (self->sure, format_sure, NULL, NULL);
  g_signal_connect_swapped (self->cancel_button, "clicked", G_CALLBACK (cancel_cb), self);
  g_signal_connect_swapped (self->look_button, "clicked", G_CALLBACK (hemo_cells_pane_look_again),
                            self);
  g_signal_connect_swapped (self->again_button, "clicked", G_CALLBACK (hemo_cells_pane_look_again),
                            self);
  g_signal_connect_swapped (self->bright_button, "clicked",
                            G_CALLBACK (hemo_cells_pane_ask_classical), self);
  g_signal_connect_swapped (self->accept_button, "clicked", G_CALLBACK (accept), self);
  g_signal_connect_swapped (self->gallery_button, "clicked",
                            G_CALLBACK (hemo_cells_pane_ask_gallery), self);
  g_signal_connect_swapped (self->marks_check, "toggled", G_CALLBACK (marks_cb), self);
  g_signal_connect_swapped (self->sure, "value-changed", G_CALLBACK (sure_cb), self);
  g_signal_connect_swapped (self->back_button, "clicked", G_CALLBACK (take_back), self);
  g_signal_connect_swapped (self->kind_button, "clicked", G_CALLBACK (change_kind), self);
  g_signal_connect_swapped (self->add_button, "clicked", G_CALLBACK (add), self);
}
