/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where changes go: whatever can take one and later prove that it has it. */

#pragma once

#include <gio/gio.h>

#include "hemo-queue.h"

G_BEGIN_DECLS

#define HEMO_REMOTE_ERROR (hemo_remote_error_quark ())

/**
 * HemoRemoteError:
 * @HEMO_REMOTE_ERROR_OFFLINE: not reached, or what answered was not the server
 * @HEMO_REMOTE_ERROR_REFUSED: it will never take this one; the message says why
 */
typedef enum
{
  HEMO_REMOTE_ERROR_OFFLINE,
  HEMO_REMOTE_ERROR_REFUSED,
} HemoRemoteError;

GQuark hemo_remote_error_quark (void);

#define HEMO_TYPE_REMOTE (hemo_remote_get_type ())
G_DECLARE_INTERFACE (HemoRemote, hemo_remote, HEMO, REMOTE, GObject)

/**
 * HemoRemoteInterface:
 * @push: returns only when the other side has proven that it stored the item; pushing the same
 * change again changes nothing there
 * @has: whether the other side holds the change, by its UUID
 */
struct _HemoRemoteInterface
{
  GTypeInterface parent;

  gboolean (*push) (HemoRemote *self,
                    const HemoQueueItem *item,
                    GCancellable *cancellable,
                    GError **error);
  gboolean (*has) (HemoRemote *self,
                   const HemoQueueItem *item,
                   gboolean *there,
                   GCancellable *cancellable,
                   GError **error);
};

gboolean hemo_remote_push (HemoRemote *self,
                           const HemoQueueItem *item,
                           GCancellable *cancellable,
                           GError **error);
/* @there: (out) */
gboolean hemo_remote_has (HemoRemote *self,
                          const HemoQueueItem *item,
                          gboolean *there,
                          GCancellable *cancellable,
                          GError **error);

G_END_DECLS
