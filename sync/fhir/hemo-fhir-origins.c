/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The questions of a pull, without one. */

#include "hemo-fhir-origins.h"

#include "hemo-fhir-pull-private.h"

struct _HemoFhirOrigins
{
  HemoFhirPullRun run;
};

HemoFhirOrigins *
hemo_fhir_origins_new (const HemoFhirPull *pull, GCancellable *cancellable, GError **error)
{
  g_autoptr (HemoFhirOrigins) self = g_new0 (HemoFhirOrigins, 1);

  return hemo_fhir_pull_run_init (&self->run, pull, cancellable, error) ? g_steal_pointer (&self)
                                                                        : NULL;
}

void
hemo_fhir_origins_free (HemoFhirOrigins *self)
{
  if (self == NULL)
    return;
  hemo_fhir_pull_run_clear (&self->run);
  g_free (self);
}

gboolean
hemo_fhir_origins_ask (HemoFhirOrigins *self, const GPtrArray *names, GError **error)
{
  g_autoptr (GPtrArray) unknown = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < names->len; i++)
    if (hemo_fhir_scope_get (&self->run, names->pdata[i]) == HEMO_SYNC_ORIGIN_UNKNOWN)
      g_ptr_array_add (unknown, g_strdup (names->pdata[i]));
  return unknown->len == 0 || hemo_fhir_scope_ask (&self->run, unknown, error);
}

HemoSyncOrigin
hemo_fhir_origins_get (const HemoFhirOrigins *self, const char *name)
{
  return hemo_fhir_scope_get (&self->run, name);
}
