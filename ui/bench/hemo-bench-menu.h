/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is done to the case itself, from whatever page of the bench is seen. */

#pragma once

#include "hemo-bench.h"

G_BEGIN_DECLS

/* Adds the actions 'case.…' to @bench; hemo_bench_menu_update() says which of them there are. */
void hemo_bench_menu_attach (HemoBench *bench);

/* The case was read (again). */
void hemo_bench_menu_update (HemoBench *bench);

/* The keys of the actions, for all benches. */
void hemo_bench_menu_add_keys (GtkWidgetClass *klass);

G_END_DECLS
