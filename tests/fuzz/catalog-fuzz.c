/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Compiled catalogues of translations with anything in them. */

#include "hemo-catalog.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) mo = g_bytes_new (data, size);
  g_autoptr (HemoCatalog) catalog = hemo_catalog_new_from_bytes (mo, NULL);

  if (catalog != NULL)
    {
      g_assert (g_utf8_validate (hemo_catalog_get (catalog, "FINAL"), -1, NULL));
      hemo_catalog_get (catalog, "");
    }
  return 0;
}
