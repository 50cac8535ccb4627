/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Opens what may be damaged: bytes as they come (first byte even), or a sealed object that is
 * edited (odd): pairs of a position (two bytes) and a value. An edited object opens to its own
 * contents or not at all. */

#include "hemo-cms.h"

#include <stdlib.h>

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static const char content[] = "what was put in and has to come out";
static HemoKeyPair *key;
static GPtrArray *candidates;
static GBytes *sealed;
static GBytes *signature;
static GBytes *plain;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  key = hemo_key_pair_new ("fuzz", FALSE, NULL);
  candidates = g_ptr_array_new ();
  g_ptr_array_add (candidates, key->certificate);
  plain = g_bytes_new_static (content, sizeof content);
  sealed = hemo_cms_seal (plain, candidates, NULL);
  signature = hemo_cms_sign (plain, key, NULL);
  return 0;
}

static GBytes *
edit (GBytes *bytes, const guint8 *edits, size_t size)
{
  gsize total = g_bytes_get_size (bytes);
  guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, NULL), total);

  for (size_t i = 0; i + 2 < size; i += 3)
    copy[(edits[i] << 8 | edits[i + 1]) % total] = edits[i + 2];
  return g_bytes_new_take (copy, total);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) signed_bytes = NULL;
  g_autoptr (GBytes) opened = NULL;
  g_autoptr (HemoSecret) secret = NULL;
  g_auto (GStrv) recipients = NULL;
  g_autoptr (GBytes) certificate = NULL;
  gboolean edited = size > 0 && (data[0] & 1) != 0;

  if (size == 0)
    return 0;
  bytes = edited ? edit (sealed, data + 1, size - 1) : g_bytes_new (data + 1, size - 1);
  signed_bytes = edited ? edit (signature, data + 1, size - 1) : g_bytes_ref (bytes);
  opened = hemo_cms_open (bytes, key, 4096, NULL);
  if (opened != NULL && edited && !g_bytes_equal (opened, plain))
    abort ();
  secret = hemo_cms_open_secret (bytes, key, NULL);
  recipients = hemo_cms_recipients (bytes, candidates, NULL);
  hemo_cms_verify (plain, signed_bytes, key->certificate, NULL);
  certificate = hemo_certificate_check (bytes, NULL);
  return 0;
}
