/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A FHIR server in memory: transactions that are taken whole or not at all, versions, If-Match,
 * reading and searching by time; and the ways in which one lies or fails. */

#pragma once

#include "fake-server.h"

#include <json-c/json.h>

/**
 * FakeFhirOrders: how it takes a search by 'based-on'
 * @FAKE_FHIR_ORDERS_LEFT_OUT: passed over, and left out of the address that it repeats
 * @FAKE_FHIR_ORDERS_PRETENDED: passed over, but repeated
 * @FAKE_FHIR_ORDERS_REFUSED: 400
 */
typedef enum
{
  FAKE_FHIR_ORDERS_KNOWN,
  FAKE_FHIR_ORDERS_LEFT_OUT,
  FAKE_FHIR_ORDERS_PRETENDED,
  FAKE_FHIR_ORDERS_REFUSED,
} FakeFhirOrders;

/**
 * FakeFhir:
 * @resources: 'Type/id' to JSON, with meta.versionId
 * @history: every version that was ever stored, 'Type/id/_history/n' to JSON
 * @refused: a transaction that has this 'Type/id' is 422, or @refused_status
 * @element: of a refused record, what is wrong with it beside the words, or NULL
 * @multiple: a transaction that has this 'Type/id' is 412, as of what stands there more than once
 * @lose_answers: so many transactions are stored and their answer is lost
 * @wrong_id: answers name another record
 * @short_answer: answers leave out the last entry
 * @portal: everything is 200 with a web page
 * @status: everything is this status
 * @keeps: a search that was asked before finds what it found then, unless it says 'no-cache'
 * @unasked: a search of this type is 403
 * @unread: reading or searching this type is 403, or @unread_status
 * @hidden: 'Type/id' that no search shows
 * @failed: a search that has this in its address is @failed_status
 * @deleted: 'Type/id' that somebody deleted: 410
 * @page_max: entries of a page at most, 0 for as many as are asked for
 * @lag: searches do not show the so many newest changes yet
 * @endless: the next page is always this one
 * @looped: the same, of searches that have this in their address
 * @back_us: what is stored is dated so much earlier
 * @orders: how it takes a search by orders
 * @by_orders: how many of those there were
 * @longest: the longest address
 * @bytes: of the answers to searches
 * @transactions: that were stored
 * @largest: entries of the largest of them
 *
 * Fields are read and set by the test between two requests, or under @mutex.
 */
typedef struct
{
  FakeServer *server;
  GHashTable *resources;
  GHashTable *history;
  GPtrArray *changes;
  GHashTable *deleted;
  guint page_max;
  guint lag;
  gboolean endless;
  const char *looped;
  guint pages;
  const char *refused;
  guint refused_status;
  const char *element;
  const char *multiple;
  gboolean keeps;
  GHashTable *kept;
  const char *unasked;
  const char *unread;
  guint unread_status;
  const char *hidden;
  const char *failed;
  guint failed_status;
  gint64 back_us;
  FakeFhirOrders orders;
  guint by_orders;
  gsize longest;
  gsize bytes;
  guint lose_answers;
  gboolean wrong_id;
  gboolean short_answer;
  gboolean portal;
  guint status;
  guint transactions;
  guint requests;
  guint largest;
  guint reads;
  GMutex mutex;
} FakeFhir;

FakeFhir *fake_fhir_new (void);
void fake_fhir_free (FakeFhir *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeFhir, fake_fhir_free)

/* Somebody else writes: the next version of it. @json: text of a resource */
void fake_fhir_write (FakeFhir *self, const char *json);
/* (transfer full) (nullable): as it is now */
json_object *fake_fhir_read (FakeFhir *self, const char *type, const char *id);
/* The server loses it, as one restored from an old backup. */
void fake_fhir_lose (FakeFhir *self, const char *type, const char *id);
/* Somebody deletes it, which a version of its own stands for. */
void fake_fhir_delete (FakeFhir *self, const char *type, const char *id);
/* The server is put back to what it was after its first @changes changes. */
void fake_fhir_restore (FakeFhir *self, guint changes);
guint fake_fhir_count (FakeFhir *self, const char *type);
