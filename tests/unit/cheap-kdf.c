/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Takes the place of the passphrase's cost in programs that sign in a thousand times: linked with
 * --wrap, so that the library has no switch that could weaken it. */

#include "hemo-passphrase.h"

gboolean __real_hemo_kdf_init_passphrase (HemoKdf *self, GError **error);
gboolean __wrap_hemo_kdf_init_passphrase (HemoKdf *self, GError **error);

gboolean
__wrap_hemo_kdf_init_passphrase (HemoKdf *self, GError **error)
{
  if (!__real_hemo_kdf_init_passphrase (self, error))
    return FALSE;
  self->memory_kib = 8192;
  self->passes = 1;
  return TRUE;
}
