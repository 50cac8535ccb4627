/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Shows a code that is told only once, until a person says that it is written down. */

#pragma once

#include "hemo-desk.h"
#include "hemo-secret.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A lock takes it off the screen; it is there again when who was signed in has unlocked. When they
 * sign out it is gone for good, and whoever stands there is told. @user: UUID of who asked for it;
 * @body: what it is for. */
void hemo_code_dialog_present (
    HemoDesk *desk, const char *user, const char *heading, const char *body, HemoSecret *code);

G_END_DECLS
