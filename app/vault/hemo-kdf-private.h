/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The limits of what is read from a file. */

#pragma once

#include "hemo-passphrase.h"

G_BEGIN_DECLS

gboolean hemo_kdf_check (const HemoKdf *self, GError **error);

G_END_DECLS
