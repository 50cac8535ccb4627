/* SPDX-License-Identifier: GPL-3.0-or-later */

/* To be written. */

#include "hemo-fhir.h"

G_DEFINE_QUARK (hemo-fhir-error-quark, hemo_fhir_error)
