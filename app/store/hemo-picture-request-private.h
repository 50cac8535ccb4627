/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures that are asked for, for the files of this folder. */

#pragma once

#include "hemo-picture-request-table.h"

#include <glib/gi18n.h>

G_BEGIN_DECLS

/* NULL without @error when it is not here. (transfer full) */
HemoPictureRequest *hemo_picture_request_fetch (HemoTxn *txn, const char *uuid, GError **error);

/* Inserts version 0, else updates; logs @what for @lane. */
gboolean hemo_picture_request_put (
    HemoTxn *txn, HemoPictureRequest *request, const char *what, HemoLane lane, GError **error);

/**
 * HemoAskedPicture: what is known here of a picture that is asked for
 * @tube: UUID of the case
 * @own: this laptop took it
 * @discarded: by who took it
 * @received: there was proof that the server has it
 * @pruned: it was taken off this laptop since: the server had it then, and it is not here to be
 * sent
 */
typedef struct
{
  char *tube;
  gboolean own;
  gboolean discarded;
  gboolean received;
  gboolean pruned;
} HemoAskedPicture;

void hemo_asked_picture_clear (HemoAskedPicture *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HemoAskedPicture, hemo_asked_picture_clear)

/* @out: all 0 before; its tube stays NULL when nobody knows of such a picture. */
gboolean
hemo_asked_picture_find (HemoTxn *txn, const char *image, HemoAskedPicture *out, GError **error);

/* Why a picture that was discarded does not come. */
#define HEMO_PICTURE_DISCARDED N_ ("The picture was discarded where it was taken.")

/* All who wait for @image are told what became of it. @reason: of a refusal, or NULL */
gboolean hemo_picture_requests_answer (HemoTxn *txn,
                                       const char *image,
                                       HemoPictureRequestState state,
                                       const char *reason,
                                       GError **error);

G_END_DECLS
