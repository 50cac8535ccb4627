/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Failed sign-ins, kept beside the locked store. */

#include "hemo-passphrase.h"

#include "hemo-attempts-private.h"
#include "hemo-durable.h"
#include "hemo-key-file-private.h"
#include "hemo-time.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FREE_TRIES 3
#define DELAY_MAX 900
#define DAMAGED_FAILURES 5
#define ENTRIES_MAX 1024
#define FILE_MAX ((gsize)256 * 1024)
/* The file is a whole number of these, so that a try can be noted on a full disk too. */
#define BLOCK 4096
#define SALT_SIZE 16
#define EVERYBODY (-1)
#define HEADER "hemogram-attempts 1 "

/* A login name is kept as 16 bits of a salted hash: people type passphrases into the wrong field,
 * and 16 bits help nobody to find one. Two names that share them share their delay, no more. */
typedef struct
{
  int tag;
  HemoInstant when;
} Entry;

struct _HemoAttempts
{
  char *path;
  HemoClock clock;
  guint8 salt[SALT_SIZE];
  GArray *entries;
};

static HemoInstant
read_clock (void)
{
  HemoInstant now = { 0 };
  g_autoptr (GDateTime) local = g_date_time_new_now_local ();
  g_autofree char *id = NULL;
  struct timespec boot = { 0 };

  now.wall_us = g_get_real_time ();
  now.offset_minutes = (gint16)(g_date_time_get_utc_offset (local) / G_TIME_SPAN_MINUTE);
  clock_gettime (CLOCK_BOOTTIME, &boot);
  now.boot_us = (gint64)boot.tv_sec * G_USEC_PER_SEC + boot.tv_nsec / 1000;
  if (g_file_get_contents ("/proc/sys/kernel/random/boot_id", &id, NULL, NULL)
      && hemo_key_uuid_is_valid (g_strstrip (id)))
    g_strlcpy (now.boot_id, id, sizeof now.boot_id);
  return now;
}

static int
compute_tag (HemoAttempts *self, const char *login)
{
  g_autoptr (GChecksum) hash = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *folded = hemo_key_login_fold (login);
  const char *text = folded == NULL ? login : folded;
  guint8 digest[32];
  gsize size = sizeof digest;

  g_checksum_update (hash, self->salt, SALT_SIZE);
  g_checksum_update (hash, (const guint8 *)text, (gssize)strlen (text));
  g_checksum_get_digest (hash, digest, &size);
  return digest[0] << 8 | digest[1];
}

static const Entry *
entry_at (HemoAttempts *self, guint index)
{
  return &g_array_index (self->entries, Entry, index);
}

static gboolean
entry_is (const Entry *entry, int tag)
{
  return entry->tag == tag || entry->tag == EVERYBODY;
}

/* Writing */

static GString *
format (HemoAttempts *self, guint first)
{
  GString *text = g_string_new (HEADER);
  g_autofree char *sum = NULL;

  for (guint i = 0; i < SALT_SIZE; i++)
    g_string_append_printf (text, "%02x", self->salt[i]);
  g_string_append_c (text, '\n');
  for (guint i = first; i < self->entries->len; i++)
    {
      const Entry *entry = entry_at (self, i);
      const HemoInstant *when = &entry->when;

      g_string_append_printf (text, "%d %" G_GINT64_FORMAT " %d %" G_GINT64_FORMAT " %s\n",
                              entry->tag, when->wall_us, when->offset_minutes, when->boot_us,
                              *when->boot_id == '\0' ? "-" : when->boot_id);
    }
  sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, (gssize)text->len);
  g_string_append_printf (text, "sha256 %s\n", sum);
  while (text->len % BLOCK != 0)
    g_string_append_c (text, '\n');
  return text;
}

static gboolean
write_in_place (int fd, const char *data, gsize size)
{
  gsize written = 0;

  while (written < size)
    {
      gssize n = pwrite (fd, data + written, size - written, (off_t)written);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      written += (gsize)n;
    }
  return fsync (fd) == 0;
}

/* On a full disk: over the blocks that the file has, the oldest failures left out if they are too
 * many. A power cut in the midst leaves a damaged file, which counts as failures too. Otherwise a
 * full disk would let nobody in to make room. */
static gboolean
overwrite (HemoAttempts *self)
{
  g_autofd int fd = open (self->path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  struct stat info;

  if (fd < 0 || fstat (fd, &info) != 0)
    return FALSE;
  for (guint first = 0; first <= self->entries->len; first++)
    {
      g_autoptr (GString) text = format (self, first);

      if (text->len > (gsize)info.st_size)
        continue;
      while (text->len < (gsize)info.st_size)
        g_string_append_c (text, '\n');
      return write_in_place (fd, text->str, text->len);
    }
  return FALSE;
}

static gboolean
save (HemoAttempts *self, GError **error)
{
  g_autoptr (GBytes) bytes = g_string_free_to_bytes (format (self, 0));
  g_autoptr (GError) local = NULL;

  if (hemo_durable_write (self->path, NULL, bytes, &local))
    return TRUE;
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_NO_SPACE) && overwrite (self))
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&local), "%s ",
                              N_ ("The try could not be noted, so it was not made."));
  return FALSE;
}

