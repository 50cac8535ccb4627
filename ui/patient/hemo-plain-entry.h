/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A line of text of a form: a name, a number, a place. */

#pragma once

#include "hemo-checked-entry.h"

G_BEGIN_DECLS

#define HEMO_TYPE_PLAIN_ENTRY (hemo_plain_entry_get_type ())
G_DECLARE_FINAL_TYPE (HemoPlainEntry, hemo_plain_entry, HEMO, PLAIN_ENTRY, HemoCheckedEntry)

GtkWidget *hemo_plain_entry_new (void);

/* Without spaces at its ends; NULL when nothing else is there. (transfer full) */
char *hemo_plain_entry_dup_value (HemoPlainEntry *self);

G_END_DECLS
