/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Exports: what leaves, under which names, and what the log says of it. */

#include "files-fixture.h"

#include "hemo-clinic-export.h"
#include "hemo-mark-table.h"
#include "hemo-picture.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  Files files;
  char *target;
  HemoReport *report;
  HemoImage *image;
} Exports;

static void
set_up (Exports *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = files_picture_with_place (1);
  files_set_up (&self->files, data);
  self->target = g_build_filename (self->files.base.root, "stick", NULL);
  self->image = hemo_image_new (self->files.specimen);
  hemo_clinic_add_image (self->files.base.clinic, self->files.base.session, self->image, bytes,
                         &error);
  g_assert_no_error (error);
  self->report = files_sign (&self->files, HEMO_REPORT_FINAL);
}

static void
tear_down (Exports *self, gconstpointer data)
{
  g_clear_pointer (&self->report, hemo_report_free);
  g_clear_pointer (&self->image, hemo_image_free);
  g_clear_pointer (&self->target, g_free);
  files_tear_down (&self->files, data);
}

static gboolean export (Exports *self,
                        HemoExportFormats formats,
                        const char *password,
                        GPtrArray **results,
                        GError **error)
{
  const char *specimens[] = { self->files.accession, self->files.specimen, NULL };
  g_autoptr (HemoSecret) typed = password != NULL ? secret (password) : NULL;
  HemoExportOptions options
      = { .specimens = specimens, .formats = formats, .password = typed, .target = self->target };
  return hemo_clinic_export (self->files.base.clinic, self->files.base.session, &options, NULL,
                             NULL, NULL, results, error);
}

/* (transfer full): content of a file of the export */
static GBytes *
read_export (Exports *self, const char *name)
{
  gsize size;
  char *content;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (self->target, name, NULL);
  g_file_get_contents (path, &content, &size, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (content, size);
}

static gboolean
holds (GBytes *bytes, const char *text)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  return memmem (data, size, text, strlen (text)) != NULL;
}

static void
test_everything (Exports *self, gconstpointer data)
{
  HemoPictureInfo info;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) results = NULL;
  HemoExportFormats all = HEMO_EXPORT_PDF | HEMO_EXPORT_CSV | HEMO_EXPORT_FHIR | HEMO_EXPORT_IMAGES;
  export (self, all, NULL, &results, &error);
  g_assert_no_error (error);
  /* The case was named twice and is there once: PDF, picture, CSV, FHIR, sums. */
  g_assert_cmpuint (results->len, ==, 5);
  g_autofree char *folder = hemo_export_name_part (self->files.accession);
  g_autofree char *pdf_name = g_strdup_printf ("%s/report-1.pdf", folder);
  g_autofree char *picture_name = g_strdup_printf ("%s/images/%s.jpg", folder, self->image->uuid);
  g_autofree char *csv_name = g_strdup_printf ("results-%s.csv", folder);
  g_autofree char *fhir_name = g_strdup_printf ("fhir-%s.json", folder);
  g_autoptr (GBytes) pdf = read_export (self, pdf_name);
  g_autofree char *sha256 = hemo_sha256 (pdf);
  g_assert_cmpstr (sha256, ==, self->report->pdf_sha256);
  g_autoptr (GBytes) captured = hemo_clinic_open_image (
      self->files.base.clinic, self->files.base.session, self->image->uuid, &error);
  g_assert_true (hemo_picture_probe (captured, &info, &error));
  g_assert_true (info.has_gps);
  g_autoptr (GBytes) picture = read_export (self, picture_name);
  g_assert_true (hemo_picture_probe (picture, &info, &error));
  g_assert_false (info.has_metadata);
  g_autoptr (GBytes) csv = read_export (self, csv_name);
  g_assert_true (holds (csv, ",118,"));
  g_autoptr (GBytes) fhir = read_export (self, fhir_name);
  g_assert_true (holds (fhir, "\"collection\""));
  g_assert_true (holds (fhir, "DiagnosticReport"));
  g_assert_cmpint (store_count (files_store (&self->files),
                                "SELECT count(*) FROM audit WHERE what = 'export' AND detail LIKE "
                                "'pdf,csv,fhir,images, 4 files, sha256 %'"),
                   ==, 1);
  for (guint i = 0; i < results->len; i++)
    {
      const HemoExportResult *result = g_ptr_array_index (results, i);
      g_assert_true (result->verified);
      g_assert_null (strstr (result->name, "Wanjiru"));
    }
}

