/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Facts of the model in the words of the window's language. */

#pragma once

#include "hemo-case.h"
#include "hemo-policy.h"
#include "hemo-refusal.h"

G_BEGIN_DECLS

/* Words in the window's language. (transfer none) */
const char *hemo_format_role (HemoRole role);
const char *hemo_format_sex (HemoSex sex);
const char *hemo_format_state (HemoState state);
const char *hemo_format_urgency (HemoUrgency urgency);
const char *hemo_format_specimen_type (HemoSpecimenType type);
const char *hemo_format_stain (HemoStain stain);
const char *hemo_format_rejection (HemoRejection rejection);
const char *hemo_format_refusal (HemoRefusalReason reason);
const char *hemo_format_report_status (HemoReportStatus status);

/* 'Differential, Malaria' (transfer full) */
char *hemo_format_tests (HemoTests tests);
/* 'F 34y' as in a list; @day: today (transfer full) */
char *hemo_format_sex_age (HemoSex sex, const HemoBirth *birth, HemoDate day);
/* A number as it is written left to right, also among words that are not: a telephone number, an
 * identifier. (transfer full) */
char *hemo_format_number (const char *number);
/* A result as a line says it, with its UCUM unit as people write it, or NULL, in the order in which
 * it is written: '2+' and '54 %' are no other among words from right to left. (transfer full) */
char *hemo_format_value (const char *value, const char *unit);
/* What a line found, in the words of the window's language; a number as it is. (transfer full) */
char *hemo_format_line_value (const HemoLine *line);
/* How long since: '12 min', '3 h', '2 days' (transfer full) */
char *hemo_format_since (HemoTime then, HemoTime now);
/* Date, and date with time, as the locale writes them, in the time's own offset. (transfer full) */
char *hemo_format_date (HemoDate date);
char *hemo_format_time (HemoTime time);

G_END_DECLS
