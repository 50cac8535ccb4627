/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Results for a spreadsheet or another program: one row for each line of each report. */

#pragma once

#include "hemo-case.h"

G_BEGIN_DECLS

/**
 * hemo_report_to_csv:
 * @cases: (element-type HemoCase): each with a report; one without gives no row
 *
 * RFC 4180 (comma, CR LF, quoted where needed) in UTF-8 with a byte order mark, which is how
 * spreadsheet programs tell UTF-8. Numbers have a point and no grouping whatever the locale is;
 * instants are ISO 8601 with their offset. The columns are, in this order, in English, and will
 * only be added to at the end:
 *
 *   report, version, status: UUID, number of the signed version (0: draft) and FHIR code
 *   accession, patient: accession number, UUID
 *   family, given, identifiers: names; 'issuer:value' joined by '; '
 *   sex, birth, birth_estimated, age: FHIR code; ISO date as far as it is known; yes, no; at
 * collection specimen_type, collected, received, requester section, test, analyte, loinc,
 * local_code: the heading's code, English label, codes value, unit, text: number with its decimals,
 * UCUM unit; words where the result is none interval_low, interval_high: 95 % interval of a counted
 * value reference_low, reference_high, flag: L, H, LL, HH, A, AA or empty previous, previous_at,
 * delta: the last value before; yes where it changed more than it may note, observed signed_by,
 * signed_role, signed_at, time_by_hand: name, role; yes where the time was entered by hand
 *
 * A cell of text that a spreadsheet would take for a formula (it begins with =, +, -, @, a tab or a
 * carriage return) gets an apostrophe before it, and so does what stands like this behind a
 * semicolon or a line's end, where other programs begin a cell. (transfer full)
 */
GBytes *hemo_report_to_csv (GPtrArray *cases);

G_END_DECLS
