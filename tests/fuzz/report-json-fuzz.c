/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stored reports: whatever is read is written as the very same bytes. */

#include "hemo-case.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoReport) report = hemo_report_from_json ((const char *)data, size, &error);
  g_autofree char *json = NULL;

  if ((report == NULL) != (error != NULL))
    abort ();
  if (report == NULL)
    return 0;
  json = hemo_report_to_json (report);
  if (strlen (json) != size || memcmp (json, data, size) != 0)
    abort ();
  return 0;
}
