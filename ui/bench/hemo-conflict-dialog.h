/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks which of two versions of a record stands. */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* @mine: what is on the screen stands, else what the record holds */
typedef void (*HemoConflictDecided) (gboolean mine, gpointer data);

/**
 * hemo_conflict_dialog_ask:
 * @here: in words, what is on the screen
 * @there: (nullable): what the record holds; NULL when it is gone
 * @data: an object that is kept until then
 *
 * Nothing is called when nobody decides: what is on the screen stays there, and unsaved.
 */
void hemo_conflict_dialog_ask (GtkWidget *parent,
                               const char *here,
                               const char *there,
                               HemoConflictDecided decided,
                               gpointer data);

G_END_DECLS
