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
 * @skipped: those of @passed that something would have needed in this run
 * @passed_before: whether there were any of @passed when it began
 * @left: a version was left, as what it refers to may not be read: it is asked for again the next
 *   time
 * @owed: 'Type/id' of what was left so
 * @told: what the cursor of the Provenances becomes once all that they tell of was asked for
 * @refusal: the first thing that the server did not let us see: a type, or a record by itself; or
 *   NULL
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
  GHashTable *skipped;
  gboolean passed_before;
  gboolean left;
  GHashTable *owed;
  gint64 told;
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

/* Asks the server for the origins of @names (element-type utf8), of which organisations are taken
 * out; a server that refuses to say leaves the others untold. */
gboolean hemo_fhir_scope_ask (HemoFhirPullRun *self, GPtrArray *names, GError **error);
/* As far as it was asked for. */
HemoSyncOrigin hemo_fhir_scope_get (const HemoFhirPullRun *self, const char *name);

/* Takes in those of @resources (element-type json_object) that concern this clinic, and before each
 * what it refers to. @certain: see HemoSyncIncoming */
gboolean hemo_fhir_pull_run_apply (HemoFhirPullRun *self,
                                   GPtrArray *resources,
                                   gboolean certain,
                                   GError **error);

/* What the runs before did not get to has its turn in this one. @kind: 'pull' or 'sweep' */
gboolean hemo_fhir_pull_run_begin_turn (HemoFhirPullRun *self, const char *kind, GError **error);
/* A run that has room left when all was asked for looks whether one of those that it passed over
 * may be read by now. @again: (out): one may, and nothing is passed over any more: what was left is
 * to be asked for again in this run */
gboolean hemo_fhir_pull_run_ask_passed (HemoFhirPullRun *self, gboolean *again, GError **error);
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

/**
 * HemoFhirPages: of one question
 * @by: a parameter of it that a server may not know, or NULL
 * @ignored: (out): it did not look by that: nothing of the page was taken, and no other is asked
 *   for; @take may say so as well
 * @take: what becomes of a page
 */
typedef struct
{
  const char *by;
  gboolean ignored;
  gboolean (*take) (HemoFhirBundle *page, gpointer data, GError **error);
  gpointer data;
} HemoFhirPages;

/* Reads @target page by page to its end. */
gboolean hemo_fhir_pull_run_read (HemoFhirPullRun *self,
                                  const char *target,
                                  HemoFhirPages *pages,
                                  GError **error);

/* '_lastUpdated=ge…&' of UTC microseconds. (transfer full) */
char *hemo_fhir_pull_since (gint64 time);
/* What a cursor becomes that is read to its end from now on: the server's time less
 * %HEMO_FHIR_PULL_TIMEOUT_US; 0 where it never proved one. */
gint64 hemo_fhir_pull_run_now (const HemoFhirPullRun *self);

/**
 * hemo_fhir_orders_pull:
 * @whole: up to when all of @type was seen, UTC microseconds
 * @asked: (out): FALSE where all of the type is to be asked for: the server is the clinic's own, no
 *   night's look was made for long, it does not say who wrote what, or it cannot look by orders,
 *   which is remembered for some time
 *
 * Asks for what is based on orders whose results are awaited, see hemo_orders_awaited(), and for
 * what other laptops of the clinic wrote: of an order that was not asked for before all there is,
 * of the others what is new. What of the latter has to be left is asked for by its id the next
 * time. Where the server cannot answer one of the questions, all is asked for. Where less came to
 * the server than the questions are long, all of that is asked for instead.
 */
gboolean hemo_fhir_orders_pull (
    HemoFhirPullRun *run, const char *type, gint64 whole, gboolean *asked, GError **error);
/* All of @type is refused: what other laptops wrote of it is asked for by its id another time. */
gboolean hemo_fhir_orders_owe (HemoFhirPullRun *run, const char *type, GError **error);
/* A nightly look that began at @began, the server's time or 0, saw all of @type. */
gboolean
hemo_fhir_orders_swept (HemoFhirPullRun *run, const char *type, gint64 began, GError **error);

/* What the server itself says of the time of a version, UTC microseconds; 0 when it does not. */
gint64 hemo_fhir_pull_updated_at (json_object *resource);

gboolean
hemo_fhir_pull_run_write (HemoFhirPullRun *self, HemoStoreJob job, gpointer data, GError **error);

G_END_DECLS
