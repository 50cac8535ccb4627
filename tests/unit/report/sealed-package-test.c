/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Passwords on PDFs and packages, opened again by the tools that people have. */

#include "hemo-sealed-package.h"

#include "report-tools.h"

#include <glib/gstdio.h>
#include <string.h>

#define PASSWORD "maji safi 7 mto"

static HemoSecret *
make_password (const char *text)
{
  g_autofree char *copy = g_strdup (text);

  return hemo_secret_new_take (copy, strlen (text));
}

static GBytes *
make_pdf (void)
{
  g_autoptr (HemoCase) data = make_case ();

  return hemo_report_render_pdf (data->report, data, NULL, NULL);
}

static void
test_pdf (void)
{
  g_autoptr (GBytes) pdf = make_pdf ();
  g_autoptr (HemoSecret) password = make_password (PASSWORD);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sealed = hemo_pdf_protect (pdf, password, &error);
  char *folder = make_folder ();
  g_autofree char *path = NULL;
  g_autofree char *told = NULL;
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  path = write_file (folder, "sealed.pdf", sealed);
  told = run_tool (
      (const char *[]){ "qpdf", "--show-encryption", "--password=" PASSWORD, path, NULL });
  assert_contains (told, "R = 6");
  assert_contains (told, "file encryption method: AESv3");
  assert_contains (told, "Supplied password is user password");
  g_free (run_tool ((const char *[]){ "qpdf", "--check", "--password=" PASSWORD, path, NULL }));
  text = run_tool ((const char *[]){ "pdftotext", "-upw", PASSWORD, path, "-", NULL });
  assert_contains (text, "Amina Odhiambo");
  g_assert_cmpint (run_status ((const char *[]){ "pdftotext", path, "-", NULL }), !=, 0);
  g_assert_cmpint (
      run_status ((const char *[]){ "pdftotext", "-upw", "maji safi", path, "-", NULL }), !=, 0);
  remove_folder (folder);
}

static void
test_pdf_names (void)
{
  g_autoptr (GBytes) pdf = make_pdf ();
  g_autoptr (HemoSecret) password = make_password ("كلمة السر अमीना");
  g_autoptr (GBytes) sealed = hemo_pdf_protect (pdf, password, NULL);
  char *folder = make_folder ();
  g_autofree char *path = write_file (folder, "sealed.pdf", sealed);
  g_autofree char *bytes = NULL;
  gsize size;

  g_free (
      run_tool ((const char *[]){ "qpdf", "--check", "--password=كلمة السر अमीना", path, NULL }));
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  for (gsize i = 0; i + 12 < size; i++)
    g_assert_cmpint (memcmp (bytes + i, "26K7-00012-4", 12), !=, 0);
  remove_folder (folder);
}

static void
test_passwords_refused (void)
{
  g_autofree char *long_text = g_strnfill (128, 'a');
  const char *const bad[] = { "", long_text, "\xff\xfe" };
  g_autoptr (GBytes) pdf = make_pdf ();

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (HemoSecret) password = make_password (bad[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (hemo_pdf_protect (pdf, password, &error));
      g_assert_error (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_SEALING);
    }
}

static void
test_no_pdf (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("not a PDF", 9);
  g_autoptr (HemoSecret) password = make_password (PASSWORD);
  g_autoptr (GError) error = NULL;

  g_assert_null (hemo_pdf_protect (bytes, password, &error));
  g_assert_error (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_SEALING);
}

static GPtrArray *
make_files (void)
{
  GPtrArray *files = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_package_file_free);
  g_autoptr (GBytes) pdf = make_pdf ();
  g_autoptr (GBytes) csv = g_bytes_new_static ("a,b\r\n", 5);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);

  g_ptr_array_add (files, hemo_package_file_new ("26K7-00012-4/report.pdf", pdf));
  g_ptr_array_add (files, hemo_package_file_new ("results.csv", csv));
  g_ptr_array_add (files, hemo_package_file_new ("empty", empty));
  return files;
}

static int
decrypt (const char *sealed, const char *password, const char *zip)
{
  return run_status ((const char *[]){ "openssl", "cms", "-decrypt", "-inform", "DER", "-in",
                                       sealed, "-pwri_password", password, "-out", zip, NULL });
}

static void
test_package (void)
{
  static const char script[]
      = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; "
        "z.extractall(sys.argv[2]); print(*z.namelist())";
  g_autoptr (GPtrArray) files = make_files ();
  g_autoptr (HemoSecret) password = make_password (PASSWORD);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sealed = hemo_package_seal (files, password, &error);
  char *folder = make_folder ();
  g_autofree char *path = NULL;
  g_autofree char *zip = g_build_filename (folder, "package.zip", NULL);
  g_autofree char *bad = g_build_filename (folder, "bad.zip", NULL);
  g_autofree char *names = NULL;

  g_assert_no_error (error);
  path = write_file (folder, "package.cms", sealed);
  g_assert_cmpint (decrypt (path, PASSWORD, zip), ==, 0);
  names = run_tool ((const char *[]){ "python3", "-c", script, zip, folder, NULL });
  g_assert_cmpstr (names, ==, "26K7-00012-4/report.pdf results.csv empty SHA256SUMS\n");
  g_free (run_tool ((const char *[]){ "sh", "-c", "cd \"$1\" && sha256sum -c --strict SHA256SUMS",
                                      "sh", folder, NULL }));
  g_assert_cmpint (decrypt (path, "maji safi", bad), !=, 0);
  remove_folder (folder);
}

static void
test_package_refused (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (HemoSecret) password = make_password (PASSWORD);
  g_autoptr (HemoSecret) empty = make_password ("");
  g_autoptr (GPtrArray) files = make_files ();
  g_autoptr (GError) error = NULL;

  g_assert_null (hemo_package_seal (files, empty, &error));
  g_assert_error (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_SEALING);
  g_clear_error (&error);
  g_ptr_array_add (files, hemo_package_file_new ("../escape", bytes));
  g_assert_null (hemo_package_seal (files, password, &error));
  g_assert_error (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_NAME);
  g_clear_error (&error);
  g_ptr_array_set_size (files, 3);
  g_ptr_array_add (files, hemo_package_file_new ("results.csv", bytes));
  g_assert_null (hemo_package_seal (files, password, &error));
  g_assert_error (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_SEALING);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  g_assert_true (hemo_vault_init (&error));
  g_test_add_func ("/sealed-package/pdf", test_pdf);
  g_test_add_func ("/sealed-package/pdf-names", test_pdf_names);
  g_test_add_func ("/sealed-package/passwords-refused", test_passwords_refused);
  g_test_add_func ("/sealed-package/no-pdf", test_no_pdf);
  g_test_add_func ("/sealed-package/package", test_package);
  g_test_add_func ("/sealed-package/package-refused", test_package_refused);
  return g_test_run ();
}
