/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes and checks what the laptops of a clinic tell each other, and opens what another captured.
 */

#include "hemo-clinic-roster.h"

#include "hemo-clinic-private.h"
#include "hemo-files.h"
#include "hemo-outgoing.h"
#include "hemo-sealed-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define FORMAT "hemogram-roster-1"
#define MAC_LINE "mac "
#define MAC_SIZE 32
#define CERTIFICATES_MAX 64u

/* The key of the MAC: of all that were enrolled, and of nobody else. */
static GBytes *
make_mac (HemoKeyPair *image_key, const char *text, gsize length, GError **error)
{
  g_autoptr (GBytes) message = g_bytes_new (text, length);
  g_autoptr (HemoSecret) key
      = hemo_secret_derive (image_key->private_key, NULL, "hemogram roster 1", MAC_SIZE, error);

  return key != NULL ? hemo_secret_mac (key, message, error) : NULL;
}

char *
hemo_clinic_roster_write (HemoTxn *txn, HemoStore *store, GError **error)
{
  g_autofree char *clinic = hemo_txn_dup_meta (txn, "clinic", error);
  g_autofree char *installation
      = clinic != NULL ? hemo_txn_dup_meta (txn, "installation", error) : NULL;
  g_autoptr (HemoSealedKeys) keys
      = installation != NULL ? hemo_sealed_keys_load (txn, store, error) : NULL;
  g_autoptr (GString) text = g_string_new (FORMAT "\n");
  g_autoptr (GBytes) mac = NULL;
  g_autofree char *encoded = NULL;

  if (keys == NULL)
    return NULL;
  g_string_append_printf (text, "clinic %s\ninstallation %s\n", clinic, installation);
  for (guint i = 0; i < MIN (keys->installations->len, CERTIFICATES_MAX); i++)
    {
      GBytes *certificate = g_ptr_array_index (keys->installations, i);
      g_autofree char *base64
          = g_base64_encode (g_bytes_get_data (certificate, NULL), g_bytes_get_size (certificate));

      g_string_append_printf (text, "certificate %s\n", base64);
    }
  mac = make_mac (keys->image_key, text->str, text->len, error);
  if (mac == NULL)
    return NULL;
  encoded = g_base64_encode (g_bytes_get_data (mac, NULL), g_bytes_get_size (mac));
  g_string_append_printf (text, MAC_LINE "%s\n", encoded);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
fail (GError **error)
{
  g_set_error_literal (
      error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT,
      N_ ("The picture is not signed for this specimen by a laptop of this clinic: it "
          "is not shown."));
  return FALSE;
}

/* In constant time. */
static gboolean
is_same (GBytes *mac, const guchar *said, gsize said_size)
{
  const guchar *bytes = g_bytes_get_data (mac, NULL);
  guint differs = said_size != g_bytes_get_size (mac);

  for (gsize i = 0; i < MIN (said_size, g_bytes_get_size (mac)); i++)
    differs |= (guint)(bytes[i] ^ said[i]);
  return differs == 0;
}

/* The lines before the MAC, once that is right: then a laptop of the clinic wrote them. (transfer
 * full) */
static char *
check_mac (GBytes *roster, HemoKeyPair *image_key, GError **error)
{
  gsize size = g_bytes_get_size (roster);
  g_autofree char *text = size > 0 && size <= HEMO_ROSTER_LIMIT
                              ? g_strndup (g_bytes_get_data (roster, NULL), size)
                              : NULL;
  char *line = text != NULL ? g_strrstr (text, "\n" MAC_LINE) : NULL;
  g_autoptr (GBytes) mac = NULL;
  g_autofree guchar *said = NULL;
  gsize said_size = 0;

  if (line == NULL)
    return fail (error), NULL;
  line++;
  mac = make_mac (image_key, text, (gsize)(line - text), error);
  if (mac == NULL)
    return NULL;
  said = g_base64_decode (line + strlen (MAC_LINE), &said_size);
  if (!is_same (mac, said, said_size))
    return fail (error), NULL;
  *line = '\0';
  return g_steal_pointer (&text);
}

/* Those of @installation of @clinic; NULL when the text is of others. (transfer full) */
static GPtrArray *
read_certificates (const char *text, const char *clinic, const char *installation)
{
  g_autofree char *head
      = g_strdup_printf (FORMAT "\nclinic %s\ninstallation %s\n", clinic, installation);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_auto (GStrv) lines = NULL;

  if (!g_str_has_prefix (text, head))
    return NULL;
  lines = g_strsplit (text + strlen (head), "\n", CERTIFICATES_MAX + 1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "certificate "))
      {
        gsize size = 0;
        guchar *der = g_base64_decode (lines[i] + strlen ("certificate "), &size);

        g_ptr_array_add (list, g_bytes_new_take (der, size));
      }
  return g_steal_pointer (&list);
}

