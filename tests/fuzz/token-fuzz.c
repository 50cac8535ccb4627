/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a sign-in server answers: a token that is taken is one line of a header. */

#include "hemo-token-client.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  gint64 lifetime = -1;
  g_autoptr (HemoSecret) header = hemo_token_parse ((const char *)data, size, &lifetime, &error);
  const char *text;

  if ((header == NULL) != (error != NULL) || (header == NULL) != (lifetime == -1))
    abort ();
  if (header == NULL)
    return 0;
  text = (const char *)hemo_secret_get_data (header);
  if (strlen (text) + 1 != hemo_secret_get_size (header) || strlen (text) < strlen ("Bearer a")
      || strpbrk (text, "\r\n") != NULL || lifetime < 0 || lifetime > G_TIME_SPAN_DAY)
    abort ();
  return 0;
}
