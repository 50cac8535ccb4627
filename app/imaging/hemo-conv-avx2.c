/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A row of a layer with AVX2. */

#include <glib.h>

#ifdef __x86_64__

#define LANES 8
#define CELLS 6
#define TARGET "avx2,fma"
#define ROW hemo_conv_row_avx2

#include "hemo-conv-row-private.h"

#endif
