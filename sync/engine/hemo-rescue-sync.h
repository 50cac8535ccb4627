/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a clinic's object store keeps beside pictures: what makes the clinic anew on a bare machine,
 * and the signed heads of the audit log.
 *
 *   recovery/INSTALLATION.rescue   see hemo-clinic-rescue.h
 *   audit/INSTALLATION/ROW.json    see hemo_audit_export_head(); never written twice */

#pragma once

#include "hemo-clinic.h"
#include "hemo-s3.h"

G_BEGIN_DECLS

/**
 * hemo_rescue_tell:
 * @session: of the sync
 * @server: identity of the object store
 *
 * Leaves there what has changed since it was left last, and reads it back. Blocks.
 */
gboolean hemo_rescue_tell (HemoClinic *clinic,
                           HemoSession *session,
                           HemoS3 *s3,
                           const char *server,
                           GCancellable *cancellable,
                           GError **error);

/* What the clinic's installations left, for hemo_clinic_rescue_open(); %HEMO_REMOTE_ERROR_NOT_FOUND
 * when there is nothing. Blocks. (transfer full) (element-type GBytes) */
GPtrArray *hemo_rescue_fetch (HemoS3 *s3, GCancellable *cancellable, GError **error);

/**
 * hemo_rescue_check_heads:
 * @session: of who may view the audit log
 * @checked: (out): how many of this installation's heads were compared
 *
 * Whether the log still holds the rows whose heads left, unchanged: %HEMO_STORE_ERROR_CORRUPT when
 * not. Blocks.
 */
gboolean hemo_rescue_check_heads (HemoClinic *clinic,
                                  HemoSession *session,
                                  HemoS3 *s3,
                                  guint *checked,
                                  GCancellable *cancellable,
                                  GError **error);

G_END_DECLS
