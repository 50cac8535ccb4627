/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The programs that the fault tests cut off: each does a part of a clinic's work and writes a line
 * to its promises after every call that said 'saved'. */

#pragma once

#include "hemo-clinic.h"
#include "hemo-files.h"
#include "hemo-records.h"

#define WORKLOAD_PASSPHRASE "correct horse battery staple"
#define WORKLOAD_NEW_PASSPHRASE "a fair jumble of other words"

/**
 * Workload:
 * @directory: the clinic's folder
 * @other: a second folder (backup, stick), or NULL
 * @promises: file descriptor, outside of what is cut
 * @fields: (element-type utf8): paths of JPEG files
 */
typedef struct
{
  const char *directory;
  const char *other;
  int promises;
  char **fields;
  HemoClinic *clinic;
  HemoSession *session;
} Workload;

/* What was saved is written down where no cut reaches. */
void workload_promise (Workload *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

gboolean workload_sign_in (Workload *self, GError **error);
gboolean workload_sign_out (Workload *self, GError **error);
HemoSecret *workload_secret (const char *text);

/* A day: patient, specimen, slide, fields, count with one cell taken back, morphology, platelets,
 * typed values, a signed report. */
gboolean workload_day (Workload *self, GError **error);

/* Makes a signed day old, backs it up to the first folder named and has a server hold it. */
gboolean workload_prune_ready (Workload *self, GError **error);
/* Prunes its originals, which that backup has. */
gboolean workload_prune (Workload *self, GError **error);

/* Whether all that the promises file says is there; and that verify finds nothing. An original that
 * was pruned comes back from the backup that is named after the promises. */
gboolean workload_check (Workload *self, const char *promises, GError **error);

/* Sends all that waits to the first folder named. */
gboolean workload_send (Workload *self, GError **error);
