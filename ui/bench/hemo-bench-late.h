/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks whose pictures came into the watched folder while the screen was locked. */

#pragma once

#include "hemo-bench.h"

G_BEGIN_DECLS

/* Once it has its case. @banner: of the bench, tells that there are some */
void hemo_bench_late_attach (HemoBench *bench, AdwBanner *banner);

G_END_DECLS
