/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Settings: a list of pages, each about one thing. */

#pragma once

#include "hemo-place.h"

G_BEGIN_DECLS

#define HEMO_TYPE_SETTINGS_VIEW (hemo_settings_view_get_type ())
G_DECLARE_FINAL_TYPE (HemoSettingsView, hemo_settings_view, HEMO, SETTINGS_VIEW, HemoPlace)

/* The page 'Servers', for who may edit settings. */
void hemo_settings_view_open_servers (HemoSettingsView *self);

G_END_DECLS
