/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The clocks of the attempts, which tests set. */

#pragma once

#include "hemo-passphrase.h"

G_BEGIN_DECLS

/**
 * HemoInstant:
 * @wall_us: since 1970, as the clock is set
 * @offset_minutes: local time less UTC
 * @boot_us: since the machine started, asleep or not; nobody can set it
 * @boot_id: another at each start; empty if unknown
 */
typedef struct
{
  gint64 wall_us;
  gint16 offset_minutes;
  gint64 boot_us;
  char boot_id[37];
} HemoInstant;

typedef HemoInstant (*HemoClock) (void);

/* hemo_attempts_load() with another clock. (transfer full) */
HemoAttempts *hemo_attempts_load_with_clock (const char *path, HemoClock clock, GError **error);

G_END_DECLS
