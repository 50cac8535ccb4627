/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One export on its way: what is written, how far it is, what arrived. */

#pragma once

#include "hemo-clinic-export.h"
#include "hemo-run.h"

G_BEGIN_DECLS

#define HEMO_TYPE_EXPORT_RUN (hemo_export_run_get_type ())
G_DECLARE_FINAL_TYPE (HemoExportRun, hemo_export_run, HEMO, EXPORT_RUN, HemoRun)

/**
 * hemo_export_run_start:
 * @specimens: (nullable): UUIDs or accession numbers; NULL: all of @day
 * @password: (nullable)
 * @what: for a window that is closed meanwhile
 */
HemoExportRun *hemo_export_run_start (HemoDesk *desk,
                                      const char *const *specimens,
                                      HemoDate day,
                                      HemoExportFormats formats,
                                      HemoSecret *password,
                                      const char *target,
                                      const char *what);

/* How far each is, kept up to date. (element-type HemoExportFile) (transfer none) */
GListModel *hemo_export_run_get_files (HemoExportRun *self);
/* The place of the file that is being worked on. */
guint hemo_export_run_get_current (HemoExportRun *self);

/* After 'done', also of one that failed; NULL when it ended before it began. (element-type
 * HemoExportResult) (transfer none) */
GPtrArray *hemo_export_run_get_results (HemoExportRun *self);
/* Accession numbers of the cases of which every file arrived; NULL when no file is of one case
 * alone, as a table of all. (transfer full) (nullable) */
GStrv hemo_export_run_list_arrived (HemoExportRun *self);
/* Files that arrived. */
guint hemo_export_run_count_arrived (HemoExportRun *self);

G_END_DECLS