static gboolean
unmark_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  gint64 version = 1;
  return hemo_marks_save (txn, data, none, &version, error);
}

static gboolean
mark_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GPtrArray) marks = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_mark_free);
  HemoMark *mark = hemo_mark_new (HEMO_MARK_TEXT, 10, 20, 10, 20);
  gint64 version = 0;
  mark->note = g_strdup ("Blast cell?");
  g_ptr_array_add (marks, mark);
  return hemo_marks_save (txn, data, marks, &version, error);
}

/* What was drawn on a signed picture lies beside it, says the same, and the report is as it was
 * signed; under a password nothing of it can be read. */
static void
test_marks (Exports *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) results = NULL, sealed = NULL, marks = NULL;
  g_autofree char *folder = hemo_export_name_part (self->files.accession);
  g_autofree char *name = g_strdup_printf ("%s/images/%s.marks.json", folder, self->image->uuid);
  g_autofree char *pdf_name = g_strdup_printf ("%s/report-1.pdf", folder);
  hemo_store_write (files_store (&self->files), self->files.base.session, mark_job,
                    self->image->uuid, NULL, &error);
  g_assert_no_error (error);
  export (self, HEMO_EXPORT_PDF | HEMO_EXPORT_IMAGES, NULL, &results, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (results->len, ==, 4);
  g_autoptr (GBytes) sidecar = read_export (self, name);
  marks
      = hemo_marks_from_json (g_bytes_get_data (sidecar, NULL), g_bytes_get_size (sidecar), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (marks->len, ==, 1);
  g_assert_cmpstr (((HemoMark *)marks->pdata[0])->note, ==, "Blast cell?");
  g_autoptr (GBytes) pdf = read_export (self, pdf_name);
  g_autofree char *sha256 = hemo_sha256 (pdf);
  g_assert_cmpstr (sha256, ==, self->report->pdf_sha256);
  g_set_str (&self->target, self->files.base.root);
  export (self, HEMO_EXPORT_IMAGES, "correct horse 9", &sealed, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (sealed->len, ==, 2);
  g_autoptr (GBytes) package = read_export (self, ((HemoExportResult *)sealed->pdata[0])->name);
  g_assert_false (holds (package, "Blast"));
}

static void
test_password (Exports *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) results = NULL;
  export (self, HEMO_EXPORT_PDF | HEMO_EXPORT_CSV | HEMO_EXPORT_IMAGES, "correct horse 9", &results,
          &error);
  g_assert_no_error (error);
  g_assert_cmpuint (results->len, ==, 3);
  for (guint i = 0; i + 1 < results->len; i++)
    {
      const HemoExportResult *result = g_ptr_array_index (results, i);
      g_autoptr (GBytes) bytes = read_export (self, result->name);
      g_assert_false (holds (bytes, "Wanjiru"));
      g_assert_true (g_str_has_suffix (result->name, ".pdf") ? holds (bytes, "/Encrypt")
                                                             : !holds (bytes, "JFIF"));
    }
}

static void
test_not_signed (Exports *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) results = NULL;
  g_autofree char *draft = files_add_specimen (&self->files, "Akinyi", 120);
  const char *specimens[] = { draft, NULL };
  guint unsigned_cases = 0;
  HemoExportOptions options
      = { .specimens = specimens, .formats = HEMO_EXPORT_CSV, .target = self->target };
  g_assert_false (hemo_clinic_export (self->files.base.clinic, self->files.base.session, &options,
                                      NULL, NULL, NULL, &results, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_null (results);
  g_assert_false (g_file_test (self->target, G_FILE_TEST_EXISTS));
  /* Of a day the signed ones are taken. */
  options.specimens = NULL;
  options.unsigned_cases = &unsigned_cases;
  options.day = hemo_date_of (hemo_time_now ());
  hemo_clinic_export (self->files.base.clinic, self->files.base.session, &options, NULL, NULL, NULL,
                      &results, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (unsigned_cases, ==, 1);
  g_autofree char *day = hemo_date_to_iso (options.day);
  g_autofree char *name = g_strdup_printf ("results-%s.csv", day);
  g_autoptr (GBytes) csv = read_export (self, name);
  g_assert_true (holds (csv, "Njeri"));
  g_assert_false (holds (csv, "Akinyi"));
  options.day.year = 1999;
  g_assert_false (hemo_clinic_export (self->files.base.clinic, self->files.base.session, &options,
                                      NULL, NULL, NULL, NULL, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
}

static void
make_read_only (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      make_read_only (child);
    }
  g_chmod (path, dir != NULL ? 0555 : 0444);
}

static void
make_writable (const char *path)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_chmod (path, g_file_test (path, G_FILE_TEST_IS_DIR) ? 0755 : 0644);
  dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      make_writable (child);
    }
}

/* The files arrive, and it is said that nobody could note it. */
static void
test_read_only (Exports *self, gconstpointer data)
{
  ClinicFixture *base = &self->files.base;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) results = NULL;

  g_assert_cmpint (g_mkdir (self->target, 0777), ==, 0);
  g_chmod (self->target, 0777);
  clinic_close (base);
  make_read_only (base->folder);
  g_chmod (base->root, 0755);
  /* Root may write anywhere: be somebody else for a while. */
  if (geteuid () == 0)
    g_assert_cmpint (seteuid (65534), ==, 0);
  base->clinic = hemo_clinic_open (base->folder, &error);
  g_assert_no_error (error);
  base->session = sign_in (base->clinic, "amina", PASSPHRASE);
  g_assert_true (hemo_store_is_read_only (hemo_clinic_get_store (base->clinic)));
  g_assert_false (export (self, HEMO_EXPORT_PDF | HEMO_EXPORT_IMAGES, NULL, &results, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_NOTED);
  g_assert_nonnull (strstr (error->message, "Every file was written and read back"));
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "folder"));
  g_assert_cmpuint (results->len, ==, 3);
  for (guint i = 0; i < results->len; i++)
    g_assert_true (((HemoExportResult *)g_ptr_array_index (results, i))->verified);
  clinic_close (base);
  if (getuid () == 0)
    g_assert_cmpint (seteuid (0), ==, 0);
  make_writable (base->folder);
}

