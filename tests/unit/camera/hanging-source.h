/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A camera whose source hangs as it starts, as PipeWire's does when it is too slow for PipeWire. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The first @hanging sources that it makes agree upon a format and then wait for half a minute,
 * unless they are told to let go. (transfer full) */
GstDevice *hanging_device_new (int hanging);
/* How many sources were made, and how many of them are waiting just now. */
int hanging_device_get_n_made (void);
int hanging_device_get_n_waiting (void);

G_END_DECLS
