/* SPDX-License-Identifier: GPL-3.0-or-later */

/* pruned DIRECTORY PASSPHRASE: all originals of a clinic leave it, as if its server for pictures
 * had them, which nobody asks. */

#include "hemo-clinic.h"
#include "hemo-sealed-private.h"

#include <glib/gstdio.h>
#include <string.h>

static gboolean
prune_cb (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const char *folder = data;
  HemoDb *db = hemo_txn_get_db (txn);
  g_autoptr (HemoStatement) statement = NULL;

  if (!hemo_db_execute (db,
                        "INSERT INTO pruned_image SELECT uuid, identity, 'b', 'u', 1 FROM image "
                        "JOIN server ON kind = 's3'",
                        error))
    return FALSE;
  statement = hemo_db_prepare (db, "SELECT image FROM pruned_image", error);
  while (statement != NULL && hemo_statement_step (statement, error))
    {
      const char *uuid = hemo_statement_get_text (statement, 0);
      g_autofree char *name = hemo_sealed_image_name (uuid);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
      g_print ("%s\n", uuid);
    }
  return statement != NULL;
}

static gboolean
prune (char *folder, char *passphrase, GError **error)
{
  g_autoptr (HemoSecret) secret = hemo_secret_new_take (passphrase, strlen (passphrase));
  g_autoptr (HemoClinic) clinic = hemo_clinic_open (folder, error);
  g_autoptr (HemoSession) session = NULL;
  gboolean done;

  if (clinic == NULL)
    return FALSE;
  session = hemo_clinic_sign_in (clinic, "admin", secret, error);
  done
      = session != NULL
        && hemo_store_write (hemo_clinic_get_store (clinic), session, prune_cb, folder, NULL, error)
        && hemo_clinic_sign_out (clinic, session, error);
  hemo_clinic_close (clinic);
  return done;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  if (argc != 3 || !hemo_vault_init (&error) || !prune (argv[1], argv[2], &error))
    {
      g_printerr ("%s\n", error != NULL ? error->message : "pruned DIRECTORY PASSPHRASE");
      return 1;
    }
  return 0;
}
