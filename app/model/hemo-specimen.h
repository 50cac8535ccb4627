/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was asked for (the order) and what came (the tube and its slides). */

#pragma once

#include "hemo-time.h"

G_BEGIN_DECLS

/* RequestPriority of FHIR R4. */
typedef enum
{
  HEMO_URGENCY_ROUTINE,
  HEMO_URGENCY_URGENT,
  HEMO_URGENCY_STAT,
} HemoUrgency;

const char *hemo_urgency_to_code (HemoUrgency urgency);
gboolean hemo_urgency_from_code (const char *code, HemoUrgency *out, GError **error);

typedef enum
{
  HEMO_TEST_DIFFERENTIAL = 1 << 0,
  HEMO_TEST_MORPHOLOGY = 1 << 1,
  HEMO_TEST_PLATELETS = 1 << 2,
  HEMO_TEST_MALARIA = 1 << 3,
  HEMO_TEST_CBC = 1 << 4,
} HemoTests;

/* 'diff,morphology,platelets,malaria,cbc' in this order. (transfer full) */
char *hemo_tests_to_codes (HemoTests tests);
gboolean hemo_tests_from_codes (const char *codes, HemoTests *out, GError **error);

/* Trimesters matter for haemoglobin ranges (WHO 2024). */
typedef enum
{
  HEMO_PREGNANCY_UNKNOWN,
  HEMO_PREGNANCY_NO,
  HEMO_PREGNANCY_TRIMESTER_1,
  HEMO_PREGNANCY_TRIMESTER_2,
  HEMO_PREGNANCY_TRIMESTER_3,
} HemoPregnancy;

/* 'unknown', 'no', '1', '2', '3' */
const char *hemo_pregnancy_to_code (HemoPregnancy pregnancy);
gboolean hemo_pregnancy_from_code (const char *code, HemoPregnancy *out, GError **error);

/**
 * HemoOrder:
 * @patient: UUID
 * @requester: who asked, in words, or NULL
 * @clinical_note: or NULL
 */
typedef struct
{
  char *uuid;
  char *patient;
  char *requester;
  char *clinical_note;
  HemoUrgency urgency;
  HemoTests tests;
  HemoPregnancy pregnancy;
  HemoTime ordered_at;
  gboolean revoked;
  gint64 version;
} HemoOrder;

HemoOrder *hemo_order_new (const char *patient);
HemoOrder *hemo_order_copy (const HemoOrder *self);
void hemo_order_free (HemoOrder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoOrder, hemo_order_free)

typedef enum
{
  HEMO_SPECIMEN_VENOUS_EDTA,
  HEMO_SPECIMEN_CAPILLARY,
  HEMO_SPECIMEN_MARROW,
  HEMO_SPECIMEN_THIN_FILM,
  HEMO_SPECIMEN_THICK_FILM,
} HemoSpecimenType;

const char *hemo_specimen_type_to_code (HemoSpecimenType type);
gboolean hemo_specimen_type_from_code (const char *code, HemoSpecimenType *out, GError **error);

typedef enum
{
  HEMO_STAIN_NONE,
  HEMO_STAIN_GIEMSA,
  HEMO_STAIN_WRIGHT,
  HEMO_STAIN_MAY_GRUNWALD_GIEMSA,
  HEMO_STAIN_LEISHMAN,
  HEMO_STAIN_FIELD,
} HemoStain;

const char *hemo_stain_to_code (HemoStain stain);
gboolean hemo_stain_from_code (const char *code, HemoStain *out, GError **error);

/* Why a specimen was refused. Free text may be added. */
typedef enum
{
  HEMO_REJECTION_NONE,
  HEMO_REJECTION_CLOTTED,
  HEMO_REJECTION_HAEMOLYSED,
  HEMO_REJECTION_INSUFFICIENT,
  HEMO_REJECTION_UNLABELLED,
  HEMO_REJECTION_WRONG_TUBE,
  HEMO_REJECTION_TOO_OLD,
  HEMO_REJECTION_BROKEN,
  HEMO_REJECTION_POOR_SMEAR,
  HEMO_REJECTION_OTHER,
} HemoRejection;

const char *hemo_rejection_to_code (HemoRejection rejection);
gboolean hemo_rejection_from_code (const char *code, HemoRejection *out, GError **error);

/**
 * HemoSpecimen:
 * @parent: UUID of the tube that a slide was made from; NULL for a tube (or a slide that came
 * alone)
 * @accession: number with station code and check digit; a slide has its tube's with '/1', '/2' …
 * @collected_at: may be unknown
 * @rejection_note: more words, or NULL
 */
typedef struct
{
  char *uuid;
  char *order;
  char *patient;
  char *parent;
  char *accession;
  HemoSpecimenType type;
  HemoStain stain;
  HemoTime collected_at;
  HemoTime received_at;
  HemoRejection rejection;
  char *rejection_note;
  gint64 version;
} HemoSpecimen;

HemoSpecimen *hemo_specimen_new (void);
HemoSpecimen *hemo_specimen_copy (const HemoSpecimen *self);
void hemo_specimen_free (HemoSpecimen *self);
/* When the blood was taken; where that is not known, when it was received. */
HemoTime hemo_specimen_taken_at (const HemoSpecimen *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoSpecimen, hemo_specimen_free)

/**
 * hemo_accession_pattern_check:
 * @pattern: literal letters, digits and '-', and fields: '{YY}' or '{YYYY}' year, '{MM}', '{DD}',
 *   '{station}', '{n}' to '{nnnnnnnn}' the counter with that many digits, '{check}' the check digit
 *
 * Refuses a pattern without station, counter or check digit (which comes last), of more than 64
 * characters, or whose numbers could be read in two ways (two fields of no fixed width).
 */
gboolean hemo_accession_pattern_check (const char *pattern, GError **error);

/* The pattern that a clinic starts with: '{YY}{station}-{nnnnn}-{check}' */
#define HEMO_ACCESSION_PATTERN_DEFAULT "{YY}{station}-{nnnnn}-{check}"

/**
 * hemo_accession_format:
 * @station: two characters of the set 0-9, A-Z without I, L, O and U
 *
 * The check character is one of the same 32: the sum of all letters and digits as elements of the
 * field GF(2^5), each weighted by another power of its primitive element, is fixed. So every single
 * wrong character and every swap of two that are fewer than 31 places apart is found. (ISO 7064
 * MOD 37,36 misses the swaps of one pair in 630 and uses I, L and O.) Fails if @counter has more
 * digits than
 * the pattern's field. (transfer full)
 */
char *hemo_accession_format (
    const char *pattern, const char *station, HemoDate day, guint64 counter, GError **error);

/* Which counter a pattern restarts: 'YYYY', 'YYYY-MM' or 'YYYY-MM-DD' by its smallest date field,
 * '' when it has none. (transfer full) */
char *hemo_accession_period (const char *pattern, HemoDate day);

/* Whether the check digit of @number, typed or scanned, is right; case, spaces and hyphens do not
 * matter, and O, I, L, U are read as 0, 1, 1, V. A slide's '/n' is allowed. */
gboolean hemo_accession_is_plausible (const char *number);

/* As it is compared and looked up: upper case, no spaces, no hyphens, O, I, L, U replaced.
 * (transfer full) */
char *hemo_accession_normalize (const char *number);

G_END_DECLS
