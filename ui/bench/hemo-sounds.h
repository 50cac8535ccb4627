/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Short sounds for who looks into the eyepiece; silent where there is no sound device. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  HEMO_SOUND_KEY,
  HEMO_SOUND_BACK,
  HEMO_SOUND_CHIME,
} HemoSound;

/* Returns at once. One that comes while another is heard is left out, but never a chime. After one
 * that no device took there is quiet for half a minute; then the next one tries it again. */
void hemo_sound_play (HemoSound sound);
/* The same at a time of g_get_monotonic_time(); whether it is played. */
gboolean hemo_sound_play_at (HemoSound sound, gint64 now);
/* Whether one is on its way. */
gboolean hemo_sound_is_playing (void);

G_END_DECLS
