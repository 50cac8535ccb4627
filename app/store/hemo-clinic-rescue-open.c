/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From what a clinic left on its servers to the clinic, on a bare machine. */

#include "hemo-clinic-rescue.h"

#include "hemo-clinic-info.h"
#include "hemo-enrol-json.h"

#include <glib/gi18n.h>
#include <openssl/crypto.h>
#include <string.h>

#define MAC_LINE "\nmac "
#define STATION_CODES 1024

/* One text, taken apart: lines point into @lines. */
typedef struct
{
  GStrv lines;
  const char *clinic;
  const char *stations;
  const char *mac;
  gint64 made;
  GBytes *signed_part;
} Parts;

static void
parts_free (Parts *self)
{
  g_strfreev (self->lines);
  g_clear_pointer (&self->signed_part, g_bytes_unref);
  g_free (self);
}

static const char *
find_line (GStrv lines, const char *name)
{
  gsize length = strlen (name);

  for (guint i = 0; lines[i] != NULL; i++)
    if (strncmp (lines[i], name, length) == 0 && lines[i][length] == ' ')
      return lines[i] + length + 1;
  return NULL;
}

/* The MAC's line is the last, and ends. Nothing after it is read. */
static gboolean
split_mac (const char *text, gsize size, const char **line)
{
  const char *mac = g_strrstr (text, MAC_LINE);

  *line = mac != NULL ? mac + 1 : NULL;
  return mac != NULL && strlen (text) == size && strchr (*line, '\n') == text + size - 1;
}

static Parts *
parts_new (GBytes *bytes)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autofree char *text = size > 0 && size <= HEMO_RESCUE_LIMIT ? g_strndup (data, size) : NULL;
  const char *mac = NULL, *made;
  Parts *self;

  if (text == NULL || !split_mac (text, size, &mac)
      || !g_str_has_prefix (text, HEMO_RESCUE_FORMAT "\n"))
    return NULL;
  self = g_new0 (Parts, 1);
  self->signed_part = g_bytes_new (text, (gsize)(mac - text));
  self->lines = g_strsplit (text, "\n", -1);
  self->clinic = find_line (self->lines, "clinic");
  self->stations = find_line (self->lines, "stations");
  self->mac = find_line (self->lines, "mac");
  made = find_line (self->lines, "made");
  self->made = made != NULL ? g_ascii_strtoll (made, NULL, 10) : 0;
  if (self->clinic != NULL && hemo_uuid_is_valid (self->clinic))
    return self;
  parts_free (self);
  return NULL;
}

static GBytes *
decode_line (const Parts *self, const char *name)
{
  const char *line = find_line (self->lines, name);
  gsize size = 0;
  guchar *data = line != NULL ? g_base64_decode (line, &size) : NULL;

  return data != NULL ? g_bytes_new_take (data, size) : NULL;
}

static gboolean
fail (GError **error)
{
  g_set_error_literal (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED,
                       N_ ("What is kept on the server for a new start is not whole, or somebody "
                           "changed it. Use a backup, or ask the organisation."));
  return FALSE;
}

gboolean
hemo_clinic_rescue_check (GBytes *text, GError **error)
{
  static const char *const needed[] = { "recovery", "image-key", "reading-key", "seed" };
  Parts *parts = parts_new (text);
  gboolean whole = parts != NULL;

  for (guint i = 0; whole && i < G_N_ELEMENTS (needed); i++)
    whole = find_line (parts->lines, needed[i]) != NULL;
  g_clear_pointer (&parts, parts_free);
  return whole || fail (error);
}

/* The recovery key, by a key file of its own that is never kept. */
static HemoKeyPair *
open_recovery (const Parts *parts, HemoSecret *code, GError **error)
{
  g_autoptr (GBytes) json = decode_line (parts, "recovery");
  g_autofree char *text
      = json != NULL ? g_strndup (g_bytes_get_data (json, NULL), g_bytes_get_size (json)) : NULL;
  g_autofree char *store = hemo_uuid_new ();
  g_autoptr (HemoKeyFile) file = hemo_key_file_new (parts->clinic, "rescue", store);
  g_autoptr (HemoKeyRing) ring = hemo_key_ring_new (error);
  g_autoptr (HemoKeyRing) opened = NULL;
  HemoKeyPair *key = NULL;

  if (ring == NULL)
    return NULL;
  if (text == NULL)
    return fail (error), NULL;
  if (!hemo_key_file_import_recovery (file, text, ring, error)
      || !hemo_key_file_open_with_recovery (file, code, &opened, &key, error))
    return NULL;
  return key;
}

/* @key: of the MAC, which the recovery key gives */
static gboolean
check_mac (const Parts *parts, const char *key, GError **error)
{
  g_autoptr (GBytes) mac = hemo_clinic_rescue_mac (key, parts->signed_part, error);
  g_autofree guchar *said = NULL;
  gsize size = 0;

  if (mac == NULL)
    return FALSE;
  said = g_base64_decode (parts->mac, &size);
  return (size == g_bytes_get_size (mac)
          && CRYPTO_memcmp (said, g_bytes_get_data (mac, NULL), size) == 0)
         || fail (error);
}

static gboolean
open_key (const Parts *parts,
          const char *name,
          HemoKeyPair *recovery_key,
          HemoKeyPair *pair,
          GError **error)
{
  g_autoptr (GBytes) sealed = decode_line (parts, name);

  if (sealed == NULL)
    return fail (error);
  pair->private_key = hemo_cms_open_secret (sealed, recovery_key, error);
  return pair->private_key != NULL;
}

