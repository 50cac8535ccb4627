/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of the courier share. */

#pragma once

#include "hemo-courier-folder.h"
#include "hemo-courier-letter.h"
#include "hemo-courier.h"
#include "hemo-sync-settings.h"

G_BEGIN_DECLS

/* Of a picture. */
#define HEMO_COURIER_SIGNATURE_MOST ((guint64)64 * 1024)
/* 'Type/id' in lines: what answers referred to and did not bring. */
#define HEMO_COURIER_WANTS_NOTE "courier.wants"

/* Types whose newest versions are asked for, each after what it refers to; ends with NULL. */
extern const char *const hemo_courier_types[];

/**
 * HemoCourierPlace: where a letter is meant to end
 * @identity: that what it has proven is kept under
 * @address: of the server, or NULL when nobody knows it yet
 * @note: where the address is noted when a reply first names it, or NULL for a server that is set
 *   up here
 * @settings: of that server, or NULL
 */
typedef struct
{
  char *identity;
  char *address;
  const char *note;
  HemoServerSettings *settings;
} HemoCourierPlace;

/**
 * HemoCourierRun: one call of hemo_courier_write() or hemo_courier_read()
 * @places: for records, for pictures
 */
typedef struct
{
  const HemoCourier *courier;
  HemoStore *store;
  HemoSession *sync;
  HemoCourierKeys *keys;
  HemoCourierPlace places[2];
  HemoCourierSummary *summary;
  GCancellable *cancellable;
} HemoCourierRun;

/* hemo-courier.c */

gboolean
hemo_courier_job_write (HemoCourierRun *self, HemoStoreJob job, gpointer data, GError **error);
gboolean hemo_courier_job_read (
    HemoCourierRun *self, HemoStoreJob job, gpointer data, gpointer *result, GError **error);
void hemo_courier_step (HemoCourierRun *self);
/* Opens a file that has to be of this clinic; NULL without @error for one that cannot be used,
 * which is counted. @file: (out) (optional) (transfer full): as it lies there. (transfer full) */
GBytes *hemo_courier_open_file (HemoCourierRun *self,
                                const HemoCourierFolder *folder,
                                const char *name,
                                HemoCourierKind kind,
                                const char *from,
                                GBytes **file,
                                GError **error);
/* Seals and writes. */
gboolean hemo_courier_write_file (HemoCourierRun *self,
                                  const HemoCourierFolder *folder,
                                  const char *name,
                                  HemoCourierKind kind,
                                  GBytes *content,
                                  GError **error);
/* Whether @version came after @known, where they are numbers as nearly everywhere. */
gboolean hemo_courier_is_newer (const char *version, const char *known);
/* "s3://BUCKET/PREFIX" as records tell where pictures are, or NULL. (transfer full) */
char *hemo_courier_picture_base (const HemoCourierRun *self);

/* hemo-courier-pack.c: what waits, into the folder of this computer. */
gboolean hemo_courier_pack (HemoCourierRun *self, const HemoCourierFolder *folder, GError **error);

/* hemo-courier-take.c: what came back, out of it. */
gboolean hemo_courier_take (HemoCourierRun *self, const HemoCourierFolder *folder, GError **error);

/* hemo-courier-apply.c */

/**
 * HemoCourierApply: versions of others that are taken in
 * @lacking: (element-type HemoCourierRecord): that refer to what is not here
 * @wants: (element-type HemoCourierName): what has to come before them, and they themselves
 * @aside: (element-type HemoCourierRecord): that concern nobody here, unless something that comes
 *   refers to them
 * @asked: (element-type HemoCourierName) (nullable): that this computer asked for by name
 * @origins: 'Type/id' to HemoSyncOrigin, as far as the stick says so
 * @judges: whether strangers' records are told from others: not of what this computer wrote
 * @clinic: UUID; @installation: of this computer
 */
typedef struct
{
  HemoCourierRun *run;
  GPtrArray *lacking;
  GPtrArray *wants;
  GPtrArray *aside;
  const GPtrArray *asked;
  GHashTable *origins;
  gboolean judges;
  char *clinic;
  char *installation;
} HemoCourierApply;

void hemo_courier_apply_init (HemoCourierApply *self, HemoCourierRun *run);
void hemo_courier_apply_clear (HemoCourierApply *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HemoCourierApply, hemo_courier_apply_clear)
/* From now on only what concerns this clinic is taken, as hemo_sync_scope_judge() says; what that
 * leaves is counted by hemo_courier_apply_end(). @asked: (element-type HemoCourierName): names that
 * this computer asked for, and takes. */
gboolean hemo_courier_apply_judge (HemoCourierApply *self, const GPtrArray *asked, GError **error);
/* @records: (element-type HemoCourierRecord) */
gboolean hemo_courier_apply_add (HemoCourierApply *self, const GPtrArray *records, GError **error);
/* Tries again what lacked something; @missing: (element-type HemoCourierName): what no server has.
 */
gboolean hemo_courier_apply_end (HemoCourierApply *self, const GPtrArray *missing, GError **error);

/* hemo-courier-forward.c: what others wrote, to the servers. */
gboolean hemo_courier_forward (HemoCourierRun *self,
                               const HemoCourierFolder *folder,
                               GError **failure,
                               GError **error);

/* hemo-courier-relay.c: one letter of records, to a FHIR server */

/**
 * HemoCourierRelay:
 * @from: installation that wrote the letters
 */
typedef struct
{
  HemoCourierRun *run;
  HemoFhirServer *server;
  const char *from;
} HemoCourierRelay;

/* Fills @reply, whose place is set. FALSE: nothing is known, to be tried again. */
gboolean hemo_courier_relay_records (HemoCourierRelay *self,
                                     const HemoCourierLetter *letter,
                                     HemoCourierReply *reply,
                                     GError **error);
/* Whether the newest version of @resource is one that came by this courier from there. */
gboolean hemo_courier_relay_is_own (HemoCourierRelay *self,
                                    json_object *resource,
                                    gboolean *is_own,
                                    GError **error);

/* hemo-courier-answer.c: what others wrote, onto the stick */
gboolean hemo_courier_answer (HemoCourierRelay *self,
                              const HemoCourierFolder *folder,
                              const HemoCourierLetter *letter,
                              const char *letter_sha256,
                              GError **error);

G_END_DECLS
