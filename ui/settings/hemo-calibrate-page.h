/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Calibrates one objective: a picture of a stage micrometer, taken with the microscope's camera or
 * from a file, a line drawn along its scale, and the length of that line. */

#pragma once

#include "hemo-desk.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Signal "calibrated": it is saved, and said; the page may go. */
#define HEMO_TYPE_CALIBRATE_PAGE (hemo_calibrate_page_get_type ())
G_DECLARE_FINAL_TYPE (
    HemoCalibratePage, hemo_calibrate_page, HEMO, CALIBRATE_PAGE, AdwNavigationPage)

/* @objective: its name, as in the store */
AdwNavigationPage *hemo_calibrate_page_new (HemoDesk *desk, const char *objective);

G_END_DECLS
