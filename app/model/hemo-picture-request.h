/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One picture that a reader asks to have before all others. */

#pragma once

#include "hemo-time.h"

G_BEGIN_DECLS

/**
 * HemoPictureRequestState:
 * @HEMO_PICTURE_ASKED: it goes first as soon as anything goes
 * @HEMO_PICTURE_SENT: the laptop that took it has proof that the server has it
 * @HEMO_PICTURE_REFUSED: it will not come, and the reason says why
 * @HEMO_PICTURE_WITHDRAWN: nobody waits for it any more
 */
typedef enum
{
  HEMO_PICTURE_ASKED,
  HEMO_PICTURE_SENT,
  HEMO_PICTURE_REFUSED,
  HEMO_PICTURE_WITHDRAWN,
} HemoPictureRequestState;

/* 'asked' … */
const char *hemo_picture_request_state_to_code (HemoPictureRequestState state);
gboolean hemo_picture_request_state_from_code (const char *code,
                                               HemoPictureRequestState *out,
                                               GError **error);

/* Characters, of a name and of a reason. */
#define HEMO_PICTURE_REQUEST_NAME_MAX 200
#define HEMO_PICTURE_REQUEST_REASON_MAX 500

/**
 * HemoPictureRequest:
 * @image: UUID of the picture, which may be another laptop's
 * @specimen: UUID of the tube
 * @asked_by: UUID of a user or of somebody elsewhere, or NULL
 * @asked_by_name: as it was then, or NULL
 * @reason: why it was refused, or NULL
 * @changed_at: when it came into its state
 */
typedef struct
{
  char *uuid;
  char *image;
  char *specimen;
  HemoPictureRequestState state;
  char *asked_by;
  char *asked_by_name;
  HemoTime asked_at;
  char *reason;
  HemoTime changed_at;
  gint64 version;
} HemoPictureRequest;

/* With a UUID of its own, and nothing else. (transfer full) */
HemoPictureRequest *hemo_picture_request_new (void);
HemoPictureRequest *hemo_picture_request_copy (const HemoPictureRequest *self);
void hemo_picture_request_free (HemoPictureRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoPictureRequest, hemo_picture_request_free)

G_END_DECLS
