/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From what a person knows to a key: passphrases, PINs, recovery and one-time codes; how wrong
 * tries are slowed. */

#pragma once

#include "hemo-secret.h"

G_BEGIN_DECLS

/**
 * HemoKdf:
 * @memory_kib: Argon2id's memory; 65536 for a passphrase, 19456 for a PIN
 * @passes: 3 for a passphrase
 * @lanes: 1: an old laptop has one core to spare
 * @salt: 16 random bytes
 *
 * Argon2id (RFC 9106) parameters as they are stored. What is read from a file is refused above
 * 1 GiB, 16 passes, 8 lanes and below 8 MiB, 1 pass.
 */
typedef struct
{
  guint32 memory_kib;
  guint32 passes;
  guint32 lanes;
  guint8 salt[16];
} HemoKdf;

gboolean hemo_kdf_init_passphrase (HemoKdf *self, GError **error);
gboolean hemo_kdf_init_pin (HemoKdf *self, GError **error);
/* 32 bytes. (transfer full) */
HemoSecret *hemo_kdf_derive (const HemoKdf *self, HemoSecret *secret, GError **error);

/* Refuses fewer than 10 characters, one character repeated, the commonest passphrases (a short
 * list) and what is only the person's or the clinic's name. */
gboolean hemo_passphrase_check (HemoSecret *passphrase,
                                const char *login,
                                const char *clinic,
                                GError **error);
/* Four to eight digits, not all the same, not a run. */
gboolean hemo_pin_check (HemoSecret *pin, GError **error);

/* A recovery or one-time code: 8 (or, one-time, 5) groups of four in Crockford's base 32, the last
 * character a check; over 150 (95) random bits. (transfer full) */
HemoSecret *hemo_code_new_recovery (GError **error);
HemoSecret *hemo_code_new_one_time (GError **error);
/* What was typed, with any case, spaces and hyphens, O for 0, I and L for 1, in the form that the
 * above make; a wrong check character says so. (transfer full) */
HemoSecret *hemo_code_normalize (HemoSecret *typed, GError **error);

/**
 * HemoAttempts:
 *
 * The small file beside the locked store in which failed sign-ins are kept until the next that
 * succeeds carries them into the audit log. Never holds what was typed.
 */
typedef struct _HemoAttempts HemoAttempts;

/* @path may not exist yet; a damaged one counts as five failures now. (transfer full) */
HemoAttempts *hemo_attempts_load (const char *path, GError **error);
void hemo_attempts_free (HemoAttempts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoAttempts, hemo_attempts_free)

/* Seconds to wait before @login may try again: none for three tries, then 2, 4, 8 … up to 900; by
 * wall clock, but a clock set back never shortens and one set ahead is noticed by boot time.  */
guint hemo_attempts_delay (HemoAttempts *self, const char *login);
/* Durable before it returns; called before the passphrase is tried, so that a kill wins nothing. */
gboolean hemo_attempts_add (HemoAttempts *self, const char *login, GError **error);
/* Those since the last success of @login, oldest first, as ISO times: to be written to the audit
 * log before hemo_attempts_take(), so that a power cut between the two loses none. (transfer full)
 */
GStrv hemo_attempts_list (HemoAttempts *self, const char *login);
/* The same; then they are forgotten, durably. (transfer full) */
GStrv hemo_attempts_take (HemoAttempts *self, const char *login, GError **error);
/* Forgets the newest try of @login: the passphrase was right, and something else failed. */
gboolean hemo_attempts_withdraw (HemoAttempts *self, const char *login, GError **error);

G_END_DECLS
