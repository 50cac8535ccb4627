/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Originals leave this laptop: what the clinic's object store says of each. */

#pragma once

#include "hemo-prune.h"
#include "hemo-s3.h"

G_BEGIN_DECLS

/**
 * hemo_picture_prune:
 * @server: identity of the object store that @s3 leads to
 * @options: backup and progress; the asking is done here
 * @tally: (out): filled also on failure
 *
 * As hemo_clinic_prune(). The object store is asked for each original and for the signature beside
 * it; the first failure to ask ends the run. Blocks.
 */
gboolean hemo_picture_prune (HemoClinic *clinic,
                             HemoSession *session,
                             HemoS3 *s3,
                             const char *server,
                             const HemoPruneOptions *options,
                             HemoPruneTally *tally,
                             GCancellable *cancellable,
                             GError **error);

G_END_DECLS
