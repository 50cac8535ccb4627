/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Signed results as files for people and programs. */

#include "hemo-clinic-export.h"

#include "hemo-fhir-bundle.h"
#include "hemo-files.h"
#include "hemo-image-table-private.h"
#include "hemo-incoming-table.h"
#include "hemo-picture.h"
#include "hemo-records.h"
#include "hemo-report-csv.h"
#include "hemo-sealed-package.h"
#include "hemo-sealed-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* For the check of free space only. */
#define PDF_ESTIMATE ((guint64)512 * 1024)
#define TEXT_ESTIMATE ((guint64)64 * 1024)
#define DAY_LIMIT 10000

/**
 * Export: one export from the question to the audit row
 * @cases: (element-type HemoCase): with the newest signed report as their report
 * @lacking: images that are known to be damaged or, marked so, to be elsewhere: neither is exported
 * @keys: what opens sealed files
 * @images: rows of the pictures, by UUID
 * @reports: rows of the signed reports, by UUID
 */
typedef struct
{
  HemoClinic *clinic;
  HemoStore *store;
  HemoSession *session;
  const HemoExportOptions *options;
  GPtrArray *cases;
  GHashTable *names;
  GHashTable *lacking;
  HemoSealedKeys *keys;
  GHashTable *images;
  GHashTable *reports;
  guint unsigned_cases;
  HemoTime at;
  char *stem;
  GPtrArray *results;
  gboolean complete;
} Export;

static void
export_clear (Export *self)
{
  g_clear_pointer (&self->cases, g_ptr_array_unref);
  g_clear_pointer (&self->names, g_hash_table_unref);
  g_clear_pointer (&self->lacking, g_hash_table_unref);
  g_clear_pointer (&self->keys, hemo_sealed_keys_free);
  g_clear_pointer (&self->images, g_hash_table_unref);
  g_clear_pointer (&self->reports, g_hash_table_unref);
  g_clear_pointer (&self->stem, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Export, export_clear)

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE, message);
  return FALSE;
}

/* The report of an exported case is the newest signed one; a draft never leaves. */
static gboolean
take_signed (HemoCase *data)
{
  if (data->reports->len == 0)
    return FALSE;
  g_clear_pointer (&data->report, hemo_report_free);
  data->report = hemo_report_copy (g_ptr_array_index (data->reports, data->reports->len - 1));
  return TRUE;
}

static gboolean
is_listed (const Export *self, const HemoCase *data)
{
  for (guint i = 0; i < self->cases->len; i++)
    {
      const HemoCase *other = g_ptr_array_index (self->cases, i);
      if (g_str_equal (other->specimen->uuid, data->specimen->uuid))
        return TRUE;
    }
  return FALSE;
}

static gboolean
wants (const Export *self, HemoExportFormats format)
{
  return (self->options->formats & format) != 0;
}

static gboolean
is_exportable (const Export *self, const HemoImage *image)
{
  return !image->entered_in_error && !g_hash_table_contains (self->lacking, image->uuid);
}

static guint
count_elsewhere (const Export *self, const HemoCase *data)
{
  guint count = 0;
  for (guint i = 0; wants (self, HEMO_EXPORT_IMAGES) && i < data->images->len; i++)
    {
      const HemoImage *one = g_ptr_array_index (data->images, i);
      count += g_strcmp0 (g_hash_table_lookup (self->lacking, one->uuid), "elsewhere") == 0;
    }
  return count;
}

static gboolean
load_image (HemoTxn *txn, Export *self, const char *uuid, GError **error)
{
  HemoSealedImage *image = hemo_sealed_image_load (txn, uuid, error);
  if (image == NULL)
    return FALSE;
  g_hash_table_insert (self->images, image->uuid, image);
  return hemo_txn_audit (txn, "image.view", "image", uuid, NULL, error);
}

static gboolean
load_report (HemoTxn *txn, Export *self, const HemoCase *data, GError **error)
{
  g_autofree char *detail = g_strdup_printf ("version %d", data->report->version);
  HemoSealedReport *report
      = hemo_sealed_report_load (txn, data->specimen->uuid, data->report->version, error);
  if (report == NULL)
    return FALSE;
  g_hash_table_insert (self->reports, report->uuid, report);
  return hemo_txn_audit (txn, "report.view", "DiagnosticReport", report->uuid, detail, error);
}

