/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Instants, partial dates, ages and UUIDs. */

#include "hemo-time.h"

G_DEFINE_QUARK (hemo-model-error-quark, hemo_model_error)
