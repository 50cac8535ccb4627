/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What this computer remembers outside the clinic's store: nothing about patients. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The settings of org.hemogram.Hemogram, also where the schema was not installed but only built
 * (looked for where it was built). (transfer full) */
GSettings *hemo_settings_new (void);

G_END_DECLS
