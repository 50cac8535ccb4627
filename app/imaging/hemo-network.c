/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The trained networks, layer by layer as resources/detector/network.py has them. */

#include "hemo-network-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define MAGIC "HEMOCELL"
#define FORMAT 1
#define HASH_SIZE 32
#define SETTINGS (HEMO_NETWORK_KINDS + 1)

typedef enum
{
  STEM,
  DOWN_1,
  BLOCK_1,
  DOWN_2 = BLOCK_1 + 2,
  BLOCK_2,
  DOWN_3 = BLOCK_2 + 2,
  BLOCK_3,
  LATERAL_3 = BLOCK_3 + 2,
  MERGE_2,
  LATERAL_2,
  MERGE_1,
  HEAD,
  OUT,
  TYPE,
  TYPE_OUT = TYPE + LATERAL_3,
  N_LAYERS,
} Layer;

/* Channels taken and made, size and step of each layer. */
static const guint32 shapes[N_LAYERS][4] = {
  { 3, 16, 3, 2 },  { 16, 32, 3, 2 }, { 32, 32, 3, 1 }, { 32, 32, 3, 1 }, { 32, 48, 3, 2 },
  { 48, 48, 3, 1 }, { 48, 48, 3, 1 }, { 48, 64, 3, 2 }, { 64, 64, 3, 1 }, { 64, 64, 3, 1 },
  { 64, 48, 1, 1 }, { 48, 48, 3, 1 }, { 48, 32, 1, 1 }, { 32, 32, 3, 1 }, { 32, 32, 3, 1 },
  { 32, 16, 1, 1 }, { 3, 16, 3, 2 },  { 16, 32, 3, 2 }, { 32, 32, 3, 1 }, { 32, 32, 3, 1 },
  { 32, 48, 3, 2 }, { 48, 48, 3, 1 }, { 48, 48, 3, 1 }, { 48, 64, 3, 2 }, { 64, 64, 3, 1 },
  { 64, 64, 3, 1 }, { 64, 16, 1, 1 },
};

struct _HemoNetwork
{
  guint version;
  char *hash;
  float settings[SETTINGS];
  HemoConv layers[N_LAYERS];
  float *values;
};

typedef struct
{
  const guint8 *data;
  gsize left;
} Reader;

static gboolean
read_words (Reader *reader, void *to, gsize n)
{
  guint32 *words = to;

  if (reader->left / 4 < n)
    return FALSE;
  memcpy (words, reader->data, 4 * n);
  for (gsize i = 0; i < n; i++)
    words[i] = GUINT32_FROM_LE (words[i]);
  reader->data += 4 * n;
  reader->left -= 4 * n;
  return TRUE;
}

static gsize
count_values (const guint32 shape[4])
{
  return (gsize)shape[1] * (1 + (gsize)shape[0] * shape[2] * shape[2]);
}

static gboolean
are_finite (const float *values, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (!isfinite (values[i]))
      return FALSE;
  return TRUE;
}

/* The bias of a layer first, then its weights. */
static gboolean
read_layers (HemoNetwork *self, Reader *reader)
{
  gsize all = 0;
  float *values;

  for (int i = 0; i < N_LAYERS; i++)
    all += count_values (shapes[i]);
  values = self->values = g_new (float, all);
  for (int i = 0; i < N_LAYERS; i++)
    {
      const gsize n = count_values (shapes[i]);
      guint32 shape[4];

      if (!read_words (reader, shape, 4) || memcmp (shape, shapes[i], sizeof shape) != 0
          || !read_words (reader, values, n) || !are_finite (values, n))
        return FALSE;
      self->layers[i] = (HemoConv){ .taken = (int)shape[0],
                                    .made = (int)shape[1],
                                    .size = (int)shape[2],
                                    .step = (int)shape[3],
                                    .bias = values,
                                    .weights = values + shape[1] };
      values += n;
    }
  return reader->left == 0;
}

static gboolean
read_all (HemoNetwork *self, Reader *reader)
{
  guint32 head[3];

  if (!read_words (reader, head, 3) || head[0] != FORMAT || head[2] != N_LAYERS
      || !read_words (reader, self->settings, SETTINGS) || !are_finite (self->settings, SETTINGS)
      || self->settings[HEMO_NETWORK_KINDS] <= 0)
    return FALSE;
  self->version = head[1];
  return read_layers (self, reader);
}

