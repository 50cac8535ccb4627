/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tables of stable names for enumerations and sets of bits, shared by the model's own files. */

#pragma once

#include "hemo-time.h"

G_BEGIN_DECLS

/* Sets %HEMO_MODEL_ERROR_INVALID; always FALSE, so that a rule can return it. */
gboolean hemo_refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* HEMO_MODEL_ERROR_NO_MEMORY: what could not be read for want of memory is not damaged. FALSE. */
gboolean hemo_refuse_for_memory (GError **error);

/* The name at @index of @codes (which ends with NULL), or NULL outside of it. */
const char *hemo_code_at (const char *const *codes, int index);

/* The place of @code in @codes. The error names @what and all that is accepted, not @code: it may
 * hold anything. */
gboolean hemo_code_find (
    const char *const *codes, const char *what, const char *code, int *out, GError **error);

/* The names of the bits that are set in @bits, joined by ',' or @separator. (transfer full) */
char *hemo_codes_join (const char *const *codes, guint bits);
char *hemo_codes_join_with (const char *const *codes, guint bits, const char *separator);

/* Reads what hemo_codes_join() writes, in any order, with spaces; '' is 0. */
gboolean hemo_codes_split (
    const char *const *codes, const char *what, const char *text, guint *out, GError **error);

/* Every decimal digit of Unicode as ASCII, all else as it is. NULL when @text is not UTF-8.
 * (transfer full) */
char *hemo_ascii_digits (const char *text);

/* The UUID (version 5, RFC 9562) that belongs to @name within @space, itself a UUID or any text:
 * the same each time. (transfer full) */
char *hemo_uuid_from_name (const char *space, const char *name);

G_END_DECLS
