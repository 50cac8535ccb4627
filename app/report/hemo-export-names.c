/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names of exported files, which any file system can hold. */

#include "hemo-export.h"

#include "hemo-export-private.h"

#include "hemo-durable.h"

#include <string.h>

#define NAME_LIMIT 200
#define FOLDERS_LIMIT 2

static gboolean
is_name_character (char c)
{
  return g_ascii_isalnum (c) || c == '.' || c == '_' || c == '-';
}

/* CON, PRN, AUX, NUL, COM1 to COM9 and LPT1 to LPT9, with any extension, are devices on Windows. */
static gboolean
is_reserved (const char *part)
{
  static const char *const devices[] = { "con", "prn", "aux", "nul", NULL };
  g_autofree char *stem = g_ascii_strdown (part, (gssize)strcspn (part, "."));

  if (g_strv_contains (devices, stem))
    return TRUE;
  return strlen (stem) == 4 && (g_str_has_prefix (stem, "com") || g_str_has_prefix (stem, "lpt"))
         && g_ascii_isdigit (stem[3]);
}

static gboolean
is_part_good (const char *part)
{
  if (*part == '\0' || *part == '.' || *part == '-' || g_str_has_suffix (part, "."))
    return FALSE;
  for (const char *c = part; *c != '\0'; c++)
    if (!is_name_character (*c))
      return FALSE;
  return !is_reserved (part);
}

gboolean
hemo_export_check_name (const char *name, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (name, "/", -1);
  guint n_parts = g_strv_length (parts);
  g_autofree char *lower = g_ascii_strdown (name, -1);
  gboolean good = strlen (name) <= NAME_LIMIT && n_parts >= 1 && n_parts <= FOLDERS_LIMIT + 1;

  for (guint i = 0; good && i < n_parts; i++)
    good = is_part_good (parts[i]);
  if (g_str_has_suffix (lower, HEMO_DURABLE_PART)
      || g_ascii_strcasecmp (name, HEMO_EXPORT_SUMS) == 0)
    good = FALSE;
  if (good)
    return TRUE;
  g_set_error_literal (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_NAME,
                       "The export has a file name that is not allowed. Names are made of letters, "
                       "digits, '.', '_' and '-', with at most two folders before them.");
  return FALSE;
}

char *
hemo_export_name_part (const char *text)
{
  char *part = g_strdup (text);

  for (char *c = part; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && *c != '_')
      *c = '-';
  if (strlen (part) > 100)
    part[100] = '\0';
  if (is_part_good (part))
    return part;
  /* Begins with a hyphen, is a device of Windows, or empty. */
  g_autofree char *rest = part;
  return g_strconcat ("x", rest, NULL);
}

gboolean
hemo_export_is_sums_line (const char *line)
{
  for (int i = 0; i < 64; i++)
    if (!g_ascii_isxdigit (line[i]))
      return FALSE;
  return line[64] == ' ' && (line[65] == ' ' || line[65] == '*')
         && hemo_export_check_name (line + 66, NULL);
}
