/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A picture of tens of megapixels to look at: opened at once, panned and zoomed without a stutter,
 * measured and marked. */

#pragma once

#include "hemo-mark.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HemoViewTool:
 * @HEMO_VIEW_PAN: dragging moves the picture
 * @HEMO_VIEW_MEASURE: a line and its length
 *
 * What dragging does. With a tool in hand the arrow keys move a cross-hair (Shift: far), Enter sets
 * one end and then the other, Escape puts the tool away.
 */
typedef enum
{
  HEMO_VIEW_PAN,
  HEMO_VIEW_MEASURE,
  HEMO_VIEW_ARROW,
  HEMO_VIEW_CIRCLE,
  HEMO_VIEW_RECTANGLE,
  HEMO_VIEW_TEXT,
  HEMO_VIEW_TOOLS,
} HemoViewTool;

#define HEMO_TYPE_VIEW_TOOL (hemo_view_tool_get_type ())
GType hemo_view_tool_get_type (void);

#define HEMO_TYPE_IMAGE_VIEW (hemo_image_view_get_type ())
G_DECLARE_FINAL_TYPE (HemoImageView, hemo_image_view, HEMO, IMAGE_VIEW, GtkWidget)

/* Image coordinates everywhere: pixels of the picture upright, from its top left.
 *
 * Properties: 'label' (spoken name: 'Field 4'), 'micrometres-per-pixel' (of the picture as stored;
 * 0 not calibrated), 'tool', 'brightness' and 'contrast' (-1 to 1), 'zoom' (read only; device
 * pixels for one of the picture), 'fitted' (read only), 'loading' (read only), 'error' (read only:
 * why it cannot be shown, or NULL), 'show-scale-bar', 'show-marks', 'can-mark' (FALSE: marks are
 * only shown).
 *
 * Signals:
 * 'opened': the size is known.
 * 'shown': the picture was drawn for the first time.
 * 'failed' (string): in words; it is shown as well.
 * 'place-changed': zoom, place or turn.
 * 'measured' (double): the line's length in pixels of the picture, for a calibration.
 * 'marks-changed': by the person; what to keep is hemo_image_view_get_marks().
 *
 * Actions, also on keys: 'image.zoom-in' (+), 'image.zoom-out' (-), 'image.fit' (0), 'image.actual'
 * (1), 'image.turn' (R), 'image.turn-back' (Shift+R), 'image.darker' and 'image.brighter' ([ and
 * ]), 'image.flatter' and 'image.steeper' ({ and }), 'image.plain' (\), 'image.measure' (M),
 * 'image.tool' (string: 'pan', 'measure', 'arrow', 'circle', 'rectangle', 'text'),
 * 'image.undo-mark' (Ctrl+Z), 'image.delete-mark' (Delete). Arrows pan, Ctrl+wheel and pinch zoom
 * about the pointer. Where a screen needs these keys itself it takes them in the capture phase. */
GtkWidget *hemo_image_view_new (void);

/* A JPEG or PNG; NULL for none. Returns at once. The marks of the picture before are gone. */
void hemo_image_view_set_bytes (HemoImageView *self, GBytes *bytes);
/* Shown until the picture itself is there: the store's preview. Call it after
 * hemo_image_view_set_bytes(). */
void hemo_image_view_set_preview (HemoImageView *self, GdkTexture *preview);
/* Instead of a picture: why there is none. */
void hemo_image_view_set_error (HemoImageView *self, const char *message);
const char *hemo_image_view_get_error (HemoImageView *self);

/* 0 by 0 until it was opened. */
void hemo_image_view_get_size (HemoImageView *self, int *width, int *height);
void hemo_image_view_set_micrometres_per_pixel (HemoImageView *self, double micrometres);

double hemo_image_view_get_zoom (HemoImageView *self);
/* About the middle. */
void hemo_image_view_set_zoom (HemoImageView *self, double zoom);
void hemo_image_view_fit (HemoImageView *self);
/* The middle as a share of the sides as they are turned; see HemoImagePair. */
void hemo_image_view_get_place (HemoImageView *self, double *x, double *y, gboolean *fitted);
void
hemo_image_view_set_place (HemoImageView *self, double x, double y, double zoom, gboolean fitted);
int hemo_image_view_get_turns (HemoImageView *self);
void hemo_image_view_set_turns (HemoImageView *self, int turns);
/* Brings a rectangle of the picture into the middle, at 1:1 or smaller. */
void
hemo_image_view_show_part (HemoImageView *self, double x, double y, double width, double height);

void hemo_image_view_set_tool (HemoImageView *self, HemoViewTool tool);
HemoViewTool hemo_image_view_get_tool (HemoImageView *self);

void hemo_image_view_to_widget (HemoImageView *self, double x, double y, double *wx, double *wy);
void hemo_image_view_to_image (HemoImageView *self, double wx, double wy, double *x, double *y);

/**
 * HemoImageOverlay:
 * @snapshot: in widget coordinates; place things by hemo_image_view_to_widget()
 *
 * Draws over the picture and under the marks, as the boxes of detected cells.
 */
typedef void (*HemoImageOverlay) (HemoImageView *self, GtkSnapshot *snapshot, gpointer data);
void hemo_image_view_set_overlay (HemoImageView *self,
                                  HemoImageOverlay overlay,
                                  gpointer data,
                                  GDestroyNotify destroy);

/* (element-type HemoMark): copied. After hemo_image_view_set_bytes(). */
void hemo_image_view_set_marks (HemoImageView *self, GPtrArray *marks);
/* (transfer none) (element-type HemoMark) */
GPtrArray *hemo_image_view_get_marks (HemoImageView *self);

G_END_DECLS
