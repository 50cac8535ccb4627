/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Gives a clinic its servers. */

#pragma once

#include "hemo-remote-table.h"
#include "hemo-sync-settings.h"

#include "store-fixture.h"

typedef struct
{
  const char *kind;
  const char *settings;
} SaveServer;

static inline gboolean
save_server_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const SaveServer *save = data;

  return hemo_server_save (txn, save->kind, save->settings, FALSE, error);
}

/* @settings: JSON */
static inline void
save_server_text (HemoClinic *clinic, HemoSession *session, const char *kind, const char *settings)
{
  g_autoptr (GError) error = NULL;
  SaveServer save = { kind, settings };

  hemo_store_write (hemo_clinic_get_store (clinic), session, save_server_job, &save, NULL, &error);
  g_assert_no_error (error);
}

static inline void
save_server (HemoClinic *clinic,
             HemoSession *session,
             const char *kind,
             const HemoServerSettings *settings)
{
  g_autofree char *json = hemo_server_settings_to_json (settings);

  save_server_text (clinic, session, kind, json);
}
