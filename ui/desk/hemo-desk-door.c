/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hemo-desk-door.h"

gboolean
hemo_desk_open_work (HemoClinic *clinic,
                     HemoSession *session,
                     gpointer data,
                     gpointer *result,
                     GCancellable *cancellable,
                     GError **error)
{
  *result = hemo_clinic_open (data, error);
  return *result != NULL;
}

/**
 * SignIn: who asks to come in
 * @login: (nullable): NULL for whoever is signed in and locked
 */
typedef struct
{
  char *login;
  HemoSecret *secret;
  gboolean is_pin;
} SignIn;

gpointer
hemo_desk_sign_in_new (const char *login, HemoSecret *secret, gboolean is_pin)
{
  SignIn *self = g_new0 (SignIn, 1);

  self->login = g_strdup (login);
  self->secret = hemo_secret_ref (secret);
  self->is_pin = is_pin;
  return self;
}

void
hemo_desk_sign_in_free (gpointer data)
{
  SignIn *self = data;

  g_free (self->login);
  g_clear_pointer (&self->secret, hemo_secret_unref);
  g_free (self);
}

gboolean
hemo_desk_sign_in_work (HemoClinic *clinic,
                        HemoSession *session,
                        gpointer data,
                        gpointer *result,
                        GCancellable *cancellable,
                        GError **error)
{
  SignIn *sign_in = data;

  *result = hemo_clinic_sign_in (clinic, sign_in->login, sign_in->secret, error);
  return *result != NULL;
}

gboolean
hemo_desk_unlock_work (HemoClinic *clinic,
                       HemoSession *session,
                       gpointer data,
                       gpointer *result,
                       GCancellable *cancellable,
                       GError **error)
{
  SignIn *sign_in = data;

  if (sign_in->is_pin)
    return hemo_clinic_unlock_pin (clinic, session, sign_in->secret, error);
  *result = hemo_clinic_sign_in (clinic, hemo_session_get_login (session), sign_in->secret, error);
  return *result != NULL;
}

gboolean
hemo_desk_sign_out_work (HemoClinic *clinic,
                         HemoSession *session,
                         gpointer data,
                         gpointer *result,
                         GCancellable *cancellable,
                         GError **error)
{
  return session == NULL || hemo_clinic_sign_out (clinic, session, error);
}
