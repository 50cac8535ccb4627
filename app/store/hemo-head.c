/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The file that remembers how far the audit log had come. */

#include "hemo-head.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

/* Name, number, version of the key, MAC of the row: of fixed length, so that one write replaces
 * all. */
#define BODY_SIZE (16 + 21 + 11 + 64)
#define HEAD_SIZE (BODY_SIZE + 1 + 64 + 1)

static void
write_hex (char *out, GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  for (gsize i = 0; i < 32; i++)
    g_snprintf (out + 2 * i, 3, "%02x", i < size ? data[i] : 0);
}

static GBytes *
read_hex (const char *text)
{
  guint8 data[32];

  for (gsize i = 0; i < sizeof data; i++)
    {
      int high = g_ascii_xdigit_value (text[2 * i]), low = g_ascii_xdigit_value (text[2 * i + 1]);

      if (high < 0 || low < 0)
        return NULL;
      data[i] = (guint8)(high << 4 | low);
    }
  return g_bytes_new (data, sizeof data);
}

static GBytes *
body_mac (const char *body, HemoSecret *key, GError **error)
{
  g_autofree char *text = g_strdup_printf ("hemogram head file %.*s", BODY_SIZE, body);
  g_autoptr (GBytes) message = g_bytes_new (text, strlen (text));

  return hemo_secret_mac (key, message, error);
}

static gboolean
read_file (const char *directory, char text[HEAD_SIZE + 1])
{
  g_autofree char *path = g_build_filename (directory, HEMO_HEAD_NAME, NULL);
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  ssize_t size;

  if (fd < 0)
    return FALSE;
  size = pread (fd, text, HEAD_SIZE, 0);
  close (fd);
  text[HEAD_SIZE] = '\0';
  return size == HEAD_SIZE && strlen (text) == HEAD_SIZE;
}

gboolean
hemo_head_read (const char *directory, GPtrArray *audit_keys, gint64 *sequence, GBytes **mac)
{
  char text[HEAD_SIZE + 1];
  g_autoptr (GBytes) expected = NULL;
  g_autoptr (GBytes) stored = NULL;
  guint64 version;

  if (!read_file (directory, text) || memcmp (text, "hemogram-head-1 ", 16) != 0)
    return FALSE;
  version = g_ascii_strtoull (text + 37, NULL, 10);
  if (version < 1 || version > audit_keys->len)
    return FALSE;
  stored = read_hex (text + BODY_SIZE + 1);
  expected = body_mac (text, g_ptr_array_index (audit_keys, version - 1), NULL);
  if (stored == NULL || expected == NULL || !g_bytes_equal (stored, expected))
    return FALSE;
  *sequence = g_ascii_strtoll (text + 16, NULL, 10);
  *mac = read_hex (text + 48);
  return *mac != NULL;
}

static gboolean
fail (const char *what, int code, GError **error)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s.", what, g_strerror (code));
  return FALSE;
}

gboolean
hemo_head_write (int fd, gint64 sequence, GBytes *mac, GPtrArray *audit_keys, GError **error)
{
  char text[HEAD_SIZE + 1];
  guint version = audit_keys->len;
  g_autoptr (GBytes) own = NULL;
  ssize_t written;

  g_snprintf (text, sizeof text, "hemogram-head-1 %020" G_GINT64_FORMAT " %010u ", sequence,
              version);
  write_hex (text + 48, mac);
  own = body_mac (text, g_ptr_array_index (audit_keys, version - 1), error);
  if (own == NULL)
    return FALSE;
  text[BODY_SIZE] = ' ';
  write_hex (text + BODY_SIZE + 1, own);
  text[HEAD_SIZE - 1] = '\n';
  written = pwrite (fd, text, HEAD_SIZE, 0);
  if (written == HEAD_SIZE)
    return TRUE;
  return fail (N_ ("The file 'head' cannot be written"), written < 0 ? errno : ENOSPC, error);
}

int
hemo_head_open (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, HEMO_HEAD_NAME, NULL);
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    fail (N_ ("The file 'head' cannot be opened"), errno, error);
  return fd;
}
