/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is typed into a dialog outlives a lock, a crash and the power, until the dialog is closed by
 * whoever sees it or what it says is saved. */

#pragma once

#include "hemo-desk.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_DIALOG_DRAFT (hemo_dialog_draft_get_type ())
G_DECLARE_FINAL_TYPE (HemoDialogDraft, hemo_dialog_draft, HEMO, DIALOG_DRAFT, GObject)

/**
 * hemo_dialog_draft_new:
 * @dialog: owns what is given; is closed by hemo_dialog_draft_close() alone, or by force
 * @form: see hemo_draft_save()
 * @label: says what was found, and that nothing can be kept
 *
 * Signal 'found' (const char *kept): the fields say what they said at that moment, in ISO form.
 * (transfer full): to be given back before the dialog's widgets are
 */
HemoDialogDraft *
hemo_dialog_draft_new (AdwDialog *dialog, HemoDesk *desk, const char *form, GtkLabel *label);

/* @property: of @widget: text, a boolean or a guint; never of one that takes a secret. */
void hemo_dialog_draft_add (HemoDialogDraft *self,
                            const char *key,
                            GtkWidget *widget,
                            const char *property);
/* All fields are added and say what they say by themselves: what was kept is looked for. */
void hemo_dialog_draft_start (HemoDialogDraft *self);

/* While it is saved nobody closes the dialog, and what was typed is written before. */
void hemo_dialog_draft_set_busy (HemoDialogDraft *self, gboolean busy);

/* Nothing of it is kept any more: it was saved, or is thrown away. */
void hemo_dialog_draft_close (HemoDialogDraft *self);

G_END_DECLS
