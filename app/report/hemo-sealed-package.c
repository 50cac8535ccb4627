/* SPDX-License-Identifier: GPL-3.0-or-later */

/* PDF passwords by qpdf, ZIP by libarchive, sealed by CMS. */

#include "hemo-sealed-package.h"

#include "hemo-cms.h"

#include <archive.h>
#include <archive_entry.h>
#include <glib/gi18n.h>
#include <qpdf/qpdf-c.h>
#include <string.h>

#define PDF_PASSWORD_LIMIT 127
#define PACKAGE_LIMIT ((guint64)1024 * 1024 * 1024)

typedef struct _qpdf_data QpdfData;

static void
clear_qpdf (QpdfData *self)
{
  qpdf_data data = self;

  /* An error that nobody asked for is printed by qpdf; what went wrong was said by our own. */
  if (qpdf_has_error (data))
    qpdf_get_error (data);
  qpdf_cleanup (&data);
}

static void
free_archive (struct archive *self)
{
  archive_write_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QpdfData, clear_qpdf)

typedef struct archive ZipWriter;
typedef struct archive_entry ZipEntry;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZipWriter, free_archive)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZipEntry, archive_entry_free)

static gboolean
set_error (GError **error, const char *text)
{
  g_set_error_literal (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_SEALING, text);
  return FALSE;
}

static gboolean
check_password (HemoSecret *password, gsize limit, GError **error)
{
  const char *data = (const char *)hemo_secret_get_data (password);
  gsize size = hemo_secret_get_size (password);

  if (size == 0)
    return set_error (error, N_ ("The password is empty. Give one, or export without a password."));
  if (size > limit)
    return set_error (error, N_ ("The password is too long: 127 bytes are what a PDF can take."));
  if (memchr (data, '\0', size) != NULL || !g_utf8_validate (data, (gssize)size, NULL))
    return set_error (error, N_ ("The password is not text in UTF-8."));
  return TRUE;
}

/* What qpdf takes: ends in 0, in secure memory. */
static HemoSecret *
terminated (HemoSecret *secret)
{
  gsize size = hemo_secret_get_size (secret);
  HemoSecret *copy = hemo_secret_new (size + 1);

  memcpy (hemo_secret_get_data (copy), hemo_secret_get_data (secret), size);
  hemo_secret_get_data (copy)[size] = '\0';
  return copy;
}

/* Nobody knows the owner's password, so that nobody can lift what the user's one does not allow. */
static HemoSecret *
random_owner_password (GError **error)
{
  g_autoptr (HemoSecret) random = hemo_secret_new_random (16, error);
  HemoSecret *text;

  if (random == NULL)
    return NULL;
  text = hemo_secret_new (33);
  for (int i = 0; i < 32; i++)
    {
      guint8 byte = hemo_secret_get_data (random)[i / 2];

      hemo_secret_get_data (text)[i]
          = (guint8) "0123456789abcdef"[i % 2 == 0 ? byte >> 4 : byte & 15];
    }
  hemo_secret_get_data (text)[32] = '\0';
  return text;
}

static gboolean
write_protected (qpdf_data data, HemoSecret *password, GError **error)
{
  g_autoptr (HemoSecret) user = terminated (password);
  g_autoptr (HemoSecret) owner = random_owner_password (error);

  if (owner == NULL)
    return FALSE;
  qpdf_set_r6_encryption_parameters2 (data, (const char *)hemo_secret_get_data (user),
                                      (const char *)hemo_secret_get_data (owner), QPDF_TRUE,
                                      QPDF_TRUE, QPDF_FALSE, QPDF_FALSE, QPDF_FALSE, QPDF_FALSE,
                                      qpdf_r3p_full, QPDF_TRUE);
  if ((qpdf_write (data) & QPDF_ERRORS) != 0)
    return set_error (error, N_ ("The PDF could not be protected with the password."));
  return TRUE;
}

