/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The viewer's buttons. */

#include "hemo-image-tools.h"

#include <glib/gi18n.h>

struct _HemoImageTools
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkWidget *zoom;
  GtkWidget *tools[HEMO_VIEW_TOOLS];
  HemoImageView *view;
  gboolean showing;
};

G_DEFINE_FINAL_TYPE (HemoImageTools, hemo_image_tools, GTK_TYPE_WIDGET)

enum
{
  PROP_VIEW = 1,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

typedef struct
{
  const char *action;
  const char *icon;
  const char *words;
} Button;

static const Button places[] = {
  { "image.zoom-out", "zoom-out-symbolic", N_ ("Zoom Out (−)") },
  { NULL, NULL, NULL },
  { "image.zoom-in", "zoom-in-symbolic", N_ ("Zoom In (+)") },
  { "image.fit", "zoom-fit-best-symbolic", N_ ("Fit (0)") },
  { "image.actual", "zoom-original-symbolic", N_ ("Actual Size (1)") },
  { "image.turn", "object-rotate-right-symbolic", N_ ("Turn (R)") },
  { "image.darker", "hemo-darker-symbolic", N_ ("Darker ([)") },
  { "image.brighter", "hemo-brighter-symbolic", N_ ("Brighter (])") },
};

static const Button tools[HEMO_VIEW_TOOLS] = {
  [HEMO_VIEW_PAN] = { NULL, "hemo-hand-symbolic", N_ ("Move") },
  [HEMO_VIEW_MEASURE] = { NULL, "hemo-ruler-symbolic", N_ ("Measure (M)") },
  [HEMO_VIEW_ARROW] = { NULL, "hemo-arrow-symbolic", N_ ("Arrow") },
  [HEMO_VIEW_CIRCLE] = { NULL, "hemo-circle-symbolic", N_ ("Circle") },
  [HEMO_VIEW_RECTANGLE] = { NULL, "hemo-rectangle-symbolic", N_ ("Rectangle") },
  [HEMO_VIEW_TEXT] = { NULL, "hemo-note-symbolic", N_ ("Note") },
};

static void
clicked_cb (GtkButton *button, HemoImageTools *self)
{
  const char *action = g_object_get_data (G_OBJECT (button), "image-action");

  if (self->view != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self->view), action, NULL);
}

static void
toggled_cb (GtkToggleButton *button, HemoImageTools *self)
{
  if (self->view == NULL || self->showing || !gtk_toggle_button_get_active (button))
    return;
  for (int i = 0; i < HEMO_VIEW_TOOLS; i++)
    if (self->tools[i] == GTK_WIDGET (button))
      hemo_image_view_set_tool (self->view, i);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
show_state (HemoImageTools *self)
{
  int width = 0, height = 0;
  gboolean can_mark = FALSE;
  g_autofree char *zoom = NULL;

  if (self->view != NULL)
    {
      hemo_image_view_get_size (self->view, &width, &height);
      g_object_get (self->view, "can-mark", &can_mark, NULL);
    }
  gtk_widget_set_sensitive (self->box, width > 0);
  if (width > 0)
    /* Translators: how large a picture is shown. */
    zoom = g_strdup_printf (_ ("%.0f %%"), hemo_image_view_get_zoom (self->view) * 100);
  gtk_label_set_label (GTK_LABEL (self->zoom), zoom != NULL ? zoom : "–");
  self->showing = TRUE;
  if (self->view != NULL)
    gtk_toggle_button_set_active (
        GTK_TOGGLE_BUTTON (self->tools[hemo_image_view_get_tool (self->view)]), TRUE);
  self->showing = FALSE;
  for (int i = HEMO_VIEW_ARROW; i < HEMO_VIEW_TOOLS; i++)
    gtk_widget_set_visible (self->tools[i], can_mark);
}

static void
hemo_image_tools_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_VIEW)
    g_value_set_object (value, HEMO_IMAGE_TOOLS (object)->view);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hemo_image_tools_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_VIEW)
    hemo_image_tools_set_view (HEMO_IMAGE_TOOLS (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hemo_image_tools_dispose (GObject *object)
{
  HemoImageTools *self = HEMO_IMAGE_TOOLS (object);

  if (self->view != NULL)
    g_signal_handlers_disconnect_by_func (self->view, show_state, self);
  g_clear_object (&self->view);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (hemo_image_tools_parent_class)->dispose (object);
}

static void
hemo_image_tools_class_init (HemoImageToolsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hemo_image_tools_get_property;
  object_class->set_property = hemo_image_tools_set_property;
  object_class->dispose = hemo_image_tools_dispose;
  props[PROP_VIEW] = g_param_spec_object ("view", NULL, NULL, HEMO_TYPE_IMAGE_VIEW,
                                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_css_name (widget_class, "hemoimagetools");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TOOLBAR);
}

static void
dress (GtkWidget *button, const Button *what)
{
  const char *words = _ (what->words);

  gtk_button_set_icon_name (GTK_BUTTON (button), what->icon);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                  -1);
}

static void
hemo_image_tools_init (HemoImageTools *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  self->zoom = g_object_new (GTK_TYPE_LABEL, "width-chars", 6, NULL);
  gtk_widget_add_css_class (self->zoom, "numeric");
  gtk_widget_set_direction (self->zoom, GTK_TEXT_DIR_LTR);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      GtkWidget *button;

      if (places[i].action == NULL)
        {
          gtk_box_append (GTK_BOX (self->box), self->zoom);
          continue;
        }
      button = gtk_button_new ();
      dress (button, &places[i]);
      g_object_set_data (G_OBJECT (button), "image-action", (gpointer)places[i].action);
      g_signal_connect (button, "clicked", G_CALLBACK (clicked_cb), self);
      gtk_box_append (GTK_BOX (self->box), button);
    }
  gtk_box_append (GTK_BOX (self->box),
                  g_object_new (GTK_TYPE_SEPARATOR, "margin-start", 6, "margin-end", 6, NULL));
  for (int i = 0; i < HEMO_VIEW_TOOLS; i++)
    {
      self->tools[i] = gtk_toggle_button_new ();
      dress (self->tools[i], &tools[i]);
      if (i > 0)
        gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (self->tools[i]),
                                     GTK_TOGGLE_BUTTON (self->tools[0]));
      g_signal_connect (self->tools[i], "toggled", G_CALLBACK (toggled_cb), self);
      gtk_box_append (GTK_BOX (self->box), self->tools[i]);
    }
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Picture tools"), -1);
  show_state (self);
}

GtkWidget *
hemo_image_tools_new (HemoImageView *view)
{
  return g_object_new (HEMO_TYPE_IMAGE_TOOLS, "view", view, NULL);
}

void
hemo_image_tools_set_view (HemoImageTools *self, HemoImageView *view)
{
  g_return_if_fail (HEMO_IS_IMAGE_TOOLS (self));

  if (self->view != NULL)
    g_signal_handlers_disconnect_by_func (self->view, show_state, self);
  g_set_object (&self->view, view);
  if (view != NULL)
    {
      g_signal_connect_object (view, "place-changed", G_CALLBACK (show_state), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (view, "opened", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (view, "notify", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
    }
  show_state (self);
}
