/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Argon2id, as OpenSSL has it. */

#include "hemo-passphrase.h"

#include "hemo-kdf-private.h"
#include "hemo-vault-private.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#define KEY_SIZE 32
#define SECRET_MAX 1024
#define MEMORY_MIN_KIB (8 * 1024)
#define MEMORY_MAX_KIB (1024 * 1024)
#define PASSES_MAX 16
#define LANES_MAX 8

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_KDF, EVP_KDF_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_KDF_CTX, EVP_KDF_CTX_free)

static gboolean
init (HemoKdf *self, guint32 memory_kib, guint32 passes, GError **error)
{
  HemoKdf made = { .memory_kib = memory_kib, .passes = passes, .lanes = 1 };

  if (RAND_bytes (made.salt, sizeof made.salt) != 1)
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED, "The system gave no random numbers.");
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

static gboolean
derive (const HemoKdf *self, HemoSecret *secret, HemoSecret *key)
{
  g_autoptr (EVP_KDF) kdf = EVP_KDF_fetch (NULL, "ARGON2ID", NULL);
  g_autoptr (EVP_KDF_CTX) context = kdf == NULL ? NULL : EVP_KDF_CTX_new (kdf);
  guint32 passes = self->passes;
  guint32 lanes = self->lanes;
  guint32 memory = self->memory_kib;
  /* One thread whatever the lanes: more need a thread pool of OpenSSL. */
  guint32 threads = 1;
  /* OpenSSL's own copy of the passphrase goes as soon as it is used. */
  guint32 early_clean = 1;
  OSSL_PARAM params[] = {
    OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_PASSWORD, hemo_secret_get_data (secret),
                                       hemo_secret_get_size (secret)),
    OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_SALT, (void *)self->salt, sizeof self->salt),
    OSSL_PARAM_construct_uint32 (OSSL_KDF_PARAM_ITER, &passes),
    OSSL_PARAM_construct_uint32 (OSSL_KDF_PARAM_ARGON2_LANES, &lanes),
    OSSL_PARAM_construct_uint32 (OSSL_KDF_PARAM_ARGON2_MEMCOST, &memory),
    OSSL_PARAM_construct_uint32 (OSSL_KDF_PARAM_THREADS, &threads),
    OSSL_PARAM_construct_uint32 (OSSL_KDF_PARAM_EARLY_CLEAN, &early_clean),
    OSSL_PARAM_construct_end (),
  };

  return context != NULL
         && EVP_KDF_derive (context, hemo_secret_get_data (key), KEY_SIZE, params) == 1;
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
      hemo_vault_fail (error, HEMO_VAULT_ERROR_WRONG_SECRET, "A passphrase has 1 to 1024 bytes.");
      return NULL;
    }
  key = hemo_secret_try_new (KEY_SIZE, error);
  if (key == NULL)
    return NULL;
  /* Keyboards of two laptops may write the same letter as one character or as two. */
  text = hemo_secret_normalize (secret);
  if (!derive (self, text == NULL ? secret : text, key))
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED, "There is not enough memory to sign in.");
      return NULL;
    }
  return g_steal_pointer (&key);
}
