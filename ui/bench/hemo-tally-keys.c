/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keys of the cell classes: the usual ones and the site's own. */

#include "hemo-tally-keys.h"

static const guint usual[HEMO_CELL_CLASSES] = {
  [HEMO_CELL_SEGMENTED] = HEMO_KEYCODE_Q,
  [HEMO_CELL_LYMPHOCYTE] = HEMO_KEYCODE_W,
  [HEMO_CELL_MONOCYTE] = 26,
  [HEMO_CELL_EOSINOPHIL] = 27,
  [HEMO_CELL_BASOPHIL] = 28,
  [HEMO_CELL_BAND] = 29,
  [HEMO_CELL_IMMATURE] = 30,
  [HEMO_CELL_BLAST] = 31,
  [HEMO_CELL_OTHER] = 32,
  [HEMO_CELL_METAMYELOCYTE] = 38,
  [HEMO_CELL_MYELOCYTE] = 39,
  [HEMO_CELL_PROMYELOCYTE] = 40,
  [HEMO_CELL_VARIANT_LYMPHOCYTE] = 41,
  [HEMO_CELL_ABNORMAL_LYMPHOCYTE] = 42,
  [HEMO_CELL_PROLYMPHOCYTE] = 43,
  [HEMO_CELL_PLASMA] = 44,
  [HEMO_CELL_SMUDGE] = 45,
  [HEMO_CELL_NRBC] = HEMO_KEYCODE_N,
};

gboolean
hemo_tally_keys_is_rare (HemoCellClass cell_class)
{
  return usual[cell_class] >= 38 && usual[cell_class] <= 45;
}

gboolean
hemo_tally_keys_find (const HemoTallyKeys *self, guint keycode, HemoCellClass *out)
{
  for (int i = 0; keycode != 0 && i < HEMO_CELL_CLASSES; i++)
    if (self->codes[i] == keycode)
      {
        *out = (HemoCellClass)i;
        return TRUE;
      }
  return FALSE;
}

void
hemo_tally_keys_set (HemoTallyKeys *self, HemoCellClass cell_class, guint keycode)
{
  HemoCellClass other;

  if (hemo_tally_keys_find (self, keycode, &other))
    self->codes[other] = self->codes[cell_class];
  self->codes[cell_class] = keycode;
}

void
hemo_tally_keys_init (HemoTallyKeys *self, GVariant *custom)
{
  GVariantIter iter;
  const char *code;
  guint keycode;

  for (int i = 0; i < HEMO_CELL_CLASSES; i++)
    self->codes[i] = usual[i];
  if (custom == NULL || !g_variant_is_of_type (custom, G_VARIANT_TYPE ("a{su}")))
    return;
  g_variant_iter_init (&iter, custom);
  while (g_variant_iter_next (&iter, "{&su}", &code, &keycode))
    {
      HemoCellClass cell_class;

      if (keycode >= 8 && keycode < 256 && hemo_cell_class_from_code (code, &cell_class, NULL))
        hemo_tally_keys_set (self, cell_class, keycode);
    }
}

GVariant *
hemo_tally_keys_to_variant (const HemoTallyKeys *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{su}"));
  for (int i = 0; i < HEMO_CELL_CLASSES; i++)
    if (self->codes[i] != usual[i])
      g_variant_builder_add (&builder, "{su}", hemo_cell_class_info ((HemoCellClass)i)->code,
                             self->codes[i]);
  return g_variant_builder_end (&builder);
}
