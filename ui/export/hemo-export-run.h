/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One export on its way: what is written, how far it is, what arrived. */

#pragma once

#include "hemo-clinic-export.h"
#include "hemo-run.h"
#include "hemo-stick.h"

G_BEGIN_DECLS

#define HEMO_TYPE_EXPORT_RUN (hemo_export_run_get_type ())
G_DECLARE_FINAL_TYPE (HemoExportRun, hemo_export_run, HEMO, EXPORT_RUN, HemoRun)

/**
 * HemoExportOrder:
 * @specimens: (nullable): UUIDs or accession numbers; NULL: all of @day
 * @password: (nullable)
 * @target: the folder, on @stick if that is one
 * @stick: (nullable): let go when all went well
 * @where: what it is called
 */
typedef struct
{
  const char *const *specimens;
  HemoDate day;
  HemoExportFormats formats;
  HemoSecret *password;
  const char *target;
  HemoStick *stick;
  const char *where;
} HemoExportOrder;

/**
 * hemo_export_run_start:
 * @what: for a window that is closed meanwhile
 *
 * @desk keeps it until who is signed in now has seen how it ended, or started another. Signals,
 * besides those of HemoRun: 'over', when the stick was let go too. (transfer none)
 */
HemoExportRun *
hemo_export_run_start (HemoDesk *desk, const HemoExportOrder *order, const char *what);
/* What @desk keeps for who is signed in, or NULL: nobody else is shown it. (transfer none) */
HemoExportRun *hemo_export_run_find (HemoDesk *desk);
/* Who started it sees it: once it is over, @desk keeps it no more. */
void hemo_export_run_see (HemoExportRun *self, HemoDesk *desk);

/* Whether it is known what arrived, and whether all has ended. */
gboolean hemo_export_run_is_done (HemoExportRun *self);
gboolean hemo_export_run_is_over (HemoExportRun *self);
/* (transfer none) */
const char *hemo_export_run_get_where (HemoExportRun *self);
/* After 'done': why not all was written, or NULL. (transfer none) */
const GError *hemo_export_run_get_error (HemoExportRun *self);
/* After 'over': whether a stick was let go, and why it is not free, or NULL. (transfer none) */
gboolean hemo_export_run_has_stick (HemoExportRun *self);
const GError *hemo_export_run_get_held (HemoExportRun *self);

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
/* Pictures that were left out because their originals are not on this laptop. */
guint hemo_export_run_count_elsewhere (HemoExportRun *self);
/* Cases of the day that stayed out because they are not signed. */
guint hemo_export_run_count_unsigned (HemoExportRun *self);

G_END_DECLS
