/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The file 'head' beside the store: number and MAC of the newest audit row, to notice that a store
 * was put back from an older copy. Not synced at each commit: after a power cut it may be older
 * than the store, never newer. */

#pragma once

#include "hemo-secret.h"

G_BEGIN_DECLS

#define HEMO_HEAD_NAME "head"

/**
 * hemo_head_read:
 * @audit_keys: (element-type HemoSecret): MAC key of each version of the store key
 * @mac: (out) (transfer full)
 *
 * FALSE when there is none, or it is not one that this clinic's keys made: then nothing is known.
 */
gboolean
hemo_head_read (const char *directory, GPtrArray *audit_keys, gint64 *sequence, GBytes **mac);

/* In one write; @fd stays open between. */
gboolean
hemo_head_write (int fd, gint64 sequence, GBytes *mac, GPtrArray *audit_keys, GError **error);

/* Makes the file if it is missing. -1 with @error. */
int hemo_head_open (const char *directory, GError **error);

G_END_DECLS
