/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who may, which servers are meant, and what is done in which order. */

#include "hemo-courier-private.h"

#include "hemo-queue.h"
#include "hemo-sync.h"

#include <glib/gi18n.h>
#include <string.h>

const char *const hemo_courier_types[]
    = { "Patient",          "ServiceRequest", "Specimen",      "Media", "Observation",
        "DiagnosticReport", "Task",           "Communication", NULL };

/* Identity and address of what a clinic without a server of its own sends to. */
static const struct
{
  const char *kind;
  const char *identity;
  const char *address;
} places[] = { { HEMO_SERVER_FHIR, "courier.fhir", "courier.fhir.place" },
               { HEMO_SERVER_S3, "courier.s3", "courier.s3.place" } };

gboolean
hemo_courier_job_write (HemoCourierRun *self, HemoStoreJob job, gpointer data, GError **error)
{
  return hemo_store_write (self->store, self->sync, job, data, NULL, error);
}

gboolean
hemo_courier_job_read (
    HemoCourierRun *self, HemoStoreJob job, gpointer data, gpointer *result, GError **error)
{
  return hemo_store_read (self->store, self->sync, job, data, result, error);
}

void
hemo_courier_step (HemoCourierRun *self)
{
  if (self->courier->step != NULL)
    self->courier->step (self->courier->data);
}

/* What is wrong with the file itself, and says nothing of the next. */
static gboolean
count_useless (HemoCourierRun *self, const GError *error)
{
  if (g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED))
    self->summary->strange++;
  else if (g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED)
           || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE))
    self->summary->damaged++;
  else
    return FALSE;
  return TRUE;
}

GBytes *
hemo_courier_open_file (HemoCourierRun *self,
                        const HemoCourierFolder *folder,
                        const char *name,
                        HemoCourierKind kind,
                        const char *from,
                        GBytes **file,
                        GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GBytes) bytes = hemo_courier_folder_read (folder, name, &failure);
  g_autoptr (GBytes) content
      = bytes != NULL ? hemo_courier_open (self->keys, kind, from, bytes, NULL, &failure) : NULL;

  if (content == NULL)
    {
      if (!count_useless (self, failure))
        g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  if (file != NULL)
    *file = g_steal_pointer (&bytes);
  return g_steal_pointer (&content);
}

gboolean
hemo_courier_write_file (HemoCourierRun *self,
                         const HemoCourierFolder *folder,
                         const char *name,
                         HemoCourierKind kind,
                         GBytes *content,
                         GError **error)
{
  g_autoptr (GBytes) file = NULL;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  file = hemo_courier_seal (self->keys, kind, content, error);
  if (file == NULL || !hemo_courier_folder_write (folder, name, file, error))
    return FALSE;
  hemo_courier_step (self);
  return TRUE;
}

gboolean
hemo_courier_is_newer (const char *version, const char *known)
{
  guint64 a, b;

  return g_ascii_string_to_unsigned (version, 10, 0, G_MAXUINT64, &a, NULL)
         && g_ascii_string_to_unsigned (known, 10, 0, G_MAXUINT64, &b, NULL) && a > b;
}

char *
hemo_courier_picture_base (const HemoCourierRun *self)
{
  const HemoServerSettings *settings = self->places[1].settings;
  gboolean has_prefix = settings != NULL && settings->prefix != NULL && *settings->prefix != '\0';

  if (settings == NULL || settings->bucket == NULL)
    return NULL;
  return g_strdup_printf ("s3://%s/%s%s", settings->bucket,
                          has_prefix ? settings->prefix : self->keys->clinic,
                          has_prefix ? "" : "/");
}

/* As a reply names it, and two computers that are set up alike name it alike. (transfer full) */
static char *
make_address (const HemoCourierRun *self, guint place, const HemoServerSettings *settings)
{
  gboolean has_prefix = settings->prefix != NULL && *settings->prefix != '\0';
  g_autofree char *url = g_strdup (settings->url);

  while (g_str_has_suffix (url, "/"))
    url[strlen (url) - 1] = '\0';
  return place == 0 ? g_steal_pointer (&url)
                    : g_strdup_printf ("%s/%s/%s%s", url, settings->bucket,
                                       has_prefix ? settings->prefix : self->keys->clinic,
                                       has_prefix ? "" : "/");
}

static gboolean
load_server (HemoCourierRun *self, guint place, const HemoServerRow *row, GError **error)
{
  HemoCourierPlace *out = &self->places[place];

  out->settings = hemo_server_settings_parse (row->settings, error);
  if (out->settings == NULL || !hemo_server_settings_check (out->settings, row->kind, error))
    return FALSE;
  out->identity = g_strdup (row->identity);
  out->address = make_address (self, place, out->settings);
  return TRUE;
}

