/* SPDX-License-Identifier: GPL-3.0-or-later */

/* libjpeg as every reader of JPEG here uses it: no message, no exit, no damage passed over. */

#pragma once

#include "hemo-picture.h"

#include <setjmp.h>
#include <stdio.h>

/* after stdio.h */
#include <jpeglib.h>

G_BEGIN_DECLS

/* libjpeg's state and its way out. Who calls libjpeg sets @way_out first, in the function that
 * calls. */
typedef struct
{
  struct jpeg_decompress_struct codec;
  struct jpeg_error_mgr manager;
  jmp_buf way_out;
  GError *error;
} HemoJpegReader;

/* On zeroed memory; FALSE when there is no memory. Then hemo_jpeg_reader_close() whatever comes. */
gboolean hemo_jpeg_reader_open (HemoJpegReader *self);
/* Reads the header and bounds the memory. @way_out must be set. */
gboolean hemo_jpeg_reader_begin (HemoJpegReader *self,
                                 const guint8 *data,
                                 gsize size,
                                 const HemoPictureInfo *info);
/* Frees all and passes on the error, if any. */
void hemo_jpeg_reader_close (HemoJpegReader *self, GError **error);

/* @from: 4 bytes a pixel; @to: 3. What Adobe's programs write is @inverted already. */
void hemo_jpeg_convert_cmyk (const guint8 *from, guint8 *to, guint width, gboolean inverted);

G_END_DECLS
