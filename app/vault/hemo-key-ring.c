/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every version of the store key. */

#include "hemo-key-file-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define KEY_SIZE 32
#define UUID_SIZE 36

/* Before the keys: this, the clinic's UUID, how many keys (two bytes, high first). */
static const char magic[] = "HEMORING1";

#define MAGIC_SIZE (sizeof magic - 1)
#define HEADER_SIZE (MAGIC_SIZE + UUID_SIZE + 2)

static HemoKeyRing *
make_empty (void)
{
  HemoKeyRing *self = g_new0 (HemoKeyRing, 1);

  self->keys = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_secret_unref);
  return self;
}

HemoKeyRing *
hemo_key_ring_new (GError **error)
{
  g_autoptr (HemoKeyRing) self = make_empty ();

  if (!hemo_key_ring_rotate (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
hemo_key_ring_free (HemoKeyRing *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->keys, g_ptr_array_unref);
  g_free (self);
}

gboolean
hemo_key_ring_rotate (HemoKeyRing *self, GError **error)
{
  HemoSecret *key = NULL;

  if (self->keys->len >= HEMO_KEY_RING_MAX)
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED,
                            N_ ("The store key has been changed too often for this key file."));
  key = hemo_secret_new_random (KEY_SIZE, error);
  if (key == NULL)
    return FALSE;
  g_ptr_array_add (self->keys, key);
  return TRUE;
}

HemoSecret *
hemo_key_ring_newest (HemoKeyRing *self)
{
  return self->keys->len == 0 ? NULL : self->keys->pdata[self->keys->len - 1];
}

HemoSecret *
hemo_key_ring_pack (HemoKeyRing *self, const char *clinic_uuid, GError **error)
{
  guint n = self->keys->len;
  HemoSecret *packed = NULL;
  guint8 *out = NULL;

  if (n == 0 || n > HEMO_KEY_RING_MAX || strlen (clinic_uuid) != UUID_SIZE)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED,
                       "The key ring is empty or has too many keys.");
      return NULL;
    }
  packed = hemo_secret_try_new (HEADER_SIZE + n * KEY_SIZE, error);
  if (packed == NULL)
    return NULL;
  out = hemo_secret_get_data (packed);
  memcpy (out, magic, MAGIC_SIZE);
  memcpy (out + MAGIC_SIZE, clinic_uuid, UUID_SIZE);
  out[HEADER_SIZE - 2] = (guint8)(n >> 8);
  out[HEADER_SIZE - 1] = (guint8)n;
  for (guint i = 0; i < n; i++)
    memcpy (out + HEADER_SIZE + i * KEY_SIZE, hemo_secret_get_data (self->keys->pdata[i]),
            KEY_SIZE);
  return packed;
}

HemoKeyRing *
hemo_key_ring_unpack (HemoSecret *packed, const char *clinic_uuid, GError **error)
{
  gsize size = hemo_secret_get_size (packed);
  const guint8 *data = hemo_secret_get_data (packed);
  g_autoptr (HemoKeyRing) self = make_empty ();
  gsize n = 0;

  if (size >= HEADER_SIZE)
    n = (gsize)data[HEADER_SIZE - 2] << 8 | data[HEADER_SIZE - 1];
  if (n == 0 || n > HEMO_KEY_RING_MAX || size != HEADER_SIZE + n * KEY_SIZE
      || memcmp (data, magic, MAGIC_SIZE) != 0)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_DAMAGED, "The key ring is not in a known form.");
      return NULL;
    }
  if (strlen (clinic_uuid) != UUID_SIZE || memcmp (data + MAGIC_SIZE, clinic_uuid, UUID_SIZE) != 0)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_DAMAGED,
                       N_ ("The key ring is that of another clinic."));
      return NULL;
    }
  for (gsize i = 0; i < n; i++)
    {
      HemoSecret *key = hemo_secret_try_new (KEY_SIZE, error);

      if (key == NULL)
        return NULL;
      memcpy (hemo_secret_get_data (key), data + HEADER_SIZE + i * KEY_SIZE, KEY_SIZE);
      g_ptr_array_add (self->keys, key);
    }
  return g_steal_pointer (&self);
}
