/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bytes as a file that is in memory alone, for what wants a file and must not leave one behind. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* At its beginning; -1: failed. As a path it is '/proc/self/fd/N' as long as it is open. */
int hemo_memory_file_open (GBytes *bytes, GError **error);

G_END_DECLS