/* A clinic that has no server of its own learns from the first reply which one it is. */
static gboolean
load_notes (HemoTxn *txn, HemoCourierPlace *out, guint place, GError **error)
{
  g_autoptr (GError) failure = NULL;

  out->note = places[place].address;
  out->identity = hemo_sync_note_load (txn, places[place].identity, &failure);
  if (failure == NULL)
    out->address = hemo_sync_note_load (txn, places[place].address, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (out->identity != NULL)
    return TRUE;
  out->identity = hemo_uuid_new ();
  return hemo_sync_note_save (txn, places[place].identity, out->identity, error);
}

static gboolean
begin_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoCourierRun *self = data;

  self->keys = hemo_courier_keys_load (txn, self->store, error);
  if (self->keys == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (GError) failure = NULL;
      g_autoptr (HemoServerRow) row = hemo_server_load (txn, places[i].kind, &failure);

      if (failure != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      if (!(row != NULL ? load_server (self, i, row, error)
                        : load_notes (txn, &self->places[i], i, error)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
ask_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_txn_require (txn, HEMO_ACTION_SYNC, "courier", NULL, error)
         && hemo_txn_audit (txn, data, "courier", NULL, NULL, error);
}

static void
run_clear (HemoCourierRun *self)
{
  g_clear_pointer (&self->sync, hemo_session_unref);
  g_clear_pointer (&self->keys, hemo_courier_keys_free);
  for (guint i = 0; i < G_N_ELEMENTS (self->places); i++)
    {
      g_free (self->places[i].identity);
      g_free (self->places[i].address);
      g_clear_pointer (&self->places[i].settings, hemo_server_settings_free);
    }
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HemoCourierRun, run_clear)

static gboolean
run_begin (HemoCourierRun *self, const char *what, GError **error)
{
  self->store = hemo_clinic_get_store (self->courier->clinic);
  if (self->store == NULL)
    {
      g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                           N_ ("Nobody is signed in."));
      return FALSE;
    }
  self->sync = hemo_clinic_new_sync_session (self->courier->clinic, error);
  return self->sync != NULL
         && hemo_store_write (self->store, self->courier->person, ask_job, (gpointer)what, NULL,
                              error)
         && hemo_courier_job_write (self, begin_job, self, error);
}

gboolean
hemo_courier_write (const HemoCourier *self,
                    const char *stick,
                    HemoCourierSummary *summary,
                    GCancellable *cancellable,
                    GError **error)
{
  g_auto (HemoCourierRun) run = { .courier = self, .summary = summary, .cancellable = cancellable };
  g_autoptr (HemoCourierFolder) folder = NULL;

  *summary = (HemoCourierSummary){ 0 };
  if (!run_begin (&run, "courier.write", error))
    return FALSE;
  folder = hemo_courier_folder_make (stick, run.keys->clinic, run.keys->installation, error);
  return folder != NULL && hemo_courier_take (&run, folder, error)
         && hemo_courier_pack (&run, folder, error);
}

/* @folder: (out) (nullable): that of @installation, or NULL for what is none, which is counted */
static gboolean
find_folder (HemoCourierRun *self,
             const char *stick,
             const char *installation,
             HemoCourierFolder **folder,
             GError **error)
{
  GError *problem = NULL;

  *folder = hemo_courier_folder_find (stick, self->keys->clinic, installation, &problem);
  if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY))
    {
      self->summary->strange++;
      g_clear_error (&problem);
    }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, problem);
  return FALSE;
}

/* What others of the clinic wrote. @failure: (out): the first that was not reached */
static gboolean
forward_others (HemoCourierRun *self,
                const char *stick,
                const char *const *installations,
                GError **failure,
                GError **error)
{
  for (guint i = 0; installations[i] != NULL; i++)
    {
      g_autoptr (HemoCourierFolder) folder = NULL;

      if (strcmp (installations[i], self->keys->installation) == 0)
        continue;
      if (!find_folder (self, stick, installations[i], &folder, error)
          || (folder != NULL && !hemo_courier_forward (self, folder, failure, error)))
        return FALSE;
    }
  return TRUE;
}

gboolean
hemo_courier_read (const HemoCourier *self,
                   const char *stick,
                   HemoCourierSummary *summary,
                   GCancellable *cancellable,
                   GError **error)
{
  g_auto (HemoCourierRun) run = { .courier = self, .summary = summary, .cancellable = cancellable };
  g_autoptr (HemoCourierFolder) own = NULL;
  g_autoptr (GError) failure = NULL;
  g_auto (GStrv) installations = NULL;

  *summary = (HemoCourierSummary){ 0 };
  if (!run_begin (&run, "courier.read", error))
    return FALSE;
  installations
      = hemo_courier_list_installations (stick, run.keys->clinic, &summary->clinics, error);
  if (installations == NULL)
    return FALSE;
  if (g_strv_contains ((const char *const *)installations, run.keys->installation)
      && (!find_folder (&run, stick, run.keys->installation, &own, error)
          || (own != NULL && !hemo_courier_take (&run, own, error))))
    return FALSE;
  if (!forward_others (&run, stick, (const char *const *)installations, &failure, error))
    return FALSE;
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}