GBytes *
hemo_pdf_protect (GBytes *pdf, HemoSecret *password, GError **error)
{
  g_autoptr (QpdfData) data = NULL;
  gsize size;
  const char *bytes = g_bytes_get_data (pdf, &size);

  if (!check_password (password, PDF_PASSWORD_LIMIT, error))
    return NULL;
  data = qpdf_init ();
  qpdf_set_suppress_warnings (data, QPDF_TRUE);
  qpdf_silence_errors (data);
  if ((qpdf_read_memory (data, "report.pdf", bytes, size, NULL) & QPDF_ERRORS) != 0
      || (qpdf_init_write_memory (data) & QPDF_ERRORS) != 0)
    {
      set_error (error, "The PDF to protect with a password is damaged.");
      return NULL;
    }
  if (!write_protected (data, password, error))
    return NULL;
  return g_bytes_new (qpdf_get_buffer (data), qpdf_get_buffer_length (data));
}

HemoPackageFile *
hemo_package_file_new (const char *name, GBytes *bytes)
{
  HemoPackageFile *self = g_new0 (HemoPackageFile, 1);

  self->name = g_strdup (name);
  self->bytes = g_bytes_ref (bytes);
  return self;
}

void
hemo_package_file_free (HemoPackageFile *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_bytes_unref (self->bytes);
  g_free (self);
}

static la_ssize_t
append_cb (struct archive *archive, void *data, const void *buffer, size_t length)
{
  g_byte_array_append (data, buffer, (guint)length);
  return (la_ssize_t)length;
}

static gboolean
zip_file (ZipWriter *zip, const char *name, GBytes *bytes)
{
  g_autoptr (ZipEntry) entry = archive_entry_new ();
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);

  archive_entry_set_pathname (entry, name);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, 0600);
  archive_entry_set_size (entry, (la_int64_t)size);
  return archive_write_header (zip, entry) == ARCHIVE_OK
         && (size == 0 || archive_write_data (zip, data, size) == (la_ssize_t)size);
}

static gboolean
zip_all (ZipWriter *zip, GPtrArray *files)
{
  GString *sums = g_string_new (NULL);
  g_autoptr (GBytes) sums_bytes = NULL;
  gboolean good = TRUE;

  for (guint i = 0; i < files->len; i++)
    {
      const HemoPackageFile *file = files->pdata[i];
      g_autofree char *sha256 = hemo_sha256 (file->bytes);

      good = good && zip_file (zip, file->name, file->bytes);
      g_string_append_printf (sums, "%s  %s\n", sha256, file->name);
    }
  sums_bytes = g_string_free_to_bytes (sums);
  return good && zip_file (zip, HEMO_EXPORT_SUMS, sums_bytes);
}

static gboolean
check_files (GPtrArray *files, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  guint64 total = 0;

  for (guint i = 0; i < files->len; i++)
    {
      const HemoPackageFile *file = files->pdata[i];

      if (!hemo_export_check_name (file->name, error))
        return FALSE;
      if (!g_hash_table_add (names, file->name))
        return set_error (error, "The package has two files of the same name.");
      total += g_bytes_get_size (file->bytes);
    }
  if (total > PACKAGE_LIMIT)
    return set_error (error,
                      N_ ("The package would be larger than 1 GiB. Export fewer cases at once."));
  return TRUE;
}

static GBytes *
make_zip (GPtrArray *files, GError **error)
{
  g_autoptr (ZipWriter) zip = archive_write_new ();
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  if (zip == NULL || archive_write_set_format_zip (zip) != ARCHIVE_OK
      || archive_write_set_bytes_in_last_block (zip, 1) != ARCHIVE_OK
      || archive_write_open (zip, bytes, NULL, append_cb, NULL) != ARCHIVE_OK
      || !zip_all (zip, files) || archive_write_close (zip) != ARCHIVE_OK)
    {
      set_error (error, N_ ("The package could not be made."));
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

GBytes *
hemo_package_seal (GPtrArray *files, HemoSecret *password, GError **error)
{
  g_autoptr (GBytes) zip = NULL;

  if (!check_password (password, G_MAXSIZE, error) || !check_files (files, error))
    return NULL;
  zip = make_zip (files, error);
  return zip != NULL ? hemo_cms_seal_password (zip, password, error) : NULL;
}
