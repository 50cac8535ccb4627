/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What others wrote about a case on the clinic's server: results, reports and pictures that are not
 * this clinic's, as they came. */

#pragma once

#include "hemo-case.h"
#include "hemo-desk.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_OTHERS_GROUP (hemo_others_group_get_type ())
G_DECLARE_FINAL_TYPE (HemoOthersGroup, hemo_others_group, HEMO, OTHERS_GROUP, AdwBin)

/* Hidden while nobody else wrote anything. Once it is seen the case is read, and no news any more.
 */
void hemo_others_group_show (HemoOthersGroup *self, HemoDesk *desk, const HemoCase *data);

G_END_DECLS
