/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The test of a server, step by step, as it goes. */

#pragma once

#include "hemo-desk.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_SERVER_TRIAL (hemo_server_trial_get_type ())
G_DECLARE_FINAL_TYPE (HemoServerTrial, hemo_server_trial, HEMO, SERVER_TRIAL, AdwPreferencesGroup)

/* Not shown before the first test. Signal 'changed': it began or ended. (transfer floating) */
HemoServerTrial *hemo_server_trial_new (void);
/* @kind: static; @settings: (transfer full). Nothing while one runs. */
void hemo_server_trial_start (HemoServerTrial *self,
                              HemoDesk *desk,
                              const char *kind,
                              HemoServerSettings *settings);
gboolean hemo_server_trial_is_running (HemoServerTrial *self);

G_END_DECLS
