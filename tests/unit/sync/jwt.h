/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads a signed JWT as a sign-in server does. */

#pragma once

#include <glib.h>
#include <json-c/json.h>

typedef struct
{
  json_object *head;
  json_object *claims;
} Jwt;

/* NULL unless it is of ES384 and signed by the first key of @jwks. */
Jwt *jwt_verify (const char *text, const char *jwks);
void jwt_free (Jwt *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Jwt, jwt_free)

const char *jwt_text (json_object *object, const char *name);
gint64 jwt_number (json_object *object, const char *name);
