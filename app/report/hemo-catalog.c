/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The compiled catalogues of gettext, as its manual describes them ('The Format of GNU MO Files').
 */

#include "hemo-catalog.h"

#include <glib/gi18n.h>
#include <libintl.h>
#include <string.h>

#define MAGIC 0x950412deU
#define MO_LIMIT (16 * 1024 * 1024)
#define HEADER_BYTES 20

struct _HemoCatalog
{
  GBytes *mo;
  /* Both point into @mo. */
  GHashTable *texts;
  /* Of those with a plural, by the singular. */
  GHashTable *plurals;
};

typedef struct
{
  const guint8 *data;
  gsize size;
  gboolean swapped;
} Reader;

static gboolean
read_word (const Reader *self, guint64 offset, guint32 *out)
{
  guint32 word;

  if (offset > self->size || self->size - offset < sizeof word)
    return FALSE;
  memcpy (&word, self->data + offset, sizeof word);
  *out = self->swapped ? GUINT32_SWAP_LE_BE (word) : word;
  return TRUE;
}

/* A string of @table; it must end in 0 inside the file. NULL if it does not. */
static const char *
read_string (const Reader *self, guint64 table, guint32 index)
{
  guint32 length, offset;

  if (!read_word (self, table + (guint64)index * 8, &length)
      || !read_word (self, table + (guint64)index * 8 + 4, &offset) || offset > self->size
      || self->size - offset <= length || self->data[offset + length] != '\0')
    return NULL;
  return (const char *)self->data + offset;
}

static gboolean
read_all (HemoCatalog *self, const Reader *reader)
{
  guint32 revision, count, originals, translations, length;

  if (!read_word (reader, 4, &revision) || revision >> 16 > 1 || !read_word (reader, 8, &count)
      || !read_word (reader, 12, &originals) || !read_word (reader, 16, &translations)
      || count > reader->size / 16)
    return FALSE;
  for (guint32 i = 0; i < count; i++)
    {
      const char *original = read_string (reader, originals, i);
      const char *translation = read_string (reader, translations, i);

      if (original == NULL || translation == NULL || !g_utf8_validate (translation, -1, NULL))
        return FALSE;
      if (*original == '\0' || *translation == '\0')
        continue;
      g_hash_table_insert (self->texts, (gpointer)original, (gpointer)translation);
      /* The plural stands behind the singular, and the length counts both. */
      if (read_word (reader, originals + (guint64)i * 8, &length) && strlen (original) < length)
        g_hash_table_insert (self->plurals, (gpointer)original,
                             (gpointer)(original + strlen (original) + 1));
    }
  return TRUE;
}

static HemoCatalog *
new_empty (void)
{
  HemoCatalog *self = g_new0 (HemoCatalog, 1);

  self->texts = g_hash_table_new (g_str_hash, g_str_equal);
  self->plurals = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

HemoCatalog *
hemo_catalog_new_from_bytes (GBytes *mo, GError **error)
{
  g_autoptr (HemoCatalog) self = new_empty ();
  Reader reader = { 0 };
  guint32 magic;

  self->mo = g_bytes_ref (mo);
  reader.data = g_bytes_get_data (mo, &reader.size);
  if (reader.size >= HEADER_BYTES && reader.size <= MO_LIMIT && read_word (&reader, 0, &magic))
    {
      reader.swapped = magic == GUINT32_SWAP_LE_BE (MAGIC);
      if ((magic == MAGIC || reader.swapped) && read_all (self, &reader))
        return g_steal_pointer (&self);
    }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       N_ ("The file of translations is damaged. Install the program again."));
  return NULL;
}

const char *
hemo_catalog_get_folder (void)
{
  const char *folder = bindtextdomain (GETTEXT_PACKAGE, NULL);

  return folder != NULL ? folder : HEMO_LOCALE_DIR;
}

