/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HEMO_FHIR_ERROR (hemo_fhir_error_quark ())

GQuark hemo_fhir_error_quark (void);

G_END_DECLS
