/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures that other laptops of the clinic took: what is known of them here, and asking for one to
 * be sent before all others. */

#pragma once

#include "hemo-image.h"
#include "hemo-picture-request.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/**
 * HemoOtherPicture: a picture of a case that another laptop took
 * @image: as its Media tells of it
 * @request: the last that asked for it, or NULL
 */
typedef struct
{
  HemoImage *image;
  HemoPictureRequest *request;
} HemoOtherPicture;

HemoOtherPicture *hemo_other_picture_copy (const HemoOtherPicture *self);
void hemo_other_picture_free (HemoOtherPicture *self);

/* Those of the case of @tube by specimen and field, without those that were discarded. (transfer
 * full) (element-type HemoOtherPicture) */
GPtrArray *hemo_other_pictures_load (HemoTxn *txn, const char *tube, GError **error);

/**
 * hemo_picture_request_ask:
 * @image: UUID of a picture that another laptop took
 * @request: (out) (optional) (transfer full)
 *
 * Its laptop is told to send it before the others. One that is asked for already stays as it was
 * asked; one that was sent or withdrawn may be asked for again. %HEMO_STORE_ERROR_NOT_FOUND when no
 * other laptop told of it, %HEMO_STORE_ERROR_STATE when it is this laptop's own or will not come,
 * with the reason.
 */
gboolean hemo_picture_request_ask (HemoTxn *txn,
                                   const char *image,
                                   HemoPictureRequest **request,
                                   GError **error);

/* All of the case of @tube, oldest first. (transfer full) (element-type HemoPictureRequest) */
GPtrArray *hemo_picture_requests_of_case (HemoTxn *txn, const char *tube, GError **error);

/* How many pictures are asked for and not sent yet, here and elsewhere; negative on failure. Cheap;
 * not audited. */
gint64 hemo_picture_requests_count_open (HemoTxn *txn, GError **error);

G_END_DECLS
