/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What pull and sweep share. */

#pragma once

#include "hemo-fhir-pull.h"

#include "hemo-sync-scope.h"

G_BEGIN_DECLS

/**
 * HemoFhirPullRun: one pull or sweep
 * @authors: 'Type/id' to 'Practitioner/id' or 'Device/id': who wrote the newest version, as its
 *   Provenance says
 * @names: id of a Practitioner to name
 * @installation: of this laptop
 * @clinic: UUID
 * @clinic_name: as on the letterhead
 * @origins: 'Type/id' to HemoSyncOrigin: who wrote it or, of an Organization, who it is, as far as
 *   that was needed
 * @devices: id of a Device to whether it is an installation of this clinic
 * @untold: the server does not say who wrote what
 * @unread: 'Type/id' that the server does not let us read, as it said in this run
 * @passed: the same, as it said in the runs before this one that had no room for more: others have
 *   their turn
 * @left: a version was left, as what it refers to may not be read: it is asked for again the next
 *   time
 * @refusal: of the first type that the server does not let us ask for, or NULL
 */
typedef struct
{
  const HemoFhirPull *pull;
  GCancellable *cancellable;
  GHashTable *authors;
  GHashTable *names;
  char *installation;
  char *clinic;
  char *clinic_name;
  GHashTable *origins;
  GHashTable *devices;
  gboolean untold;
  GHashTable *unread;
  GHashTable *passed;
  gboolean left;
  GError *refusal;
  HemoFhirPulled count;
} HemoFhirPullRun;

gboolean hemo_fhir_pull_run_init (HemoFhirPullRun *self,
                                  const HemoFhirPull *pull,
                                  GCancellable *cancellable,
                                  GError **error);
void hemo_fhir_pull_run_clear (HemoFhirPullRun *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HemoFhirPullRun, hemo_fhir_pull_run_clear)

/* Remembers what installations of this clinic wrote, of the Provenances among @bundle. */
gboolean hemo_fhir_scope_note (HemoFhirPullRun *self, HemoFhirBundle *bundle, GError **error);
/* Puts those of @resources (element-type json_object) that concern this clinic in @ours, in their
 * order, and asks the server who wrote them where that decides; see hemo_sync_scope_judge(). */
gboolean
hemo_fhir_scope_sort (HemoFhirPullRun *self, GPtrArray *resources, GPtrArray *ours, GError **error);

/* Takes in those of @resources (element-type json_object) that concern this clinic, and before each
 * what it refers to. @certain: see HemoSyncIncoming */
gboolean hemo_fhir_pull_run_apply (HemoFhirPullRun *self,
                                   GPtrArray *resources,
                                   gboolean certain,
                                   GError **error);

/* What the runs before did not get to has its turn in this one. @kind: 'pull' or 'sweep' */
gboolean hemo_fhir_pull_run_begin_turn (HemoFhirPullRun *self, const char *kind, GError **error);
/* @whole: the run got to its end */
gboolean hemo_fhir_pull_run_end_turn (HemoFhirPullRun *self,
                                      const char *kind,
                                      gboolean whole,
                                      GError **error);

/* A type was not read: one that is refused is left, and the others are asked for all the same.
 * @failure: (transfer full): becomes @error where it is no refusal */
gboolean hemo_fhir_pull_run_leave (HemoFhirPullRun *self, GError *failure, GError **error);
/* Between two questions: FALSE when it was cancelled or is to end. */
gboolean hemo_fhir_pull_run_goes_on (HemoFhirPullRun *self, GError **error);
/* FALSE with what was refused. */
gboolean hemo_fhir_pull_run_end (HemoFhirPullRun *self, GError **error);

/* What the server itself says of the time of a version, UTC microseconds; 0 when it does not. */
gint64 hemo_fhir_pull_updated_at (json_object *resource);

gboolean
hemo_fhir_pull_run_write (HemoFhirPullRun *self, HemoStoreJob job, gpointer data, GError **error);

G_END_DECLS
