/* SPDX-License-Identifier: GPL-3.0-or-later */

/* To be written. */

#include "hemo-picture.h"

G_DEFINE_QUARK (hemo-imaging-error-quark, hemo_imaging_error)
