/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the desk does off main so that somebody comes in or goes: each is a HemoDeskWork. */

#pragma once

#include "hemo-desk.h"

G_BEGIN_DECLS

/* @data: the folder. @result: (transfer full): a HemoClinic */
gboolean hemo_desk_open_work (HemoClinic *clinic,
                              HemoSession *session,
                              gpointer data,
                              gpointer *result,
                              GCancellable *cancellable,
                              GError **error);

/* For the two below. @login: (nullable): NULL to unlock. @secret is kept. */
gpointer hemo_desk_sign_in_new (const char *login, HemoSecret *secret, gboolean is_pin);
void hemo_desk_sign_in_free (gpointer data);

/* @result: (transfer full): a HemoSession */
gboolean hemo_desk_sign_in_work (HemoClinic *clinic,
                                 HemoSession *session,
                                 gpointer data,
                                 gpointer *result,
                                 GCancellable *cancellable,
                                 GError **error);
/* @result: (transfer full) (nullable): a new HemoSession, or NULL where @session was unlocked */
gboolean hemo_desk_unlock_work (HemoClinic *clinic,
                                HemoSession *session,
                                gpointer data,
                                gpointer *result,
                                GCancellable *cancellable,
                                GError **error);

/* Nothing where @session is NULL. */
gboolean hemo_desk_sign_out_work (HemoClinic *clinic,
                                  HemoSession *session,
                                  gpointer data,
                                  gpointer *result,
                                  GCancellable *cancellable,
                                  GError **error);

G_END_DECLS
