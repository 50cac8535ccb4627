/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What only the files of HemoFhirBundle share. */

#pragma once

#include "hemo-fhir-bundle.h"

G_BEGIN_DECLS

/* Drops what was added after the first @length entries. */
void hemo_fhir_bundle_cut (HemoFhirBundle *self, guint length);

G_END_DECLS
