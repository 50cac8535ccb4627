/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who is signed in: asked by every transaction what it may do. */

#pragma once

#include "hemo-key-file.h"
#include "hemo-policy.h"

G_BEGIN_DECLS

/**
 * HemoSession:
 *
 * Immutable but for its lock; reference counted, safe in any thread. Holds the user's keys in
 * secure memory.
 */
typedef struct _HemoSession HemoSession;

HemoSession *hemo_session_new (const char *user_uuid,
                               const char *login,
                               const char *name,
                               HemoRole role,
                               HemoKeyRing *ring,
                               HemoKeyPair *sign_in_key,
                               HemoKeyPair *signing_key);
/* Whoever brings the clinic's changes to the servers and back, with nobody signed in: may only what
 * hemo_policy_allows_sync() says, is never locked and has no keys. @installation: UUID that it is
 * audited under (transfer full) */
HemoSession *hemo_session_new_for_sync (const char *installation);
gboolean hemo_session_is_sync (HemoSession *self);
HemoSession *hemo_session_ref (HemoSession *self);
void hemo_session_unref (HemoSession *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoSession, hemo_session_unref)

const char *hemo_session_get_user (HemoSession *self);
const char *hemo_session_get_login (HemoSession *self);
const char *hemo_session_get_name (HemoSession *self);
HemoRole hemo_session_get_role (HemoSession *self);
HemoKeyRing *hemo_session_get_ring (HemoSession *self);
HemoKeyPair *hemo_session_get_sign_in_key (HemoSession *self);
HemoKeyPair *hemo_session_get_signing_key (HemoSession *self);

/* A locked session may do nothing until hemo_clinic_unlock_pin() or another sign-in. */
void hemo_session_lock (HemoSession *self);
void hemo_session_unlock (HemoSession *self);
gboolean hemo_session_is_locked (HemoSession *self);

G_END_DECLS
