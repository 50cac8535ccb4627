/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Registering a patient, or changing one: the form, and beside it who this may be already. */

#pragma once

#include "hemo-place.h"

G_BEGIN_DECLS

#define HEMO_TYPE_REGISTRATION (hemo_registration_get_type ())
G_DECLARE_FINAL_TYPE (HemoRegistration, hemo_registration, HEMO, REGISTRATION, HemoPlace)

/* @name: what was typed already, or '' */
HemoRegistration *hemo_registration_new (HemoDesk *desk, const char *name);
/* @patient: UUID of whom is changed */
HemoRegistration *hemo_registration_new_edit (HemoDesk *desk, const char *patient);
/* The same, of whom a server refused for @reason: it says that, at the field that it names. */
HemoRegistration *
hemo_registration_new_mend (HemoDesk *desk, const char *patient, const char *reason);

G_END_DECLS
