/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Argon2id, by its authors' library: OpenSSL's (3.5) takes all the memory of Argon2id from its
 * secure arena, as soon as there is one, and 64 MiB of that cannot be locked. */

#include "hemo-passphrase.h"

#include "hemo-kdf-private.h"
#include "hemo-vault-private.h"

#include <argon2.h>
#include <glib/gi18n.h>
#include <openssl/rand.h>

#define KEY_SIZE 32
#define SECRET_MAX 1024
#define MEMORY_MIN_KIB (8 * 1024)
#define MEMORY_MAX_KIB (1024 * 1024)
#define PASSES_MAX 16
#define LANES_MAX 8

static gboolean
init (HemoKdf *self, guint32 memory_kib, guint32 passes, GError **error)
{
  HemoKdf made = { .memory_kib = memory_kib, .passes = passes, .lanes = 1 };

  if (RAND_bytes (made.salt, sizeof made.salt) != 1)
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED,
                            N_ ("The system gave no random numbers."));
  *self = made;
  return TRUE;
}

gboolean
hemo_kdf_init_passphrase (HemoKdf *self, GError **error)
{
  return init (self, 65536, 3, error);
}

/* OWASP's lower parameters: a PIN is tried within a running session and only a few times. */
gboolean
hemo_kdf_init_pin (HemoKdf *self, GError **error)
{
  return init (self, 19456, 2, error);
}

gboolean
hemo_kdf_check (const HemoKdf *self, GError **error)
{
  if (self->memory_kib < MEMORY_MIN_KIB || self->memory_kib > MEMORY_MAX_KIB || self->passes < 1
      || self->passes > PASSES_MAX || self->lanes < 1 || self->lanes > LANES_MAX)
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_DAMAGED,
                            "The parameters of Argon2id are out of range.");
  return TRUE;
}

/* Reads the passphrase where it lies and makes no copy. The 64 MiB are ordinary memory, cleansed
 * before they are given back: a core dump is off, and from the memory's last state no one gets back
 * to the passphrase. */
static gboolean
derive (const HemoKdf *self, HemoSecret *secret, HemoSecret *key)
{
  argon2_context context = {
    .out = hemo_secret_get_data (key),
    .outlen = KEY_SIZE,
    .pwd = hemo_secret_get_data (secret),
    .pwdlen = (guint32)hemo_secret_get_size (secret),
    .salt = (guint8 *)self->salt,
    .saltlen = sizeof self->salt,
    .t_cost = self->passes,
    .m_cost = self->memory_kib,
    .lanes = self->lanes,
    .threads = 1,
    .version = ARGON2_VERSION_13,
    .flags = ARGON2_DEFAULT_FLAGS,
  };

  return argon2id_ctx (&context) == ARGON2_OK;
}

HemoSecret *
hemo_kdf_derive (const HemoKdf *self, HemoSecret *secret, GError **error)
{
  g_autoptr (HemoSecret) key = NULL;
  g_autoptr (HemoSecret) text = NULL;
  gsize size = hemo_secret_get_size (secret);

  if (!hemo_kdf_check (self, error))
    return NULL;
  if (size == 0 || size > SECRET_MAX)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_WRONG_SECRET,
                       N_ ("A passphrase has 1 to 1024 bytes."));
      return NULL;
    }
  key = hemo_secret_try_new (KEY_SIZE, error);
  if (key == NULL)
    return NULL;
  /* Keyboards of two laptops may write the same letter as one character or as two. */
  text = hemo_secret_normalize (secret);
  if (!derive (self, text == NULL ? secret : text, key))
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED,
                       N_ ("There is not enough memory to sign in."));
      return NULL;
    }
  return g_steal_pointer (&key);
}
