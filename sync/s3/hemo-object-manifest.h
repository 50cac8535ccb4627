/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of the pieces of an object: small JSON beside them, written when all are proven. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HEMO_OBJECT_PIECES_MOST 99999
/* Each is read into memory whole. */
#define HEMO_OBJECT_PIECE_MOST (G_GUINT64_CONSTANT (64) << 20)
#define HEMO_OBJECT_MANIFEST_LIMIT (G_GUINT64_CONSTANT (16) << 20)
/* What may be an object: no image comes near. */
#define HEMO_OBJECT_SIZE_MOST (G_GUINT64_CONSTANT (1) << 40)

/* @sha256: lower-case hexadecimal */
typedef struct
{
  guint64 size;
  char sha256[65];
} HemoObjectPiece;

/**
 * HemoObjectManifest:
 * @size: of the whole
 * @sha256: of the whole, lower-case hexadecimal
 * @upload: UUID in the names of the pieces, so that two uploads never mix
 * @pieces: (element-type HemoObjectPiece), in order
 */
typedef struct
{
  guint64 size;
  char *sha256;
  char *upload;
  GArray *pieces;
} HemoObjectManifest;

HemoObjectManifest *hemo_object_manifest_new (guint64 size, const char *sha256, const char *upload);
void hemo_object_manifest_free (HemoObjectManifest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoObjectManifest, hemo_object_manifest_free)

/* FALSE, and nothing is added, for a piece that goes over the size or past the most. */
gboolean hemo_object_manifest_add (HemoObjectManifest *self, guint64 size, const char *sha256);
/* Bytes of the pieces that are there. */
guint64 hemo_object_manifest_sum (const HemoObjectManifest *self);
const HemoObjectPiece *hemo_object_manifest_piece (const HemoObjectManifest *self, guint index);

/* Whether it is a SHA-256 in lower-case hexadecimal. */
gboolean hemo_object_is_sha256 (const char *text);

/* (transfer full) */
GBytes *hemo_object_manifest_to_json (const HemoObjectManifest *self);
/* From outside: only what is whole, whose pieces make up the size. %HEMO_REMOTE_ERROR_DAMAGED.
 * (transfer full) */
HemoObjectManifest *hemo_object_manifest_parse (GBytes *json, GError **error);

/* "KEY.manifest" (transfer full) */
char *hemo_object_manifest_key (const char *key);
/* "KEY.pieces/UPLOAD/00001" for @index 0 (transfer full) */
char *hemo_object_piece_key (const char *key, const char *upload, guint index);

G_END_DECLS
