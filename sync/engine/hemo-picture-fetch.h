/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures that other laptops of the clinic took, from its object store. */

#pragma once

#include "hemo-clinic.h"
#include "hemo-s3.h"

G_BEGIN_DECLS

/**
 * hemo_picture_tell:
 * @session: of the sync
 * @server: identity of the object store
 *
 * Leaves this installation's certificates there, sealed to nobody and vouched for, so that the
 * clinic's other laptops believe its pictures; once for each server and each change of them. Once a
 * day it is asked whether they are there still, and again in an hour where that is not answered:
 * where they are not, the bucket was emptied or put back, and all that was received there is to be
 * proven anew. Of one thread at a time. Blocks.
 */
gboolean hemo_picture_tell (HemoClinic *clinic,
                            HemoSession *session,
                            HemoS3 *s3,
                            const char *server,
                            GCancellable *cancellable,
                            GError **error);

/**
 * hemo_picture_fetch:
 * @session: of whoever wants to see it
 * @image: UUID
 * @specimen: UUID of the specimen that it is shown with, or NULL where it is shown with none
 * @lane: originals, or previews for the small picture, which is there long before
 *
 * What came of an original over a link that broke is kept as sealed as it came, and gone on with,
 * also by a program that was killed. The captured bytes, verified and opened; they are kept nowhere
 * here, but for an original of this laptop that was pruned: that is back then.
 * %HEMO_STORE_ERROR_NOT_FOUND when no other laptop told of it or it is of another specimen,
 * %HEMO_REMOTE_ERROR_NOT_FOUND when the picture has not arrived yet. Blocks. (transfer full)
 */
GBytes *hemo_picture_fetch (HemoClinic *clinic,
                            HemoSession *session,
                            HemoS3 *s3,
                            const char *image,
                            const char *specimen,
                            HemoLane lane,
                            GCancellable *cancellable,
                            GError **error);

G_END_DECLS
