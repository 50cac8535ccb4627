/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Marks and notes on a picture: they travel beside it, its pixels stay as they were captured. */

#pragma once

#include "hemo-time.h"

G_BEGIN_DECLS

/* On one picture. */
#define HEMO_MARKS_MAX 200
/* Characters of a note. */
#define HEMO_MARK_NOTE_MAX 500

/**
 * HemoMarkKind:
 * @HEMO_MARK_ARROW: from a free place to what is meant
 * @HEMO_MARK_CIRCLE: about the first point, through the second
 * @HEMO_MARK_RECTANGLE: two opposite corners
 * @HEMO_MARK_TEXT: a note beginning at the first point
 * @HEMO_MARK_LINE: a length that was measured
 */
typedef enum
{
  HEMO_MARK_ARROW,
  HEMO_MARK_CIRCLE,
  HEMO_MARK_RECTANGLE,
  HEMO_MARK_TEXT,
  HEMO_MARK_LINE,
  HEMO_MARK_KINDS,
} HemoMarkKind;

/* 'arrow', 'circle', 'rectangle', 'text', 'line' */
const char *hemo_mark_kind_to_code (HemoMarkKind kind);
gboolean hemo_mark_kind_from_code (const char *code, HemoMarkKind *out, GError **error);

/**
 * HemoMark:
 * @x1: pixels of the picture upright, from its top left
 * @note: or NULL; never NULL for a text
 * @by: UUID of the user, or NULL
 */
typedef struct
{
  char *uuid;
  HemoMarkKind kind;
  double x1;
  double y1;
  double x2;
  double y2;
  char *note;
  char *by;
  HemoTime at;
} HemoMark;

/* With a new UUID, now. (transfer full) */
HemoMark *hemo_mark_new (HemoMarkKind kind, double x1, double y1, double x2, double y2);
HemoMark *hemo_mark_copy (const HemoMark *self);
void hemo_mark_free (HemoMark *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoMark, hemo_mark_free)

/* (transfer full) (element-type HemoMark) */
GPtrArray *hemo_marks_copy (GPtrArray *marks);
/* Whether both, of which each may be NULL for none, hold the same in the same order. */
gboolean hemo_marks_equal (GPtrArray *a, GPtrArray *b);

/* Refuses a place beyond @width by @height (0: not known) by more than a tenth, a note that is too
 * long or holds control characters, a text without one. */
gboolean hemo_mark_validate (const HemoMark *self, int width, int height, GError **error);

/* Pixels from the one point to the other. */
double hemo_mark_length (const HemoMark *self);

/* An array of objects, in the order given. (transfer full) */
char *hemo_marks_to_json (GPtrArray *marks);
/* @length: bytes, at most 1 MiB. What a newer version added is passed over. (transfer full)
 * (element-type HemoMark) */
GPtrArray *hemo_marks_from_json (const char *json, gsize length, GError **error);

G_END_DECLS
