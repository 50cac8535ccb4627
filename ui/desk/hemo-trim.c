/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Memory that the program no longer uses. */

#include "hemo-trim.h"

#include <malloc.h>

/* Milliseconds: by then what was asked for stands on the screen. */
#define MOMENT 1500

static guint source;

static gpointer
trim_thread (gpointer data)
{
  malloc_trim (0);
  return NULL;
}

static gboolean
moment_cb (gpointer data)
{
  source = 0;
  g_thread_unref (g_thread_new ("hemo-trim", trim_thread, NULL));
  return G_SOURCE_REMOVE;
}

void
hemo_trim_soon (void)
{
  g_clear_handle_id (&source, g_source_remove);
  source = g_timeout_add_full (G_PRIORITY_LOW, MOMENT, moment_cb, NULL, NULL);
}
