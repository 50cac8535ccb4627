/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One field of which two versions exist: theirs, ours, or something else. */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HemoSettleChoice: which stands
 * @HEMO_SETTLE_NONE: not decided yet
 * @HEMO_SETTLE_OTHER: what was typed or chosen besides
 */
typedef enum
{
  HEMO_SETTLE_NONE,
  HEMO_SETTLE_HERE,
  HEMO_SETTLE_THERE,
  HEMO_SETTLE_OTHER,
} HemoSettled;

#define HEMO_TYPE_SETTLE_CHOICE (hemo_settle_choice_get_type ())
/* Signal 'changed': another stands. */
G_DECLARE_FINAL_TYPE (
    HemoSettleChoice, hemo_settle_choice, HEMO, SETTLE_CHOICE, AdwPreferencesGroup)

/* @title: of the field; @here, @there: what each says, '' for nothing */
HemoSettleChoice *hemo_settle_choice_new (const char *title, const char *here, const char *there);

/* At most one of these three, before it is shown. */

/* @labels: of the entries, ended by NULL: something else is typed into them. */
void hemo_settle_choice_add_entries (HemoSettleChoice *self, const char *const *labels);
/* Something else is one of @words. */
void hemo_settle_choice_add_list (HemoSettleChoice *self, const char *const *words);
/* Something else is what @text says. */
void hemo_settle_choice_add_both (HemoSettleChoice *self, const char *text);

HemoSettled hemo_settle_choice_get (HemoSettleChoice *self);
/* Does nothing where that is no choice. */
void hemo_settle_choice_set (HemoSettleChoice *self, HemoSettled settled);
/* What was typed into the entry @i, without spaces around. (transfer full) */
char *hemo_settle_choice_get_text (HemoSettleChoice *self, guint i);
/* Which of the list is chosen. */
guint hemo_settle_choice_get_listed (HemoSettleChoice *self);
/* Says at the first entry that what it holds cannot be taken, and why; NULL takes it back. */
void hemo_settle_choice_refuse (HemoSettleChoice *self, const char *why);

G_END_DECLS
