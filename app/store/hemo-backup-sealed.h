/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sealed files that a backup has to have: those that the copy of its store names. */

#pragma once

#include "hemo-db-private.h"

G_BEGIN_DECLS

/**
 * HemoBackupSealed: an original or a signed report
 * @name: path in the clinic's folder, and in the backup's
 * @uuid: of the image or the report
 * @sha256: of the sealed bytes, in hexadecimal
 * @bytes: their number
 * @known_damaged: it was said before that this one is damaged
 * @pruned: (nullable): it is elsewhere: when the backup was made that counted then
 */
typedef struct
{
  char *name;
  char *uuid;
  char *sha256;
  guint64 bytes;
  gboolean is_image;
  gboolean known_damaged;
  char *pruned;
} HemoBackupSealed;

/* Reports, then images, in the order in which they were made. (transfer full) (element-type
 * HemoBackupSealed): NULL when @copy cannot be read */
GPtrArray *hemo_backup_sealed_list (HemoDb *copy, GError **error);

G_END_DECLS
