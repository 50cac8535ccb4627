/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sentences about originals that had been taken off the laptop. */

#include "hemo-backup-words.h"

#include "hemo-backup-manifest.h"
#include "hemo-list-words.h"

#include <glib/gi18n.h>

/* The days are those on which other media had them; since then such a medium may have got a newer
 * backup, which is what it is dated by. */
char *
hemo_backup_say_lacking (const char *target, const GError *failure)
{
  gboolean made
      = failure == NULL || g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
  g_autofree char *days = NULL, *told = NULL;
  g_autoptr (HemoBackupManifest) manifest
      = made ? hemo_backup_manifest_load (target, HEMO_BACKUP_MANIFEST, NULL) : NULL;
  guint lacking = manifest != NULL ? hemo_backup_manifest_count_lacking (manifest, &days) : 0;

  if (lacking == 0)
    return NULL;
  told = hemo_list_say_text (days);
  return g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE,
                   "%u original that was taken off this laptop is not in this backup: keep the "
                   "older media (one had it on %s).",
                   "%u originals that were taken off this laptop are not in this backup: keep the "
                   "older media (they had them on %s).",
                   lacking),
      lacking, told);
}

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
