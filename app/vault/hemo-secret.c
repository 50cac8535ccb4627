/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Key material in OpenSSL's secure memory: locked, between guard pages, kept out of core dumps. */

#include "hemo-secret.h"

#include "hemo-vault-private.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/resource.h>
#include <unistd.h>

#define ARENA_SIZE (1024 * 1024)
#define ARENA_SMALLEST (64 * 1024)
#define ARENA_BLOCK 32
#define LINE_MAX_BYTES 1024

G_DEFINE_QUARK (hemo_vault_error, hemo_vault_error)

struct _HemoSecret
{
  gatomicrefcount refs;
  gsize size;
  guint8 *data;
};

gboolean
hemo_vault_take_no_memory (void)
{
  gboolean found = FALSE;
  unsigned long code;

  while ((code = ERR_get_error ()) != 0)
    found = found || ERR_GET_REASON (code) == ERR_R_MALLOC_FAILURE;
  return found;
}

gboolean
hemo_vault_fail (GError **error, HemoVaultError code, const char *message)
{
  const char *reason = ERR_reason_error_string (ERR_peek_last_error ());

  /* What could not be looked at for want of memory is neither damaged nor a wrong secret. */
  if (hemo_vault_take_no_memory ())
    g_set_error_literal (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_FAILED,
                         HEMO_VAULT_NO_MEMORY_TEXT);
  else if (code == HEMO_VAULT_ERROR_FAILED && reason != NULL)
    g_set_error (error, HEMO_VAULT_ERROR, code, "%s (%s)", message, reason);
  else
    g_set_error_literal (error, HEMO_VAULT_ERROR, code, message);
  ERR_clear_error ();
  return FALSE;
}

/* An arena that is locked; a smaller one where the system allows no more (64 KiB is the limit of
 * old kernels). 2 from OpenSSL means that it is there but not locked. */
static gboolean
open_arena (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur < limit.rlim_max)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_MEMLOCK, &limit);
    }
  for (gsize size = ARENA_SIZE; size >= ARENA_SMALLEST; size /= 2)
    {
      if (CRYPTO_secure_malloc_init (size, ARENA_BLOCK) == 1)
        return TRUE;
      CRYPTO_secure_malloc_done ();
    }
  return FALSE;
}

/* Whether this thread has OpenSSL's list of errors: it makes it at the first. */
static gboolean
has_error_list (void)
{
  gboolean has = ERR_peek_error () != 0;

  if (has)
    return TRUE;
  ERR_raise (ERR_LIB_USER, ERR_R_INTERNAL_ERROR);
  has = ERR_peek_error () != 0;
  ERR_clear_error ();
  return has;
}

/* OpenSSL makes most of itself at its first use, and never tries again what it then got no memory
 * for: it would find no cipher, and sealed pictures would be called damaged. */
static gboolean
library_is_ready (void)
{
  return OSSL_LIB_CTX_get0_global_default () != NULL
         && OPENSSL_init_crypto (OPENSSL_INIT_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_ADD_ALL_CIPHERS
                                     | OPENSSL_INIT_ADD_ALL_DIGESTS | OPENSSL_INIT_LOAD_CONFIG,
                                 NULL)
                == 1
         && EVP_get_cipherbyname ("AES-256-GCM") != NULL && EVP_get_digestbyname ("SHA256") != NULL;
}

gboolean
hemo_vault_init (GError **error)
{
  static GMutex mutex;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  /* No PR_SET_DUMPABLE: it hides /proc/self from the desktop's portals, and files could not be
   * chosen any more. */
  const struct rlimit none = { 0, 0 };

  /* Without this thread's list of errors what goes wrong in OpenSSL would be told as damage. */
  if (!has_error_list () || (!CRYPTO_secure_malloc_initialized () && !library_is_ready ()))
    return g_set_error_literal (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_FAILED,
                                HEMO_VAULT_NO_MEMORY_TEXT),
           FALSE;
  if (CRYPTO_secure_malloc_initialized ())
    return TRUE;
  if (setrlimit (RLIMIT_CORE, &none) != 0)
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED,
                            "Core dumps could not be switched off.");
  if (!open_arena ())
    return hemo_vault_fail (
        error, HEMO_VAULT_ERROR_FAILED,
        N_ ("No memory could be locked for keys; raise the limit of locked memory "
            "(ulimit -l) to 64 KiB or more."));
  return TRUE;
}

