/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How many of the wanted cells are counted, as a ring around the number. */

#include "hemo-count-ring.h"

#include "hemo-tints-private.h"

#include <glib/gi18n.h>
#include <math.h>

/* The ring's width as a share of its diameter. */
#define THICKNESS 0.075f

struct _HemoCountRing
{
  GtkWidget parent_instance;

  HemoTints tints;
  GtkWidget *middle;
  GtkWidget *number;
  GtkWidget *below;
  int done;
  int target;
};

G_DEFINE_FINAL_TYPE_WITH_CODE (HemoCountRing,
                               hemo_count_ring,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_ACCESSIBLE_RANGE, NULL))

enum
{
  PROP_DONE = 1,
  PROP_TARGET,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
update (HemoCountRing *self)
{
  g_autofree char *number = g_strdup_printf ("%d", self->done);
  g_autofree char *below = NULL;
  g_autofree char *spoken = NULL;

  if (self->target > 0 && self->done >= self->target)
    /* Translators: under the number of cells counted: the target is reached. */
    below = g_strdup_printf (_ ("of %d, done"), self->target);
  else if (self->target > 0)
    /* Translators: under the number of cells counted; %d is the target, 'of 100'. */
    below = g_strdup_printf (_ ("of %d"), self->target);
  else
    below = g_strdup (_ ("cells"));
  /* Translators: read aloud: '86 of 100'. */
  spoken = g_strdup_printf ("%s %s", number, below);
  gtk_label_set_label (GTK_LABEL (self->number), number);
  gtk_label_set_label (GTK_LABEL (self->below), below);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0.0,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MAX,
                                  (double)MAX (self->target, self->done),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, (double)self->done,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, spoken, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* From the top, as a clock goes; @share up to 1. */
static GskPath *
make_arc (float x, float y, float radius, double share)
{
  GskPathBuilder *builder = gsk_path_builder_new ();
  const int steps = 1 + (int)(share * 4);

  if (share >= 1)
    {
      gsk_path_builder_add_circle (builder, &GRAPHENE_POINT_INIT (x, y), radius);
      return gsk_path_builder_free_to_path (builder);
    }
  gsk_path_builder_move_to (builder, x, y - radius);
  for (int i = 1; i <= steps; i++)
    {
      const double angle = share * 2 * G_PI * i / steps;

      gsk_path_builder_svg_arc_to (builder, radius, radius, 0, FALSE, TRUE,
                                   x + radius * (float)sin (angle),
                                   y - radius * (float)cos (angle));
    }
  return gsk_path_builder_free_to_path (builder);
}

static void
draw_arc (GtkSnapshot *snapshot,
          float x,
          float y,
          float radius,
          float width,
          double share,
          GdkRGBA colour)
{
  GskPath *path = make_arc (x, y, radius, share);
  GskStroke *stroke = gsk_stroke_new (width);

  gsk_stroke_set_line_cap (stroke, GSK_LINE_CAP_ROUND);
  gtk_snapshot_append_stroke (snapshot, path, stroke, &colour);
  gsk_stroke_free (stroke);
  gsk_path_unref (path);
}

static void
hemo_count_ring_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  HemoCountRing *self = HEMO_COUNT_RING (widget);
  const float width = (float)gtk_widget_get_width (widget);
  const float height = (float)gtk_widget_get_height (widget);
  const float side = MIN (width, height), thick = side * THICKNESS;
  const float radius = (side - thick) / 2;
  const gboolean reached = self->target > 0 && self->done >= self->target;
  const double share = self->target > 0 ? MIN (1.0, self->done / (double)self->target) : 0;

  if (radius > 0)
    draw_arc (snapshot, width / 2, height / 2, radius, thick, 1, hemo_tints_text (widget, 0.12f));
  if (radius > 0 && share > 0)
    draw_arc (snapshot, width / 2, height / 2, radius, thick, share,
              hemo_tints_get (&self->tints, reached ? HEMO_TINT_GOOD : HEMO_TINT_ACCENT));
  gtk_widget_snapshot_child (widget, self->middle, snapshot);
}

/* The numbers stand in the square that fits into the ring. */
static void
hemo_count_ring_measure (GtkWidget *widget,
                         GtkOrientation orientation,
                         int for_size,
                         int *minimum,
                         int *natural,
                         int *minimum_baseline,
                         int *natural_baseline)
{
  HemoCountRing *self = HEMO_COUNT_RING (widget);
  int width, height, side;

  gtk_widget_measure (self->middle, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  gtk_widget_measure (self->middle, GTK_ORIENTATION_VERTICAL, -1, NULL, &height, NULL, NULL);
  side = (int)ceil (hypot (width, height) / (1 - 2 * (double)THICKNESS)) + 8;
  *minimum = *natural = side;
}

static void
hemo_count_ring_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HemoCountRing *self = HEMO_COUNT_RING (widget);
  GtkRequisition size;
  GtkAllocation place;

  gtk_widget_get_preferred_size (self->middle, NULL, &size);
  place = (GtkAllocation){ (width - size.width) / 2, (height - size.height) / 2, size.width,
                           size.height };
  gtk_widget_size_allocate (self->middle, &place, -1);
}

static void
hemo_count_ring_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HemoCountRing *self = HEMO_COUNT_RING (object);

