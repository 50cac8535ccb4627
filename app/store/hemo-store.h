/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The open store: one thread that writes, one that reads, and the queues of jobs for them. */

#pragma once

#include "hemo-txn.h"

G_BEGIN_DECLS

#define HEMO_TYPE_STORE (hemo_store_get_type ())
G_DECLARE_FINAL_TYPE (HemoStore, hemo_store, HEMO, STORE, GObject)

/**
 * HemoStoreJob:
 * @txn: begun for the job; a write is committed when the job returns TRUE
 * @data: as given
 * @result: (out): what the job made; its owner is who asked, freed by @result_free on failure
 *
 * Runs on the store's thread. Must not wait for anything else.
 */
typedef gboolean (*HemoStoreJob) (HemoTxn *txn, gpointer data, gpointer *result, GError **error);

/* @directory: the clinic's folder, already locked by its HemoClinic. Starts the threads, opens and
 * migrates. */
HemoStore *hemo_store_open (const char *directory, HemoKeyRing *ring, GError **error);
/* Waits for the jobs that are queued, then closes. Jobs queued later fail with G_IO_ERROR_CLOSED.
 */
void hemo_store_close (HemoStore *self);

/* Blocks: for the command line, tests and threads other than main. @session may be NULL only for
 * set-up. */
gboolean hemo_store_write (HemoStore *self,
                           HemoSession *session,
                           HemoStoreJob job,
                           gpointer data,
                           gpointer *result,
                           GError **error);
/* On the reading connection; the job can change nothing. */
gboolean hemo_store_read (HemoStore *self,
                          HemoSession *session,
                          HemoStoreJob job,
                          gpointer data,
                          gpointer *result,
                          GError **error);

/* For main: the same without blocking. @data is freed by @data_free on the store's thread. */
void hemo_store_write_async (HemoStore *self,
                             HemoSession *session,
                             HemoStoreJob job,
                             gpointer data,
                             GDestroyNotify data_free,
                             GDestroyNotify result_free,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
void hemo_store_read_async (HemoStore *self,
                            HemoSession *session,
                            HemoStoreJob job,
                            gpointer data,
                            GDestroyNotify data_free,
                            GDestroyNotify result_free,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
/* (out) (transfer full) */
gboolean hemo_store_finish (HemoStore *self, GAsyncResult *result, gpointer *out, GError **error);

/* Folder of sealed files: '<directory>/images', and of files being written, '<directory>/tmp'. */
const char *hemo_store_get_directory (HemoStore *self);
/* Whether the folder cannot be written: then only reading jobs are taken. */
gboolean hemo_store_is_read_only (HemoStore *self);
/* Key that wraps private keys kept in the store, of the newest (or of @version's) store key. */
HemoSecret *hemo_store_dup_wrap_key (HemoStore *self, guint version, GError **error);
guint hemo_store_get_key_version (HemoStore *self);

/**
 * hemo_store_rotate_key:
 * @ring: with the new version appended and already saved in the key file, beside the old
 *
 * Checks free space, closes the reader, rekeys, checkpoints, reopens; says by @ring's newest which
 * key holds. After a cut at any moment hemo_store_open() finds out by trying newest first.
 */
gboolean hemo_store_rotate_key (HemoStore *self, HemoKeyRing *ring, GError **error);

G_END_DECLS
