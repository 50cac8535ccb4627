/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A row of a layer with SSE2. */

#include <glib.h>

#ifdef __x86_64__

#define LANES 4
#define CELLS 2
#define TARGET "sse2"
#define ROW hemo_conv_row_sse2

#include "hemo-conv-row-private.h"

#endif
