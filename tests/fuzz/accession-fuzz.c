/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Number patterns: what is accepted gives numbers that are plausible. */

#include "hemo-specimen.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const HemoDate day = { 2026, 11, 21 };
  g_autofree char *pattern = g_strndup ((const char *)data, size);
  g_autofree char *normal = hemo_accession_normalize (pattern);
  g_autofree char *period = hemo_accession_period (pattern, day);
  g_autofree char *number = NULL;

  hemo_accession_is_plausible (pattern);
  if (!hemo_accession_pattern_check (pattern, NULL))
    return 0;
  number = hemo_accession_format (pattern, "K1", day, 7, NULL);
  if (number == NULL || !hemo_accession_is_plausible (number))
    abort ();
  return 0;
}
