/* SPDX-License-Identifier: GPL-3.0-or-later */

/* HemoImage as R4's Media. */

#pragma once

#include "hemo-fhir.h"
#include "hemo-image.h"

G_BEGIN_DECLS

/**
 * hemo_fhir_media_to_json:
 * @patient: UUID of the subject, or NULL
 * @url: where the picture is, or NULL
 *
 * Hashes and sizes, of the captured and the sealed file, are extensions. Each mark is an Annotation
 * in Media.note: who made it, when, its note as the text (where it has none, what kind it is), and
 * an extension 'mark' with 'mark-uuid', 'mark-kind', 'mark-x1', 'mark-y1', 'mark-x2', 'mark-y2'
 * (pixels of the picture upright, from its top left, in hundredths) and 'mark-without-note'.
 * (transfer full)
 */
json_object *hemo_fhir_media_to_json (const HemoImage *image, const char *patient, const char *url);

/* @patient: (out) (optional) (transfer full): UUID of the subject */
HemoImage *hemo_fhir_media_from_json (json_object *json, char **patient, GError **error);

G_END_DECLS
