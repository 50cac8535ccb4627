/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The two JSON texts of an enrolment: the file, and what in it is no key. */

#include "hemo-enrol-json.h"

#include "hemo-json.h"

#include <glib/gi18n.h>

#define FORMAT "hemogram-enrolment-1"
#define PARTS_MAX 512
#define PART_LIMIT (64 * 1024)
#define TEXT_LIMIT 4096
#define LOGO_LIMIT (1024 * 1024)

static void
add_text (json_object *object, const char *key, const char *text)
{
  if (text != NULL)
    hemo_json_add (object, key, json_object_new_string (text));
}

static char *
encode (GBytes *bytes)
{
  return g_base64_encode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
add_bytes (json_object *object, const char *key, GBytes *bytes)
{
  g_autofree char *text = bytes != NULL ? encode (bytes) : NULL;

  add_text (object, key, text);
}

static void
add_int (json_object *object, const char *key, gint64 value)
{
  hemo_json_add (object, key, json_object_new_int64 (value));
}

static json_object *
write_info (const HemoClinicInfo *info)
{
  json_object *object = json_object_new_object ();

  add_text (object, "name", info->name);
  add_text (object, "address", info->address);
  add_text (object, "phone", info->phone);
  add_text (object, "accession_pattern", info->accession_pattern);
  add_text (object, "language", info->language);
  add_bytes (object, "logo", info->logo);
  add_int (object, "platelet_factor", info->platelet_factor);
  add_int (object, "endemic_malaria", info->endemic_malaria ? 1 : 0);
  add_int (object, "day_first", info->day_first ? 1 : 0);
  return object;
}

char *
hemo_enrolment_write (const HemoClinicSeed *seed, gint64 made_us, gint64 expires_us)
{
  json_object *object = json_object_new_object ();
  json_object *certificates = json_object_new_array ();
  char *text;

  add_text (object, "clinic", seed->clinic);
  add_text (object, "enrolment", seed->enrolment);
  add_text (object, "station", seed->station);
  add_int (object, "made_us", made_us);
  add_int (object, "expires_us", expires_us);
  add_text (object, "recovery", seed->recovery_json);
  add_text (object, "rescue", seed->rescue);
  add_bytes (object, "image_certificate", seed->image_key->certificate);
  add_bytes (object, "reading_certificate", seed->reading_key->certificate);
  hemo_json_add (object, "info", write_info (seed->info));
  for (guint i = 0; seed->certificates != NULL && i < seed->certificates->len; i++)
    {
      const HemoSeedCertificate *certificate = g_ptr_array_index (seed->certificates, i);
      json_object *entry = json_object_new_object ();

      add_text (entry, "name", certificate->name);
      add_bytes (entry, "certificate", certificate->certificate);
      hemo_json_append (certificates, entry);
    }
  hemo_json_add (object, "certificates", certificates);
  text = hemo_json_to_text (object, JSON_C_TO_STRING_PLAIN);
  json_object_put (object);
  return text;
}

GBytes *
hemo_enrolment_format (const HemoKdf *kdf, GPtrArray *parts)
{
  json_object *object = json_object_new_object ();
  json_object *kdf_object = json_object_new_object ();
  json_object *array = json_object_new_array ();
  g_autoptr (GBytes) salt = g_bytes_new (kdf->salt, sizeof kdf->salt);
  char *text;

  add_text (object, "format", FORMAT);
  add_int (kdf_object, "memory_kib", kdf->memory_kib);
  add_int (kdf_object, "passes", kdf->passes);
  add_int (kdf_object, "lanes", kdf->lanes);
  add_bytes (kdf_object, "salt", salt);
  hemo_json_add (object, "kdf", kdf_object);
  for (guint i = 0; i < parts->len; i++)
    {
      g_autofree char *part = encode (g_ptr_array_index (parts, i));

      hemo_json_append (array, json_object_new_string (part));
    }
  hemo_json_add (object, "parts", array);
  text = hemo_json_to_text (object, JSON_C_TO_STRING_PRETTY);
  json_object_put (object);
  return g_bytes_new_take (text, strlen (text));
}

static gboolean
fail (GError **error)
{
  g_set_error_literal (
      error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED,
      N_ ("This is not a whole file of an enrolment. Copy it again or ask for a new one."));
  return FALSE;
}

static json_object *
parse (const char *text, gsize length)
{
  json_object *object = NULL;

  if (length <= HEMO_ENROLMENT_LIMIT)
    object = hemo_json_read (text, length, 6, JSON_TOKENER_VALIDATE_UTF8);
  if (!json_object_is_type (object, json_type_object))
    g_clear_pointer (&object, json_object_put);
  return object;
}

static GBytes *
decode (const char *text)
{
  g_autofree guchar *data = NULL;
  g_autofree char *again = NULL;
  gsize size = 0;

  if (text == NULL || *text == '\0')
    return NULL;
  data = g_base64_decode (text, &size);
  /* In its one form only: GLib skips what it does not know. */
  again = g_base64_encode (data, size);
  return strcmp (again, text) == 0 ? g_bytes_new (data, size) : NULL;
}

static GBytes *
get_bytes (json_object *object, const char *key, gsize limit)
{
  return decode (hemo_json_get_text (object, key, limit / 3 * 4 + 8));
}

static gboolean
get_int (json_object *object, const char *key, gint64 low, gint64 high, gint64 *out)
{
  json_object *member;

  if (!json_object_object_get_ex (object, key, &member)
      || !json_object_is_type (member, json_type_int))
    return FALSE;
  *out = json_object_get_int64 (member);
  return *out >= low && *out <= high;
}

static gboolean
read_kdf (json_object *object, HemoKdf *kdf)
{
  json_object *member;
  gint64 memory, passes, lanes;
  g_autoptr (GBytes) salt = NULL;

  if (!json_object_object_get_ex (object, "kdf", &member)
      || !json_object_is_type (member, json_type_object)
      /* HemoKdf's own bounds are checked where it is used. */
      || !get_int (member, "memory_kib", 1, G_MAXUINT32, &memory)
      || !get_int (member, "passes", 1, G_MAXUINT32, &passes)
      || !get_int (member, "lanes", 1, G_MAXUINT32, &lanes))
    return FALSE;
  salt = get_bytes (member, "salt", sizeof kdf->salt);
  if (salt == NULL || g_bytes_get_size (salt) != sizeof kdf->salt)
    return FALSE;
  kdf->memory_kib = (guint32)memory;
  kdf->passes = (guint32)passes;
  kdf->lanes = (guint32)lanes;
  memcpy (kdf->salt, g_bytes_get_data (salt, NULL), sizeof kdf->salt);
  return TRUE;
}

static GPtrArray *
read_parts (json_object *object)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  json_object *array;

  if (!json_object_object_get_ex (object, "parts", &array)
      || !json_object_is_type (array, json_type_array) || json_object_array_length (array) < 2
      || json_object_array_length (array) > PARTS_MAX)
    return NULL;
  for (gsize i = 0; i < json_object_array_length (array); i++)
    {
      json_object *entry = json_object_array_get_idx (array, i);
      GBytes *part;

      if (!json_object_is_type (entry, json_type_string)
          || json_object_get_string_len (entry) > PART_LIMIT)
        return NULL;
      part = decode (json_object_get_string (entry));
      if (part == NULL)
        return NULL;
      g_ptr_array_add (parts, part);
    }
  return g_steal_pointer (&parts);
}

