/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Saves what the low-power check found. */

#pragma once

#include "hemo-desk.h"
#include "hemo-smear-words.h"

G_BEGIN_DECLS

/* hemo_desk_finish() tells. @specimen: UUID */
void hemo_smear_check_save_async (HemoDesk *desk,
                                  const char *specimen,
                                  HemoSmearCheck check,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

G_END_DECLS
