/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sentences about originals that had been taken off the laptop. */

#include "hemo-backup-words.h"

#include <glib/gi18n.h>

char *
hemo_backup_say_left_out (const HemoRestored *restored)
{
  if (restored->left_out == 0)
    return NULL;
  return g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE,
                   "%u original that had been taken off the laptop was not brought back: keep the "
                   "medium of this backup.",
                   "%u originals that had been taken off the laptop were not brought back: keep "
                   "the medium of this backup.",
                   restored->left_out),
      restored->left_out);
}
