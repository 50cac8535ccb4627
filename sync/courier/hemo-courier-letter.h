/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is inside of a letter, and of what comes back: JSON, read with a limit on everything. */

#pragma once

#include "hemo-fhir-parcel.h"
#include "hemo-fhir-server.h"

G_BEGIN_DECLS

/* Of one letter, and of one file of answers. */
#define HEMO_COURIER_PARTS_MOST 20000
#define HEMO_COURIER_ITEMS_MOST 20000
#define HEMO_COURIER_RECORDS_MOST 5000
#define HEMO_COURIER_WANTS_MOST 500
#define HEMO_COURIER_TYPES_MOST 32

/**
 * HemoCourierMatter:
 * @HEMO_COURIER_RECORDS: all of a case that a server lacks
 * @HEMO_COURIER_OBJECT: a sealed picture, in files of its own beside the letter
 * @HEMO_COURIER_ASK: what others wrote since is to be brought back
 */
typedef enum
{
  HEMO_COURIER_RECORDS,
  HEMO_COURIER_OBJECT,
  HEMO_COURIER_ASK,
  HEMO_COURIER_MATTERS,
} HemoCourierMatter;

/**
 * HemoCourierCursor: of others' versions of one type, those up to @at are known
 * @at: the server's time, UTC microseconds; 0: none is
 */
typedef struct
{
  char *type;
  gint64 at;
} HemoCourierCursor;

void hemo_courier_cursor_free (HemoCourierCursor *self);

/**
 * HemoCourierName: 'Type/id'
 */
typedef struct
{
  char *type;
  char *id;
} HemoCourierName;

HemoCourierName *hemo_courier_name_new (const char *type, const char *id);
void hemo_courier_name_free (HemoCourierName *self);

/**
 * HemoCourierLetter:
 * @id: UUID, in the names of its files
 * @number: larger than of every letter that this installation wrote before
 * @items: (element-type HemoQueueItem): that are received when it is: sequence, change, kind,
 *   object and lane
 * @parts: (element-type HemoFhirPart): records, each after what it refers to
 * @object: UUID of a picture; @key: in a bucket; @sha256, @bytes: of the sealed file;
 *   @signature_sha256: of its detached signature
 * @cursors: (element-type HemoCourierCursor), @wants: (element-type HemoCourierName): of what is
 *   asked for
 */
typedef struct
{
  char *id;
  gint64 number;
  HemoCourierMatter matter;
  GPtrArray *items;
  GPtrArray *parts;
  HemoLane lane;
  char *object;
  char *key;
  char *sha256;
  gint64 bytes;
  char *signature_sha256;
  GPtrArray *cursors;
  GPtrArray *wants;
} HemoCourierLetter;

HemoCourierLetter *hemo_courier_letter_new (HemoCourierMatter matter);
void hemo_courier_letter_free (HemoCourierLetter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoCourierLetter, hemo_courier_letter_free)

/* (transfer full) */
GBytes *hemo_courier_letter_to_json (const HemoCourierLetter *self);
/* %HEMO_REMOTE_ERROR_DAMAGED. (transfer full) */
HemoCourierLetter *hemo_courier_letter_parse (GBytes *json, GError **error);

/**
 * HemoCourierOutcome:
 * @HEMO_COURIER_RECEIVED: the place has proven that it holds all of the letter
 * @HEMO_COURIER_CONFLICT: somebody else changed a record there, which comes back; nothing was sent
 * @HEMO_COURIER_REFUSED: the place will never take it; the reason says why
 * @HEMO_COURIER_OLDER: a newer letter went before it; nothing was sent
 * @HEMO_COURIER_SPOILED: a file beside it is not what it tells of
 */
typedef enum
{
  HEMO_COURIER_RECEIVED,
  HEMO_COURIER_CONFLICT,
  HEMO_COURIER_REFUSED,
  HEMO_COURIER_OLDER,
  HEMO_COURIER_SPOILED,
  HEMO_COURIER_OUTCOMES,
} HemoCourierOutcome;

/**
 * HemoCourierRecord: what somebody else wrote
 * @author: or NULL
 */
typedef struct
{
  char *author;
  json_object *resource;
} HemoCourierRecord;

HemoCourierRecord *hemo_courier_record_new (const char *author, json_object *resource);
void hemo_courier_record_free (HemoCourierRecord *self);

/**
 * HemoCourierReply: what became of a letter
 * @letter: its id; @letter_sha256: of its file as it was read
 * @place: address of the server that it is about
 * @reason: in words, or NULL
 * @sha256: of the sealed picture that is there, or NULL
 * @stored: (element-type HemoFhirStored): versions that are there now
 * @theirs: (element-type HemoCourierRecord): of a conflict
 */
typedef struct
{
  char *letter;
  char *letter_sha256;
  HemoCourierOutcome outcome;
  char *place;
  char *reason;
  char *sha256;
  GPtrArray *stored;
  GPtrArray *theirs;
} HemoCourierReply;

HemoCourierReply *hemo_courier_reply_new (const char *letter, const char *letter_sha256);
void hemo_courier_reply_free (HemoCourierReply *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoCourierReply, hemo_courier_reply_free)
GBytes *hemo_courier_reply_to_json (const HemoCourierReply *self);
HemoCourierReply *hemo_courier_reply_parse (GBytes *json, GError **error);

/**
 * HemoCourierAnswers: one file of what was asked for
 * @run: UUID, the same of pages that belong together: an older set may lie beneath
 * @page: from 1; @is_last: whether there is no further one
 * @since: (element-type HemoCourierCursor): that were asked for
 * @cursors: (element-type HemoCourierCursor): when all pages were taken in
 * @missing: (element-type HemoCourierName): that were asked for by name and are not there
 * @origins: 'Type/id' to HemoSyncOrigin: who wrote what is on the page, or what that refers to, as
 *   far as the server said so
 */
typedef struct
{
  char *letter;
  char *letter_sha256;
  char *place;
  char *run;
  gint64 page;
  gboolean is_last;
  GPtrArray *records;
  GPtrArray *since;
  GPtrArray *cursors;
  GPtrArray *missing;
  GHashTable *origins;
} HemoCourierAnswers;

HemoCourierAnswers *hemo_courier_answers_new (const char *letter, const char *letter_sha256);
void hemo_courier_answers_free (HemoCourierAnswers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoCourierAnswers, hemo_courier_answers_free)
GBytes *hemo_courier_answers_to_json (const HemoCourierAnswers *self);
HemoCourierAnswers *hemo_courier_answers_parse (GBytes *json, GError **error);

/* NULL when @type is not among them. (transfer none) */
const HemoCourierCursor *hemo_courier_cursor_find (const GPtrArray *cursors, const char *type);

G_END_DECLS
