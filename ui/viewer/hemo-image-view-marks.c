/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is drawn on the picture by a person: a measured line, marks, their notes; taken back again.
 */

#include "hemo-image-view-private.h"

#include <glib/gi18n.h>
#include <math.h>

/* Logical pixels: shorter is a slip of the hand; as near is meant. */
#define SLIP 4
#define NEAR 10
#define UNDO_MAX 50

static GPtrArray *
copy_marks (GPtrArray *marks)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_mark_free);

  for (guint i = 0; marks != NULL && i < marks->len; i++)
    g_ptr_array_add (copy, hemo_mark_copy (g_ptr_array_index (marks, i)));
  return copy;
}

/* Before a change: what it was. */
static void
remember (HemoImageView *self)
{
  if (self->undo->len >= UNDO_MAX)
    g_ptr_array_remove_index (self->undo, 0);
  g_ptr_array_add (self->undo, copy_marks (self->marks));
}

static void
changed (HemoImageView *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit_by_name (self, "marks-changed");
}

void
hemo_image_view_set_marks (HemoImageView *self, GPtrArray *marks)
{
  g_return_if_fail (HEMO_IS_IMAGE_VIEW (self));
  g_ptr_array_set_size (self->undo, 0);
  g_ptr_array_unref (self->marks);
  self->marks = copy_marks (marks);
  self->chosen_mark = -1;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

GPtrArray *
hemo_image_view_get_marks (HemoImageView *self)
{
  g_return_val_if_fail (HEMO_IS_IMAGE_VIEW (self), NULL);
  return self->marks;
}

void
hemo_image_view_clear_marks (HemoImageView *self)
{
  g_clear_pointer (&self->draft, hemo_mark_free);
  g_clear_pointer (&self->measured, hemo_mark_free);
  self->drawing = FALSE;
  self->chosen_mark = -1;
  if (self->marks != NULL)
    g_ptr_array_set_size (self->marks, 0);
  if (self->undo != NULL)
    g_ptr_array_set_size (self->undo, 0);
}

static HemoMarkKind
tool_kind (HemoViewTool tool)
{
  switch (tool)
    {
    case HEMO_VIEW_ARROW:
      return HEMO_MARK_ARROW;
    case HEMO_VIEW_CIRCLE:
      return HEMO_MARK_CIRCLE;
    case HEMO_VIEW_RECTANGLE:
      return HEMO_MARK_RECTANGLE;
    case HEMO_VIEW_TEXT:
      return HEMO_MARK_TEXT;
    case HEMO_VIEW_PAN:
    case HEMO_VIEW_MEASURE:
    case HEMO_VIEW_TOOLS:
    default:
      return HEMO_MARK_LINE;
    }
}

static void
to_image (HemoImageView *self, double wx, double wy, double *x, double *y)
{
  hemo_view_geometry_to_image (&self->geometry, wx, wy, x, y);
  *x = CLAMP (*x, 0, self->geometry.width);
  *y = CLAMP (*y, 0, self->geometry.height);
}

/* What no line is drawn for any more has no length. */
static void
forget_measured (HemoImageView *self)
{
  if (self->measured == NULL)
    return;
  g_clear_pointer (&self->measured, hemo_mark_free);
  g_signal_emit_by_name (self, "measured", 0.0);
}

void
hemo_image_view_draw_begin (HemoImageView *self, double wx, double wy)
{
  double x, y;

  if (self->tool != HEMO_VIEW_MEASURE && (!self->can_mark || self->marks->len >= HEMO_MARKS_MAX))
    {
      gtk_widget_error_bell (GTK_WIDGET (self));
      return;
    }
  to_image (self, wx, wy, &x, &y);
  g_clear_pointer (&self->draft, hemo_mark_free);
  forget_measured (self);
  self->draft = hemo_mark_new (tool_kind (self->tool), x, y, x, y);
  self->drawing = TRUE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
hemo_image_view_draw_move (HemoImageView *self, double wx, double wy)
{
  if (!self->drawing)
    return;
  to_image (self, wx, wy, &self->draft->x2, &self->draft->y2);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
end_measure (HemoImageView *self)
{
  const double pixels = hemo_mark_length (self->draft);
  g_autofree char *length = hemo_view_length_text (pixels, self->micrometres_per_pixel);
  g_autofree char *text = NULL;

  self->measured = g_steal_pointer (&self->draft);
  if (self->micrometres_per_pixel > 0)
    text = g_strdup (length);
  else
    text = g_strdup_printf (_ ("%s, not calibrated"), length);
  hemo_image_view_announce (self, text);
  g_signal_emit_by_name (self, "measured", pixels);
}

void
hemo_image_view_draw_end (HemoImageView *self)
{
  const double least = SLIP * self->geometry.scale / self->geometry.zoom;

  if (!self->drawing)
    return;
  self->drawing = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (self->draft->kind != HEMO_MARK_TEXT && hemo_mark_length (self->draft) < least)
    {
      g_clear_pointer (&self->draft, hemo_mark_free);
      return;
    }
  if (self->tool == HEMO_VIEW_MEASURE)
    {
      end_measure (self);
      return;
    }
  /* A text is a mark once it was written. */
  if (self->draft->kind == HEMO_MARK_TEXT)
    {
      self->chosen_mark = -1;
      hemo_image_view_edit_note (self);
      return;
    }
  remember (self);
  g_ptr_array_add (self->marks, g_steal_pointer (&self->draft));
  self->chosen_mark = (int)self->marks->len - 1;
  changed (self);
}

void
hemo_image_view_draw_cancel (HemoImageView *self)
{
  self->drawing = FALSE;
  self->chosen_mark = -1;
  g_clear_pointer (&self->draft, hemo_mark_free);
  forget_measured (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* From @x, @y to the line between two points. */
static double
get_distance (double x, double y, double x1, double y1, double x2, double y2)
{
  const double dx = x2 - x1, dy = y2 - y1, square = dx * dx + dy * dy;
  const double share = square > 0 ? CLAMP (((x - x1) * dx + (y - y1) * dy) / square, 0, 1) : 0;

  return hypot (x - x1 - share * dx, y - y1 - share * dy);
}

/* In widget coordinates, to what is drawn of the mark. */
static double
get_mark_distance (HemoImageView *self, const HemoMark *mark, double x, double y)
{
  double x1, y1, x2, y2;

  hemo_view_geometry_to_widget (&self->geometry, mark->x1, mark->y1, &x1, &y1);
  hemo_view_geometry_to_widget (&self->geometry, mark->x2, mark->y2, &x2, &y2);
  switch (mark->kind)
    {
    case HEMO_MARK_CIRCLE:
      return fabs (hypot (x - x1, y - y1) - hypot (x2 - x1, y2 - y1));
    case HEMO_MARK_RECTANGLE:
      return fmin (fmin (get_distance (x, y, x1, y1, x2, y1), get_distance (x, y, x2, y1, x2, y2)),
                   fmin (get_distance (x, y, x2, y2, x1, y2), get_distance (x, y, x1, y2, x1, y1)));
    case HEMO_MARK_TEXT:
      return get_distance (x, y, x1, y1 + 10, x1 + 60, y1 + 10);
    case HEMO_MARK_ARROW:
    case HEMO_MARK_LINE:
    case HEMO_MARK_KINDS:
    default:
      return get_distance (x, y, x1, y1, x2, y2);
    }
}

gboolean
hemo_image_view_choose_mark (HemoImageView *self, double x, double y)
{
  double nearest = NEAR;
  int chosen = -1;

  for (guint i = 0; self->show_marks && i < self->marks->len; i++)
    {
      const double distance = get_mark_distance (self, g_ptr_array_index (self->marks, i), x, y);

      if (distance <= nearest)
        {
          nearest = distance;
          chosen = (int)i;
        }
    }
  if (self->chosen_mark != chosen)
    gtk_widget_queue_draw (GTK_WIDGET (self));
  self->chosen_mark = chosen;
  return chosen >= 0;
}

static const char *
kind_words (HemoMarkKind kind)
{
  switch (kind)
    {
    case HEMO_MARK_ARROW:
      return _ ("Arrow");
    case HEMO_MARK_CIRCLE:
      return _ ("Circle");
    case HEMO_MARK_RECTANGLE:
      return _ ("Rectangle");
    case HEMO_MARK_TEXT:
      return _ ("Note");
    case HEMO_MARK_LINE:
    case HEMO_MARK_KINDS:
    default:
      return _ ("Line");
    }
}

void
hemo_image_view_step_mark (HemoImageView *self, int by)
{
  const int n = (int)self->marks->len;
  const HemoMark *mark;
  g_autofree char *text = NULL;

  if (n == 0 || !self->show_marks)
    return;
  self->chosen_mark
      = self->chosen_mark < 0 ? (by > 0 ? 0 : n - 1) : (self->chosen_mark + by + n) % n;
  mark = g_ptr_array_index (self->marks, (guint)self->chosen_mark);
  text = g_strdup_printf ("%s %d/%d%s%s", kind_words (mark->kind), self->chosen_mark + 1, n,
                          mark->note != NULL ? ": " : "", mark->note != NULL ? mark->note : "");
  hemo_image_view_announce (self, text);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
hemo_image_view_delete_mark (HemoImageView *self)
{
  if (self->chosen_mark < 0 || !self->can_mark)
    return;
  remember (self);
  g_ptr_array_remove_index (self->marks, (guint)self->chosen_mark);
  self->chosen_mark = -1;
  hemo_image_view_announce (self, _ ("Mark deleted; Ctrl+Z brings it back"));
  changed (self);
}

void
hemo_image_view_undo_mark (HemoImageView *self)
{
  if (self->undo->len == 0 || !self->can_mark)
    return;
  g_ptr_array_unref (self->marks);
  self->marks = g_ptr_array_steal_index (self->undo, self->undo->len - 1);
  self->chosen_mark = -1;
  changed (self);
}

/* The mark whose note is written: the chosen one, or the text that was just placed. */
static HemoMark *
get_noted (HemoImageView *self)
{
  if (self->chosen_mark >= 0)
    return g_ptr_array_index (self->marks, (guint)self->chosen_mark);
  return self->draft;
}

void
hemo_image_view_edit_note (HemoImageView *self)
{
  const HemoMark *mark = get_noted (self);
  double x, y;

  if (mark == NULL || !self->can_mark)
    return;
  hemo_view_geometry_to_widget (&self->geometry, mark->x1, mark->y1, &x, &y);
  gtk_editable_set_text (GTK_EDITABLE (self->note_entry), mark->note != NULL ? mark->note : "");
  gtk_popover_set_pointing_to (GTK_POPOVER (self->note_popover),
                               &(GdkRectangle){ (int)x, (int)y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->note_popover));
  gtk_widget_grab_focus (self->note_entry);
}

static void
keep_note (HemoImageView *self, const char *note)
{
  const HemoMark *mark = get_noted (self);

  if (mark == NULL || (note[0] == '\0' && mark->kind == HEMO_MARK_TEXT))
    return;
  if (g_strcmp0 (mark->note != NULL ? mark->note : "", note) == 0)
    return;
  remember (self);
  if (self->chosen_mark < 0)
    {
      g_ptr_array_add (self->marks, g_steal_pointer (&self->draft));
      self->chosen_mark = (int)self->marks->len - 1;
    }
  g_set_str (&get_noted (self)->note, note[0] != '\0' ? note : NULL);
  changed (self);
}

static void
note_cb (GtkEntry *entry, HemoImageView *self)
{
  g_autofree char *note = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));

  keep_note (self, note);
  gtk_popover_popdown (GTK_POPOVER (self->note_popover));
}

static void
closed_cb (GtkPopover *popover, HemoImageView *self)
{
  g_clear_pointer (&self->draft, hemo_mark_free);
  gtk_widget_grab_focus (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
hemo_image_view_init_marks (HemoImageView *self)
{
  self->marks = copy_marks (NULL);
  self->undo = g_ptr_array_new_with_free_func ((GDestroyNotify)g_ptr_array_unref);
  self->note_entry = g_object_new (GTK_TYPE_ENTRY, "placeholder-text", _ ("Note"), "max-length",
                                   HEMO_MARK_NOTE_MAX, "width-chars", 24, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->note_entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Note on the picture"), -1);
  g_signal_connect (self->note_entry, "activate", G_CALLBACK (note_cb), self);
  self->note_popover
      = g_object_new (GTK_TYPE_POPOVER, "child", self->note_entry, "autohide", TRUE, NULL);
  g_signal_connect (self->note_popover, "closed", G_CALLBACK (closed_cb), self);
  gtk_widget_set_parent (self->note_popover, GTK_WIDGET (self));
}