/* What opens the sealed files of @data, each said in the audit log: in this one transaction, or
 * each file would wait for one of its own. */
static gboolean
load_sealed (HemoTxn *txn, Export *self, const HemoCase *data, GError **error)
{
  if (wants (self, HEMO_EXPORT_PDF) && !load_report (txn, self, data, error))
    return FALSE;
  for (guint i = 0; wants (self, HEMO_EXPORT_IMAGES) && i < data->images->len; i++)
    {
      const HemoImage *image = g_ptr_array_index (data->images, i);
      if (is_exportable (self, image) && !load_image (txn, self, image->uuid, error))
        return FALSE;
    }
  return TRUE;
}

/* Nobody waits here for the report of a case that another laptop reported. */
static gboolean
count_unsigned (HemoTxn *txn, Export *self, const char *specimen, GError **error)
{
  gboolean reported = FALSE;
  if (!hemo_incoming_has_result (txn, specimen, &reported, error))
    return FALSE;
  self->unsigned_cases += reported ? 0 : 1;
  return TRUE;
}

/* @named: asked for by its number, so that leaving it out has to be said */
static gboolean
add_case (HemoTxn *txn, Export *self, const char *specimen, gboolean named, GError **error)
{
  g_autofree char *codes = hemo_export_formats_to_codes (self->options->formats);
  g_autoptr (HemoCase) data = hemo_case_load (txn, specimen, error);
  if (data == NULL)
    return FALSE;
  if (is_listed (self, data))
    return TRUE;
  if (!take_signed (data))
    return named
               ? refuse (error,
                         N_ ("A case that was asked for is not signed yet: nothing was exported."))
               : count_unsigned (txn, self, specimen, error);
  if (!hemo_txn_audit (txn, "export.start", "specimen", data->specimen->uuid, codes, error)
      || !load_sealed (txn, self, data, error))
    return FALSE;
  g_ptr_array_add (self->cases, g_steal_pointer (&data));
  return TRUE;
}

static gboolean
add_day (HemoTxn *txn, Export *self, GError **error)
{
  guint states = (1u << HEMO_STATE_PRELIMINARY) | (1u << HEMO_STATE_SIGNED)
                 | (1u << HEMO_STATE_TO_SIGN) | (1u << HEMO_STATE_CRITICAL)
                 | (1u << HEMO_STATE_COUNTING) | (1u << HEMO_STATE_WAITING);
  g_autoptr (GPtrArray) items = hemo_worklist (txn, states, self->options->day, DAY_LIMIT, error);
  if (items == NULL)
    return FALSE;
  for (guint i = 0; i < items->len; i++)
    {
      const HemoWorkItem *item = g_ptr_array_index (items, i);
      if (!add_case (txn, self, item->specimen, FALSE, error))
        return FALSE;
    }
  return self->cases->len > 0
         || refuse (error, N_ ("No case of this day is signed: there is nothing to export."));
}

/* Two columns of text, or one, as a table. */
static gboolean
load_texts (HemoTxn *txn, const char *sql, GHashTable *into, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (hemo_txn_get_db (txn), sql, error);
  if (statement == NULL)
    return FALSE;
  while (hemo_statement_step (statement, &local))
    g_hash_table_insert (into, hemo_statement_dup_text (statement, 0),
                         hemo_statement_dup_text (statement, 1));
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
prepare_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Export *self = data;
  const char *const *specimens = self->options->specimens;
  self->at = hemo_txn_get_time (txn);
  if (!hemo_txn_require (txn, HEMO_ACTION_EXPORT, NULL, NULL, error)
      || !load_texts (txn, "SELECT uuid, name FROM user", self->names, error)
      || !load_texts (txn,
                      "SELECT uuid, 'damaged' FROM image WHERE damaged "
                      "UNION ALL SELECT uuid, 'elsewhere' FROM image WHERE uuid IN "
                      "(SELECT image FROM pruned_image) AND NOT entered_in_error",
                      self->lacking, error))
    return FALSE;
  self->keys = hemo_sealed_keys_load (txn, self->store, error);
  if (self->keys == NULL)
    return FALSE;
  if (specimens == NULL)
    return add_day (txn, self, error);
  for (guint i = 0; specimens[i] != NULL; i++)
    if (!add_case (txn, self, specimens[i], TRUE, error))
      return FALSE;
  return self->cases->len > 0
         || refuse (error, N_ ("No case was named: there is nothing to export."));
}

