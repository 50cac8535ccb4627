/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Letterhead and settings of the clinic, and names of its people for what is printed. */

#pragma once

#include "hemo-case.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/* Everybody who is signed in may read it; not audited. (transfer full) */
HemoClinicInfo *hemo_clinic_info_load (HemoTxn *txn, GError **error);

/* Needs settings.edit (no session: set-up). UUIDs and station are given once and not changed here.
 */
gboolean hemo_clinic_info_save (HemoTxn *txn, const HemoClinicInfo *info, GError **error);

/* Names of users for what is printed. (transfer full), NULL if there is none. */
char *hemo_user_name (HemoTxn *txn, const char *uuid);

G_END_DECLS
