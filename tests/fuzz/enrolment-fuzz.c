/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The file that enrols a laptop: its outside, and the text inside. */

#include "hemo-clinic-enrol.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) file = g_bytes_new (data, size);
  g_autoptr (GPtrArray) parts = NULL;
  g_auto (HemoClinicSeed) seed = { 0 };
  HemoKdf kdf;
  gint64 made_us, expires_us;

  parts = hemo_enrolment_parse (file, &kdf, NULL);
  hemo_enrolment_read ((const char *)data, size, &seed, &made_us, &expires_us, NULL);
  return 0;
}
