/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a person has done and is being written, and what waits until it is: nobody's last work is
 * overtaken by their lock or sign-out. The desk's signal 'leaving' says that who is signed in is
 * about to lock or sign out: what they did and is not written yet is to be written then. The screen
 * is locked at once, the session when all is kept. For main. */

#pragma once

#include "hemo-desk.h"

G_BEGIN_DECLS

/* For how long nothing may get done before the waiting ends, in seconds. */
#define HEMO_KEEPING_PATIENCE 10

/* As hemo_desk_run_async(), for what a person has done and believes to be kept; of no result. What
 * hemo_desk_write_async() writes is kept as well. */
void hemo_desk_keep_async (HemoDesk *desk,
                           HemoDeskWork work,
                           gpointer data,
                           GDestroyNotify data_free,
                           GAsyncReadyCallback callback,
                           gpointer user_data);

/* The desk's own. */
typedef struct _HemoKeeping HemoKeeping;

HemoKeeping *hemo_keeping_new (void);
void hemo_keeping_free (HemoKeeping *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoKeeping, hemo_keeping_free)

/* Until @task is completed, whose callback may add the next. @self has to live for as long. */
void hemo_keeping_add (HemoKeeping *self, GTask *task);

typedef void (*HemoKept) (gpointer data);

/* Calls @kept once nothing is being written: at once, if nothing is. */
void hemo_keeping_wait (HemoKeeping *self, HemoKept kept, gpointer data);

G_END_DECLS
