/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tells a barcode scanner from a person: both type, but a scanner types faster than fingers can and
 * ends with Enter or Tab, or begins with a prefix that it was configured to send.
 *
 * Keys that may be the beginning of a scan are held until it is decided, so that a scanned digit is
 * never tallied and never lands in an entry that it was not meant for. One key by itself is held
 * for %HEMO_SCAN_GAP_US: less than anybody sees. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Longest time between two keys of a scanner; people stay above it but for a few keys in a roll. */
#define HEMO_SCAN_GAP_US ((gint64)35000)
/* The same after a prefix, which nobody types by chance. */
#define HEMO_SCAN_PREFIX_GAP_US ((gint64)100000)
/* Fewer characters than this are no scan; after a prefix one is enough. */
#define HEMO_SCAN_MIN 5
/* More are none either: somebody pastes, or leans on the keyboard. */
#define HEMO_SCAN_MAX 64

typedef struct _HemoScan HemoScan;

/**
 * HemoScanVerdict: what to do with the keys, as bits; 0: let this one go where it was meant to
 * @HEMO_SCAN_RELEASE: first let all that is held go where it was meant to, in its order
 * @HEMO_SCAN_HOLD: hold this key
 * @HEMO_SCAN_DONE: a scan has ended; this key and all that is held are part of it
 */
typedef enum
{
  HEMO_SCAN_PASS = 0,
  HEMO_SCAN_RELEASE = 1 << 0,
  HEMO_SCAN_HOLD = 1 << 1,
  HEMO_SCAN_DONE = 1 << 2,
} HemoScanVerdict;

typedef enum
{
  HEMO_SCAN_KEY_CHARACTER,
  HEMO_SCAN_KEY_END,
  HEMO_SCAN_KEY_OTHER,
} HemoScanKey;

/* @prefix: (nullable): up to 8 ASCII characters */
HemoScan *hemo_scan_new (const char *prefix);
void hemo_scan_free (HemoScan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoScan, hemo_scan_free)

/**
 * hemo_scan_key:
 * @at_us: when it was pressed, on any clock that runs on
 * @character: what it types, 0 for nothing
 * @plain: what it would type on an American keyboard, which is what scanners believe they are; 0
 * for nothing
 *
 * A key press that is no repeat of a held key (that is %HEMO_SCAN_KEY_OTHER) and no modifier by
 * itself.
 */
HemoScanVerdict
hemo_scan_key (HemoScan *self, gint64 at_us, HemoScanKey key, gunichar character, char plain);

/* How long from the last key until what is held has to go if no other key comes; 0: nothing is
 * held.
 */
gint64 hemo_scan_get_patience (HemoScan *self);
/* No other key came: %HEMO_SCAN_RELEASE, or 0 when nothing is held. */
HemoScanVerdict hemo_scan_expire (HemoScan *self);

/* After %HEMO_SCAN_DONE, until the next key: as typed and as on an American keyboard, without the
 * prefix. (transfer none) */
const char *hemo_scan_get_text (HemoScan *self);
const char *hemo_scan_get_plain (HemoScan *self);

G_END_DECLS