static char *
make_stem (const Export *self)
{
  if (self->options->specimens == NULL)
    return hemo_date_to_iso (self->options->day);
  if (self->cases->len == 1)
    return hemo_export_name_part (
        ((HemoCase *)g_ptr_array_index (self->cases, 0))->specimen->accession);
  g_autoptr (GString) all = g_string_new (NULL);
  for (guint i = 0; i < self->cases->len; i++)
    g_string_append_printf (all, "%s\n",
                            ((HemoCase *)g_ptr_array_index (self->cases, i))->specimen->uuid);
  g_autoptr (GBytes) bytes = g_bytes_new (all->str, all->len);
  g_autofree char *hash = hemo_sha256 (bytes);
  return g_strdup_printf ("selection-%.8s", hash);
}

/* What a file is made from when its turn comes. */
typedef struct
{
  Export *export;
  const HemoCase *data;
  const HemoImage *image;
} Part;

static Part *
part_new (Export *export, const HemoCase *data, const HemoImage *image)
{
  Part *self = g_new0 (Part, 1);
  self->export = export;
  self->data = data;
  self->image = image;
  return self;
}

static const char *
extension (const HemoImage *image)
{
  return g_strcmp0 (image->media_type, "image/png") == 0 ? "png" : "jpg";
}

static GBytes *
make_image (gpointer data, GCancellable *cancellable, GError **error)
{
  const Part *self = data;
  Export *export = self->export;
  const char *uuid = self->image->uuid;
  g_autoptr (GBytes) bytes
      = hemo_sealed_image_open (hemo_clinic_get_directory (export->clinic),
                                g_hash_table_lookup (export->images, uuid), export->keys, NULL);
  /* What is wrong with it is found, noted and said where pictures are opened. */
  if (bytes == NULL)
    bytes = hemo_clinic_open_image (export->clinic, export->session, uuid, error);
  return bytes == NULL ? NULL : hemo_picture_strip (bytes, error);
}

static GBytes *
make_stored_pdf (const Part *self, GError **error)
{
  Export *export = self->export;
  GBytes *pdf = hemo_sealed_report_open (
      hemo_clinic_get_directory (export->clinic),
      g_hash_table_lookup (export->reports, self->data->report->uuid), export->keys, NULL);
  if (pdf != NULL)
    return pdf;
  return hemo_clinic_open_report (export->clinic, export->session, self->data->specimen->uuid,
                                  self->data->report->version, error);
}

static GBytes *
make_pdf (gpointer data, GCancellable *cancellable, GError **error)
{
  const Part *self = data;
  HemoSecret *password = self->export->options->password;
  g_autoptr (GBytes) pdf = make_stored_pdf (self, error);
  if (pdf == NULL || password == NULL)
    return g_steal_pointer (&pdf);
  return hemo_pdf_protect (pdf, password, error);
}

/* All cases, or the one of @part. (transfer container) */
static GPtrArray *
cases_of (const Part *part)
{
  GPtrArray *cases = g_ptr_array_new ();
  for (guint i = 0; i < part->export->cases->len; i++)
    {
      HemoCase *data = g_ptr_array_index (part->export->cases, i);
      if (part->data == NULL || part->data == data)
        g_ptr_array_add (cases, data);
    }
  return cases;
}

static GBytes *
make_csv (gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) cases = cases_of (data);
  return hemo_report_to_csv (cases);
}

static const char *
user_name (const char *uuid, gpointer data)
{
  const Part *self = data;
  return uuid == NULL ? NULL : g_hash_table_lookup (self->export->names, uuid);
}

