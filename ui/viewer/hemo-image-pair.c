/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two fields side by side. */

#include "hemo-image-pair.h"

#include <glib/gi18n.h>

struct _HemoImagePair
{
  GtkWidget parent_instance;

  GtkWidget *box;
  HemoImageView *views[2];
  gboolean linked;
  gboolean following;
};

G_DEFINE_FINAL_TYPE (HemoImagePair, hemo_image_pair, GTK_TYPE_WIDGET)

enum
{
  PROP_LINKED = 1,
  PROP_SECOND_SHOWN,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
follow (HemoImagePair *self, HemoImageView *from, HemoImageView *to)
{
  double x, y;
  gboolean fitted;

  self->following = TRUE;
  hemo_image_view_get_place (from, &x, &y, &fitted);
  hemo_image_view_set_turns (to, hemo_image_view_get_turns (from));
  hemo_image_view_set_place (to, x, y, hemo_image_view_get_zoom (from), fitted);
  self->following = FALSE;
}

static void
place_changed_cb (HemoImageView *view, HemoImagePair *self)
{
  if (self->linked && !self->following)
    follow (self, view, self->views[view == self->views[0] ? 1 : 0]);
}

static void
link_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HemoImagePair *self = HEMO_IMAGE_PAIR (widget);

  hemo_image_pair_set_linked (self, !self->linked);
  gtk_accessible_announce (GTK_ACCESSIBLE (self),
                           self->linked ? _ ("Both move together") : _ ("Each moves by itself"),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
hemo_image_pair_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HemoImagePair *self = HEMO_IMAGE_PAIR (object);

  if (id == PROP_LINKED)
    g_value_set_boolean (value, self->linked);
  else if (id == PROP_SECOND_SHOWN)
    g_value_set_boolean (value, gtk_widget_get_visible (GTK_WIDGET (self->views[1])));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hemo_image_pair_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HemoImagePair *self = HEMO_IMAGE_PAIR (object);

  if (id == PROP_LINKED)
    hemo_image_pair_set_linked (self, g_value_get_boolean (value));
  else if (id == PROP_SECOND_SHOWN)
    gtk_widget_set_visible (GTK_WIDGET (self->views[1]), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

/* GTK would let the pair itself take the focus on the way back, which gives it to a view again. */
static gboolean
hemo_image_pair_focus (GtkWidget *widget, GtkDirectionType direction)
{
  return gtk_widget_child_focus (HEMO_IMAGE_PAIR (widget)->box, direction);
}

static gboolean
hemo_image_pair_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (HEMO_IMAGE_PAIR (widget)->views[0]));
}

static void
hemo_image_pair_dispose (GObject *object)
{
  g_clear_pointer (&HEMO_IMAGE_PAIR (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (hemo_image_pair_parent_class)->dispose (object);
}

static void
hemo_image_pair_class_init (HemoImagePairClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = hemo_image_pair_get_property;
  object_class->set_property = hemo_image_pair_set_property;
  object_class->dispose = hemo_image_pair_dispose;
  widget_class->focus = hemo_image_pair_focus;
  widget_class->grab_focus = hemo_image_pair_grab_focus;
  props[PROP_LINKED]
      = g_param_spec_boolean ("linked", NULL, NULL, TRUE, both | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_SECOND_SHOWN] = g_param_spec_boolean ("second-shown", NULL, NULL, TRUE, both);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_install_action (widget_class, "pair.link", NULL, link_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_l, 0, "pair.link", NULL);
  gtk_widget_class_set_css_name (widget_class, "hemoimagepair");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
hemo_image_pair_init (HemoImagePair *self)
{
  self->linked = TRUE;
  self->box = g_object_new (GTK_TYPE_BOX, "homogeneous", TRUE, "spacing", 6, NULL);
  for (int i = 0; i < 2; i++)
    {
      self->views[i] = HEMO_IMAGE_VIEW (hemo_image_view_new ());
      gtk_widget_set_hexpand (GTK_WIDGET (self->views[i]), TRUE);
      gtk_widget_set_vexpand (GTK_WIDGET (self->views[i]), TRUE);
      g_signal_connect_object (self->views[i], "place-changed", G_CALLBACK (place_changed_cb), self,
                               G_CONNECT_DEFAULT);
      gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->views[i]));
    }
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
hemo_image_pair_new (void)
{
  return g_object_new (HEMO_TYPE_IMAGE_PAIR, NULL);
}

HemoImageView *
hemo_image_pair_get_view (HemoImagePair *self, int which)
{
  g_return_val_if_fail (HEMO_IS_IMAGE_PAIR (self), NULL);
  return self->views[which != 0 ? 1 : 0];
}

void
hemo_image_pair_set_linked (HemoImagePair *self, gboolean linked)
{
  g_return_if_fail (HEMO_IS_IMAGE_PAIR (self));

  if (self->linked == !!linked)
    return;
  self->linked = !!linked;
  if (self->linked)
    follow (self, self->views[0], self->views[1]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LINKED]);
}

gboolean
hemo_image_pair_get_linked (HemoImagePair *self)
{
  g_return_val_if_fail (HEMO_IS_IMAGE_PAIR (self), FALSE);
  return self->linked;
}
