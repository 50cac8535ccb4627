/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The camera portal, by which a program in a sandbox asks the person for the cameras. Source:
 * org.freedesktop.portal.Camera, version 1. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Asks for the portal outside of a sandbox as well, for tests. */
#define HEMO_CAMERA_PORTAL_VARIABLE "HEMOGRAM_CAMERA_PORTAL"

/* Whether the cameras are behind the portal. */
gboolean hemo_camera_portal_is_needed (void);

/* Asks, however long the person takes to answer. */
void hemo_camera_portal_open_async (GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
/* A connection to PipeWire that sees the cameras and nothing else, to be closed by the caller; -1
 * on error: %G_IO_ERROR_PERMISSION_DENIED when the person said no. */
int hemo_camera_portal_open_finish (GAsyncResult *result, GError **error);

G_END_DECLS
