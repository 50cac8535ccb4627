/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Secrets out of entries. */

#include "hemo-entry.h"

#include "hemo-memory.h"

#include <openssl/crypto.h>
#include <string.h>

#define SECRET_LIMIT 1024

HemoSecret *
hemo_entry_take_secret (GtkEditable *entry)
{
  const char *typed = gtk_editable_get_text (entry);
  g_autofree char *normal = NULL;
  HemoSecret *secret;
  gsize size;

  if (*typed == '\0' || strlen (typed) > SECRET_LIMIT)
    return NULL;
  /* As hemo_secret_read_fd() does, so that every keyboard makes the same bytes. */
  normal = hemo_utf8_normalize (typed, G_NORMALIZE_NFKC);
  if (normal == NULL)
    return NULL;
  size = strlen (normal);
  secret = hemo_secret_new (size);
  memcpy (hemo_secret_get_data (secret), normal, size);
  OPENSSL_cleanse (normal, size);
  gtk_editable_set_text (entry, "");
  return secret;
}
