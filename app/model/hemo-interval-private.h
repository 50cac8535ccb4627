/* SPDX-License-Identifier: GPL-3.0-or-later */

/* 95 % intervals of counts, shared by the model's own files. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of @part in @total as a share from 0 to 1. Source: E. B. Wilson, JASA 22 (1927) 209-212. */
void hemo_interval_wilson (int part, int total, double *low, double *high);

/* Of the mean of which @count was seen. Source: F. Garwood, Biometrika 28 (1936) 437-442. */
void hemo_interval_garwood (int count, double *low, double *high);

G_END_DECLS
