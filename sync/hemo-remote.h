/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where changes go: whatever can take one and later prove that it has it. */

#pragma once

#include <gio/gio.h>

#include "hemo-queue.h"

G_BEGIN_DECLS

#define HEMO_REMOTE_ERROR (hemo_remote_error_quark ())

/**
 * HemoRemoteError:
 * @HEMO_REMOTE_ERROR_OFFLINE: not reached, or what answered was not the server; also when the
 * answer was lost, so that the other side may have it: ask before sending again
 * @HEMO_REMOTE_ERROR_REFUSED: it will never take this one; the message says why
 * @HEMO_REMOTE_ERROR_DENIED: it does not let us in (401, 403): stop and ask a person
 * @HEMO_REMOTE_ERROR_BUSY: not now (429, 5xx); it may have said how long to wait
 * @HEMO_REMOTE_ERROR_CLOCK: this computer's clock is wrong
 * @HEMO_REMOTE_ERROR_TLS: it could not prove who it is
 * @HEMO_REMOTE_ERROR_PROXY: the proxy in between asks for a sign-in or is not reached
 * @HEMO_REMOTE_ERROR_CONFLICT: it holds something else there (409, 412)
 * @HEMO_REMOTE_ERROR_TOO_LARGE: larger than it takes (413)
 * @HEMO_REMOTE_ERROR_NOT_FOUND: it has no such thing (404, 410)
 * @HEMO_REMOTE_ERROR_PROTOCOL: the answer is not what such a server says: what it did is unknown,
 * ask before believing or sending again
 * @HEMO_REMOTE_ERROR_DAMAGED: what the other side holds is not what was sent
 * @HEMO_REMOTE_ERROR_SPOILT: what arrived was not what was sent, and was not stored: send it again
 *
 * What a person cancelled is %G_IO_ERROR_CANCELLED.
 */
typedef enum
{
  HEMO_REMOTE_ERROR_OFFLINE,
  HEMO_REMOTE_ERROR_REFUSED,
  HEMO_REMOTE_ERROR_DENIED,
  HEMO_REMOTE_ERROR_BUSY,
  HEMO_REMOTE_ERROR_CLOCK,
  HEMO_REMOTE_ERROR_TLS,
  HEMO_REMOTE_ERROR_PROXY,
  HEMO_REMOTE_ERROR_CONFLICT,
  HEMO_REMOTE_ERROR_TOO_LARGE,
  HEMO_REMOTE_ERROR_NOT_FOUND,
  HEMO_REMOTE_ERROR_PROTOCOL,
  HEMO_REMOTE_ERROR_DAMAGED,
  HEMO_REMOTE_ERROR_SPOILT,
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
