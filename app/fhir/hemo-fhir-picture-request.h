/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HemoPictureRequest as R4's Task, whose focus is the picture's Media. */

#pragma once

#include "hemo-fhir.h"
#include "hemo-picture-request.h"

G_BEGIN_DECLS

/**
 * hemo_fhir_picture_request_to_json:
 * @patient: UUID, or NULL
 * @theirs: (nullable): the Task as it came, where another program wrote it
 *
 * Of @theirs only the state is changed, its reason and when; all else stays in its words. (transfer
 * full)
 */
json_object *hemo_fhir_picture_request_to_json (const HemoPictureRequest *request,
                                                const char *patient,
                                                json_object *theirs);

/* Whether a Task asks for a picture: its focus is a Media, and its code, where it has one, is this
 * program's for that. */
gboolean hemo_fhir_is_picture_request (json_object *task);

/**
 * hemo_fhir_picture_request_from_json:
 *
 * Anything between 'requested' and 'in-progress' is asked, 'completed' sent, 'failed' and
 * 'rejected' refused, 'cancelled' and 'entered-in-error' withdrawn; a draft and what is no order
 * are %HEMO_FHIR_ERROR_UNSUPPORTED. Who asks may be anybody or nobody. @specimen is not read.
 * (transfer full)
 */
HemoPictureRequest *hemo_fhir_picture_request_from_json (json_object *task, GError **error);

G_END_DECLS