/* A draft made after the signature does not leave with it. */
static void
test_draft_after_signature (Exports *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  files_add_result (&self->files, self->files.specimen, "plt", 654);
  export (self, HEMO_EXPORT_CSV, NULL, NULL, &error);
  g_assert_no_error (error);
  g_autofree char *folder = hemo_export_name_part (self->files.accession);
  g_autofree char *name = g_strdup_printf ("results-%s.csv", folder);
  g_autoptr (GBytes) csv = read_export (self, name);
  g_assert_true (holds (csv, ",118,"));
  g_assert_false (holds (csv, ",654,"));
}

static void
test_refusals (Exports *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_assert_false (export (self, 0, NULL, NULL, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  hemo_session_lock (self->files.base.session);
  g_assert_false (export (self, HEMO_EXPORT_PDF, NULL, NULL, &error));
  files_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  hemo_session_unlock (self->files.base.session);
  g_assert_false (g_file_test (self->target, G_FILE_TEST_EXISTS));
}

/* A report that was tampered with does not leave, and the log says that it was tried. */
static void
test_damaged (Exports *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) results = NULL;
  g_autofree char *path
      = g_strdup_printf ("%s/reports/%s-1.cms", self->files.base.folder, self->report->uuid);
  files_flip (path, 2000);
  g_assert_false (export (self, HEMO_EXPORT_PDF, NULL, &results, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (results);
  g_assert_cmpint (store_count (files_store (&self->files),
                                "SELECT count(*) FROM audit WHERE what = 'export' AND detail LIKE "
                                "'%, 0 files, %cut off'"),
                   ==, 1);
}

/* A picture that was tampered with neither: it is flagged, and the rest of the folder is whole. */
static void
test_damaged_picture (Exports *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoStore *store = files_store (&self->files);
  g_autofree char *path = files_image_path (&self->files, self->image->uuid);
  files_flip (path, 2000);
  g_assert_false (export (self, HEMO_EXPORT_PDF | HEMO_EXPORT_IMAGES, NULL, NULL, &error));
  files_assert_error (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_SOURCE);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM image WHERE damaged"), ==, 1);
  /* Known to be damaged it is left out. */
  g_assert_true (export (self, HEMO_EXPORT_PDF | HEMO_EXPORT_IMAGES, NULL, NULL, &error));
  g_assert_no_error (error);
}

/* One that was taken off this laptop is left out, of the files and of what names them; it is said
 * how many. */
static void
test_pruned_picture (Exports *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) results = NULL;
  g_autofree char *path = files_image_path (&self->files, self->image->uuid);
  const char *specimens[] = { self->files.accession, NULL };
  guint elsewhere = 0;
  const HemoExportOptions options
      = { .specimens = specimens,
          .formats = HEMO_EXPORT_PDF | HEMO_EXPORT_FHIR | HEMO_EXPORT_IMAGES,
          .target = self->target,
          .elsewhere = &elsewhere };
  files_run_sql (&self->files, "INSERT INTO pruned_image SELECT uuid, 's', 'b', 'u', 1 FROM image");
  g_assert_cmpint (g_unlink (path), ==, 0);
  hemo_clinic_export (self->files.base.clinic, self->files.base.session, &options, NULL, NULL, NULL,
                      &results, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (elsewhere, ==, 1);
  for (guint i = 0; i < results->len; i++)
    {
      const HemoExportResult *result = g_ptr_array_index (results, i);
      g_autofree char *file = g_build_filename (self->target, result->name, NULL);
      g_autofree char *text = NULL;
      g_assert_null (strstr (result->name, "images"));
      g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
      if (g_str_has_prefix (result->name, "fhir"))
        g_assert_null (strstr (text, "/images/"));
    }
  g_assert_cmpint (store_count (files_store (&self->files),
                                "SELECT count(*) FROM audit WHERE what = 'export' AND detail LIKE "
                                "'%, 1 elsewhere%'"),
                   ==, 1);
  g_assert_cmpint (
      store_count (files_store (&self->files), "SELECT count(*) FROM image WHERE damaged"), ==, 0);
}

/* What is left out needs no room in a package either. */
static void
test_left_out_needs_no_room (Exports *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  files_run_sql (&self->files, "UPDATE image SET bytes = 1000000000000000");
  g_assert_false (export (self, HEMO_EXPORT_IMAGES, "a long password", NULL, &error));
  files_assert_error (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_SPACE);
  files_run_sql (&self->files, "INSERT INTO pruned_image SELECT uuid, 's', '2026-01-31', 'u', 1 "
                               "FROM image");
  g_autofree char *path = files_image_path (&self->files, self->image->uuid);
  g_assert_cmpint (unlink (path), ==, 0);
  export (self, HEMO_EXPORT_IMAGES, "a long password", NULL, &error);
  g_assert_no_error (error);
}

/* Each sealed file that is opened is in the audit log, and all of them are in one transaction. */
static void
test_audited (Exports *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoStore *store = files_store (&self->files);
  g_autoptr (HemoImage) second = files_add_image (&self->files, self->files.specimen, 2);
  g_autoptr (HemoImage) third = files_add_image (&self->files, self->files.specimen, 3);
  const char *views = "SELECT count(*) FROM audit WHERE what = 'image.view'";
  gint64 before = store_count (store, views);
  g_assert_true (export (self, HEMO_EXPORT_PDF | HEMO_EXPORT_IMAGES, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (store_count (store, views), ==, before + 3);
  g_assert_cmpint (store_count (store, "SELECT count(DISTINCT at_us) FROM audit WHERE what IN "
                                       "('export.start', 'image.view', 'report.view') AND seq >= "
                                       "(SELECT min(seq) FROM audit WHERE what = 'export.start')"),
                   ==, 1);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM audit WHERE what = 'export'"), ==, 1);
}

static void
test_labels (Exports *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const char *specimens[] = { self->files.accession, NULL };
  g_autoptr (GBytes) pdf = hemo_clinic_render_labels (
      self->files.base.clinic, self->files.base.session, specimens, HEMO_LABEL_50X25, 2, 0, &error);
  g_assert_no_error (error);
  g_assert_true (holds (pdf, "%PDF-"));
  g_assert_null (hemo_clinic_render_labels (self->files.base.clinic, self->files.base.session,
                                            specimens, HEMO_LABEL_50X25, 101, 0, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
}

static void
test_formats (void)
{
  HemoExportFormats set = 0;
  g_autoptr (GError) error = NULL;
  g_assert_true (hemo_export_formats_from_codes ("images, pdf", &set, NULL));
  g_autofree char *codes = hemo_export_formats_to_codes (set);
  g_assert_cmpstr (codes, ==, "pdf,images");
  g_assert_false (hemo_export_formats_from_codes ("pdf,exe", &set, &error));
  g_assert_cmpint (set, ==, HEMO_EXPORT_PDF | HEMO_EXPORT_IMAGES);
}

static void
write_as (Exports *self, HemoStoreJob job)
{
  g_autoptr (GError) error = NULL;
  hemo_store_write (files_store (&self->files), self->files.base.session, job, self->image->uuid,
                    NULL, &error);
  g_assert_no_error (error);
}

/* The marks were taken away: those of an earlier export go too, and nothing that has another name
 * than theirs does. Those that cannot be read here stay there. */
static void
test_marks_gone (Exports *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) first = NULL, kept = NULL, gone = NULL, last = NULL;
  g_autofree char *folder = hemo_export_name_part (self->files.accession);
  g_autofree char *name = g_strdup_printf ("%s/images/%s.marks.json", folder, self->image->uuid);
  g_autofree char *path = g_build_filename (self->target, name, NULL);
  g_autofree char *other = g_strconcat (path, ".mine", NULL);
  const HemoExportResult *result;
  write_as (self, mark_job);
  export (self, HEMO_EXPORT_IMAGES, NULL, &first, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (other, "mine", -1, NULL));
  files_run_sql (&self->files, "UPDATE image_mark SET marks = '[{'");
  export (self, HEMO_EXPORT_IMAGES, NULL, &kept, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  files_run_sql (&self->files, "UPDATE image_mark SET marks = '[]'");
  write_as (self, unmark_job);
  export (self, HEMO_EXPORT_IMAGES, NULL, &gone, &error);
  g_assert_no_error (error);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (other, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (gone->len, ==, 3);
  result = gone->pdata[1];
  g_assert_cmpstr (result->name, ==, name);
  g_assert_true (result->removed && result->verified);
  g_autoptr (GBytes) sums = read_export (self, HEMO_EXPORT_SUMS);
  g_assert_false (holds (sums, "marks.json"));
  export (self, HEMO_EXPORT_IMAGES, NULL, &last, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (last->len, ==, 2);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
#define ADD(path, function) g_test_add (path, Exports, NULL, set_up, function, tear_down)
  g_test_add_func ("/clinic-export/formats", test_formats);
  ADD ("/clinic-export/everything", test_everything);
  ADD ("/clinic-export/password", test_password);
  ADD ("/clinic-export/marks", test_marks);
  ADD ("/clinic-export/marks-gone", test_marks_gone);
  ADD ("/clinic-export/left-out-needs-no-room", test_left_out_needs_no_room);
  ADD ("/clinic-export/not-signed", test_not_signed);
  ADD ("/clinic-export/draft-after-signature", test_draft_after_signature);
  ADD ("/clinic-export/refusals", test_refusals);
  ADD ("/clinic-export/damaged", test_damaged);
  ADD ("/clinic-export/damaged-picture", test_damaged_picture);
  ADD ("/clinic-export/pruned-picture", test_pruned_picture);
  ADD ("/clinic-export/audited", test_audited);
  ADD ("/clinic-export/labels", test_labels);
  ADD ("/clinic-export/read-only", test_read_only);
  return g_test_run ();
}
