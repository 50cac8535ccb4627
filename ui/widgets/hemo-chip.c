/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A state as icon and word. */

#include "hemo-chip.h"

#include <glib/gi18n.h>

struct _HemoChip
{
  GtkWidget parent_instance;

  GtkWidget *icon;
  GtkWidget *word;
  HemoChipState state;
  char *icon_name;
};

G_DEFINE_FINAL_TYPE (HemoChip, hemo_chip, GTK_TYPE_WIDGET)

enum
{
  PROP_STATE = 1,
  PROP_LABEL,
  PROP_ICON_NAME,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static const char *const state_classes[] = { "neutral", "good", "caution", "critical" };

GType
hemo_chip_state_get_type (void)
{
  static gsize type;

  if (g_once_init_enter (&type))
    {
      static const GEnumValue values[] = {
        { HEMO_CHIP_NEUTRAL, "HEMO_CHIP_NEUTRAL", "neutral" },
        { HEMO_CHIP_GOOD, "HEMO_CHIP_GOOD", "good" },
        { HEMO_CHIP_WARNING, "HEMO_CHIP_WARNING", "warning" },
        { HEMO_CHIP_CRITICAL, "HEMO_CHIP_CRITICAL", "critical" },
        { 0 },
      };
      g_once_init_leave (&type, g_enum_register_static ("HemoChipState", values));
    }
  return type;
}

const char *
hemo_chip_state_icon (HemoChipState state)
{
  switch (state)
    {
    case HEMO_CHIP_GOOD:
      return "object-select-symbolic";
    case HEMO_CHIP_WARNING:
      return "dialog-warning-symbolic";
    case HEMO_CHIP_CRITICAL:
      return "dialog-error-symbolic";
    case HEMO_CHIP_NEUTRAL:
    default:
      return "radio-symbolic";
    }
}

static void
update (HemoChip *self)
{
  const char *label = gtk_label_get_label (GTK_LABEL (self->word));
  g_autofree char *spoken = NULL;

  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), self->icon_name != NULL
                                                            ? self->icon_name
                                                            : hemo_chip_state_icon (self->state));
  for (guint i = 0; i < G_N_ELEMENTS (state_classes); i++)
    if (i == self->state)
      gtk_widget_add_css_class (GTK_WIDGET (self), state_classes[i]);
    else
      gtk_widget_remove_css_class (GTK_WIDGET (self), state_classes[i]);
  if (self->state == HEMO_CHIP_WARNING)
    /* Translators: read aloud; %s is the word on the chip, as 'not backed up'. */
    spoken = g_strdup_printf (_ ("Warning: %s"), label);
  else if (self->state == HEMO_CHIP_CRITICAL)
    /* Translators: read aloud; %s is the word on the chip. */
    spoken = g_strdup_printf (_ ("Critical: %s"), label);
  else
    spoken = g_strdup (label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
hemo_chip_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HemoChip *self = HEMO_CHIP (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_LABEL:
      g_value_set_string (value, hemo_chip_get_label (self));
      break;
    case PROP_ICON_NAME:
      g_value_set_string (value, self->icon_name);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hemo_chip_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HemoChip *self = HEMO_CHIP (object);

  switch (id)
    {
    case PROP_STATE:
      hemo_chip_set_state (self, g_value_get_enum (value));
      break;
    case PROP_LABEL:
      hemo_chip_set_label (self, g_value_get_string (value));
      break;
    case PROP_ICON_NAME:
      hemo_chip_set_icon_name (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hemo_chip_dispose (GObject *object)
{
  HemoChip *self = HEMO_CHIP (object);

  g_clear_pointer (&self->icon, gtk_widget_unparent);
  g_clear_pointer (&self->word, gtk_widget_unparent);
  G_OBJECT_CLASS (hemo_chip_parent_class)->dispose (object);
}

static void
hemo_chip_finalize (GObject *object)
{
  g_free (HEMO_CHIP (object)->icon_name);
  G_OBJECT_CLASS (hemo_chip_parent_class)->finalize (object);
}

static void
hemo_chip_class_init (HemoChipClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = hemo_chip_get_property;
  object_class->set_property = hemo_chip_set_property;
  object_class->dispose = hemo_chip_dispose;
  object_class->finalize = hemo_chip_finalize;
  props[PROP_STATE]
      = g_param_spec_enum ("state", NULL, NULL, HEMO_TYPE_CHIP_STATE, HEMO_CHIP_NEUTRAL, flags);
  props[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, "", flags);
  props[PROP_ICON_NAME] = g_param_spec_string ("icon-name", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "hemochip");
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_STATUS);
}

static void
hemo_chip_init (HemoChip *self)
{
  self->icon
      = g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  self->word = g_object_new (GTK_TYPE_LABEL, "ellipsize", PANGO_ELLIPSIZE_END, "accessible-role",
                             GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  gtk_widget_set_parent (self->icon, GTK_WIDGET (self));
  gtk_widget_set_parent (self->word, GTK_WIDGET (self));
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
  update (self);
}

GtkWidget *
hemo_chip_new (HemoChipState state, const char *label)
{
  return g_object_new (HEMO_TYPE_CHIP, "state", state, "label", label, NULL);
}

void
hemo_chip_set_whole (HemoChip *self, gboolean whole)
{
  g_return_if_fail (HEMO_IS_CHIP (self));

  gtk_label_set_ellipsize (GTK_LABEL (self->word),
                           whole ? PANGO_ELLIPSIZE_NONE : PANGO_ELLIPSIZE_END);
}

void
hemo_chip_set_state (HemoChip *self, HemoChipState state)
{
  g_return_if_fail (HEMO_IS_CHIP (self));
  g_return_if_fail (state < G_N_ELEMENTS (state_classes));

  if (self->state == state)
    return;
  self->state = state;
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

HemoChipState
hemo_chip_get_state (HemoChip *self)
{
  g_return_val_if_fail (HEMO_IS_CHIP (self), HEMO_CHIP_NEUTRAL);
  return self->state;
}

void
hemo_chip_set_label (HemoChip *self, const char *label)
{
  g_return_if_fail (HEMO_IS_CHIP (self));

  if (label == NULL)
    label = "";
  if (g_str_equal (label, hemo_chip_get_label (self)))
    return;
  gtk_label_set_label (GTK_LABEL (self->word), label);
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LABEL]);
}

const char *
hemo_chip_get_label (HemoChip *self)
{
  g_return_val_if_fail (HEMO_IS_CHIP (self), NULL);
  return gtk_label_get_label (GTK_LABEL (self->word));
}

void
hemo_chip_set_icon_name (HemoChip *self, const char *icon_name)
{
  g_return_if_fail (HEMO_IS_CHIP (self));

  if (!g_set_str (&self->icon_name, icon_name))
    return;
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ICON_NAME]);
}

const char *
hemo_chip_get_icon_name (HemoChip *self)
{
  g_return_val_if_fail (HEMO_IS_CHIP (self), NULL);
  return self->icon_name;
}
