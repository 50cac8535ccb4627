/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Accepting a specimen: what came and what is asked; then its number, its label and its slides. */

#pragma once

#include "hemo-place.h"

G_BEGIN_DECLS

#define HEMO_TYPE_ACCEPTANCE (hemo_acceptance_get_type ())
G_DECLARE_FINAL_TYPE (HemoAcceptance, hemo_acceptance, HEMO, ACCEPTANCE, HemoPlace)

/* @patient: UUID; @order: UUID of the order that came in and whose specimen this is, or NULL: the
 * one that is chosen of those that are expected of the patient, or a new one */
HemoAcceptance *hemo_acceptance_new (HemoDesk *desk, const char *patient, const char *order);

G_END_DECLS
