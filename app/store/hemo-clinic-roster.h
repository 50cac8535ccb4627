/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How the laptops of a clinic believe each other's pictures: each tells its certificates in a text
 * whose MAC only who holds the clinic's image key can make, and that is those that were enrolled.
 */

#pragma once

#include "hemo-clinic.h"
#include "hemo-image.h"

G_BEGIN_DECLS

/* Of the text, in bytes. */
#define HEMO_ROSTER_LIMIT (64 * 1024)

/**
 * hemo_clinic_roster_write:
 *
 * What this installation tells the others, in lines of ASCII that end with a line feed each:
 *
 *   hemogram-roster-1
 *   clinic UUID
 *   installation UUID
 *   certificate BASE64 (X.509, as often as there are)
 *   mac BASE64 (HMAC-SHA256 of all before this line)
 *
 * No secret. (transfer full)
 */
char *hemo_clinic_roster_write (HemoTxn *txn, HemoStore *store, GError **error);

/**
 * HemoForeignImage: a picture that another laptop of the clinic took, as servers have it
 * @image: as its Media tells of it; uuid, specimen, sha256 and captured_on must be there
 * @signature: detached
 * @roster: of the installation @image->captured_on
 */
typedef struct
{
  const HemoImage *image;
  GBytes *sealed;
  GBytes *signature;
  GBytes *roster;
} HemoForeignImage;

/**
 * hemo_clinic_open_foreign:
 *
 * The captured bytes. %HEMO_STORE_ERROR_CORRUPT when a laptop of this clinic did not sign them for
 * this specimen, or they are not what it captured: nothing is released then. Asks for the right to
 * view images, and is audited as that. Blocks. (transfer full)
 */
GBytes *hemo_clinic_open_foreign (HemoClinic *self,
                                  HemoSession *session,
                                  const HemoForeignImage *foreign,
                                  GError **error);

/**
 * hemo_clinic_open_foreign_preview:
 * @foreign: with the sealed preview and its own signature
 *
 * The small JPEG, which is another file than the captured one and tells of no specimen: @foreign's
 * Media says which. All else as above. (transfer full)
 */
GBytes *hemo_clinic_open_foreign_preview (HemoClinic *self,
                                          HemoSession *session,
                                          const HemoForeignImage *foreign,
                                          GError **error);

G_END_DECLS
