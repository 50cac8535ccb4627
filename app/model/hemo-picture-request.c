/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures that are asked for. */

#include "hemo-picture-request.h"

#include "hemo-codes-private.h"

static const char *const state_codes[] = { "asked", "sent", "refused", "withdrawn", NULL };

const char *
hemo_picture_request_state_to_code (HemoPictureRequestState state)
{
  return hemo_code_at (state_codes, (int)state);
}

gboolean
hemo_picture_request_state_from_code (const char *code,
                                      HemoPictureRequestState *out,
                                      GError **error)
{
  int index = 0;

  if (!hemo_code_find (state_codes, "state of a picture that is asked for", code, &index, error))
    return FALSE;
  *out = (HemoPictureRequestState)index;
  return TRUE;
}

HemoPictureRequest *
hemo_picture_request_new (void)
{
  HemoPictureRequest *self = g_new0 (HemoPictureRequest, 1);

  self->uuid = hemo_uuid_new ();
  return self;
}

HemoPictureRequest *
hemo_picture_request_copy (const HemoPictureRequest *self)
{
  HemoPictureRequest *copy = g_memdup2 (self, sizeof *self);

  copy->uuid = g_strdup (self->uuid);
  copy->image = g_strdup (self->image);
  copy->specimen = g_strdup (self->specimen);
  copy->asked_by = g_strdup (self->asked_by);
  copy->asked_by_name = g_strdup (self->asked_by_name);
  copy->reason = g_strdup (self->reason);
  return copy;
}

void
hemo_picture_request_free (HemoPictureRequest *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->image);
  g_free (self->specimen);
  g_free (self->asked_by);
  g_free (self->asked_by_name);
  g_free (self->reason);
  g_free (self);
}
