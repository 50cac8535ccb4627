/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether the desktop lets a program go on without a window: the Background portal. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Asks it; where no portal is nobody forbids it. @reason: for the person who may be asked. */
void hemo_background_ask_async (const char *reason,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer data);
/* %G_IO_ERROR_PERMISSION_DENIED when it was refused. */
gboolean hemo_background_ask_finish (GAsyncResult *result, GError **error);

G_END_DECLS
