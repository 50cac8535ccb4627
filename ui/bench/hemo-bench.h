/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bench: one specimen, its strip of facts on top, and the pages F2 to F7. */

#pragma once

#include "hemo-bench-page.h"
#include "hemo-place.h"

G_BEGIN_DECLS

#define HEMO_TYPE_BENCH (hemo_bench_get_type ())
G_DECLARE_FINAL_TYPE (HemoBench, hemo_bench, HEMO, BENCH, HemoPlace)

/* @specimen: UUID or accession number. Opens where the work stopped. */
HemoBench *hemo_bench_new (HemoDesk *desk, const char *specimen);

HemoBenchCase *hemo_bench_get_case (HemoBench *self);
/* 'fields', 'count', 'morphology', 'malaria', 'report' */
void hemo_bench_show_page (HemoBench *self, const char *name);

/* The next page that was asked for, after the one that is seen; the report is always one. */
void hemo_bench_show_next_page (HemoBench *self);
/* Has all pages but @asking write what is typed. @name: (out) (transfer none): of the first page
 * that is not kept, NULL when all are. */
HemoBenchKept hemo_bench_keep (HemoBench *self, HemoBenchPage *asking, const char **name);
/* Types values of the blood count in (F8). */
void hemo_bench_show_values (HemoBench *self);

/**
 * HemoBenchPageInfo: a page of the bench
 * @keyval: function key that shows it
 */
typedef struct
{
  const char *name;
  const char *title;
  const char *icon;
  guint keyval;
  GType (*get_type) (void);
} HemoBenchPageInfo;

/* Ended by a row without a name. */
extern const HemoBenchPageInfo hemo_bench_pages[];

G_END_DECLS
