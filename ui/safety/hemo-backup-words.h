/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a person has to know about originals that had been taken off the laptop, in the window and
 * in the terminal. */

#pragma once

#include "hemo-clinic.h"

G_BEGIN_DECLS

/**
 * hemo_backup_say_lacking:
 * @target: folder of the backup
 * @failure: (nullable): how making it ended; one that lacks what is damaged was made all the same
 *
 * What is neither on this laptop nor in the backup: an older medium is not to be given away. Reads
 * the backup's list. NULL: nothing, or there is no such backup. (transfer full)
 */
char *hemo_backup_say_lacking (const char *target, const GError *failure);

/* What did not come back. NULL: all did. (transfer full) */
char *hemo_backup_say_left_out (const HemoRestored *restored);

G_END_DECLS
