/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keeps the keys of a barcode scanner from everything else in a window. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HEMO_TYPE_SCAN_FILTER (hemo_scan_filter_get_type ())
G_DECLARE_FINAL_TYPE (HemoScanFilter, hemo_scan_filter, HEMO, SCAN_FILTER, GObject)

/**
 * hemo_scan_filter_new:
 * @prefix: (nullable): that the scanner sends before each scan
 *
 * Sees every key of @window before anything else does, and holds for a moment those that may be the
 * beginning of a scan. Signal 'scanned' (text, plain), see hemo_scan_get_text(); when its handler
 * returns FALSE the keys go where they were meant to after all.
 */
HemoScanFilter *hemo_scan_filter_new (GtkWidget *window, const char *prefix);

/* A dialog in the window lets nothing through to it: its keys are seen there. */
void hemo_scan_filter_watch (HemoScanFilter *self, GtkWidget *dialog);

/* While it is off, as at the sign-in, keys pass at once. */
void hemo_scan_filter_set_active (HemoScanFilter *self, gboolean active);

G_END_DECLS