/* Reading */

static gboolean
read_salt (HemoAttempts *self, const char *line)
{
  if (!g_str_has_prefix (line, HEADER) || strlen (line) != strlen (HEADER) + 2 * SALT_SIZE)
    return FALSE;
  line += strlen (HEADER);
  for (guint i = 0; i < SALT_SIZE; i++)
    {
      if (!g_ascii_isxdigit (line[2 * i]) || !g_ascii_isxdigit (line[2 * i + 1]))
        return FALSE;
      self->salt[i] = (guint8)(g_ascii_xdigit_value (line[2 * i]) << 4
                               | g_ascii_xdigit_value (line[2 * i + 1]));
    }
  return TRUE;
}

static gboolean
read_entry (HemoAttempts *self, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 6);
  Entry entry = { 0 };
  gint64 tag = 0, offset = 0;

  if (g_strv_length (words) != 5 || self->entries->len >= ENTRIES_MAX
      || !g_ascii_string_to_signed (words[0], 10, EVERYBODY, 0xffff, &tag, NULL)
      || !g_ascii_string_to_signed (words[1], 10, G_MININT64, G_MAXINT64, &entry.when.wall_us, NULL)
      || !g_ascii_string_to_signed (words[2], 10, -1440, 1440, &offset, NULL)
      || !g_ascii_string_to_signed (words[3], 10, 0, G_MAXINT64, &entry.when.boot_us, NULL))
    return FALSE;
  if (strcmp (words[4], "-") != 0)
    {
      if (!hemo_key_uuid_is_valid (words[4]))
        return FALSE;
      g_strlcpy (entry.when.boot_id, words[4], sizeof entry.when.boot_id);
    }
  entry.tag = (int)tag;
  entry.when.offset_minutes = (gint16)offset;
  g_array_append_val (self->entries, entry);
  return TRUE;
}

/* @text without its last line, whose checksum fits. */
static gboolean
cut_sum (char *text)
{
  g_autofree char *sum = NULL;
  char *last = NULL;

  g_strchomp (text);
  last = strrchr (text, '\n');
  if (last == NULL || !g_str_has_prefix (last + 1, "sha256 "))
    return FALSE;
  sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, last + 1 - text);
  if (strcmp (sum, last + 1 + strlen ("sha256 ")) != 0)
    return FALSE;
  *last = '\0';
  return TRUE;
}

static gboolean
parse (HemoAttempts *self, GBytes *bytes)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autofree char *text = g_strndup (data, size);
  g_auto (GStrv) lines = NULL;

  if (!cut_sum (text))
    return FALSE;
  lines = g_strsplit (text, "\n", -1);
  if (lines[0] == NULL || !read_salt (self, lines[0]))
    return FALSE;
  for (gsize i = 1; lines[i] != NULL; i++)
    if (!read_entry (self, lines[i]))
      return FALSE;
  return TRUE;
}

/* Nobody knows what was in it: everybody waits as after five failures, from now on and on disk. */
static gboolean
start_damaged (HemoAttempts *self, GError **error)
{
  Entry entry = { EVERYBODY, self->clock () };

  g_array_set_size (self->entries, 0);
  for (guint i = 0; i < DAMAGED_FAILURES; i++)
    g_array_append_val (self->entries, entry);
  return save (self, error);
}

