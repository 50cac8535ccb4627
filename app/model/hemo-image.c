/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A captured field of a smear, and what was measured on it. */

#include "hemo-image.h"

HemoImage *
hemo_image_new (const char *specimen)
{
  HemoImage *self = g_new0 (HemoImage, 1);

  self->uuid = hemo_uuid_new ();
  self->specimen = g_strdup (specimen);
  self->orientation = 1;
  self->focus = -1;
  return self;
}

HemoImage *
hemo_image_copy (const HemoImage *self)
{
  HemoImage *copy = g_memdup2 (self, sizeof *self);

  copy->uuid = g_strdup (self->uuid);
  copy->specimen = g_strdup (self->specimen);
  copy->media_type = g_strdup (self->media_type);
  copy->sha256 = g_strdup (self->sha256);
  copy->sealed_sha256 = g_strdup (self->sealed_sha256);
  copy->objective = g_strdup (self->objective);
  copy->warnings = g_strdup (self->warnings);
  copy->captured_by = g_strdup (self->captured_by);
  copy->captured_on = g_strdup (self->captured_on);
  copy->note = g_strdup (self->note);
  copy->marks = self->marks != NULL ? hemo_marks_copy (self->marks) : NULL;
  return copy;
}

void
hemo_image_free (HemoImage *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->specimen);
  g_free (self->media_type);
  g_free (self->sha256);
  g_free (self->sealed_sha256);
  g_free (self->objective);
  g_free (self->warnings);
  g_free (self->captured_by);
  g_free (self->captured_on);
  g_free (self->note);
  g_clear_pointer (&self->marks, g_ptr_array_unref);
  g_free (self);
}
