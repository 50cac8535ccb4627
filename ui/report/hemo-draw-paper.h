/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What hemogram-draw-paper and who asks it agree on. */

#pragma once

/* Bytes of a PDF; more than any report has. */
#define HEMO_DRAW_PDF_MAX (64u * 1024 * 1024)
#define HEMO_DRAW_PAGES_MAX 100
/* Pixels of a page, in each direction. */
#define HEMO_DRAW_SIDE_MAX 8000
/* Bytes of a page's words. */
#define HEMO_DRAW_WORDS_MAX (64u * 1024)
/* Pixels a point. */
#define HEMO_DRAW_SCALE_MIN 0.1
#define HEMO_DRAW_SCALE_MAX 6.0