HemoAttempts *
hemo_attempts_load_with_clock (const char *path, HemoClock clock, GError **error)
{
  g_autoptr (HemoAttempts) self = g_new0 (HemoAttempts, 1);
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) bytes = NULL;

  self->path = g_strdup (path);
  self->clock = clock;
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  if (RAND_bytes (self->salt, SALT_SIZE) != 1)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED, N_ ("The system gave no random numbers."));
      return NULL;
    }
  bytes = hemo_durable_read (path, FILE_MAX, &local);
  if (bytes == NULL && g_error_matches (local, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return g_steal_pointer (&self);
  if (bytes == NULL && !g_error_matches (local, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if ((bytes == NULL || !parse (self, bytes)) && !start_damaged (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

HemoAttempts *
hemo_attempts_load (const char *path, GError **error)
{
  return hemo_attempts_load_with_clock (path, read_clock, error);
}

void
hemo_attempts_free (HemoAttempts *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  g_clear_pointer (&self->entries, g_array_unref);
  g_free (self);
}

/* Microseconds since @then, never more than have gone by in truth, whatever the clock was set to:
 * within one run of the machine by boot time, which nobody can set; over a restart by wall clock,
 * but if that was set back, the time since the start is sure to have gone by. */
static gint64
elapsed (const HemoInstant *then, const HemoInstant *now)
{
  gint64 wall = 0;

  if (*now->boot_id != '\0' && strcmp (then->boot_id, now->boot_id) == 0)
    return MAX (0, now->boot_us - then->boot_us);
  if (__builtin_sub_overflow (now->wall_us, then->wall_us, &wall))
    wall = 0;
  return MAX (wall, *now->boot_id == '\0' ? 0 : now->boot_us);
}

guint
hemo_attempts_delay (HemoAttempts *self, const char *login)
{
  int tag = compute_tag (self, login);
  HemoInstant now = self->clock ();
  const Entry *last = NULL;
  gint64 wait = 0;
  guint failures = 0;

  for (guint i = 0; i < self->entries->len; i++)
    if (entry_is (entry_at (self, i), tag))
      {
        last = entry_at (self, i);
        failures++;
      }
  if (failures < FREE_TRIES)
    return 0;
  wait = failures - FREE_TRIES >= 9 ? DELAY_MAX : 2 << (failures - FREE_TRIES);
  wait = MIN (wait, DELAY_MAX) * G_USEC_PER_SEC - elapsed (&last->when, &now);
  return wait <= 0 ? 0 : (guint)((wait + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

/* Makes room by the oldest of who has failed most often: others keep what delays them. */
static void
drop_one (HemoAttempts *self)
{
  g_autoptr (GHashTable) counts = g_hash_table_new (NULL, NULL);
  guint most = 0;
  int tag = EVERYBODY;

  for (guint i = 0; i < self->entries->len; i++)
    {
      gpointer key = GINT_TO_POINTER (entry_at (self, i)->tag);
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, key)) + 1;

      g_hash_table_insert (counts, key, GUINT_TO_POINTER (n));
      if (n > most)
        {
          most = n;
          tag = entry_at (self, i)->tag;
        }
    }
  for (guint i = 0; i < self->entries->len; i++)
    if (entry_at (self, i)->tag == tag)
      {
        g_array_remove_index (self->entries, i);
        return;
      }
}

gboolean
hemo_attempts_add (HemoAttempts *self, const char *login, GError **error)
{
  Entry entry = { compute_tag (self, login), self->clock () };

  while (self->entries->len >= ENTRIES_MAX)
    drop_one (self);
  /* It stays in memory if it cannot be written: a try that was refused still delays the next. */
  g_array_append_val (self->entries, entry);
  return save (self, error);
}

static char *
format_instant (const HemoInstant *when)
{
  HemoTime time = { when->wall_us, when->offset_minutes, FALSE };
  char *iso = hemo_time_to_iso (time);

  /* A clock that stands at 1970 or beyond all calendars is in the file, and was so at the time. */
  return iso != NULL ? iso : g_strdup ("1970-01-01T00:00:00.000Z");
}

GStrv
hemo_attempts_list (HemoAttempts *self, const char *login)
{
  g_autoptr (GStrvBuilder) times = g_strv_builder_new ();
  int tag = compute_tag (self, login);

  for (guint i = 0; i < self->entries->len; i++)
    if (entry_is (entry_at (self, i), tag))
      g_strv_builder_take (times, format_instant (&entry_at (self, i)->when));
  return g_strv_builder_end (times);
}

GStrv
hemo_attempts_take (HemoAttempts *self, const char *login, GError **error)
{
  g_auto (GStrv) times = hemo_attempts_list (self, login);
  int tag = compute_tag (self, login);
  g_autoptr (GArray) all = g_array_copy (self->entries);

  for (guint i = self->entries->len; i-- > 0;)
    if (entry_is (entry_at (self, i), tag))
      g_array_remove_index (self->entries, i);
  if (self->entries->len < all->len && !save (self, error))
    {
      g_array_unref (self->entries);
      self->entries = g_steal_pointer (&all);
      return NULL;
    }
  return g_steal_pointer (&times);
}

gboolean
hemo_attempts_withdraw (HemoAttempts *self, const char *login, GError **error)
{
  int tag = compute_tag (self, login);

  for (guint i = self->entries->len; i-- > 0;)
    if (entry_is (entry_at (self, i), tag))
      {
        Entry entry = g_array_index (self->entries, Entry, i);

        g_array_remove_index (self->entries, i);
        if (save (self, error))
          return TRUE;
        g_array_insert_val (self->entries, i, entry);
        return FALSE;
      }
  return TRUE;
}
