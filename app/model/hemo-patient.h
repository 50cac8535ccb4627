/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who the blood is from: names, identifiers, birth, and how two records are compared. */

#pragma once

#include "hemo-time.h"

G_BEGIN_DECLS

/* AdministrativeGender of FHIR R4. */
typedef enum
{
  HEMO_SEX_UNKNOWN,
  HEMO_SEX_FEMALE,
  HEMO_SEX_MALE,
  HEMO_SEX_OTHER,
} HemoSex;

/* 'unknown', 'female', 'male', 'other' */
const char *hemo_sex_to_code (HemoSex sex);
gboolean hemo_sex_from_code (const char *code, HemoSex *out, GError **error);

/**
 * HemoIdentifier:
 * @issuer: who gave it, as the clinic names it or a URI ('national-id', 'clinic'); never NULL
 * @value: as printed on the card; never NULL
 */
typedef struct
{
  char *issuer;
  char *value;
} HemoIdentifier;

HemoIdentifier *hemo_identifier_new (const char *issuer, const char *value);
void hemo_identifier_free (HemoIdentifier *self);

/**
 * HemoPatient:
 * @uuid: made here, the id on every server
 * @family: may be NULL where people have one name only; at least one of the two names is set
 * @given: given names, separated by spaces, or NULL
 * @identifiers: (element-type HemoIdentifier)
 * @phone: or NULL
 * @village: where the patient lives, in words, or NULL
 * @merged_into: UUID of the record that took this one's place, or NULL
 * @active: FALSE once merged or entered in error
 * @version: counts the changes made to this record, from 1; 0 for one not saved yet
 */
typedef struct
{
  char *uuid;
  char *family;
  char *given;
  HemoSex sex;
  HemoBirth birth;
  GPtrArray *identifiers;
  char *phone;
  char *village;
  char *merged_into;
  gboolean active;
  gint64 version;
} HemoPatient;

/* An active patient with a new UUID and nothing else. (transfer full) */
HemoPatient *hemo_patient_new (void);
HemoPatient *hemo_patient_copy (const HemoPatient *self);
void hemo_patient_free (HemoPatient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoPatient, hemo_patient_free)

/* 'Given Family', whichever of them exist. (transfer full) */
char *hemo_patient_display_name (const HemoPatient *self);

/* Refuses empty names, control characters, more than 200 characters a field, more than 16
 * identifiers, two identifiers of one issuer with the same value, impossible dates. */
gboolean hemo_patient_validate (const HemoPatient *self, HemoDate today, GError **error);

/**
 * HemoLikeness:
 * @score: 0 (nobody would think so) to 1 (the same identifier of the same issuer)
 * @agrees: what agrees, as codes: 'identifier', 'name', 'birth', 'sex', 'phone', 'village'
 * @differs: what both records state and state differently, the same codes
 */
typedef struct
{
  double score;
  GStrv agrees;
  GStrv differs;
} HemoLikeness;

void hemo_likeness_free (HemoLikeness *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoLikeness, hemo_likeness_free)

/* At or above this score a record is shown as a likely duplicate. */
#define HEMO_LIKENESS_LIKELY 0.75

/**
 * hemo_patient_compare:
 *
 * An identifier in common decides; else the folded names by Jaro-Winkler similarity, tried with
 * family and given exchanged too, weighed with the year of birth (two years of tolerance, five
 * where one is estimated) and the sex. Source: W. E. Winkler, 'String Comparator Metrics and
 * Enhanced Decision Rules in the Fellegi-Sunter Model of Record Linkage', 1990.
 * (transfer full)
 */
HemoLikeness *hemo_patient_compare (const HemoPatient *a, const HemoPatient *b);

/**
 * hemo_patient_survivor:
 *
 * The fixed rule by which every installation picks the same survivor of a merge: the record whose
 * UUID sorts first. Returns @a or @b. (transfer none)
 */
const HemoPatient *hemo_patient_survivor (const HemoPatient *a, const HemoPatient *b);

/**
 * hemo_fold:
 * @text: UTF-8
 *
 * For search and comparison: NFKD, case folded; Latin, Greek and Cyrillic accents and Arabic
 * vowel signs and tatweel dropped; letters with a stroke or hook spelled plainly ('đ', 'ɗ', 'ı',
 * 'ɛ'); alef, yeh, kaf and teh marbuta forms unified; Arabic-Indic and other digits to ASCII; Indic
 * vowel signs kept; apostrophes and hyphens inside words and what has no width dropped, all else
 * that is not a letter, mark or digit turned into one space. (transfer full)
 */
char *hemo_fold (const char *text);

/* Jaro-Winkler similarity of two folded strings, 0 to 1, on Unicode characters. */
double hemo_similarity (const char *a, const char *b);

G_END_DECLS
