/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sizes of picture that a camera offers, read from what GStreamer says of it. */

#include "hemo-camera-device-private.h"

#include "hemo-picture.h"

struct _HemoCameraMode
{
  GObject parent_instance;

  int width;
  int height;
  double rate;
  gboolean jpeg;
  char *label;
};

enum
{
  PROP_LABEL = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HemoCameraMode, hemo_camera_mode, G_TYPE_OBJECT)

/* Offered of a camera that takes any size between two, besides its largest. */
static const struct
{
  int width;
  int height;
} common_sizes[] = { { 4096, 3072 }, { 3264, 2448 }, { 2592, 1944 }, { 2048, 1536 },
                     { 1920, 1080 }, { 1600, 1200 }, { 1280, 960 },  { 1280, 720 },
                     { 1024, 768 },  { 800, 600 },   { 640, 480 } };

static void
hemo_camera_mode_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HemoCameraMode *self = HEMO_CAMERA_MODE (object);

  if (id == PROP_LABEL)
    g_value_set_string (value, self->label);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hemo_camera_mode_finalize (GObject *object)
{
  g_free (HEMO_CAMERA_MODE (object)->label);
  G_OBJECT_CLASS (hemo_camera_mode_parent_class)->finalize (object);
}

static void
hemo_camera_mode_class_init (HemoCameraModeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hemo_camera_mode_get_property;
  object_class->finalize = hemo_camera_mode_finalize;
  properties[PROP_LABEL]
      = g_param_spec_string ("label", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hemo_camera_mode_init (HemoCameraMode *self)
{
}

HemoCameraMode *
hemo_camera_mode_new (int width, int height, double rate, gboolean jpeg)
{
  HemoCameraMode *self = g_object_new (HEMO_TYPE_CAMERA_MODE, NULL);

  self->width = width;
  self->height = height;
  self->rate = rate;
  self->jpeg = jpeg;
  self->label = g_strdup_printf ("%d × %d", width, height);
  return self;
}

GstCaps *
hemo_camera_mode_dup_caps (HemoCameraMode *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA_MODE (self), NULL);

  return gst_caps_new_simple (self->jpeg ? "image/jpeg" : "video/x-raw", "width", G_TYPE_INT,
                              self->width, "height", G_TYPE_INT, self->height, NULL);
}

int
hemo_camera_mode_get_width (HemoCameraMode *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA_MODE (self), 0);

  return self->width;
}

int
hemo_camera_mode_get_height (HemoCameraMode *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA_MODE (self), 0);

  return self->height;
}

double
hemo_camera_mode_get_rate (HemoCameraMode *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA_MODE (self), 0);

  return self->rate;
}

gboolean
hemo_camera_mode_is_jpeg (HemoCameraMode *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA_MODE (self), FALSE);

  return self->jpeg;
}

const char *
hemo_camera_mode_get_label (HemoCameraMode *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA_MODE (self), NULL);

  return self->label;
}

/* Largest fraction in @value: one, a list or a range of them. */
static double
find_rate (const GValue *value)
{
  double best = 0;
  int over, under;

  if (value == NULL)
    return 0;
  if (GST_VALUE_HOLDS_FRACTION_RANGE (value))
    value = gst_value_get_fraction_range_max (value);
  if (GST_VALUE_HOLDS_FRACTION (value))
    {
      over = gst_value_get_fraction_numerator (value);
      under = gst_value_get_fraction_denominator (value);
      return under > 0 && over < G_MAXINT / 2 ? (double)over / under : 0;
    }
  if (GST_VALUE_HOLDS_LIST (value))
    for (guint i = 0; i < gst_value_list_get_size (value); i++)
      best = MAX (best, find_rate (gst_value_list_get_value (value, i)));
  return best;
}

static gboolean
holds (const GValue *value, int side)
{
  g_auto (GValue) wanted = G_VALUE_INIT;

  g_value_init (&wanted, G_TYPE_INT);
  g_value_set_int (&wanted, side);
  return gst_value_is_subset (&wanted, value);
}

static int
find_largest (const GValue *value)
{
  int best = 0;

  if (G_VALUE_HOLDS_INT (value))
    return g_value_get_int (value);
  if (GST_VALUE_HOLDS_INT_RANGE (value))
    return gst_value_get_int_range_max (value);
  if (GST_VALUE_HOLDS_LIST (value))
    for (guint i = 0; i < gst_value_list_get_size (value); i++)
      best = MAX (best, find_largest (gst_value_list_get_value (value, i)));
  return best;
}

/* Of one size the camera's own JPEG is kept, and of two alike the faster. */
static void
add_mode (GListStore *modes, int width, int height, double rate, gboolean jpeg)
{
  g_autoptr (HemoCameraMode) mode = NULL;
  guint at = 0;

  if (width < 1 || height < 1 || width > HEMO_PICTURE_SIDE_LIMIT || height > HEMO_PICTURE_SIDE_LIMIT
      || (gint64)width * height > HEMO_PICTURE_PIXEL_LIMIT)
    return;
  for (; at < g_list_model_get_n_items (G_LIST_MODEL (modes)); at++)
    {
      g_autoptr (HemoCameraMode) other = g_list_model_get_item (G_LIST_MODEL (modes), at);
      if (other->width == width && other->height == height)
        {
          if (jpeg < other->jpeg || (jpeg == other->jpeg && rate <= other->rate))
            return;
          g_list_store_remove (modes, at);
          break;
        }
      if ((gint64)other->width * other->height < (gint64)width * height)
        break;
    }
  mode = hemo_camera_mode_new (width, height, rate, jpeg);
  g_list_store_insert (modes, at, mode);
}

static void
add_structure (GListStore *modes, const GstStructure *structure)
{
  const gboolean jpeg = gst_structure_has_name (structure, "image/jpeg");
  const GValue *width = gst_structure_get_value (structure, "width");
  const GValue *height = gst_structure_get_value (structure, "height");
  const double rate = find_rate (gst_structure_get_value (structure, "framerate"));

  if (!jpeg && !gst_structure_has_name (structure, "video/x-raw"))
    return;
  if (width == NULL || height == NULL)
    return;
  add_mode (modes, find_largest (width), find_largest (height), rate, jpeg);
  if (G_VALUE_HOLDS_INT (width) && G_VALUE_HOLDS_INT (height))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (common_sizes); i++)
    if (holds (width, common_sizes[i].width) && holds (height, common_sizes[i].height))
      add_mode (modes, common_sizes[i].width, common_sizes[i].height, rate, jpeg);
}

void
hemo_camera_modes_fill (GListStore *modes, GstCaps *caps)
{
  for (guint i = 0; i < gst_caps_get_size (caps); i++)
    {
      const GstCapsFeatures *features = gst_caps_get_features (caps, i);
      /* Pictures that stay in a graphics card's memory are of no use without one. */
      if (features == NULL || gst_caps_features_is_any (features)
          || gst_caps_features_is_equal (features, GST_CAPS_FEATURES_MEMORY_SYSTEM_MEMORY))
        add_structure (modes, gst_caps_get_structure (caps, i));
    }
}