void
hemo_catalog_bind (void)
{
  const char *folder = g_getenv ("HEMOGRAM_LOCALES");

  bindtextdomain (GETTEXT_PACKAGE, folder != NULL ? folder : HEMO_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

static char *
make_path (const char *locale)
{
  return g_build_filename (hemo_catalog_get_folder (), locale, "LC_MESSAGES", GETTEXT_PACKAGE ".mo",
                           NULL);
}

static HemoCatalog *
load (const char *locale)
{
  g_autofree char *path = make_path (locale);
  g_autofree char *contents = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize size;

  if (!g_file_get_contents (path, &contents, &size, NULL))
    return NULL;
  bytes = g_bytes_new_take (g_steal_pointer (&contents), size);
  return hemo_catalog_new_from_bytes (bytes, NULL);
}

static gboolean
is_locale (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && strchr ("_.@-", *c) == NULL)
      return FALSE;
  return *text != '\0' && *text != '.';
}

HemoCatalog *
hemo_catalog_new (const char *language)
{
  g_auto (GStrv) variants = NULL;
  HemoCatalog *self = NULL;

  /* It becomes part of a path. */
  if (language != NULL && is_locale (language))
    variants = g_get_locale_variants (language);
  for (guint i = 0; self == NULL && variants != NULL && variants[i] != NULL; i++)
    self = load (variants[i]);
  return self != NULL ? self : new_empty ();
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}

GStrv
hemo_catalog_list (void)
{
  g_autoptr (GDir) dir = g_dir_open (hemo_catalog_get_folder (), 0, NULL);
  GPtrArray *names = g_ptr_array_new ();
  const char *name;

  g_ptr_array_add (names, g_strdup ("en"));
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = make_path (name);

      if (is_locale (name) && strcmp (name, "en") != 0
          && g_file_test (path, G_FILE_TEST_IS_REGULAR))
        g_ptr_array_add (names, g_strdup (name));
    }
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (GStrv)g_ptr_array_free (names, FALSE);
}

gboolean
hemo_catalog_is_there (const char *language)
{
  g_auto (GStrv) variants = NULL;

  if (language == NULL || !is_locale (language))
    return FALSE;
  variants = g_get_locale_variants (language);
  for (guint i = 0; variants[i] != NULL; i++)
    {
      g_autofree char *path = make_path (variants[i]);

      if (strcmp (variants[i], "en") == 0 || g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return TRUE;
    }
  return FALSE;
}

void
hemo_catalog_free (HemoCatalog *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->texts, g_hash_table_unref);
  g_clear_pointer (&self->plurals, g_hash_table_unref);
  g_clear_pointer (&self->mo, g_bytes_unref);
  g_free (self);
}

const char *
hemo_catalog_get (const HemoCatalog *self, const char *text)
{
  const char *translation = g_hash_table_lookup (self->texts, text);

  return translation != NULL ? translation : text;
}

void
hemo_catalog_foreach (const HemoCatalog *self, HemoCatalogFunc each, gpointer data)
{
  GHashTableIter iter;
  gpointer one;

  g_hash_table_iter_init (&iter, self->texts);
  while (g_hash_table_iter_next (&iter, &one, NULL))
    each (one, g_hash_table_lookup (self->plurals, one), data);
}

static gboolean
begins_with_any (const char *text, const char *const *prefixes, const char *ends)
{
  for (; *prefixes != NULL; prefixes++)
    if (g_ascii_strncasecmp (text, *prefixes, strlen (*prefixes)) == 0
        && strchr (ends, text[strlen (*prefixes)]) != NULL)
      return TRUE;
  return FALSE;
}

gboolean
hemo_language_is_rtl (const char *language)
{
  static const char *const languages[]
      = { "ar", "fa", "ur", "he", "ps", "ckb", "dv", "sd", "ug", "yi", NULL };

  return language != NULL && begins_with_any (language, languages, "_.@-");
}

gboolean
hemo_language_is_letter (const char *language)
{
  /* Territories of CLDR with the paper size US-Letter. */
  static const char *const territories[] = { "US", "CA", "MX", "PH", "CL", "CO", "CR", "GT",
                                             "PA", "SV", "NI", "VE", "PR", "BZ", NULL };
  const char *territory = language != NULL ? strpbrk (language, "_-") : NULL;

  return territory != NULL && begins_with_any (territory + 1, territories, ".@");
}
