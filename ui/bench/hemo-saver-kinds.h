/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The records that the bench keeps as new as the screen. */

#pragma once

#include "hemo-saver.h"

G_BEGIN_DECLS

/* HemoMorphology, HemoPlatelets, HemoMalaria */
extern const HemoSaverKind hemo_saver_morphology;
extern const HemoSaverKind hemo_saver_platelets;
extern const HemoSaverKind hemo_saver_malaria;

G_END_DECLS
