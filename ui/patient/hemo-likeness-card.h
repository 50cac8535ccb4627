/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A known patient who may be the one that is registered: what agrees and what differs, in words. */

#pragma once

#include "hemo-patient-table.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A card with a button that calls @clicked (button, @data); @button NULL for none.
 * (transfer floating) */
GtkWidget *hemo_likeness_card_new (const HemoPatient *patient,
                                   const HemoLikeness *likeness,
                                   const char *button,
                                   GCallback clicked,
                                   gpointer data);

/* 'Identifiers, name' from codes of HemoLikeness. (transfer full) */
char *hemo_likeness_card_words (char **codes);

/* UUID of whom the card of a clicked button is about. (transfer none) */
const char *hemo_likeness_card_get_patient (GtkWidget *button);

G_END_DECLS