HemoNetwork *
hemo_network_new (GBytes *bytes, GError **error)
{
  g_autoptr (HemoNetwork) self = g_new0 (HemoNetwork, 1);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize size, hash_size = HASH_SIZE;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  guint8 hash[HASH_SIZE];
  Reader reader;

  if (size < strlen (MAGIC) + HASH_SIZE || memcmp (data, MAGIC, strlen (MAGIC)) != 0)
    {
      g_set_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_UNSUPPORTED,
                   N_ ("These are no weights of the cell detector"));
      return NULL;
    }
  g_checksum_update (checksum, data, (gssize)(size - HASH_SIZE));
  self->hash = g_strndup (g_checksum_get_string (checksum), 12);
  reader = (Reader){ data + strlen (MAGIC), size - strlen (MAGIC) - HASH_SIZE };
  g_checksum_get_digest (checksum, hash, &hash_size);
  if (memcmp (hash, data + size - HASH_SIZE, HASH_SIZE) != 0 || !read_all (self, &reader))
    {
      g_set_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_DAMAGED,
                   N_ ("The weights of the cell detector are damaged; install the program again"));
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
hemo_network_free (HemoNetwork *self)
{
  if (self == NULL)
    return;
  g_free (self->hash);
  g_free (self->values);
  g_free (self);
}

guint
hemo_network_get_version (const HemoNetwork *self)
{
  return self->version;
}

const char *
hemo_network_get_hash (const HemoNetwork *self)
{
  return self->hash;
}

double
hemo_network_get_threshold (const HemoNetwork *self, int kind)
{
  return self->settings[kind];
}

static HemoMap *
run (const HemoConv *conv,
     HemoSimd simd,
     const HemoMap *from,
     const HemoMap *added,
     gboolean positive)
{
  HemoMap *to;

  if (from == NULL)
    return NULL;
  to = hemo_map_new ((from->width + conv->step - 1) / conv->step,
                     (from->height + conv->step - 1) / conv->step, conv->made);
  if (to != NULL)
    hemo_conv_run (conv, simd, from, added, positive, to);
  return to;
}

/* Half the size, then twice three by three beside what was there. */
static HemoMap *
run_stage (const HemoConv *down, const HemoConv *block, HemoSimd simd, const HemoMap *from)
{
  g_autoptr (HemoMap) start = run (down, simd, from, NULL, TRUE);
  g_autoptr (HemoMap) first = run (&block[0], simd, start, NULL, TRUE);

  return run (&block[1], simd, first, start, TRUE);
}

/* A quarter, an eighth and a sixteenth of the size. */
static gboolean
encode (const HemoConv *layers, HemoSimd simd, const HemoMap *from, HemoMap *maps[3])
{
  g_autoptr (HemoMap) stem = run (&layers[STEM], simd, from, NULL, TRUE);

  maps[0] = run_stage (&layers[DOWN_1], &layers[BLOCK_1], simd, stem);
  g_clear_pointer (&stem, hemo_map_free);
  maps[1] = run_stage (&layers[DOWN_2], &layers[BLOCK_2], simd, maps[0]);
  maps[2] = run_stage (&layers[DOWN_3], &layers[BLOCK_3], simd, maps[1]);
  return maps[2] != NULL;
}

/* Adds @coarse, each value to four places. */
static void
add_enlarged (HemoMap *fine, const HemoMap *coarse)
{
  for (int y = 0; y < fine->height; y++)
    for (int x = 0; x < fine->width; x++)
      {
        float *to = hemo_map_at (fine, x, y);
        const float *from = hemo_map_at (coarse, x / 2, y / 2);

        for (int k = 0; k < fine->channels; k++)
          to[k] = MAX (to[k] + from[k], 0);
      }
}

