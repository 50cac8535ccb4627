/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What readers made of a specimen, one row each, with what may be done about it: discard it, let it
 * stand. Each needs a reason, which stays in the record. */

#pragma once

#include "hemo-desk.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HemoCorrection: what is done to one reading
 * @label: of its button
 * @heading, @body, @action: of the question that asks for the reason
 * @failed: heading when it did not work
 * @write: on the store's thread
 */
typedef struct
{
  const char *label;
  const char *heading;
  const char *body;
  const char *action;
  const char *failed;
  gboolean (*write) (HemoTxn *txn, const char *uuid, const char *reason, GError **error);
} HemoCorrection;

/* Signal 'corrected' (const char *uuid, gpointer correction): it is durable. */
#define HEMO_TYPE_READING_LIST (hemo_reading_list_get_type ())
G_DECLARE_FINAL_TYPE (HemoReadingList, hemo_reading_list, HEMO, READING_LIST, AdwBin)

/* Empties it, to be filled again, unless @key is what it was filled for the last time: FALSE then.
 * So a button that has the focus keeps it while nothing changes. */
gboolean hemo_reading_list_begin (HemoReadingList *self, HemoDesk *desk, const char *key);
/* @state: what is to be seen of it at once, or NULL. */
void hemo_reading_list_add (HemoReadingList *self,
                            const char *title,
                            const char *subtitle,
                            const char *state);
/* A button on the last row. @correction: (transfer none): static */
void hemo_reading_list_add_button (HemoReadingList *self,
                                   const HemoCorrection *correction,
                                   const char *uuid);

G_END_DECLS
