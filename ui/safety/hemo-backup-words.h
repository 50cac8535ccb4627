/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a person has to know about originals that had been taken off the laptop, in the window and
 * in the terminal. */

#pragma once

#include "hemo-clinic.h"

G_BEGIN_DECLS

/* What did not come back. NULL: all did. (transfer full) */
char *hemo_backup_say_left_out (const HemoRestored *restored);

G_END_DECLS
