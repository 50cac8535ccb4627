/* SPDX-License-Identifier: GPL-3.0-or-later */

/* When the passphrase is lost: the recovery code and a new one. When the store is older than it has
 * been: an administrator's word that this is known. */

#pragma once

#include "hemo-desk.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Signs in as @login when it went well; says at the dialog what was wrong otherwise. */
void hemo_recover_dialog_present (GtkWidget *parent, HemoDesk *desk, const char *login);
/* Asks for the passphrase of an administrator, with @message: why. */
void hemo_accept_older_dialog_present (GtkWidget *parent,
                                       HemoDesk *desk,
                                       const char *login,
                                       const char *message);

G_END_DECLS