typedef struct
{
  HemoStore *store;
  const HemoImage *image;
  HemoSealedKeys *keys;
  char *clinic;
} Open;

static void
open_clear (Open *self)
{
  g_clear_pointer (&self->keys, hemo_sealed_keys_free);
  g_clear_pointer (&self->clinic, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Open, open_clear)

static gboolean
open_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Open *self = data;
  const char *uuid = self->image->uuid;

  if (!hemo_txn_require (txn, HEMO_ACTION_IMAGE_VIEW, "image", uuid, error))
    return FALSE;
  self->clinic = hemo_txn_dup_meta (txn, "clinic", error);
  self->keys = self->clinic != NULL ? hemo_sealed_keys_load (txn, self->store, error) : NULL;
  return self->keys != NULL && hemo_txn_audit (txn, "image.view", "image", uuid, "server", error);
}

/* Whether a laptop of the clinic, the one that took the picture, signed @statement. */
static gboolean
check_signature (const HemoForeignImage *foreign,
                 const Open *open,
                 GBytes *statement,
                 GError **error)
{
  g_autofree char *text = check_mac (foreign->roster, open->keys->image_key, error);
  g_autoptr (GPtrArray) certificates = NULL;

  if (text == NULL)
    return FALSE;
  certificates = read_certificates (text, open->clinic, foreign->image->captured_on);
  for (guint i = 0; certificates != NULL && i < certificates->len; i++)
    if (hemo_cms_verify (statement, foreign->signature, g_ptr_array_index (certificates, i), NULL))
      return TRUE;
  return fail (error);
}

/* @open: filled for hemo_cms_open() */
static gboolean
begin (HemoClinic *self,
       HemoSession *session,
       const HemoForeignImage *foreign,
       Open *open,
       GError **error)
{
  open->store = hemo_sealed_require_store (self, FALSE, error);
  open->image = foreign->image;
  if (open->store == NULL)
    return FALSE;
  if (foreign->image->specimen == NULL || foreign->image->sha256 == NULL
      || foreign->image->captured_on == NULL)
    return fail (error);
  return hemo_store_write (open->store, session, open_job, open, NULL, error);
}

GBytes *
hemo_clinic_open_foreign (HemoClinic *self,
                          HemoSession *session,
                          const HemoForeignImage *foreign,
                          GError **error)
{
  g_auto (Open) open = { 0 };
  g_autofree char *sealed = hemo_sha256 (foreign->sealed);
  g_autoptr (GBytes) statement = NULL;
  g_autoptr (GBytes) content = NULL;
  g_autofree char *found = NULL;

  if (!begin (self, session, foreign, &open, error))
    return NULL;
  statement = hemo_sealed_image_statement (foreign->image->uuid, foreign->image->specimen,
                                           foreign->image->sha256, sealed);
  if (!check_signature (foreign, &open, statement, error))
    return NULL;
  content = hemo_cms_open (foreign->sealed, open.keys->image_key, HEMO_IMAGE_LIMIT, error);
  if (content == NULL)
    return NULL;
  found = hemo_sha256 (content);
  if (g_strcmp0 (found, foreign->image->sha256) != 0)
    return fail (error), NULL;
  return g_steal_pointer (&content);
}

/* What was sealed is part of what was signed, so it is opened first and released after. */
GBytes *
hemo_clinic_open_foreign_preview (HemoClinic *self,
                                  HemoSession *session,
                                  const HemoForeignImage *foreign,
                                  GError **error)
{
  g_auto (Open) open = { 0 };
  g_autofree char *sealed = hemo_sha256 (foreign->sealed);
  g_autofree char *plain = NULL;
  g_autoptr (GBytes) statement = NULL;
  g_autoptr (GBytes) content = NULL;

  if (!begin (self, session, foreign, &open, error))
    return NULL;
  content = hemo_cms_open (foreign->sealed, open.keys->image_key, HEMO_IMAGE_LIMIT, error);
  if (content == NULL)
    return NULL;
  plain = hemo_sha256 (content);
  statement
      = hemo_preview_statement (foreign->image->uuid, foreign->image->specimen, plain, sealed);
  return check_signature (foreign, &open, statement, error) ? g_steal_pointer (&content) : NULL;
}