static HemoMap *
merge (const HemoConv *lateral,
       const HemoConv *conv,
       HemoSimd simd,
       HemoMap *fine,
       const HemoMap *coarse)
{
  g_autoptr (HemoMap) enlarged = run (lateral, simd, coarse, NULL, FALSE);

  if (enlarged == NULL)
    return NULL;
  add_enlarged (fine, enlarged);
  return run (conv, simd, fine, NULL, TRUE);
}

HemoMap *
hemo_network_find (const HemoNetwork *self, HemoSimd simd, const HemoMap *field)
{
  HemoMap *maps[3] = { NULL };
  g_autoptr (HemoMap) middle = NULL, fine = NULL, head = NULL;
  HemoMap *out = NULL;

  simd = hemo_simd_choose (simd);
  if (encode (self->layers, simd, field, maps))
    {
      middle = merge (&self->layers[LATERAL_3], &self->layers[MERGE_2], simd, maps[1], maps[2]);
      if (middle != NULL)
        fine = merge (&self->layers[LATERAL_2], &self->layers[MERGE_1], simd, maps[0], middle);
      head = run (&self->layers[HEAD], simd, fine, NULL, TRUE);
      out = run (&self->layers[OUT], simd, head, NULL, FALSE);
    }
  for (int i = 0; i < 3; i++)
    hemo_map_free (maps[i]);
  return out;
}

/* The mean over all places as a map of one. */
static HemoMap *
pool (const HemoMap *from)
{
  HemoMap *to = hemo_map_new (1, 1, from->channels);
  const float share = 1.0f / (float)(from->width * from->height);

  for (int y = 0; to != NULL && y < from->height; y++)
    for (int x = 0; x < from->width; x++)
      for (int k = 0; k < from->channels; k++)
        hemo_map_at (to, 0, 0)[k] += share * hemo_map_at (from, x, y)[k];
  return to;
}

/* Adds what the network makes of one image of the cell. */
static gboolean
add_logits (const HemoNetwork *self, HemoSimd simd, const HemoMap *cell, double *logits)
{
  HemoMap *maps[3] = { NULL };
  g_autoptr (HemoMap) pooled = NULL, out = NULL;

  if (encode (self->layers + TYPE, simd, cell, maps))
    pooled = pool (maps[2]);
  out = run (&self->layers[TYPE_OUT], simd, pooled, NULL, FALSE);
  for (int i = 0; i < 3; i++)
    hemo_map_free (maps[i]);
  for (int i = 0; out != NULL && i < HEMO_NETWORK_TYPES; i++)
    logits[i] += hemo_map_at (out, 0, 0)[i];
  return out != NULL;
}

/* Left for right, or the upper for the lower half. */
static HemoMap *
mirror (const HemoMap *from, gboolean across, gboolean down)
{
  HemoMap *to = hemo_map_new (from->width, from->height, from->channels);

  for (int y = 0; to != NULL && y < from->height; y++)
    for (int x = 0; x < from->width; x++)
      memcpy (hemo_map_at (to, across ? from->width - 1 - x : x, down ? from->height - 1 - y : y),
              hemo_map_at (from, x, y), sizeof (float) * (gsize)from->channels);
  return to;
}

gboolean
hemo_network_tell_type (const HemoNetwork *self,
                        HemoSimd simd,
                        const HemoMap *cell,
                        double types[HEMO_NETWORK_TYPES])
{
  double logits[HEMO_NETWORK_TYPES] = { 0 }, most = -G_MAXDOUBLE, sum = 0;

  simd = hemo_simd_choose (simd);
  /* The mean over the four mirror images is right more often than one of them. */
  for (int i = 0; i < 4; i++)
    {
      g_autoptr (HemoMap) image = mirror (cell, (i & 1) != 0, (i & 2) != 0);

      if (image == NULL || !add_logits (self, simd, image, logits))
        return FALSE;
    }
  for (int i = 0; i < HEMO_NETWORK_TYPES; i++)
    most = MAX (most, logits[i]);
  for (int i = 0; i < HEMO_NETWORK_TYPES; i++)
    sum += types[i] = exp ((logits[i] - most) / 4 / self->settings[HEMO_NETWORK_KINDS]);
  for (int i = 0; i < HEMO_NETWORK_TYPES; i++)
    types[i] /= sum;
  return TRUE;
}
