/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An invented case that uses everything which has a place in FHIR. */

#pragma once

#include "hemo-case.h"

/* Always the same, UUIDs included. (transfer full) */
HemoCase *sample_case_new (void);

/* A tube that was refused, of another invented patient; nothing was signed. (transfer full) */
HemoCase *sample_case_new_rejected (void);

/* The 'PDF' that the sample's report was signed with. (transfer full) */
GBytes *sample_pdf_new (void);
