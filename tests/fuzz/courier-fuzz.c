/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a stick may hold, outside and inside of its seal: what is taken is the same when it is
 * written and read again. */

#include "hemo-courier-envelope.h"
#include "hemo-courier-folder.h"
#include "hemo-courier-letter.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check (gboolean right)
{
  if (!right)
    abort ();
}

static void
try_envelope (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoCourierEnvelope) envelope = hemo_courier_envelope_parse (bytes, &error);

  check ((envelope == NULL) == (error != NULL));
  if (envelope == NULL)
    return;
  check (hemo_uuid_is_valid (envelope->clinic) && hemo_uuid_is_valid (envelope->from));
  check (g_bytes_get_size (envelope->sealed) > 0);
}

static void
try_letter (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoCourierLetter) letter = hemo_courier_letter_parse (bytes, &error);
  g_autoptr (HemoCourierLetter) again = NULL;
  g_autoptr (GBytes) json = NULL;
  g_autoptr (GBytes) same = NULL;

  check ((letter == NULL) == (error != NULL));
  if (letter == NULL)
    return;
  json = hemo_courier_letter_to_json (letter);
  again = hemo_courier_letter_parse (json, NULL);
  check (again != NULL && again->number == letter->number && again->parts->len == letter->parts->len
         && again->items->len == letter->items->len);
  same = hemo_courier_letter_to_json (again);
  check (g_bytes_equal (json, same));
}

static void
try_reply (GBytes *bytes)
{
  g_autoptr (HemoCourierReply) reply = hemo_courier_reply_parse (bytes, NULL);
  g_autoptr (HemoCourierReply) again = NULL;
  g_autoptr (GBytes) json = NULL;
  g_autoptr (GBytes) same = NULL;

  if (reply == NULL)
    return;
  json = hemo_courier_reply_to_json (reply);
  again = hemo_courier_reply_parse (json, NULL);
  check (again != NULL && again->outcome == reply->outcome);
  same = hemo_courier_reply_to_json (again);
  check (g_bytes_equal (json, same));
}

static void
try_answers (GBytes *bytes)
{
  g_autoptr (HemoCourierAnswers) answers = hemo_courier_answers_parse (bytes, NULL);
  g_autoptr (HemoCourierAnswers) again = NULL;
  g_autoptr (GBytes) json = NULL;
  g_autoptr (GBytes) same = NULL;

  if (answers == NULL)
    return;
  json = hemo_courier_answers_to_json (answers);
  again = hemo_courier_answers_parse (json, NULL);
  check (again != NULL && again->is_last == answers->is_last);
  same = hemo_courier_answers_to_json (again);
  check (g_bytes_equal (json, same));
}

static void
try_name (const char *data, size_t size)
{
  g_autofree char *name = g_strndup (data, MIN (size, 200));
  HemoCourierEntry *entry = hemo_courier_entry_parse (name);
  g_autofree char *same = NULL;

  if (entry == NULL)
    return;
  same = hemo_courier_entry_name (entry->rank, entry->number, entry->id);
  check (strcmp (same, name) == 0);
  hemo_courier_entry_free (entry);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);

  try_envelope (bytes);
  try_letter (bytes);
  try_reply (bytes);
  try_answers (bytes);
  try_name ((const char *)data, size);
  return 0;
}
