/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a server kept for a new start, as far as it is read before the code has opened it. */

#include "hemo-clinic-rescue.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) text = g_bytes_new (data, size);

  hemo_clinic_rescue_check (text, NULL);
  return 0;
}
