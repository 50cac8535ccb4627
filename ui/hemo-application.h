/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The application: one instance, one window, the folder of one clinic. */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_APPLICATION (hemo_application_get_type ())
G_DECLARE_FINAL_TYPE (HemoApplication, hemo_application, HEMO, APPLICATION, AdwApplication)

/* @processor_draws: there is no graphics card that does */
HemoApplication *hemo_application_new (gboolean processor_draws);
/* After g_application_run(): whether it ended only to be started once more, as what was chosen
 * holds from a start on. */
gboolean hemo_application_begins_again (HemoApplication *self);

G_END_DECLS
