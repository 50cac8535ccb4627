/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Marks from outside: what is taken is written the same the second time. */

#include "hemo-mark.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GPtrArray) marks = hemo_marks_from_json ((const char *)data, size, NULL);
  g_autoptr (GPtrArray) again = NULL;
  g_autofree char *first = NULL, *second = NULL;

  if (marks == NULL)
    return 0;
  first = hemo_marks_to_json (marks);
  again = hemo_marks_from_json (first, strlen (first), NULL);
  if (again == NULL)
    abort ();
  second = hemo_marks_to_json (again);
  if (strcmp (first, second) != 0)
    abort ();
  return 0;
}
