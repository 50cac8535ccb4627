/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Merging two records of one person: found by search or likeness, compared side by side. */

#pragma once

#include "hemo-desk.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_MERGE_DIALOG (hemo_merge_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HemoMergeDialog, hemo_merge_dialog, HEMO, MERGE_DIALOG, AdwDialog)

/* Signal 'merged' (survivor, merged: UUIDs). */
HemoMergeDialog *hemo_merge_dialog_new (HemoDesk *desk, const HemoPatient *patient);

G_END_DECLS
