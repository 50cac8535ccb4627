/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rule for a possible birth, shared by the model's own files. */

#pragma once

#include "hemo-time.h"

G_BEGIN_DECLS

/* Oldest age that is believed. */
#define HEMO_AGE_MAX_YEARS 130

/* Refuses a date that does not exist, lies after @today or more than 130 years before it. */
gboolean hemo_birth_check (const HemoBirth *self, HemoDate today, GError **error);

G_END_DECLS
