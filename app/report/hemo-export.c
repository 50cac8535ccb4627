/* SPDX-License-Identifier: GPL-3.0-or-later */

/* To be written. */

#include "hemo-export.h"

G_DEFINE_QUARK (hemo-export-error-quark, hemo_export_error)
