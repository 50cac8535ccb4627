/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Work that is done ahead of who needs it, on a thread of its own: what the processor does for the
 * next file while the disk is waited for with this one. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One after the other, from step 0 on. After one that fails none is done. */
typedef gboolean (*HemoAheadStep) (guint step, gpointer data, GError **error);

typedef struct _HemoAhead HemoAhead;

/* Does nothing until it is let. @data must outlive it. (transfer full) */
HemoAhead *hemo_ahead_new (HemoAheadStep step, gpointer data);
/* Does no further step, and waits for the one in work. */
void hemo_ahead_free (HemoAhead *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoAhead, hemo_ahead_free)

/**
 * hemo_ahead_wait:
 * @let: how many steps may be done from now on, with those that are; at least @needed
 * @needed: how many have to be done when it returns
 *
 * FALSE with the error of the step that failed when that is one of those @needed.
 */
gboolean hemo_ahead_wait (HemoAhead *self, guint let, guint needed, GError **error);

G_END_DECLS