static const HemoCase *
case_of_specimen (const Export *self, const char *specimen)
{
  for (guint i = 0; i < self->cases->len; i++)
    {
      const HemoCase *data = g_ptr_array_index (self->cases, i);
      if (g_strcmp0 (data->specimen->uuid, specimen) == 0)
        return data;
    }
  return NULL;
}

/* Where a file of a case lies, seen from the Bundle; one in a package lies beside them. */
static char *
path_from_bundle (const Export *self, const HemoCase *data, const char *file)
{
  g_autofree char *folder = NULL;
  if (self->options->password != NULL)
    return g_strdup (file);
  folder = hemo_export_name_part (data->specimen->accession);
  return g_strdup_printf ("%s/%s", folder, file);
}

static const HemoCase *
case_of_image (const Export *self, const HemoImage *image)
{
  for (guint i = 0; i < self->cases->len; i++)
    {
      const HemoCase *data = g_ptr_array_index (self->cases, i);
      if (g_ptr_array_find (data->images, image, NULL))
        return data;
    }
  return NULL;
}

static char *
image_url (const HemoImage *image, gpointer data)
{
  const Export *self = ((Part *)data)->export;
  const HemoCase *of = case_of_image (self, image);
  g_autofree char *file = g_strdup_printf ("images/%s.%s", image->uuid, extension (image));
  return of != NULL && wants (self, HEMO_EXPORT_IMAGES) && is_exportable (self, image)
             ? path_from_bundle (self, of, file)
             : NULL;
}

static char *
report_url (const HemoReport *report, gpointer data)
{
  const Export *self = ((Part *)data)->export;
  const HemoCase *of = case_of_specimen (self, report->specimen);
  g_autofree char *file = g_strdup_printf ("report-%d.pdf", report->version);
  return of != NULL && wants (self, HEMO_EXPORT_PDF) ? path_from_bundle (self, of, file) : NULL;
}

static GBytes *
make_fhir (gpointer data, GCancellable *cancellable, GError **error)
{
  Part *self = data;
  g_autoptr (GPtrArray) cases = cases_of (self);
  HemoFhirBundleOptions options = {
    .timestamp = self->export->at,
    .pretty = TRUE,
    .user_name = user_name,
    .image_url = image_url,
    .report_url = report_url,
    .data = self,
  };
  char *text = hemo_fhir_bundle_for_cases (cases, HEMO_FHIR_BUNDLE_COLLECTION, &options, error);
  return text == NULL ? NULL : g_bytes_new_take (text, strlen (text));
}

static gboolean
is_marked (const HemoImage *image)
{
  return image->marks != NULL && image->marks->len > 0;
}

static GBytes *
make_marks (gpointer data, GCancellable *cancellable, GError **error)
{
  const Part *self = data;
  char *text = hemo_marks_to_json (self->image->marks);
  return g_bytes_new_take (text, strlen (text));
}

static gboolean
pack (GPtrArray *files, const char *name, HemoExportMake make, Part *part, GError **error)
{
  g_autofree Part *owned = part;
  g_autoptr (GBytes) bytes = make (part, NULL, error);
  if (bytes == NULL)
    return FALSE;
  g_ptr_array_add (files, hemo_package_file_new (name, bytes));
  return TRUE;
}

static gboolean
pack_images (const Part *self, GPtrArray *files, GError **error)
{
  for (guint i = 0; i < self->data->images->len; i++)
    {
      const HemoImage *image = g_ptr_array_index (self->data->images, i);
      g_autofree char *name = g_strdup_printf ("images/%s.%s", image->uuid, extension (image));
      if (is_exportable (self->export, image)
          && !pack (files, name, make_image, part_new (self->export, self->data, image), error))
        return FALSE;
      g_autofree char *marks = g_strdup_printf ("images/%s.marks.json", image->uuid);
      if (is_exportable (self->export, image) && is_marked (image)
          && !pack (files, marks, make_marks, part_new (self->export, self->data, image), error))
        return FALSE;
    }
  return TRUE;
}

