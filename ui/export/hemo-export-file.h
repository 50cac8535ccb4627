/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A file of an export, as a list shows it. */

#pragma once

#include "hemo-export.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_EXPORT_FILE (hemo_export_file_get_type ())
G_DECLARE_FINAL_TYPE (HemoExportFile, hemo_export_file, HEMO, EXPORT_FILE, GObject)

HemoExportFile *hemo_export_file_new (const char *name);

/* @result: what became of it so far; @done: bytes of @stage. Signal 'changed' when it is news. */
void hemo_export_file_update (HemoExportFile *self,
                              const HemoExportResult *result,
                              HemoExportStage stage,
                              guint64 done);

const char *hemo_export_file_get_name (HemoExportFile *self);
HemoExportStage hemo_export_file_get_stage (HemoExportFile *self);
/* Of what it is at: writing, or reading back; 0 to 1. */
double hemo_export_file_get_fraction (HemoExportFile *self);
/* Where it is, in words. (transfer full) */
char *hemo_export_file_describe (HemoExportFile *self);
/* Whether it was read back and is whole. */
gboolean hemo_export_file_has_arrived (HemoExportFile *self);

/* Shows a GListModel of them, a row each, however many there are. */
#define HEMO_TYPE_EXPORT_FILES (hemo_export_files_get_type ())
G_DECLARE_FINAL_TYPE (HemoExportFiles, hemo_export_files, HEMO, EXPORT_FILES, AdwBin)

void hemo_export_files_set_model (HemoExportFiles *self, GListModel *files);
/* Brings that row into sight. */
void hemo_export_files_show (HemoExportFiles *self, guint position);

G_END_DECLS
