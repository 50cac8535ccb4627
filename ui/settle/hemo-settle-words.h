/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Versions of others in the words of the window's language. */

#pragma once

#include "hemo-sync-dispute.h"

G_BEGIN_DECLS

/* 'Patient', 'Report' … of a type of FHIR. (transfer none) */
const char *hemo_settle_kind (const char *type);
/* Kind, number and name of what waits: a line. (transfer full) */
char *hemo_settle_title (const HemoSyncDispute *dispute);
/* Why it waits. (transfer full) */
char *hemo_settle_reason (const HemoSyncDispute *dispute);
/* Why theirs cannot be taken, and what can be done; of one that has a refusal. (transfer full) */
char *hemo_settle_refusal (const HemoSyncDispute *dispute);
/* Who wrote it, or nobody known, and when, in local time. (transfer full) */
char *hemo_settle_who (const char *author, HemoTime time);

/* The name of one field, and what a record says in it; '' for nothing. (transfer none), (transfer
 * full) */
const char *hemo_settle_field (HemoField field);
char *hemo_settle_of_patient (const HemoPatient *patient, HemoField field);
char *hemo_settle_of_order (const HemoOrder *order, HemoField field);
const char *hemo_settle_pregnancy (HemoPregnancy pregnancy);

/* The name of an element, as of a HemoFhirLine; one that is not known as FHIR calls it. (transfer
 * none) */
const char *hemo_settle_element (const char *name);
/* What a version says in it, dates and the urgency in words. @value: (nullable). (transfer full) */
char *hemo_settle_says (const char *name, const char *value);

G_END_DECLS
