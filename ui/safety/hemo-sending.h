/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What goes to the servers: each lane, what is under way, and the shelf. */

#pragma once

#include "hemo-desk.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_SENDING (hemo_sending_get_type ())
G_DECLARE_FINAL_TYPE (HemoSending, hemo_sending, HEMO, SENDING, GtkBox)

/* Once, before it is shown. */
void hemo_sending_set_desk (HemoSending *self, HemoDesk *desk);
/* By HemoLane, as the store says: for when no server is set up. */
void hemo_sending_set_waiting (HemoSending *self, const gint64 *waiting);
/* Something was written. */
void hemo_sending_refresh (HemoSending *self);

G_END_DECLS
