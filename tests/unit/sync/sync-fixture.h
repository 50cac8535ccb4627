/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A clinic with a case, and the FHIR server and the bucket that it is brought to. */

#pragma once

#include "hemo-sync-private.h"

#include "fake-fhir.h"
#include "fake-s3.h"
#include "files-fixture.h"
#include "server-fixture.h"

/**
 * Syncing:
 * @changes: how often the sync told of one, as a test counts
 * @before: what the logs of the servers had, as a test counts
 */
typedef struct
{
  Files files;
  FakeFhir *fhir;
  FakeS3 *s3;
  HemoSync *sync;
  guint changes;
  guint before[2];
} Syncing;

void syncing_set_up (Syncing *self, gconstpointer data);
void syncing_tear_down (Syncing *self, gconstpointer data);

/* Saves @settings of the server of @kind in the clinic with the case; for the next HemoSync. */
void syncing_configure (Syncing *self, const char *kind, HemoServerSettings *settings);

/* Of the queue, as SQL says. */
gint64 syncing_count (Syncing *self, const char *where);
/* hemo_sync_run_once() */
void syncing_run (Syncing *self, guint lanes);
void syncing_run_fails (Syncing *self, guint lanes, HemoRemoteError code);
/* The object that the bucket has is the very file of the store. */
void syncing_assert_original (Syncing *self, const char *image);

/* Whether the status says that all is received. */
gboolean syncing_all_received (Syncing *self);
/* Whether the status says that @lane waits after a failure with @code. */
gboolean syncing_is_waiting (Syncing *self, HemoLane lane, int code);
/* Says on what it hung where that takes over a minute, and fails. */
void syncing_iterate_until (Syncing *self, gboolean (*done) (Syncing *));