void
hemo_vault_leave_thread (void)
{
  OPENSSL_thread_stop ();
}

HemoSecret *
hemo_secret_try_new (gsize size, GError **error)
{
  HemoSecret *self = NULL;
  guint8 *data = NULL;

  if (!hemo_vault_init (error))
    return NULL;
  data = OPENSSL_secure_zalloc (MAX (size, 1));
  if (data == NULL)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED, N_ ("The memory for keys is used up."));
      return NULL;
    }
  self = g_new0 (HemoSecret, 1);
  g_atomic_ref_count_init (&self->refs);
  self->size = size;
  self->data = data;
  return self;
}

HemoSecret *
hemo_secret_new (gsize size)
{
  g_autoptr (GError) error = NULL;
  HemoSecret *self = hemo_secret_try_new (size, &error);

  /* As g_malloc(): nobody can go on without, and ordinary memory is no way out. */
  if (self == NULL)
    g_error ("%s", error->message);
  return self;
}

HemoSecret *
hemo_secret_new_take (void *data, gsize size)
{
  HemoSecret *self = hemo_secret_new (size);

  if (size > 0)
    {
      memcpy (self->data, data, size);
      OPENSSL_cleanse (data, size);
    }
  return self;
}

HemoSecret *
hemo_secret_shrink (HemoSecret *self, gsize size)
{
  HemoSecret *copy = NULL;

  if (size >= self->size)
    return self;
  copy = hemo_secret_new (size);
  memcpy (copy->data, self->data, size);
  hemo_secret_unref (self);
  return copy;
}

HemoSecret *
hemo_secret_new_random (gsize size, GError **error)
{
  g_autoptr (HemoSecret) self = hemo_secret_try_new (size, error);

  if (self == NULL)
    return NULL;
  if (size > G_MAXINT || (size > 0 && RAND_priv_bytes (self->data, (int)size) != 1))
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED, N_ ("The system gave no random numbers."));
      return NULL;
    }
  return g_steal_pointer (&self);
}

HemoSecret *
hemo_secret_ref (HemoSecret *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
hemo_secret_unref (HemoSecret *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  OPENSSL_secure_clear_free (self->data, MAX (self->size, 1));
  g_free (self);
}

guint8 *
hemo_secret_get_data (HemoSecret *self)
{
  return self->data;
}

gsize
hemo_secret_get_size (HemoSecret *self)
{
  return self->size;
}

gboolean
hemo_secret_equal (HemoSecret *a, HemoSecret *b)
{
  return a->size == b->size && CRYPTO_memcmp (a->data, b->data, a->size) == 0;
}

/* Byte by byte, because what follows the line belongs to somebody else. */
static gboolean
read_line (int fd, guint8 *line, gsize *length, GError **error)
{
  gsize used = 0;
  guint8 byte = 0;

  for (;;)
    {
      gssize got = read (fd, &byte, 1);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        {
          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                       "The passphrase could not be read: %s.", g_strerror (errno));
          return FALSE;
        }
      if (got == 0 || byte == '\n')
        break;
      if (used == LINE_MAX_BYTES)
        return hemo_vault_fail (error, HEMO_VAULT_ERROR_WRONG_SECRET,
                                N_ ("The passphrase is longer than 1024 bytes."));
      line[used++] = byte;
    }
  OPENSSL_cleanse (&byte, 1);
  *length = used;
  return TRUE;
}

HemoSecret *
hemo_secret_read_fd (int fd, GError **error)
{
  g_autoptr (HemoSecret) line = hemo_secret_try_new (LINE_MAX_BYTES, error);
  HemoSecret *text = NULL;
  gsize length = 0;

  if (line == NULL || !read_line (fd, line->data, &length, error))
    return NULL;
  if (length > 0 && line->data[length - 1] == '\r')
    length--;
  if (length == 0)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_WRONG_SECRET, N_ ("No passphrase was given."));
      return NULL;
    }
  line = hemo_secret_shrink (g_steal_pointer (&line), length);
  text = hemo_secret_normalize (line);
  if (text == NULL)
    hemo_vault_fail (error, HEMO_VAULT_ERROR_WRONG_SECRET,
                     N_ ("The passphrase is not text in UTF-8."));
  return text;
}
