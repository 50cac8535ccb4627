/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A report is signed: what it becomes, why, when, and the PIN of who signs. */

#pragma once

#include "hemo-desk.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_SIGN_DIALOG (hemo_sign_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HemoSignDialog, hemo_sign_dialog, HEMO, SIGN_DIALOG, AdwDialog)

/**
 * hemo_sign_dialog_new:
 * @data: the case, as it is seen
 * @accepted: (nullable): what is missing and the person accepts to be missing, as
 *   hemo_report_missing() said it
 *
 * Of a report that was final it asks whether it is amended or corrected, and why. Signal 'signed'
 * (int version).
 */
HemoSignDialog *
hemo_sign_dialog_new (HemoDesk *desk, const HemoCase *data, const char *const *accepted);

/* Withdraws the signed report of the case, as hemo_clinic_cancel_report() where the specimen was
 * rejected and as hemo_clinic_withdraw_report() else, with the reason and the PIN. The same
 * signal. */
HemoSignDialog *hemo_sign_dialog_new_withdraw (HemoDesk *desk, const HemoCase *data);

G_END_DECLS
