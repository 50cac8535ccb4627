/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The interface of everything that changes can be brought to. */

#include "hemo-remote.h"

G_DEFINE_QUARK (hemo_remote_error, hemo_remote_error)

G_DEFINE_INTERFACE (HemoRemote, hemo_remote, G_TYPE_OBJECT)

static void
hemo_remote_default_init (HemoRemoteInterface *interface)
{
}

gboolean
hemo_remote_push (HemoRemote *self,
                  const HemoQueueItem *item,
                  GCancellable *cancellable,
                  GError **error)
{
  g_return_val_if_fail (HEMO_IS_REMOTE (self), FALSE);

  return HEMO_REMOTE_GET_IFACE (self)->push (self, item, cancellable, error);
}

gboolean
hemo_remote_has (HemoRemote *self,
                 const HemoQueueItem *item,
                 gboolean *there,
                 GCancellable *cancellable,
                 GError **error)
{
  g_return_val_if_fail (HEMO_IS_REMOTE (self), FALSE);

  return HEMO_REMOTE_GET_IFACE (self)->has (self, item, there, cancellable, error);
}
