/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A captured field as the filmstrip shows it. */

#include "hemo-film-item.h"

#include <glib/gi18n.h>

struct _HemoFilmItem
{
  GObject parent_instance;

  char *uuid;
  char *problem;
  GdkPaintable *paintable;
  int number;
  HemoChipState focus;
  HemoChipState stain;
  gboolean in_report;
  gboolean missing;
};

G_DEFINE_FINAL_TYPE (HemoFilmItem, hemo_film_item, G_TYPE_OBJECT)

enum
{
  PROP_UUID = 1,
  PROP_NUMBER,
  PROP_PAINTABLE,
  PROP_FOCUS,
  PROP_STAIN,
  PROP_PROBLEM,
  PROP_IN_REPORT,
  PROP_MISSING,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
hemo_film_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HemoFilmItem *self = HEMO_FILM_ITEM (object);

  switch (id)
    {
    case PROP_UUID:
      g_value_set_string (value, self->uuid);
      break;
    case PROP_NUMBER:
      g_value_set_int (value, self->number);
      break;
    case PROP_PAINTABLE:
      g_value_set_object (value, self->paintable);
      break;
    case PROP_FOCUS:
      g_value_set_enum (value, self->focus);
      break;
    case PROP_STAIN:
      g_value_set_enum (value, self->stain);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_IN_REPORT:
      g_value_set_boolean (value, self->in_report);
      break;
    case PROP_MISSING:
      g_value_set_boolean (value, self->missing);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hemo_film_item_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HemoFilmItem *self = HEMO_FILM_ITEM (object);

  switch (id)
    {
    case PROP_UUID:
      g_set_str (&self->uuid, g_value_get_string (value));
      break;
    case PROP_NUMBER:
      self->number = g_value_get_int (value);
      break;
    case PROP_PAINTABLE:
      g_set_object (&self->paintable, g_value_get_object (value));
      break;
    case PROP_FOCUS:
      self->focus = g_value_get_enum (value);
      break;
    case PROP_STAIN:
      self->stain = g_value_get_enum (value);
      break;
    case PROP_PROBLEM:
      g_set_str (&self->problem, g_value_get_string (value));
      break;
    case PROP_IN_REPORT:
      self->in_report = g_value_get_boolean (value);
      break;
    case PROP_MISSING:
      self->missing = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hemo_film_item_finalize (GObject *object)
{
  HemoFilmItem *self = HEMO_FILM_ITEM (object);

  g_free (self->uuid);
  g_free (self->problem);
  g_clear_object (&self->paintable);
  G_OBJECT_CLASS (hemo_film_item_parent_class)->finalize (object);
}

static void
hemo_film_item_class_init (HemoFilmItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = hemo_film_item_get_property;
  object_class->set_property = hemo_film_item_set_property;
  object_class->finalize = hemo_film_item_finalize;
  props[PROP_UUID] = g_param_spec_string ("uuid", NULL, NULL, NULL, both);
  props[PROP_NUMBER] = g_param_spec_int ("number", NULL, NULL, 0, G_MAXINT, 0, both);
  props[PROP_PAINTABLE] = g_param_spec_object ("paintable", NULL, NULL, GDK_TYPE_PAINTABLE, both);
  props[PROP_FOCUS]
      = g_param_spec_enum ("focus", NULL, NULL, HEMO_TYPE_CHIP_STATE, HEMO_CHIP_NEUTRAL, both);
  props[PROP_STAIN]
      = g_param_spec_enum ("stain", NULL, NULL, HEMO_TYPE_CHIP_STATE, HEMO_CHIP_NEUTRAL, both);
  props[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, both);
  props[PROP_IN_REPORT] = g_param_spec_boolean ("in-report", NULL, NULL, FALSE, both);
  props[PROP_MISSING] = g_param_spec_boolean ("missing", NULL, NULL, FALSE, both);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
hemo_film_item_init (HemoFilmItem *self)
{
}

HemoFilmItem *
hemo_film_item_new (const char *uuid, int number)
{
  return g_object_new (HEMO_TYPE_FILM_ITEM, "uuid", uuid, "number", number, NULL);
}

const char *
hemo_film_item_get_uuid (HemoFilmItem *self)
{
  g_return_val_if_fail (HEMO_IS_FILM_ITEM (self), NULL);
  return self->uuid;
}

int
hemo_film_item_get_number (HemoFilmItem *self)
{
  g_return_val_if_fail (HEMO_IS_FILM_ITEM (self), 0);
  return self->number;
}

GdkPaintable *
hemo_film_item_get_paintable (HemoFilmItem *self)
{
  g_return_val_if_fail (HEMO_IS_FILM_ITEM (self), NULL);
  return self->paintable;
}

void
hemo_film_item_set_paintable (HemoFilmItem *self, GdkPaintable *paintable)
{
  g_object_set (self, "paintable", paintable, NULL);
}

void
hemo_film_item_set_marks (HemoFilmItem *self,
                          HemoChipState focus,
                          HemoChipState stain,
                          const char *problem)
{
  g_object_set (self, "focus", focus, "stain", stain, "problem", problem, NULL);
}

void
hemo_film_item_set_in_report (HemoFilmItem *self, gboolean in_report)
{
  g_object_set (self, "in-report", in_report, NULL);
}

gboolean
hemo_film_item_get_in_report (HemoFilmItem *self)
{
  g_return_val_if_fail (HEMO_IS_FILM_ITEM (self), FALSE);
  return self->in_report;
}

char *
hemo_film_item_describe (HemoFilmItem *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (HEMO_IS_FILM_ITEM (self), NULL);
  g_string_append_printf (text, _ ("Field %d"), self->number);
  if (self->problem != NULL)
    g_string_append_printf (text, ", %s", self->problem);
  else if (self->focus == HEMO_CHIP_GOOD && self->stain == HEMO_CHIP_GOOD)
    g_string_append_printf (text, ", %s", _ ("sharp, well stained"));
  if (self->in_report)
    g_string_append_printf (text, ", %s", _ ("in the report"));
  return g_string_free_and_steal (g_steal_pointer (&text));
}
