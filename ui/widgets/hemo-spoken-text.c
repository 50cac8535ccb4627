/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is asked of the widget is asked of the text inside, and what that does is told as its own.
 */

#include "hemo-spoken-text-private.h"

static GtkAccessibleText *
get_inner (GtkAccessibleText *self)
{
  return GTK_ACCESSIBLE_TEXT (gtk_editable_get_delegate (GTK_EDITABLE (self)));
}

static GBytes *
get_contents (GtkAccessibleText *self, guint start, guint end)
{
  GtkAccessibleText *inner = get_inner (self);

  if (inner == NULL)
    return g_bytes_new_static ("", 0);
  return GTK_ACCESSIBLE_TEXT_GET_IFACE (inner)->get_contents (inner, start, end);
}

static GBytes *
get_contents_at (GtkAccessibleText *self,
                 guint offset,
                 GtkAccessibleTextGranularity granularity,
                 guint *start,
                 guint *end)
{
  GtkAccessibleText *inner = get_inner (self);

  *start = *end = 0;
  if (inner == NULL)
    return g_bytes_new_static ("", 0);
  return GTK_ACCESSIBLE_TEXT_GET_IFACE (inner)->get_contents_at (inner, offset, granularity, start,
                                                                 end);
}

static guint
get_caret_position (GtkAccessibleText *self)
{
  GtkAccessibleText *inner = get_inner (self);

  return inner != NULL ? GTK_ACCESSIBLE_TEXT_GET_IFACE (inner)->get_caret_position (inner) : 0;
}

static gboolean
get_selection (GtkAccessibleText *self, gsize *n_ranges, GtkAccessibleTextRange **ranges)
{
  GtkAccessibleText *inner = get_inner (self);

  return inner != NULL
         && GTK_ACCESSIBLE_TEXT_GET_IFACE (inner)->get_selection (inner, n_ranges, ranges);
}

static gboolean
get_attributes (GtkAccessibleText *self,
                guint offset,
                gsize *n_ranges,
                GtkAccessibleTextRange **ranges,
                char ***names,
                char ***values)
{
  GtkAccessibleText *inner = get_inner (self);

  return inner != NULL
         && GTK_ACCESSIBLE_TEXT_GET_IFACE (inner)->get_attributes (inner, offset, n_ranges, ranges,
                                                                   names, values);
}

static void
get_default_attributes (GtkAccessibleText *self, char ***names, char ***values)
{
  GtkAccessibleText *inner = get_inner (self);

  if (inner != NULL)
    {
      GTK_ACCESSIBLE_TEXT_GET_IFACE (inner)->get_default_attributes (inner, names, values);
      return;
    }
  *names = g_new0 (char *, 1);
  *values = g_new0 (char *, 1);
}

/* From the coordinates of the text inside to those of the widget, or back. */
static gboolean
find_offset (GtkAccessibleText *self, GtkAccessibleText *inner, graphene_point_t *offset)
{
  return gtk_widget_compute_point (GTK_WIDGET (inner), GTK_WIDGET (self),
                                   &GRAPHENE_POINT_INIT (0, 0), offset);
}

static gboolean
get_extents (GtkAccessibleText *self, guint start, guint end, graphene_rect_t *extents)
{
  GtkAccessibleText *inner = get_inner (self);
  graphene_point_t offset;

  if (inner == NULL || !find_offset (self, inner, &offset)
      || !GTK_ACCESSIBLE_TEXT_GET_IFACE (inner)->get_extents (inner, start, end, extents))
    return FALSE;
  graphene_rect_offset (extents, offset.x, offset.y);
  return TRUE;
}

static gboolean
get_offset (GtkAccessibleText *self, const graphene_point_t *point, guint *offset)
{
  GtkAccessibleText *inner = get_inner (self);
  graphene_point_t place;

  if (inner == NULL || !find_offset (self, inner, &place))
    return FALSE;
  place = GRAPHENE_POINT_INIT (point->x - place.x, point->y - place.y);
  return GTK_ACCESSIBLE_TEXT_GET_IFACE (inner)->get_offset (inner, &place, offset);
}

void
hemo_spoken_text_init (GtkAccessibleTextInterface *iface)
{
  iface->get_contents = get_contents;
  iface->get_contents_at = get_contents_at;
  iface->get_caret_position = get_caret_position;
  iface->get_selection = get_selection;
  iface->get_attributes = get_attributes;
  iface->get_default_attributes = get_default_attributes;
  iface->get_extents = get_extents;
  iface->get_offset = get_offset;
}

static void
inserted_cb (
    GtkEntryBuffer *buffer, guint position, const char *text, guint length, GtkAccessibleText *self)
{
  gtk_accessible_text_update_contents (self, GTK_ACCESSIBLE_TEXT_CONTENT_CHANGE_INSERT, position,
                                       position + length);
}

/* Comes before the text is gone, as has to be told. */
static void
deleted_cb (GtkEntryBuffer *buffer, guint position, guint length, GtkAccessibleText *self)
{
  gtk_accessible_text_update_contents (self, GTK_ACCESSIBLE_TEXT_CONTENT_CHANGE_REMOVE, position,
                                       position + length);
}

void
hemo_spoken_text_follow (GtkEditable *self)
{
  GtkText *inner = GTK_TEXT (gtk_editable_get_delegate (self));
  GtkEntryBuffer *buffer = gtk_text_get_buffer (inner);

  g_signal_connect_object (buffer, "inserted-text", G_CALLBACK (inserted_cb), self, 0);
  g_signal_connect_object (buffer, "deleted-text", G_CALLBACK (deleted_cb), self, 0);
  g_signal_connect_object (inner, "notify::cursor-position",
                           G_CALLBACK (gtk_accessible_text_update_caret_position), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (inner, "notify::selection-bound",
                           G_CALLBACK (gtk_accessible_text_update_selection_bound), self,
                           G_CONNECT_SWAPPED);
}
