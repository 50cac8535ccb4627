/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A programme's signed file, and what such a file holds, to which no fuzzer finds a signature. */

#include "hemo-programme.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) file = g_bytes_new (data, size);
  HemoProgramme *programme = hemo_programme_parse (file, NULL);

  g_clear_pointer (&programme, hemo_programme_free);
  hemo_programme_check_content (file, NULL);
  return 0;
}
