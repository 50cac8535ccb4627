/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who is signed in, with the keys of that person. */

#include "hemo-session.h"

struct _HemoSession
{
  gatomicrefcount references;
  char *user;
  char *login;
  char *name;
  HemoRole role;
  gboolean is_sync;
  HemoKeyRing *ring;
  HemoKeyPair *sign_in_key;
  HemoKeyPair *signing_key;
  gint locked;
};

HemoSession *
hemo_session_new (const char *user_uuid,
                  const char *login,
                  const char *name,
                  HemoRole role,
                  HemoKeyRing *ring,
                  HemoKeyPair *sign_in_key,
                  HemoKeyPair *signing_key)
{
  HemoSession *self = g_new0 (HemoSession, 1);

  g_atomic_ref_count_init (&self->references);
  self->user = g_strdup (user_uuid);
  self->login = g_strdup (login);
  self->name = g_strdup (name);
  self->role = role;
  self->ring = ring;
  self->sign_in_key = sign_in_key;
  self->signing_key = signing_key;
  return self;
}

HemoSession *
hemo_session_new_for_sync (const char *installation)
{
  HemoSession *self
      = hemo_session_new (installation, "", "", HEMO_ROLE_TECHNICIAN, NULL, NULL, NULL);

  self->is_sync = TRUE;
  return self;
}

gboolean
hemo_session_is_sync (HemoSession *self)
{
  return self->is_sync;
}

HemoSession *
hemo_session_ref (HemoSession *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
hemo_session_unref (HemoSession *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_clear_pointer (&self->ring, hemo_key_ring_free);
  g_clear_pointer (&self->sign_in_key, hemo_key_pair_free);
  g_clear_pointer (&self->signing_key, hemo_key_pair_free);
  g_free (self->user);
  g_free (self->login);
  g_free (self->name);
  g_free (self);
}

const char *
hemo_session_get_user (HemoSession *self)
{
  return self->user;
}

const char *
hemo_session_get_login (HemoSession *self)
{
  return self->login;
}

const char *
hemo_session_get_name (HemoSession *self)
{
  return self->name;
}

HemoRole
hemo_session_get_role (HemoSession *self)
{
  return self->role;
}

HemoKeyRing *
hemo_session_get_ring (HemoSession *self)
{
  return self->ring;
}

HemoKeyPair *
hemo_session_get_sign_in_key (HemoSession *self)
{
  return self->sign_in_key;
}

HemoKeyPair *
hemo_session_get_signing_key (HemoSession *self)
{
  return self->signing_key;
}

void
hemo_session_lock (HemoSession *self)
{
  g_atomic_int_set (&self->locked, 1);
}

void
hemo_session_unlock (HemoSession *self)
{
  g_atomic_int_set (&self->locked, 0);
}

gboolean
hemo_session_is_locked (HemoSession *self)
{
  return g_atomic_int_get (&self->locked) != 0;
}
