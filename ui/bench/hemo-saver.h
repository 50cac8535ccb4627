/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keeps one record in the store as new as the screen: what changes while a write is under way is
 * written after it, the newest alone. */

#pragma once

#include "hemo-desk.h"

G_BEGIN_DECLS

/**
 * HemoSaverKind:
 * @copy: (transfer full)
 * @save: on the store's thread
 * @version: where the record keeps its version
 */
typedef struct
{
  gpointer (*copy) (gconstpointer record);
  GDestroyNotify free;
  gboolean (*save) (HemoTxn *txn, gpointer record, GError **error);
  gint64 *(*version) (gpointer record);
} HemoSaverKind;

typedef struct _HemoSaver HemoSaver;

/* On main. @error: NULL when all is durable; else nothing since the last success is. */
typedef void (*HemoSaved) (gpointer data, const GError *error);

HemoSaver *
hemo_saver_new (HemoDesk *desk, const HemoSaverKind *kind, HemoSaved saved, gpointer data);
/* What was asked for is written all the same, but nobody is told. */
void hemo_saver_free (HemoSaver *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoSaver, hemo_saver_free)

/* @record is copied; its version does not matter. */
void hemo_saver_save (HemoSaver *self, gconstpointer record);
/* The last one that failed, once more. */
void hemo_saver_retry (HemoSaver *self);
/* Whether the last write failed since the record was changed elsewhere: a person has to decide, the
 * same write would fail for ever. */
gboolean hemo_saver_is_in_conflict (HemoSaver *self);
/* Writes what failed over @version, which is what the store holds now; that stays in its history.
 */
void hemo_saver_overrule (HemoSaver *self, gint64 version);
/* Forgets what failed: what the store holds is taken. */
void hemo_saver_give_way (HemoSaver *self);
/* Version of what the store holds, as far as it is known here. */
void hemo_saver_set_version (HemoSaver *self, gint64 version);
gint64 hemo_saver_get_version (HemoSaver *self);
gboolean hemo_saver_is_writing (HemoSaver *self);
/* Whether nothing waits and nothing failed. */
gboolean hemo_saver_is_settled (HemoSaver *self);

G_END_DECLS
