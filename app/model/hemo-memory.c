/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hemo-memory.h"

void
hemo_require_memory (gboolean got)
{
  if (G_UNLIKELY (!got))
    g_error ("There is not enough memory.");
}

char *
hemo_utf8_normalize (const char *text, GNormalizeMode mode)
{
  char *normal = g_utf8_normalize (text, -1, mode);

  hemo_require_memory (normal != NULL || !g_utf8_validate (text, -1, NULL));
  return normal;
}
