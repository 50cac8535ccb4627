/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How far a file is, in words. */

#include "hemo-export-file.h"

#include <glib/gi18n.h>

struct _HemoExportFile
{
  GObject parent_instance;

  char *name;
  HemoExportStage stage;
  guint64 done;
  guint64 bytes;
  gboolean kept;
  gboolean removed;
  gboolean verified;
};

G_DEFINE_FINAL_TYPE (HemoExportFile, hemo_export_file, G_TYPE_OBJECT)

static guint changed_signal;

static void
hemo_export_file_finalize (GObject *object)
{
  g_free (HEMO_EXPORT_FILE (object)->name);
  G_OBJECT_CLASS (hemo_export_file_parent_class)->finalize (object);
}

static void
hemo_export_file_class_init (HemoExportFileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_export_file_finalize;
  changed_signal = g_signal_new ("changed", HEMO_TYPE_EXPORT_FILE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
hemo_export_file_init (HemoExportFile *self)
{
}

HemoExportFile *
hemo_export_file_new (const char *name)
{
  HemoExportFile *self = g_object_new (HEMO_TYPE_EXPORT_FILE, NULL);

  self->name = g_strdup (name);
  return self;
}

void
hemo_export_file_update (HemoExportFile *self,
                         const HemoExportResult *result,
                         HemoExportStage stage,
                         guint64 done)
{
  if (self->stage == stage && self->done == done && self->bytes == result->bytes
      && self->kept == result->kept && self->verified == result->verified)
    return;
  self->stage = stage;
  self->done = done;
  self->bytes = result->bytes;
  self->kept = result->kept;
  self->removed = result->removed;
  self->verified = result->verified;
  g_signal_emit (self, changed_signal, 0);
}

const char *
hemo_export_file_get_name (HemoExportFile *self)
{
  return self->name;
}

HemoExportStage
hemo_export_file_get_stage (HemoExportFile *self)
{
  return self->stage;
}

double
hemo_export_file_get_fraction (HemoExportFile *self)
{
  return self->bytes > 0 ? CLAMP ((double)self->done / (double)self->bytes, 0, 1) : 0;
}

gboolean
hemo_export_file_has_arrived (HemoExportFile *self)
{
  return self->verified;
}

char *
hemo_export_file_describe (HemoExportFile *self)
{
  int percent = (int)(100 * hemo_export_file_get_fraction (self));
  g_autofree char *size = g_format_size (self->bytes);

  switch (self->stage)
    {
    case HEMO_EXPORT_MAKING:
      return g_strdup (_ ("being made"));
    case HEMO_EXPORT_WRITING:
      return g_strdup_printf (_ ("writing, %d %% of %s"), percent, size);
    case HEMO_EXPORT_READING:
      return g_strdup_printf (_ ("reading back, %d %% of %s"), percent, size);
    case HEMO_EXPORT_ENDED:
      if (!self->verified)
        return g_strdup (_ ("did not arrive"));
      if (self->removed)
        return g_strdup (_ ("out of date, removed"));
      /* Translators: the argument is the size of a file */
      return g_strdup_printf (self->kept ? _ ("was there already, read back, %s")
                                         : _ ("written and read back, %s"),
                              size);
    case HEMO_EXPORT_WAITING:
    default:
      return g_strdup (_ ("waits"));
    }
}
