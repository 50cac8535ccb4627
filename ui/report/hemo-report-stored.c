/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Has a stored paper drawn by a process of its own, and takes its pages. */

#include "hemo-report-stored.h"

#include "hemo-draw-paper.h"
#include "hemo-memory-file.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#define WORDS_KEY "hemo-report-words"

const char *
hemo_report_page_get_words (GdkTexture *page)
{
  return g_object_get_data (G_OBJECT (page), WORDS_KEY);
}

void
hemo_report_page_set_words (GdkTexture *page, const char *words)
{
  g_object_set_data_full (G_OBJECT (page), WORDS_KEY,
                          *words != '\0' ? g_utf8_make_valid (words, -1) : NULL, g_free);
}

/* The words after the pixels. */
static gboolean
read_words (GBytes *pages, gsize *offset, GdkTexture *page)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (pages, &length);
  guint32 size;
  g_autofree char *words = NULL;

  if (length - *offset < sizeof size)
    return FALSE;
  memcpy (&size, data + *offset, sizeof size);
  *offset += sizeof size;
  if (size > HEMO_DRAW_WORDS_MAX || length - *offset < size)
    return FALSE;
  words = g_strndup ((const char *)data + *offset, size);
  *offset += size;
  hemo_report_page_set_words (page, words);
  return TRUE;
}

/* One page from @offset on, which is moved behind it; NULL when there is no whole page. */
static GdkTexture *
read_page (GBytes *pages, gsize *offset)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (pages, &length);
  guint32 size[2];
  gsize stride;
  g_autoptr (GBytes) pixels = NULL;

  if (length - *offset < sizeof size)
    return NULL;
  memcpy (size, data + *offset, sizeof size);
  *offset += sizeof size;
  stride = (gsize)size[0] * 4;
  if (size[0] == 0 || size[1] == 0 || size[0] > HEMO_DRAW_SIDE_MAX + 1
      || size[1] > HEMO_DRAW_SIDE_MAX + 1 || (length - *offset) / stride < size[1])
    return NULL;
  pixels = g_bytes_new_from_bytes (pages, *offset, stride * size[1]);
  *offset += stride * size[1];
  return gdk_memory_texture_new (
      (int)size[0], (int)size[1],
      G_BYTE_ORDER == G_LITTLE_ENDIAN ? GDK_MEMORY_B8G8R8X8 : GDK_MEMORY_X8R8G8B8, pixels, stride);
}

GPtrArray *
hemo_report_stored_read_pages (GBytes *pages, GError **error)
{
  g_autoptr (GPtrArray) textures = g_ptr_array_new_with_free_func (g_object_unref);
  gsize offset = 0;

  while (offset < g_bytes_get_size (pages) && textures->len < HEMO_DRAW_PAGES_MAX)
    {
      GdkTexture *texture = read_page (pages, &offset);

      if (texture == NULL)
        break;
      g_ptr_array_add (textures, texture);
      if (!read_words (pages, &offset, texture))
        break;
    }
  if (textures->len > 0 && offset == g_bytes_get_size (pages))
    return g_steal_pointer (&textures);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("The stored paper could not be drawn. It can be printed and written to a "
                          "stick all the same."));
  return NULL;
}

/* Where it was installed, else beside the program as it was built. */
static const char *
find_program (void)
{
  return g_file_test (HEMO_DRAW_PAPER, G_FILE_TEST_IS_EXECUTABLE) ? HEMO_DRAW_PAPER
                                                                  : HEMO_DRAW_PAPER_BUILT;
}

static GSubprocess *
start (GBytes *pdf, double scale, GError **error)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  /* A pipe would end us with a process that ends early. */
  g_autofd int fd = hemo_memory_file_open (pdf, error);
  g_autoptr (GSubprocessLauncher) launcher = NULL;

  if (fd < 0)
    return NULL;
  g_ascii_dtostr (text, sizeof text, CLAMP (scale, HEMO_DRAW_SCALE_MIN, HEMO_DRAW_SCALE_MAX));
  launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_take_stdin_fd (launcher, g_steal_fd (&fd));
  return g_subprocess_launcher_spawn (launcher, error, find_program (), text, NULL);
}

GPtrArray *
hemo_report_stored_draw (GBytes *pdf, double scale, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) pages = NULL;
  g_autoptr (GBytes) words = NULL;
  g_autoptr (GSubprocess) process = start (pdf, scale, error);
  g_autofree char *why = NULL;

  if (process == NULL)
    return NULL;
  if (!g_subprocess_communicate (process, NULL, cancellable, &pages, &words, error))
    {
      g_subprocess_force_exit (process);
      return NULL;
    }
  if (g_subprocess_get_successful (process))
    return hemo_report_stored_read_pages (pages, error);
  why = g_strndup (g_bytes_get_data (words, NULL), MIN (g_bytes_get_size (words), 200));
  g_set_error (
      error, G_IO_ERROR, G_IO_ERROR_FAILED,
      _ ("The stored paper could not be drawn. It can be printed and written to a stick all "
         "the same. (%s)"),
      g_strstrip (why));
  return NULL;
}
