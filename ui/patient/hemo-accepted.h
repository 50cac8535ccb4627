/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A specimen that was just accepted: its number in large type, its label, its slides. */

#pragma once

#include "hemo-desk.h"
#include "hemo-specimen.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_ACCEPTED (hemo_accepted_get_type ())
G_DECLARE_FINAL_TYPE (HemoAccepted, hemo_accepted, HEMO, ACCEPTED, AdwBin)

void hemo_accepted_set_desk (HemoAccepted *self, HemoDesk *desk);
void
hemo_accepted_show (HemoAccepted *self, const HemoPatient *patient, const HemoSpecimen *specimen);
/* On the bench, in place of the page that this is on. */
void hemo_accepted_open (HemoAccepted *self);

G_END_DECLS
