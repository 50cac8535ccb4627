/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The small JSON that sign-in servers say. */

#pragma once

#include "hemo-fhir.h"

G_BEGIN_DECLS

/* One object of strict JSON in UTF-8; NULL for all else. (transfer full) */
json_object *hemo_token_json_parse (const char *text, gsize length);

/* (nullable): the text of a member that is one. @object: (nullable). (transfer none) */
const char *hemo_token_json_text (json_object *object, const char *name);

G_END_DECLS
