/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Key material: only in OpenSSL's secure memory, never copied out, cleansed when freed. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HEMO_VAULT_ERROR (hemo_vault_error_quark ())

/**
 * HemoVaultError:
 * @HEMO_VAULT_ERROR_WRONG_SECRET: the passphrase, PIN or code does not open it
 * @HEMO_VAULT_ERROR_TOO_SOON: after wrong tries the next one has to wait; the message says how long
 * @HEMO_VAULT_ERROR_DAMAGED: bytes are not what was sealed, or not in a form we accept
 * @HEMO_VAULT_ERROR_WEAK: a passphrase or PIN is too easy to guess
 * @HEMO_VAULT_ERROR_DENIED: the role may not do this
 * @HEMO_VAULT_ERROR_FAILED: OpenSSL or memory failed: it says nothing of what was asked about
 */
typedef enum
{
  HEMO_VAULT_ERROR_WRONG_SECRET,
  HEMO_VAULT_ERROR_TOO_SOON,
  HEMO_VAULT_ERROR_DAMAGED,
  HEMO_VAULT_ERROR_WEAK,
  HEMO_VAULT_ERROR_DENIED,
  HEMO_VAULT_ERROR_FAILED,
} HemoVaultError;

GQuark hemo_vault_error_quark (void);

/**
 * hemo_vault_init:
 *
 * To be called once, before any thread starts: sets up 1 MiB of locked secure memory, forbids core
 * dumps (RLIMIT_CORE 0). Fails when memory cannot be locked at all.
 */
gboolean hemo_vault_init (GError **error);

/**
 * hemo_vault_leave_thread:
 *
 * To be called at the end of each job on a thread of a pool: OpenSSL keeps random number generators
 * for each thread until it ends, and such a thread may still be waiting for work when the program
 * exits, where their state would be neither cleansed nor freed.
 */
void hemo_vault_leave_thread (void);

/* What is told when memory ran out, as HEMO_VAULT_ERROR_FAILED. */
#define HEMO_VAULT_NO_MEMORY_TEXT                                                                  \
  N_ ("There is not enough memory. Close other programs and try again.")

/* Whether OpenSSL was refused memory on this thread since it was asked last; forgets all that
 * OpenSSL noted of failures there. SQLCipher, which works with OpenSSL, tells its caller of a
 * damaged page then. */
gboolean hemo_vault_take_no_memory (void);

/* Bytes in secure memory, reference counted; immutable but through hemo_secret_get_data() by who
 * just made it. */
typedef struct _HemoSecret HemoSecret;

HemoSecret *hemo_secret_new (gsize size);
/* Copies, then cleanses @data where it lay. */
HemoSecret *hemo_secret_new_take (void *data, gsize size);
HemoSecret *hemo_secret_new_random (gsize size, GError **error);
HemoSecret *hemo_secret_ref (HemoSecret *self);
void hemo_secret_unref (HemoSecret *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoSecret, hemo_secret_unref)

guint8 *hemo_secret_get_data (HemoSecret *self);
gsize hemo_secret_get_size (HemoSecret *self);
/* In constant time. */
gboolean hemo_secret_equal (HemoSecret *a, HemoSecret *b);

/* A passphrase read up to the end of line from @fd, at most 1024 bytes, UTF-8 normalised to NFKC,
 * straight into secure memory. (transfer full) */
HemoSecret *hemo_secret_read_fd (int fd, GError **error);

/* HKDF-SHA256 of @self with @salt and a @label that names the purpose. (transfer full) */
HemoSecret *
hemo_secret_derive (HemoSecret *self, GBytes *salt, const char *label, gsize size, GError **error);

/* AES-256-GCM with a random nonce: version, nonce, ciphertext, tag; @label is authenticated. */
GBytes *hemo_secret_wrap (HemoSecret *key, HemoSecret *content, const char *label, GError **error);
/* (transfer full) */
HemoSecret *
hemo_secret_unwrap (HemoSecret *key, GBytes *wrapped, const char *label, GError **error);

/* HMAC-SHA256 (transfer full) */
GBytes *hemo_secret_mac (HemoSecret *key, GBytes *message, GError **error);

G_END_DECLS