  if (id == PROP_DONE)
    g_value_set_int (value, self->done);
  else if (id == PROP_TARGET)
    g_value_set_int (value, self->target);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hemo_count_ring_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HemoCountRing *self = HEMO_COUNT_RING (object);

  if (id == PROP_DONE)
    hemo_count_ring_set_done (self, g_value_get_int (value));
  else if (id == PROP_TARGET)
    hemo_count_ring_set_target (self, g_value_get_int (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hemo_count_ring_dispose (GObject *object)
{
  HemoCountRing *self = HEMO_COUNT_RING (object);

  hemo_tints_clear (&self->tints);
  g_clear_pointer (&self->middle, gtk_widget_unparent);
  G_OBJECT_CLASS (hemo_count_ring_parent_class)->dispose (object);
}

static void
hemo_count_ring_class_init (HemoCountRingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = hemo_count_ring_get_property;
  object_class->set_property = hemo_count_ring_set_property;
  object_class->dispose = hemo_count_ring_dispose;
  widget_class->snapshot = hemo_count_ring_snapshot;
  widget_class->measure = hemo_count_ring_measure;
  widget_class->size_allocate = hemo_count_ring_size_allocate;
  props[PROP_DONE] = g_param_spec_int ("done", NULL, NULL, 0, G_MAXINT, 0, flags);
  props[PROP_TARGET] = g_param_spec_int ("target", NULL, NULL, 0, G_MAXINT, 100, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_css_name (widget_class, "hemocountring");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PROGRESS_BAR);
}

static void
hemo_count_ring_init (HemoCountRing *self)
{
  self->target = 100;
  hemo_tints_init (&self->tints, GTK_WIDGET (self));
  self->middle = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL, "valign",
                               GTK_ALIGN_CENTER, NULL);
  self->number = gtk_label_new (NULL);
  self->below = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->number, "number");
  gtk_widget_add_css_class (self->below, "below");
  gtk_box_append (GTK_BOX (self->middle), self->number);
  gtk_box_append (GTK_BOX (self->middle), self->below);
  gtk_widget_set_parent (self->middle, GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Cells counted"), -1);
  update (self);
}

GtkWidget *
hemo_count_ring_new (int target)
{
  return g_object_new (HEMO_TYPE_COUNT_RING, "target", target, NULL);
}

void
hemo_count_ring_set_done (HemoCountRing *self, int done)
{
  g_return_if_fail (HEMO_IS_COUNT_RING (self));
  if (self->done == done)
    return;
  self->done = done;
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DONE]);
}

int
hemo_count_ring_get_done (HemoCountRing *self)
{
  g_return_val_if_fail (HEMO_IS_COUNT_RING (self), 0);
  return self->done;
}

void
hemo_count_ring_set_target (HemoCountRing *self, int target)
{
  g_return_if_fail (HEMO_IS_COUNT_RING (self));
  if (self->target == target)
    return;
  self->target = target;
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TARGET]);
}

int
hemo_count_ring_get_target (HemoCountRing *self)
{
  g_return_val_if_fail (HEMO_IS_COUNT_RING (self), 0);
  return self->target;
}