GPtrArray *
hemo_enrolment_parse (GBytes *file, HemoKdf *kdf, GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (file, &length);
  json_object *object = parse (text, length);
  GPtrArray *parts = NULL;

  if (object != NULL && g_strcmp0 (hemo_json_get_text (object, "format", 64), FORMAT) == 0
      && read_kdf (object, kdf))
    parts = read_parts (object);
  g_clear_pointer (&object, json_object_put);
  if (parts == NULL)
    fail (error);
  return parts;
}

static gboolean
read_info (json_object *object, HemoClinicSeed *seed)
{
  json_object *member;
  const char *name, *pattern;
  gint64 factor, endemic, day_first;
  HemoClinicInfo *info;

  if (!json_object_object_get_ex (object, "info", &member)
      || !json_object_is_type (member, json_type_object))
    return FALSE;
  name = hemo_json_get_text (member, "name", TEXT_LIMIT);
  pattern = hemo_json_get_text (member, "accession_pattern", 64);
  if (name == NULL || pattern == NULL || !hemo_accession_pattern_check (pattern, NULL)
      || !get_int (member, "platelet_factor", 1, 1000000, &factor)
      || !get_int (member, "endemic_malaria", 0, 1, &endemic)
      || !get_int (member, "day_first", 0, 1, &day_first))
    return FALSE;
  info = hemo_clinic_info_new (name);
  g_set_str (&info->uuid, seed->clinic);
  g_set_str (&info->address, hemo_json_get_text (member, "address", TEXT_LIMIT));
  g_set_str (&info->phone, hemo_json_get_text (member, "phone", TEXT_LIMIT));
  g_set_str (&info->accession_pattern, pattern);
  g_set_str (&info->language, hemo_json_get_text (member, "language", 64));
  info->logo = get_bytes (member, "logo", LOGO_LIMIT);
  info->platelet_factor = (int)factor;
  info->endemic_malaria = endemic != 0;
  info->day_first = day_first != 0;
  g_clear_pointer (&seed->info, hemo_clinic_info_free);
  seed->info = info;
  return TRUE;
}