/* All of a case but its PDF, under the password. */
static GBytes *
make_package (gpointer data, GCancellable *cancellable, GError **error)
{
  Part *self = data;
  Export *export = self->export;
  g_autoptr (GPtrArray) files
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_package_file_free);
  if (wants (export, HEMO_EXPORT_CSV)
      && !pack (files, "results.csv", make_csv, part_new (export, self->data, NULL), error))
    return NULL;
  if (wants (export, HEMO_EXPORT_FHIR)
      && !pack (files, "fhir.json", make_fhir, part_new (export, self->data, NULL), error))
    return NULL;
  if (wants (export, HEMO_EXPORT_IMAGES) && !pack_images (self, files, error))
    return NULL;
  return hemo_package_seal (files, export->options->password, error);
}

static gboolean
add (HemoExport *to,
     const char *name,
     guint64 estimate,
     HemoExportMake make,
     Part *part,
     GError **error)
{
  return hemo_export_add (to, name, estimate, make, part, g_free, error);
}

/* Marks of an earlier export would stand beside a picture that has none any more. */
static gboolean
add_marks (Export *self,
           HemoExport *to,
           const HemoCase *data,
           const HemoImage *image,
           const char *name,
           GError **error)
{
  if (is_marked (image))
    return add (to, name, TEXT_ESTIMATE, make_marks, part_new (self, data, image), error);
  return image->marks_damaged || hemo_export_remove (to, name, error);
}

static gboolean
add_images (Export *self, HemoExport *to, const HemoCase *data, const char *folder, GError **error)
{
  for (guint i = 0; i < data->images->len; i++)
    {
      const HemoImage *image = g_ptr_array_index (data->images, i);
      g_autofree char *name
          = g_strdup_printf ("%s/images/%s.%s", folder, image->uuid, extension (image));
      if (is_exportable (self, image)
          && !add (to, name, (guint64)MAX (image->bytes, 0), make_image,
                   part_new (self, data, image), error))
        return FALSE;
      g_autofree char *marks = g_strdup_printf ("%s/images/%s.marks.json", folder, image->uuid);
      if (is_exportable (self, image) && !add_marks (self, to, data, image, marks, error))
        return FALSE;
    }
  return TRUE;
}

static guint64
estimate_package (const Export *self, const HemoCase *data)
{
  guint64 bytes = 2 * TEXT_ESTIMATE;
  HemoImage **images = (HemoImage **)data->images->pdata;
  for (guint i = 0; wants (self, HEMO_EXPORT_IMAGES) && i < data->images->len; i++)
    bytes += is_exportable (self, images[i]) ? (guint64)MAX (images[i]->bytes, 0) : 0;
  return bytes;
}

static gboolean
list_case (Export *self, HemoExport *to, const HemoCase *data, GError **error)
{
  g_autofree char *folder = hemo_export_name_part (data->specimen->accession);
  g_autofree char *pdf = g_strdup_printf ("%s/report-%d.pdf", folder, data->report->version);
  g_autofree char *package = g_strdup_printf ("%s/case.zip.cms", folder);
  guint rest = self->options->formats & ~(guint)HEMO_EXPORT_PDF;
  if (wants (self, HEMO_EXPORT_PDF)
      && !add (to, pdf, PDF_ESTIMATE, make_pdf, part_new (self, data, NULL), error))
    return FALSE;
  if (self->options->password != NULL)
    return rest == 0
           || add (to, package, estimate_package (self, data), make_package,
                   part_new (self, data, NULL), error);
  return !wants (self, HEMO_EXPORT_IMAGES) || add_images (self, to, data, folder, error);
}

static gboolean
list_files (Export *self, HemoExport *to, GError **error)
{
  g_autofree char *csv = g_strdup_printf ("results-%s.csv", self->stem);
  g_autofree char *fhir = g_strdup_printf ("fhir-%s.json", self->stem);
  guint64 estimate = TEXT_ESTIMATE * self->cases->len;
  for (guint i = 0; i < self->cases->len; i++)
    if (!list_case (self, to, g_ptr_array_index (self->cases, i), error))
      return FALSE;
  if (self->options->password != NULL)
    return TRUE;
  return (!wants (self, HEMO_EXPORT_CSV)
          || add (to, csv, estimate, make_csv, part_new (self, NULL, NULL), error))
         && (!wants (self, HEMO_EXPORT_FHIR)
             || add (to, fhir, estimate, make_fhir, part_new (self, NULL, NULL), error));
}

