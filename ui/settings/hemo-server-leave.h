/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks before a server is left that alone has originals of this laptop. */

#pragma once

#include "hemo-desk.h"
#include "hemo-txn.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * hemo_server_leave:
 * @page: on which it is asked; nothing happens any more once it is gone
 * @kind: static
 * @go_on: called with @page and how many where there are none, or when the person leaves them
 *
 * For a change that puts another server in the place of the one of @kind, or none. While it is
 * asked on @page nothing is asked there a second time.
 */
void hemo_server_leave (GtkWidget *page,
                        HemoDesk *desk,
                        const char *kind,
                        void (*go_on) (GtkWidget *page, int originals));

/* In the transaction that leaves the server of @kind: whether it has no more originals than the
 * person agreed to leave. */
gboolean hemo_server_leave_check (HemoTxn *txn, const char *kind, int originals, GError **error);

G_END_DECLS
