/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Identifiers that are unique without asking anybody. */

#include "hemo-codes-private.h"

#include <string.h>

char *
hemo_uuid_new (void)
{
  return g_uuid_string_random ();
}

gboolean
hemo_uuid_is_valid (const char *text)
{
  if (text == NULL || strlen (text) != 36)
    return FALSE;
  for (int i = 0; i < 36; i++)
    {
      gboolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;

      if (hyphen ? text[i] != '-' : !g_ascii_isxdigit (text[i]) || g_ascii_isupper (text[i]))
        return FALSE;
    }
  return TRUE;
}

/* The sixteen bytes of a valid UUID. */
static void
read_uuid (const char *text, guint8 bytes[16])
{
  int n = 0;

  for (const char *p = text; *p != '\0'; p++)
    if (*p != '-')
      {
        int digit = g_ascii_xdigit_value (*p);

        bytes[n / 2] = (guint8)(n % 2 == 0 ? digit << 4 : bytes[n / 2] | digit);
        n++;
      }
}

char *
hemo_uuid_from_name (const char *space, const char *name)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 bytes[20] = { 0 };
  gsize length = sizeof bytes;

  if (hemo_uuid_is_valid (space))
    {
      read_uuid (space, bytes);
      g_checksum_update (sum, bytes, 16);
    }
  else
    g_checksum_update (sum, (const guint8 *)space, (gssize)strlen (space));
  g_checksum_update (sum, (const guint8 *)name, (gssize)strlen (name));
  g_checksum_get_digest (sum, bytes, &length);
  bytes[6] = (guint8)((bytes[6] & 0x0f) | 0x50);
  bytes[8] = (guint8)((bytes[8] & 0x3f) | 0x80);
  return g_strdup_printf ("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                          bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6],
                          bytes[7], bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13],
                          bytes[14], bytes[15]);
}
