/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the benchmarks share: times, ratios, drawn pictures, a clinic with a specimen. */

#pragma once

#include "hemo-clinic.h"

G_BEGIN_DECLS

/* Milliseconds on a clock that only goes forward. */
double bench_now (void);

/* Times of one kind, in milliseconds. */
typedef struct
{
  GArray *values;
} BenchTimes;

BenchTimes *bench_times_new (void);
void bench_times_free (BenchTimes *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchTimes, bench_times_free)
void bench_times_add (BenchTimes *self, double milliseconds);
/* @share: 0.5 the median, 0.95 the 95th percentile; by nearest rank. */
double bench_times_at (BenchTimes *self, double share);

/* One line: medians and p95 of both, taken in turns, their ratio and what it should stay below. */
void bench_print_ratio (
    const char *what, BenchTimes *ours, const char *than, BenchTimes *theirs, double aim);

/* Ends the program with the message when something failed. */
#define bench_check(done, error)                                                                   \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if (!(done))                                                                                   \
      bench_fail (error);                                                                          \
  }                                                                                                \
  G_STMT_END
G_NORETURN void bench_fail (const GError *error);

/* A folder below $TMPDIR; removed with all in it by bench_remove_tree(). */
char *bench_make_folder (void);
void bench_remove_tree (const char *folder);

/* Different JPEGs of 2560 by 1960 pixels, the same each time. (transfer full) (element-type GBytes)
 */
GPtrArray *bench_draw_pictures (int n);

/**
 * BenchClinic:
 * @specimen: UUID of one that was accepted
 */
typedef struct
{
  char *folder;
  HemoClinic *clinic;
  HemoSession *session;
  char *specimen;
} BenchClinic;

/* A tube of another patient; @data: HemoTests. HemoStoreJob: gives its UUID */
gboolean bench_tube_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error);

/* Below @root; a patient, an order and a tube are made through the library. */
BenchClinic *bench_clinic_new (const char *root);
void bench_clinic_free (BenchClinic *self);
/* One whose quality was measured when the field was shown, as the window does. (transfer full):
 * UUID */
char *bench_clinic_add_image (BenchClinic *self, GBytes *bytes);
/* From a file, as the command line does: @durable: (out): bench_now() when it was on the disk; then
 * it is decoded and measured. */
void bench_clinic_import_image (BenchClinic *self, GBytes *bytes, double *durable);

G_END_DECLS
