/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HemoRefusal as R4's Task about a ServiceRequest. Who is to carry an order out sets the state of
 * its Task to 'rejected'; the ServiceRequest stays in the hands of who ordered. */

#pragma once

#include "hemo-fhir.h"
#include "hemo-refusal.h"

G_BEGIN_DECLS

/* The order that a Task is about: its focus, or else what it is based on. NULL where that is no
 * ServiceRequest with a UUID, and for this program's own Tasks about other things. (transfer full)
 * (nullable) */
char *hemo_fhir_task_dup_order (json_object *task);

/* Whether somebody is waited for: 'requested' to 'in-progress', or 'on-hold'. */
gboolean hemo_fhir_task_is_open (json_object *task);

/* When somebody asked by it last, UTC microseconds: when it was written or changed as it says
 * itself, else as the server says; 0 where neither does. */
gint64 hemo_fhir_task_asked_us (json_object *task);

/**
 * hemo_fhir_task_is_for:
 * @order: (nullable): the ServiceRequest as it came
 * @ours: 'Organization/id' and 'Device/id' of this clinic
 *
 * Whether this clinic may answer: a Task for this clinic, or for the one whom the order itself
 * names; or for nobody by name, where its focus is the order or its code 'fulfill'.
 */
gboolean hemo_fhir_task_is_for (json_object *task, json_object *order, const char *const *ours);

/**
 * hemo_fhir_refusal_to_json:
 * @task: id
 * @theirs: (nullable): the Task as it came, where another program wrote it
 * @clinic: UUID
 *
 * Of @theirs only the state is changed, its reason and when, and an owner that is missing becomes
 * this clinic; beside another one an extension 'refused-by' names this clinic. What is not open any
 * more stays as it came. Without it a Task of this clinic's, whose focus is the order. Neither FHIR
 * nor LOINC has codes for such reasons: the code is of this program's, the text says all of it.
 * (transfer full)
 */
json_object *hemo_fhir_refusal_to_json (const HemoRefusal *refusal,
                                        const char *task,
                                        json_object *theirs,
                                        const char *clinic);

/**
 * hemo_fhir_refusal_from_json:
 *
 * What an installation of the clinic @clinic refused. %HEMO_FHIR_ERROR_UNSUPPORTED for a Task that
 * is not 'rejected', or that somebody else did reject. Patient and who refused are not read.
 * (transfer full)
 */
HemoRefusal *hemo_fhir_refusal_from_json (json_object *task, const char *clinic, GError **error);

G_END_DECLS
