/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two laptops changed one record: what both can keep, field by field.
 *
 * Everything here is pure. A field that only one side changed since both agreed takes that change;
 * one that both changed differently stays as it is here and is named, for a person to decide. */

#pragma once

#include "hemo-patient.h"
#include "hemo-specimen.h"

G_BEGIN_DECLS

/**
 * HemoField: as bits
 * @HEMO_FIELD_NAME: family and given names are one
 * @HEMO_FIELD_IDENTIFIERS: a set: what either side added or removed is added and removed
 * @HEMO_FIELD_ACTIVE: entered in error, or not; what was merged into another record is no field
 * @HEMO_FIELD_PATIENT: whom an order is for
 * @HEMO_FIELD_TESTS: a set too
 */
typedef enum
{
  HEMO_FIELD_NAME = 1 << 0,
  HEMO_FIELD_SEX = 1 << 1,
  HEMO_FIELD_BIRTH = 1 << 2,
  HEMO_FIELD_PHONE = 1 << 3,
  HEMO_FIELD_VILLAGE = 1 << 4,
  HEMO_FIELD_IDENTIFIERS = 1 << 5,
  HEMO_FIELD_ACTIVE = 1 << 6,
  HEMO_FIELD_PATIENT = 1 << 7,
  HEMO_FIELD_REQUESTER = 1 << 8,
  HEMO_FIELD_CLINICAL_NOTE = 1 << 9,
  HEMO_FIELD_URGENCY = 1 << 10,
  HEMO_FIELD_TESTS = 1 << 11,
  HEMO_FIELD_PREGNANCY = 1 << 12,
  HEMO_FIELD_ORDERED = 1 << 13,
  HEMO_FIELD_REVOKED = 1 << 14,
} HemoField;

#define HEMO_FIELDS_ALL ((1u << 15) - 1)

/* "name, phone": English, without any value. (transfer full) */
char *hemo_fields_to_text (guint fields);

/* The fields in which two records differ. Identifiers in another order are no difference. */
guint hemo_patient_differing (const HemoPatient *a, const HemoPatient *b);
guint hemo_order_differing (const HemoOrder *a, const HemoOrder *b);

/* Writes @fields of @from into @to; what they do not name stays: UUID, version, merge. */
void hemo_patient_copy_fields (HemoPatient *to, const HemoPatient *from, guint fields);
void hemo_order_copy_fields (HemoOrder *to, const HemoOrder *from, guint fields);

/**
 * hemo_patient_merge_fields:
 * @base: what both sides last agreed on; NULL where that is not known: then what only one side
 *   states is taken, and sets are united
 * @conflicts: (out): fields that both changed differently; of these the result has @ours
 *
 * Apart from the conflicts the sides may be exchanged. (transfer full)
 */
HemoPatient *hemo_patient_merge_fields (const HemoPatient *base,
                                        const HemoPatient *ours,
                                        const HemoPatient *theirs,
                                        guint *conflicts);
/* An order asks for one test at least: where both sides together removed all, that is a conflict.
 */
HemoOrder *hemo_order_merge_fields (const HemoOrder *base,
                                    const HemoOrder *ours,
                                    const HemoOrder *theirs,
                                    guint *conflicts);

G_END_DECLS
