/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A list of the store's rows, however long: the numbers of all, and of those that are seen what
 * they say, loaded off main. */

#pragma once

#include "hemo-desk.h"

G_BEGIN_DECLS

#define HEMO_TYPE_PAGED_ITEM (hemo_paged_item_get_type ())
G_DECLARE_FINAL_TYPE (HemoPagedItem, hemo_paged_item, HEMO, PAGED_ITEM, GObject)

/* Signal 'changed': what it says was read (again), or has to be shown anew. */
gint64 hemo_paged_item_get_row (HemoPagedItem *self);
/* What the source loaded for it; NULL until then. (transfer none) */
gconstpointer hemo_paged_item_get_data (HemoPagedItem *self);

/**
 * HemoPagedSource: where the rows come from; jobs that only read
 * @list: data: the filter, a GVariant; result: GArray of gint64, numbers of all rows in their order
 * @load: data: GArray of gint64; result: GPtrArray of what those rows say, freed by itself
 * @get_row: the number of the row that is said something of
 * @free: of what is said
 */
typedef struct
{
  HemoStoreJob list;
  HemoStoreJob load;
  gint64 (*get_row) (gconstpointer data);
  GDestroyNotify free;
} HemoPagedSource;

#define HEMO_TYPE_PAGED_MODEL (hemo_paged_model_get_type ())
G_DECLARE_FINAL_TYPE (HemoPagedModel, hemo_paged_model, HEMO, PAGED_MODEL, GObject)

/* A GListModel of HemoPagedItem, empty until hemo_paged_model_set_filter(). Signals: 'listed' when
 * the numbers were read (again); 'failed' (GError). @source: static. */
HemoPagedModel *hemo_paged_model_new (HemoDesk *desk, const HemoPagedSource *source);

/* @filter: (transfer floating) */
void hemo_paged_model_set_filter (HemoPagedModel *self, GVariant *filter);
/* Reads the numbers again, and what is seen; rows that stay keep their objects. */
void hemo_paged_model_reload (HemoPagedModel *self);
/* Whether the numbers were read for the filter that is set. */
gboolean hemo_paged_model_is_listed (HemoPagedModel *self);
/* Emits 'changed' of all items that somebody holds: time has passed. */
void hemo_paged_model_show_again (HemoPagedModel *self);

/* (guint)-1 when it is not there */
guint hemo_paged_model_find (HemoPagedModel *self, gint64 row);
/* -1 beyond the end */
gint64 hemo_paged_model_get_row (HemoPagedModel *self, guint position);

G_END_DECLS
