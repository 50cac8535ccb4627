/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Enrols the second laptop, gives it the servers, and carries the stick. */

#include "courier-fixture.h"

#include "server-fixture.h"

#include <string.h>

HemoStore *
couriers_store (Couriers *self)
{
  return hemo_clinic_get_store (self->files.base.clinic);
}

static void
enrol (Couriers *self)
{
  g_autofree char *file = g_build_filename (self->files.base.root, "enrol.json", NULL);
  g_autoptr (HemoSecret) fresh = secret (OTHER_PASSPHRASE);
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSecret) code
      = hemo_clinic_enrol_export (self->files.base.clinic, self->files.base.session, file, &error);

  g_assert_no_error (error);
  self->folder = g_build_filename (self->files.base.root, "second", NULL);
  self->b = hemo_clinic_enrol_import (self->folder, file, code, "dora", "Dora Test", fresh, &error);
  g_assert_no_error (error);
  self->b_user = sign_in (self->b, "dora", OTHER_PASSPHRASE);
}

void
couriers_configure_fhir (HemoClinic *clinic, HemoSession *user, const char *url)
{
  g_autoptr (HemoServerSettings) records = hemo_server_settings_new ();

  records->url = g_strdup (url);
  save_server (clinic, user, HEMO_SERVER_FHIR, records);
}

void
couriers_configure (Couriers *self, HemoClinic *clinic, HemoSession *user)
{
  g_autoptr (HemoServerSettings) pictures = hemo_server_settings_new ();
  g_autofree char *url = g_strconcat (self->fhir->server->base, "/fhir", NULL);

  couriers_configure_fhir (clinic, user, url);
  pictures->url = g_strdup (self->s3->server->base);
  pictures->bucket = g_strdup ("b");
  pictures->user = g_strdup ("KEY");
  pictures->secret = g_strdup ("secret");
  pictures->prefix = g_strdup ("c/");
  save_server (clinic, user, HEMO_SERVER_S3, pictures);
}

void
couriers_set_up (Couriers *self, gconstpointer data)
{
  files_set_up (&self->files, data);
  enrol (self);
  self->fhir = fake_fhir_new ();
  self->s3 = fake_s3_new ();
  self->s3->echoes = TRUE;
  couriers_configure (self, self->b, self->b_user);
  self->stick = g_build_filename (self->files.base.root, "stick", NULL);
  g_assert_no_errno (g_mkdir (self->stick, 0700));
}

void
couriers_tear_down (Couriers *self, gconstpointer data)
{
  hemo_session_unref (self->b_user);
  hemo_clinic_close (self->b);
  g_object_unref (self->b);
  g_free (self->folder);
  fake_fhir_free (self->fhir);
  fake_s3_free (self->s3);
  g_free (self->stick);
  files_tear_down (&self->files, data);
}

gboolean
couriers_run_on (Couriers *self,
                 HemoClinic *clinic,
                 HemoSession *user,
                 const char *stick,
                 gboolean writes,
                 GError **error)
{
  const HemoCourier courier = { .clinic = clinic, .person = user };

  return writes ? hemo_courier_write (&courier, stick, &self->sum, NULL, error)
                : hemo_courier_read (&courier, stick, &self->sum, NULL, error);
}

static void
run (Couriers *self, HemoClinic *clinic, HemoSession *user, gboolean writes)
{
  g_autoptr (GError) error = NULL;

  couriers_run_on (self, clinic, user, self->stick, writes, &error);
  g_assert_no_error (error);
}

void
couriers_write (Couriers *self)
{
  run (self, self->files.base.clinic, self->files.base.session, TRUE);
}

void
couriers_take (Couriers *self)
{
  run (self, self->files.base.clinic, self->files.base.session, FALSE);
}

void
couriers_forward (Couriers *self)
{
  run (self, self->b, self->b_user, FALSE);
}

gboolean
couriers_try_forward (Couriers *self, GError **error)
{
  return couriers_run_on (self, self->b, self->b_user, self->stick, FALSE, error);
}

void
couriers_round (Couriers *self)
{
  couriers_write (self);
  couriers_forward (self);
  couriers_take (self);
}

gboolean
couriers_try_write (Couriers *self, GCancellable *cancellable, GError **error)
{
  const HemoCourier courier
      = { .clinic = self->files.base.clinic, .person = self->files.base.session };

  return hemo_courier_write (&courier, self->stick, &self->sum, cancellable, error);
}

gint64
couriers_queued (Couriers *self, const char *where)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM queue WHERE %s", where);

  return store_count (couriers_store (self), sql);
}

HemoImage *
couriers_add_image (Couriers *self, guint seed)
{
  return files_add_image (&self->files, self->files.specimen, seed);
}

char *
couriers_folder (Couriers *self)
{
  g_autofree char *clinic
      = store_ask (couriers_store (self), "SELECT value FROM meta WHERE key = 'clinic'");
  g_autofree char *installation
      = store_ask (couriers_store (self), "SELECT value FROM meta WHERE key = 'installation'");

  return g_build_filename (self->stick, HEMO_COURIER_ROOT, clinic, installation, NULL);
}

static GPtrArray *
list (Couriers *self, const char *ending)
{
  g_autofree char *folder = couriers_folder (self);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ending))
      g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  g_ptr_array_sort_values (names, (GCompareFunc)g_strcmp0);
  return names;
}

char *
couriers_find (Couriers *self, const char *ending)
{
  g_autoptr (GPtrArray) names = list (self, ending);

  return names->len > 0 ? g_strdup (g_ptr_array_index (names, 0)) : NULL;
}

guint
couriers_count (Couriers *self, const char *ending)
{
  g_autoptr (GPtrArray) names = list (self, ending);

  return names->len;
}

static void
assert_object (Couriers *self, const char *image)
{
  g_autofree char *key = g_strdup_printf ("b/c/images/%s.cms", image);
  g_autofree char *signature = g_strdup_printf ("%s.sig", key);
  g_autofree char *preview = g_strdup_printf ("b/c/previews/%s.cms", image);
  g_autofree char *path = files_image_path (&self->files, image);
  g_autofree char *bytes = NULL;
  gsize size = 0;
  GBytes *object = fake_s3_object (self->s3, key);

  g_assert_nonnull (object);
  g_assert_nonnull (fake_s3_object (self->s3, signature));
  g_assert_nonnull (fake_s3_object (self->s3, preview));
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_assert_cmpmem (bytes, size, g_bytes_get_data (object, NULL), g_bytes_get_size (object));
}

void
couriers_assert_there (Couriers *self)
{
  g_autoptr (json_object) tube = fake_fhir_read (self->fhir, "Specimen", self->files.specimen);
  g_autofree char *image
      = store_ask (couriers_store (self), "SELECT coalesce(max(uuid), '') FROM image");

  g_assert_nonnull (tube);
  g_assert_cmpint (couriers_queued (self, "state <> 'received'"), ==, 0);
  if (*image != '\0')
    assert_object (self, image);
}
