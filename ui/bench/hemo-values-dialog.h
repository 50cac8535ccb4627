/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Values of the blood count, typed with where and when they were measured. */

#pragma once

#include "hemo-bench-case.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_VALUES_DIALOG (hemo_values_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HemoValuesDialog, hemo_values_dialog, HEMO, VALUES_DIALOG, AdwDialog)

/* The case has been read. Enter saves what was typed; what is impossible is refused, what is
 * unusual asked back once. */
HemoValuesDialog *hemo_values_dialog_new (HemoBenchCase *bench_case);

G_END_DECLS
