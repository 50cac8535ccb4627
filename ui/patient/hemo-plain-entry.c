/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Text that a record takes: not too long, nothing that cannot be seen. */

#include "hemo-plain-entry.h"

#include <glib/gi18n.h>

/* That hemo_patient_validate() accepts. */
#define LIMIT 200

struct _HemoPlainEntry
{
  HemoCheckedEntry parent_instance;
};

G_DEFINE_FINAL_TYPE (HemoPlainEntry, hemo_plain_entry, HEMO_TYPE_CHECKED_ENTRY)

static gboolean
read_text (HemoCheckedEntry *self, const char *text, char **message)
{
  if (text == NULL || g_utf8_strlen (text, -1) <= LIMIT)
    return TRUE;
  *message = g_strdup_printf (
      ngettext ("At most %d character fits.", "At most %d characters fit.", LIMIT), LIMIT);
  return FALSE;
}

static void
hemo_plain_entry_class_init (HemoPlainEntryClass *klass)
{
  HEMO_CHECKED_ENTRY_CLASS (klass)->read = read_text;
}

static void
hemo_plain_entry_init (HemoPlainEntry *self)
{
}

GtkWidget *
hemo_plain_entry_new (void)
{
  return g_object_new (HEMO_TYPE_PLAIN_ENTRY, NULL);
}

char *
hemo_plain_entry_dup_value (HemoPlainEntry *self)
{
  char *text = g_strstrip (g_strdup (hemo_checked_entry_get_text (HEMO_CHECKED_ENTRY (self))));

  if (text[0] == '\0')
    g_clear_pointer (&text, g_free);
  return text;
}
