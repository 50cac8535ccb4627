/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A line of text that is read while it is typed: below it stands what was understood, or what is
 * wrong with it in words. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HEMO_TYPE_CHECKED_ENTRY (hemo_checked_entry_get_type ())
G_DECLARE_DERIVABLE_TYPE (HemoCheckedEntry, hemo_checked_entry, HEMO, CHECKED_ENTRY, GtkWidget)

/**
 * HemoCheckedEntryClass:
 * @read: reads @text, which is not empty; returns whether it can be taken. @message gets what was
 *   understood or what is wrong (transfer full), NULL to say nothing. Called with NULL when the
 *   text is empty.
 * @tidy: (transfer full): the text as it is written once the person has left it; NULL to leave it
 */
struct _HemoCheckedEntryClass
{
  GtkWidgetClass parent_class;

  gboolean (*read) (HemoCheckedEntry *self, const char *text, char **message);
  char *(*tidy) (HemoCheckedEntry *self);
};

/* Properties: 'text', 'placeholder-text', 'suffix' (a unit after the text), 'label' (the spoken
 * name; a visible label is the screen's), 'required' (whether an empty text is wrong once it was
 * left), 'message' (read only), 'valid' (read only: can be taken now; an empty text can unless
 * required), 'width-chars'.
 *
 * Signal 'activate': Enter on a text that can be taken; on one that cannot, the message is spoken
 * and nothing is emitted. */
void hemo_checked_entry_set_text (HemoCheckedEntry *self, const char *text);
const char *hemo_checked_entry_get_text (HemoCheckedEntry *self);
void hemo_checked_entry_set_suffix (HemoCheckedEntry *self, const char *suffix);
/* NULL when there is none. */
const char *hemo_checked_entry_get_suffix (HemoCheckedEntry *self);
void hemo_checked_entry_set_label (HemoCheckedEntry *self, const char *label);
/* NULL when nothing is said. */
const char *hemo_checked_entry_get_message (HemoCheckedEntry *self);
gboolean hemo_checked_entry_get_valid (HemoCheckedEntry *self);
gboolean hemo_checked_entry_is_empty (HemoCheckedEntry *self);
/* A rule of the screen's own: stands until the text changes; NULL takes it away. */
void hemo_checked_entry_refuse (HemoCheckedEntry *self, const char *message);

/* For subclasses: reads the text again after a rule changed. */
void hemo_checked_entry_check (HemoCheckedEntry *self);

G_END_DECLS
