/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The fields of a patient: about six that matter, and further identifiers when they are wanted. */

#pragma once

#include "hemo-patient.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_PATIENT_FORM (hemo_patient_form_get_type ())
G_DECLARE_FINAL_TYPE (HemoPatientForm, hemo_patient_form, HEMO, PATIENT_FORM, AdwBin)

/* Signal 'changed': something else stands in it. */

/* Whether 03/04/2020 is the third of April. */
void hemo_patient_form_set_day_first (HemoPatientForm *self, gboolean day_first);

/* A name as one types it: all but the last word given, the last the family's. */
void hemo_patient_form_set_name (HemoPatientForm *self, const char *text);
void hemo_patient_form_set_patient (HemoPatientForm *self, const HemoPatient *patient);

/* Puts what stands in it into @patient. With @complain what cannot be taken is said at its field,
 * which gets the focus; FALSE when there is such a thing. */
gboolean hemo_patient_form_read (HemoPatientForm *self, HemoPatient *patient, gboolean complain);

/* All fields as they were typed, as JSON, and back; what cannot be read is left out. */
char *hemo_patient_form_to_draft (HemoPatientForm *self);
void hemo_patient_form_from_draft (HemoPatientForm *self, const char *draft);
gboolean hemo_patient_form_is_empty (HemoPatientForm *self);

/* What was scanned into the form: the first identifier without a value takes it. */
void hemo_patient_form_take_identifier (HemoPatientForm *self, const char *value);

void hemo_patient_form_focus (HemoPatientForm *self);
/* @field: a HemoField; what has no field of its own here is as above */
void hemo_patient_form_focus_field (HemoPatientForm *self, guint field);

/* A known issuer of identifiers in words; any other as it is. */
const char *hemo_patient_form_issuer_label (const char *issuer);

G_END_DECLS
