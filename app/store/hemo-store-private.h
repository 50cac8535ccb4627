/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The store's inside: its threads, and the ways of opening that only a clinic uses. */

#pragma once

#include "hemo-db-private.h"
#include "hemo-store.h"
#include "hemo-txn-private.h"

G_BEGIN_DECLS

#define HEMO_STORE_NAME "hemogram.db"

typedef enum
{
  HEMO_STORE_OPEN_NORMAL = 0,
  /* The database must not be there yet. */
  HEMO_STORE_OPEN_CREATE = 1 << 0,
  /* An older store than 'head' remembers is taken. */
  HEMO_STORE_OPEN_ACCEPT_OLDER = 1 << 1,
} HemoStoreOpenFlags;

HemoStore *hemo_store_open_full (const char *directory,
                                 HemoKeyRing *ring,
                                 HemoStoreOpenFlags flags,
                                 GError **error);

/* 'head' follows the store again, after HEMO_STORE_OPEN_ACCEPT_OLDER. */
gboolean hemo_store_release_head (HemoStore *self, GError **error);

/* The newest row that 'head' knew and the newest that was there when it was opened. */
void hemo_store_get_opened_at (HemoStore *self, gint64 *remembered, gint64 *found);

typedef struct _HemoWorker HemoWorker;

/* A job of a worker's thread that is no transaction: opening, parking, rekeying. */
typedef gboolean (*HemoWorkerControl) (HemoWorker *worker, gpointer data, GError **error);

struct _HemoWorker
{
  HemoStore *store;
  GThread *thread;
  GAsyncQueue *queue;
  HemoDb *db;
  HemoDbMode mode;
  /* A commit failed in a way that leaves open whether it is on the disk. */
  gboolean doubtful;
};

struct _HemoStore
{
  GObject parent_instance;

  char *directory;
  char *path;
  char *uuid;
  gboolean read_only;

  /* Under lock: closed, ring, version, audit_keys. The last two change only while all workers
   * stand still. */
  GMutex lock;
  gboolean closed;
  HemoKeyRing *ring;
  guint version;
  GPtrArray *audit_keys;

  HemoWorker writer;
  HemoWorker reader;
  /* Reads for the sync, so that a long look at the queue never keeps the window waiting. */
  HemoWorker aside;

  /* Held for reading by who has a connection beside the workers' open, for writing while the key is
   * changed: rekeying under an open connection leaves it with 'file is not a database'. */
  GRWLock key_lock;

  /* The writer's thread alone. */
  int head_fd;
  gint64 head_sequence;
  /* What 'head' remembers stands until an administrator has accepted an older store. */
  gboolean head_held;
  gint64 remembered;
  gint64 found;
};

/* Starts the threads. */
void hemo_store_start (HemoStore *self);

/* Blocks until @control has run on @worker. */
gboolean
hemo_worker_control (HemoWorker *worker, HemoWorkerControl control, gpointer data, GError **error);
/* The same without waiting for the answer; FALSE when the store is closed. */
gboolean
hemo_worker_post (HemoWorker *worker, HemoWorkerControl control, gpointer data, GError **error);
/* Opens the worker's connection again if it was closed, with the version of the key that holds. */
gboolean hemo_worker_ensure_open (HemoWorker *worker, GError **error);
void hemo_worker_close_db (HemoWorker *worker);

/* Tries every version of the key, newest first; sets version and audit_keys by the one that opens.
 */
gboolean hemo_store_find_key (HemoStore *self, HemoWorker *worker, GError **error);
/* Brings 'head' up to the newest row. */
gboolean hemo_store_update_head (HemoStore *self, GError **error);
gboolean
hemo_store_check_head (HemoStore *self, HemoWorker *worker, gboolean accept, GError **error);
/* On the writer's thread: after a commit that failed, whether row @sequence with @mac is there. */
gboolean hemo_store_settle (HemoStore *self, gint64 sequence, GBytes *mac, GError **error);

/* (transfer full): a ring of its own with the same keys */
HemoKeyRing *hemo_ring_copy (HemoKeyRing *ring);
/* (transfer full) */
HemoSecret *
hemo_store_derive (HemoStore *self, HemoSecret *store_key, const char *label, GError **error);

G_END_DECLS