static gboolean
open_seed (const Parts *parts, HemoKeyPair *recovery_key, HemoClinicSeed *seed, GError **error)
{
  g_autoptr (GBytes) sealed = decode_line (parts, "seed");
  g_autoptr (GBytes) text = NULL;
  gint64 made, expires;

  if (sealed == NULL)
    return fail (error);
  text = hemo_cms_open (sealed, recovery_key, HEMO_ENROLMENT_LIMIT, error);
  return text != NULL
         && hemo_enrolment_read (g_bytes_get_data (text, NULL), g_bytes_get_size (text), seed,
                                 &made, &expires, error)
         && open_key (parts, "image-key", recovery_key, seed->image_key, error)
         && open_key (parts, "reading-key", recovery_key, seed->reading_key, error);
}

static gint
compare_parts (gconstpointer a, gconstpointer b)
{
  const Parts *first = *(Parts *const *)a, *second = *(Parts *const *)b;

  return first->made < second->made ? 1 : first->made > second->made ? -1 : 0;
}

/* (transfer full): codes that an installation told of */
static GHashTable *
list_given (GPtrArray *all)
{
  GHashTable *given = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < all->len; i++)
    {
      const Parts *parts = g_ptr_array_index (all, i);
      g_auto (GStrv) codes
          = g_strsplit (parts->stations != NULL ? parts->stations : "", " ", STATION_CODES);

      for (guint k = 0; codes[k] != NULL; k++)
        g_hash_table_add (given, g_strdup (codes[k]));
    }
  return given;
}

/* One that no installation told of. (transfer full) */
static char *
choose_station (GPtrArray *all, GError **error)
{
  g_autoptr (GHashTable) given = list_given (all);
  g_autoptr (HemoSecret) random = hemo_secret_new_random (2, error);
  guint start;

  if (random == NULL)
    return NULL;
  start = hemo_secret_get_data (random)[0] | (guint)hemo_secret_get_data (random)[1] << 8;
  for (guint i = start; i < start + STATION_CODES; i++)
    {
      const char code[]
          = { HEMO_STATION_ALPHABET[i / 32 % 32], HEMO_STATION_ALPHABET[i % 32], '\0' };

      if (!g_hash_table_contains (given, code))
        return g_strdup (code);
    }
  g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                       N_ ("Every station code of this clinic has been given out."));
  return NULL;
}

static GPtrArray *
parse_all (GPtrArray *texts, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify)parts_free);

  for (guint i = 0; i < texts->len; i++)
    {
      Parts *parts = parts_new (g_ptr_array_index (texts, i));

      if (parts != NULL)
        g_ptr_array_add (all, parts);
    }
  g_ptr_array_sort (all, compare_parts);
  return all->len > 0 ? g_steal_pointer (&all) : (fail (error), NULL);
}

/* @knows: (out): whether it is the clinic's code, whatever became of the rest */
static gboolean
open_one (
    const Parts *parts, HemoSecret *code, HemoClinicSeed *seed, gboolean *knows, GError **error)
{
  g_autoptr (HemoKeyPair) key = open_recovery (parts, code, error);
  g_autofree char *rescue = key != NULL ? hemo_clinic_rescue_key (key, error) : NULL;

  *knows = key != NULL;
  if (rescue == NULL || !check_mac (parts, rescue, error) || !open_seed (parts, key, seed, error))
    return FALSE;
  g_free (seed->rescue);
  seed->rescue = g_steal_pointer (&rescue);
  return TRUE;
}

/* What a person is told of several failures: a text that the code opens and somebody changed says
 * more than one of another code, and that more than one that is no text. */
static guint
weigh (gboolean knows, const GError *failure)
{
  if (knows)
    return 3;
  return g_error_matches (failure, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET) ? 2 : 1;
}

/* The newest that the code opens and nobody changed. Each laptop may have a code of its own. */
static gboolean
open_any (GPtrArray *all, HemoSecret *code, HemoClinicSeed *seed, GError **error)
{
  g_autoptr (GError) told = NULL;
  guint most = 0;

  for (guint i = 0; i < all->len; i++)
    {
      g_autoptr (GError) failure = NULL;
      gboolean knows = FALSE;
      guint weight;

      if (open_one (g_ptr_array_index (all, i), code, seed, &knows, &failure))
        return TRUE;
      hemo_clinic_seed_clear (seed);
      weight = weigh (knows, failure);
      if (weight <= most)
        continue;
      most = weight;
      g_clear_error (&told);
      told = g_steal_pointer (&failure);
    }
  g_propagate_error (error, g_steal_pointer (&told));
  return FALSE;
}

HemoClinic *
hemo_clinic_rescue_open (const char *directory,
                         GPtrArray *texts,
                         HemoSecret *code,
                         const char *login,
                         const char *name,
                         HemoSecret *passphrase,
                         const char *pictures,
                         GError **error)
{
  g_auto (HemoClinicSeed) seed = { 0 };
  g_autoptr (GPtrArray) all = parse_all (texts, error);

  if (all == NULL || !open_any (all, code, &seed, error))
    return NULL;
  g_free (seed.station);
  seed.station = choose_station (all, error);
  if (seed.station == NULL)
    return NULL;
  g_free (seed.enrolment);
  seed.enrolment = hemo_uuid_new ();
  g_free (seed.info->installation);
  seed.info->installation = hemo_uuid_new ();
  seed.pictures = g_strdup (pictures);
  return hemo_clinic_make (directory, &seed, login, name, passphrase, NULL, error);
}
