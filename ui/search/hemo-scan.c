/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A buffer of fast keys. */

#include "hemo-scan.h"

#include <string.h>

struct _HemoScan
{
  char *prefix;
  GString *text;
  GString *plain;
  guint count;
  gint64 last_us;
  gboolean done;
  /* A burst that can be no scan any more: its keys pass until it pauses. */
  gboolean passing;
};

HemoScan *
hemo_scan_new (const char *prefix)
{
  HemoScan *self = g_new0 (HemoScan, 1);

  self->prefix = g_strdup (prefix != NULL ? prefix : "");
  self->text = g_string_new (NULL);
  self->plain = g_string_new (NULL);
  return self;
}

void
hemo_scan_free (HemoScan *self)
{
  if (self == NULL)
    return;
  g_free (self->prefix);
  g_string_free (self->text, TRUE);
  g_string_free (self->plain, TRUE);
  g_free (self);
}

static void
clear (HemoScan *self)
{
  g_string_truncate (self->text, 0);
  g_string_truncate (self->plain, 0);
  self->count = 0;
  self->done = FALSE;
}

static gboolean
has_prefix (HemoScan *self)
{
  return self->prefix[0] != '\0'
         && (g_str_has_prefix (self->text->str, self->prefix)
             || g_str_has_prefix (self->plain->str, self->prefix));
}

static gint64
patience (HemoScan *self)
{
  return has_prefix (self) ? HEMO_SCAN_PREFIX_GAP_US : HEMO_SCAN_GAP_US;
}

gint64
hemo_scan_get_patience (HemoScan *self)
{
  return self->count > 0 && !self->done ? patience (self) : 0;
}

static gboolean
has_digit (const char *text)
{
  return strpbrk (text, "0123456789") != NULL;
}

/* Letters alone are words, or tallied cells. */
static gboolean
is_scan (HemoScan *self)
{
  if (has_prefix (self))
    return self->count > strlen (self->prefix);
  return self->count >= HEMO_SCAN_MIN
         && (has_digit (self->text->str) || has_digit (self->plain->str));
}

static void
append (HemoScan *self, gunichar character, char plain)
{
  if (character != 0)
    g_string_append_unichar (self->text, character);
  if (plain != 0)
    g_string_append_c (self->plain, plain);
  self->count++;
}

static HemoScanVerdict
end (HemoScan *self)
{
  HemoScanVerdict verdict = self->count > 0 ? HEMO_SCAN_RELEASE : HEMO_SCAN_PASS;

  if (is_scan (self))
    {
      self->done = TRUE;
      return HEMO_SCAN_DONE;
    }
  clear (self);
  return verdict;
}

static HemoScanVerdict
character_key (HemoScan *self, gboolean late, gunichar character, char plain)
{
  HemoScanVerdict verdict = HEMO_SCAN_HOLD;

  if (late)
    self->passing = FALSE;
  if (self->passing)
    return HEMO_SCAN_PASS;
  if (late && self->count > 0)
    {
      clear (self);
      verdict |= HEMO_SCAN_RELEASE;
    }
  append (self, character, plain);
  if (self->count <= HEMO_SCAN_MAX)
    return verdict;
  clear (self);
  self->passing = TRUE;
  return HEMO_SCAN_RELEASE;
}

HemoScanVerdict
hemo_scan_key (HemoScan *self, gint64 at_us, HemoScanKey key, gunichar character, char plain)
{
  gboolean late;
  gboolean held;

  if (self->done)
    clear (self);
  /* A clock that was set back says nothing. */
  late = at_us < self->last_us || at_us - self->last_us > patience (self);
  held = self->count > 0;
  self->last_us = at_us;
  if (key == HEMO_SCAN_KEY_CHARACTER && (character != 0 || plain != 0))
    return character_key (self, late, character, plain);
  self->passing = FALSE;
  if (key == HEMO_SCAN_KEY_END && !late)
    return end (self);
  clear (self);
  return held ? HEMO_SCAN_RELEASE : HEMO_SCAN_PASS;
}

HemoScanVerdict
hemo_scan_expire (HemoScan *self)
{
  gboolean held = self->count > 0 && !self->done;

  clear (self);
  return held ? HEMO_SCAN_RELEASE : HEMO_SCAN_PASS;
}

const char *
hemo_scan_get_text (HemoScan *self)
{
  return has_prefix (self) && g_str_has_prefix (self->text->str, self->prefix)
             ? self->text->str + strlen (self->prefix)
             : self->text->str;
}

const char *
hemo_scan_get_plain (HemoScan *self)
{
  return has_prefix (self) && g_str_has_prefix (self->plain->str, self->prefix)
             ? self->plain->str + strlen (self->prefix)
             : self->plain->str;
}
