/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What leaves with the first sync so that the clinic can be made again on a bare machine from its
 * servers and the recovery code.
 *
 * In lines of ASCII that end with a line feed each:
 *
 *   hemogram-rescue-1
 *   clinic UUID
 *   installation UUID
 *   made MICROSECONDS (UTC)
 *   stations AB CD … (that were given out)
 *   recovery BASE64 (the key file's recovery part: the recovery key under the recovery code)
 *   image-key BASE64 (CMS: the clinic's image key, to the recovery key and the organisations)
 *   reading-key BASE64 (CMS: the readers' key, to the recovery key)
 *   seed BASE64 (CMS: name, letterhead, certificates, to the recovery key and the organisations)
 *   mac BASE64 (HMAC-SHA256 of all before this line)
 *
 * The MAC's line is the last. Its key comes from the recovery key, so that who may only write to
 * the server cannot put keys of his own in the place of the clinic's. */

#pragma once

#include "hemo-clinic.h"

G_BEGIN_DECLS

/* Of the text, in bytes. */
#define HEMO_RESCUE_LIMIT (8 * 1024 * 1024)

/**
 * HemoRescue:
 * @text: NULL when nothing changed
 * @digest: that changes when what is in @text does, though sealing gives other bytes each time
 */
typedef struct
{
  char *text;
  char *digest;
  char *installation;
} HemoRescue;

void hemo_rescue_free (HemoRescue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoRescue, hemo_rescue_free)

/**
 * hemo_clinic_rescue_write:
 * @session: of the sync
 * @known: (nullable): digest of what was left before: the same is not sealed again
 *
 * %HEMO_STORE_ERROR_NOT_FOUND where the recovery code is older than this: a new one makes it.
 * (transfer full)
 */
HemoRescue *hemo_clinic_rescue_write (HemoClinic *self,
                                      HemoSession *session,
                                      const char *known,
                                      GError **error);

/* Whether @text is whole as far as that can be told without the code. */
gboolean hemo_clinic_rescue_check (GBytes *text, GError **error);

/**
 * hemo_clinic_rescue_open:
 * @texts: (element-type GBytes): as the clinic's installations left them; the newest that is whole
 *   counts, and of all of them the station codes
 * @code: the recovery code
 * @pictures: (nullable): settings of the server for pictures, as of hemo_server_save()
 *
 * Makes the clinic anew in @directory, as a new installation with a station code that none of
 * @texts names. All of it or nothing. %HEMO_VAULT_ERROR_WRONG_SECRET when the code opens none of
 * them, %HEMO_VAULT_ERROR_DAMAGED when none is whole, %G_IO_ERROR_EXISTS for a folder that is not
 * empty. (transfer full)
 */
HemoClinic *hemo_clinic_rescue_open (const char *directory,
                                     GPtrArray *texts,
                                     HemoSecret *code,
                                     const char *login,
                                     const char *name,
                                     HemoSecret *passphrase,
                                     const char *pictures,
                                     GError **error);

G_END_DECLS
