/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What lies on the desk: the open clinic and who works there. Every screen gets it and nothing
 * else; all that waits (disk, keys, pictures) runs on other threads and answers on main. */

#pragma once

#include "hemo-clinic.h"
#include "hemo-sender.h"

G_BEGIN_DECLS

#define HEMO_TYPE_DESK (hemo_desk_get_type ())
G_DECLARE_FINAL_TYPE (HemoDesk, hemo_desk, HEMO, DESK, GObject)

/**
 * HemoDesk:
 *
 * Properties: 'session-state' (notified at sign-in, lock, unlock, sign-out), 'busy' (how many long
 * works run). Signal 'changed': something was written; at most once for each turn of the main loop.
 * All functions are for main.
 */
HemoDesk *hemo_desk_new (const char *directory);

const char *hemo_desk_get_directory (HemoDesk *self);
/* NULL until it is open. (transfer none) */
HemoClinic *hemo_desk_get_clinic (HemoDesk *self);
/* NULL when nobody is signed in. (transfer none) */
HemoSession *hemo_desk_get_session (HemoDesk *self);
/* Name, letterhead and settings, as they were at sign-in or when last saved; NULL before. */
const HemoClinicInfo *hemo_desk_get_info (HemoDesk *self);
/* Whether this clinic types the day before the month: one order for all who sit here, whatever the
 * language of each; the locale's before it is known. */
gboolean hemo_desk_is_day_first (HemoDesk *self);
/* What was just saved and read again. (transfer full) */
void hemo_desk_take_info (HemoDesk *self, HemoClinicInfo *info);
/* What brings the clinic's work to its servers, from the first sign-in until the clinic is closed,
 * whoever is signed in. (transfer none) */
HemoSender *hemo_desk_get_sender (HemoDesk *self);
/* Whether who is signed in may; FALSE for nobody. For what is shown: the store asks again. */
gboolean hemo_desk_may (HemoDesk *self, HemoAction action);

typedef enum
{
  HEMO_SESSION_NONE,
  HEMO_SESSION_LOCKED,
  HEMO_SESSION_OPEN,
} HemoSessionState;

HemoSessionState hemo_desk_get_session_state (HemoDesk *self);

/* Takes the folder's lock and reads its key file: G_IO_ERROR_NOT_FOUND when there is no clinic. */
void hemo_desk_open_async (HemoDesk *self, GAsyncReadyCallback callback, gpointer data);
/* @clinic that was just made, restored or enrolled. (transfer full) */
void hemo_desk_adopt (HemoDesk *self, HemoClinic *clinic);

/* Opens the store as @login; the session becomes the desk's. */
void hemo_desk_sign_in_async (HemoDesk *self,
                              const char *login,
                              HemoSecret *passphrase,
                              GAsyncReadyCallback callback,
                              gpointer data);
/* (transfer full): a session got in another way, as by hemo_clinic_accept_older() */
void hemo_desk_take_session (HemoDesk *self, HemoSession *session);
void hemo_desk_lock (HemoDesk *self);
/* By the PIN of who is signed in, or by the passphrase. */
void hemo_desk_unlock_async (HemoDesk *self,
                             HemoSecret *secret,
                             gboolean is_pin,
                             GAsyncReadyCallback callback,
                             gpointer data);
void hemo_desk_sign_out_async (HemoDesk *self, GAsyncReadyCallback callback, gpointer data);

/**
 * HemoDeskWork:
 * @session: or NULL when nobody is signed in
 * @result: (out): what it made, freed by the result_free that was given with it
 *
 * Blocking work of the clinic (keys, images, signatures, exports) on a thread of its own.
 */
typedef gboolean (*HemoDeskWork) (HemoClinic *clinic,
                                  HemoSession *session,
                                  gpointer data,
                                  gpointer *result,
                                  GCancellable *cancellable,
                                  GError **error);

/* All three: @data is freed by @data_free when the work is done, on whatever thread that is;
 * @callback gets the desk as its source. A @callback's owner that may die first passes a
 * @cancellable, or a weak reference as @user_data. */
void hemo_desk_run_async (HemoDesk *self,
                          HemoDeskWork work,
                          gpointer data,
                          GDestroyNotify data_free,
                          GDestroyNotify result_free,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
void hemo_desk_read_async (HemoDesk *self,
                           HemoStoreJob job,
                           gpointer data,
                           GDestroyNotify data_free,
                           GDestroyNotify result_free,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
/* Emits 'changed' after it was committed. */
void hemo_desk_write_async (HemoDesk *self,
                            HemoStoreJob job,
                            gpointer data,
                            GDestroyNotify data_free,
                            GDestroyNotify result_free,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
/* What open, sign-in, unlock, sign-out, run, read and write came to. @out: (out) (optional)
 * (transfer full) */
gboolean hemo_desk_finish (HemoDesk *self, GAsyncResult *result, gpointer *out, GError **error);

/* Something was written by hemo_desk_run_async(): 'changed' will be emitted. */
void hemo_desk_touch (HemoDesk *self);

/* Long work that a closing window should wait for, in words ("Writing to the stick"). Each is
 * released once with the number that it got. */
guint hemo_desk_hold (HemoDesk *self, const char *what);
void hemo_desk_release (HemoDesk *self, guint hold);
/* What is being done, or NULL. (transfer none) */
const char *hemo_desk_get_busy (HemoDesk *self);

G_END_DECLS