static gboolean
read_certificates (json_object *object, HemoClinicSeed *seed)
{
  json_object *array;

  if (!json_object_object_get_ex (object, "certificates", &array)
      || !json_object_is_type (array, json_type_array) || json_object_array_length (array) > 64)
    return FALSE;
  seed->certificates = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_seed_certificate_free);
  for (gsize i = 0; i < json_object_array_length (array); i++)
    {
      json_object *entry = json_object_array_get_idx (array, i);
      const char *name = NULL;
      g_autoptr (GBytes) certificate = NULL;

      if (json_object_is_type (entry, json_type_object))
        {
          name = hemo_json_get_text (entry, "name", 200);
          certificate = get_bytes (entry, "certificate", PART_LIMIT);
        }
      if (name == NULL || certificate == NULL)
        return FALSE;
      g_ptr_array_add (seed->certificates, hemo_seed_certificate_new (name, certificate));
    }
  return TRUE;
}

/* A key pair whose private half comes from elsewhere. */
static HemoKeyPair *
read_certificate (json_object *object, const char *key)
{
  g_autoptr (GBytes) bytes = get_bytes (object, key, PART_LIMIT);
  GBytes *der = bytes != NULL ? hemo_certificate_check (bytes, NULL) : NULL;

  return der != NULL ? hemo_key_pair_new_take (NULL, der) : NULL;
}

static gboolean
is_station (const char *code)
{
  return code != NULL && strlen (code) == 2
         && strspn (code, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") == 2;
}

static gboolean
read_all (json_object *object, HemoClinicSeed *seed, gint64 *made_us, gint64 *expires_us)
{
  seed->clinic = g_strdup (hemo_json_get_text (object, "clinic", 36));
  seed->enrolment = g_strdup (hemo_json_get_text (object, "enrolment", 36));
  seed->station = g_strdup (hemo_json_get_text (object, "station", 2));
  seed->recovery_json = g_strdup (hemo_json_get_text (object, "recovery", PART_LIMIT));
  seed->rescue = g_strdup (hemo_json_get_text (object, "rescue", 64));
  seed->image_key = read_certificate (object, "image_certificate");
  seed->reading_key = read_certificate (object, "reading_certificate");
  return seed->clinic != NULL && hemo_uuid_is_valid (seed->clinic) && seed->enrolment != NULL
         && hemo_uuid_is_valid (seed->enrolment) && is_station (seed->station)
         && seed->recovery_json != NULL && seed->image_key != NULL && seed->reading_key != NULL
         && get_int (object, "made_us", 0, G_MAXINT64 / 2, made_us)
         && get_int (object, "expires_us", 0, G_MAXINT64 / 2, expires_us)
         && read_info (object, seed) && read_certificates (object, seed);
}

gboolean
hemo_enrolment_read (const char *text,
                     gsize length,
                     HemoClinicSeed *seed,
                     gint64 *made_us,
                     gint64 *expires_us,
                     GError **error)
{
  json_object *object = parse (text, length);
  gboolean whole = object != NULL && read_all (object, seed, made_us, expires_us);

  g_clear_pointer (&object, json_object_put);
  return whole || fail (error);
}
