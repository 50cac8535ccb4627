/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sets of ranges: whatever is read is written and read again as the same. */

#include "hemo-result.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) ranges = hemo_ranges_parse ((const char *)data, size, &error);
  g_autoptr (GPtrArray) again = NULL;
  g_autofree char *csv = NULL;

  if ((ranges == NULL) != (error != NULL))
    abort ();
  if (ranges == NULL)
    return 0;
  csv = hemo_ranges_to_csv (ranges);
  again = hemo_ranges_parse (csv, strlen (csv), NULL);
  /* More quotes may pass the limit on the size. */
  if (again == NULL ? strlen (csv) <= 1024 * 1024 : again->len != ranges->len)
    abort ();
  return 0;
}