/* Files of a case that arrived, and those of all cases: 'N files, sha256 HEX' over their sums. */
static char *
describe (const Export *self, const HemoCase *data)
{
  guint count = 0;
  g_autofree char *folder = hemo_export_name_part (data->specimen->accession);
  g_autofree char *prefix = g_strconcat (folder, "/", NULL);
  g_autofree char *codes = hemo_export_formats_to_codes (self->options->formats);
  g_autoptr (GString) sums = g_string_new (NULL);
  for (guint i = 0; i < self->results->len; i++)
    {
      const HemoExportResult *result = g_ptr_array_index (self->results, i);
      if (!result->verified || result->removed || g_str_equal (result->name, HEMO_EXPORT_SUMS)
          || (strchr (result->name, '/') != NULL && !g_str_has_prefix (result->name, prefix)))
        continue;
      g_string_append_printf (sums, "%s  %s\n", result->sha256, result->name);
      count++;
    }
  g_autoptr (GBytes) bytes = g_bytes_new (sums->str, sums->len);
  g_autofree char *hash = hemo_sha256 (bytes);
  return g_strdup_printf (
      "%s, %u files, sha256 %s, %u elsewhere%s%s", codes, count, hash, count_elsewhere (self, data),
      self->options->password != NULL ? ", password" : "", self->complete ? "" : ", cut off");
}

static gboolean
finish_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Export *self = data;
  for (guint i = 0; i < self->cases->len; i++)
    {
      const HemoCase *one = g_ptr_array_index (self->cases, i);
      g_autofree char *detail = describe (self, one);
      if (!hemo_txn_audit (txn, "export", "specimen", one->specimen->uuid, detail, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
run (Export *self,
     HemoExport *to,
     HemoExportProgress progress,
     gpointer data,
     GCancellable *cancellable,
     GError **error)
{
  g_autoptr (GError) cut_off = NULL;
  g_autoptr (GError) not_noted = NULL;
  hemo_export_set_watch (to, self->options->watch, data);
  self->complete = hemo_export_run (to, progress, data, cancellable, &cut_off);
  self->results = hemo_export_get_results (to);
  gboolean audited
      = hemo_store_write (self->store, self->session, finish_job, self, NULL, &not_noted);
  if (cut_off != NULL)
    g_propagate_error (error, g_steal_pointer (&cut_off));
  else if (self->complete && !audited)
    g_set_error (
        error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_NOTED,
        N_ ("Every file was written and read back, but the audit log could not note it. %s "
            "Note on paper what was taken, where to and by whom."),
        not_noted->message);
  return self->complete && audited;
}

gboolean
hemo_clinic_export (HemoClinic *self,
                    HemoSession *session,
                    const HemoExportOptions *options,
                    HemoExportProgress progress,
                    gpointer data,
                    GCancellable *cancellable,
                    GPtrArray **results,
                    GError **error)
{
  HemoStore *store = hemo_sealed_require_store (self, FALSE, error);
  g_autoptr (HemoExport) to = hemo_export_new (options->target);
  g_auto (Export) export
      = { .clinic = self, .store = store, .session = session, .options = options };
  if (store == NULL)
    return FALSE;
  if (options->formats == 0)
    return refuse (error, "What is to be exported was not said: pdf, csv, fhir or images.");
  export.cases = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_case_free);
  export.names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  export.lacking = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  export.images = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                         (GDestroyNotify)hemo_sealed_image_free);
  export.reports = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                          (GDestroyNotify)hemo_sealed_report_free);
  if (!hemo_store_read (store, session, prepare_job, &export, NULL, error))
    return FALSE;
  export.stem = make_stem (&export);
  for (guint i = 0; options->elsewhere != NULL && i < export.cases->len; i++)
    *options->elsewhere += count_elsewhere (&export, g_ptr_array_index (export.cases, i));
  if (options->unsigned_cases != NULL)
    *options->unsigned_cases = export.unsigned_cases;
  gboolean done
      = list_files (&export, to, error) && run (&export, to, progress, data, cancellable, error);
  if (results != NULL && export.results != NULL)
    *results = hemo_export_results_copy (export.results);
  return done;
}
