/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A critical value is told: to whom, when, and whether it was read back. */

#pragma once

#include "hemo-desk.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_CALL_DIALOG (hemo_call_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HemoCallDialog, hemo_call_dialog, HEMO, CALL_DIALOG, AdwDialog)

/**
 * hemo_call_dialog_new:
 * @data: the case
 * @report: whose critical lines are told
 *
 * Signal 'recorded': the call is in the store.
 */
HemoCallDialog *
hemo_call_dialog_new (HemoDesk *desk, const HemoCase *data, const HemoReport *report);

G_END_DECLS
