/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The keys of S3: kept ones, or lent by a token service for an hour and renewed in time. */

#pragma once

#include "hemo-http.h"
#include "hemo-secret.h"

G_BEGIN_DECLS

/* One pair, immutable but for what is kept of it. */
typedef struct _HemoS3Keys HemoS3Keys;

/**
 * hemo_s3_keys_new:
 * @session: (nullable): token of keys that were lent
 * @expires: UTC microseconds by the server's clock, 0 for never
 */
HemoS3Keys *
hemo_s3_keys_new (const char *id, HemoSecret *secret, const char *session, gint64 expires);
HemoS3Keys *hemo_s3_keys_ref (HemoS3Keys *self);
void hemo_s3_keys_unref (HemoS3Keys *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoS3Keys, hemo_s3_keys_unref)

const char *hemo_s3_keys_get_id (HemoS3Keys *self);
HemoSecret *hemo_s3_keys_get_secret (HemoS3Keys *self);
const char *hemo_s3_keys_get_session (HemoS3Keys *self);
gint64 hemo_s3_keys_get_expires (HemoS3Keys *self);

/* What requests are signed with on one day in one place, as it was made of the secret and put here:
 * the same for each of them. NULL where it is of another @place. (transfer full) */
HemoSecret *hemo_s3_keys_dup_derived (HemoS3Keys *self, const char *place);
void hemo_s3_keys_set_derived (HemoS3Keys *self, const char *place, HemoSecret *derived);

/* Gives them when they are needed. For one thread at a time. */
#define HEMO_TYPE_S3_KEY_RING (hemo_s3_key_ring_get_type ())
G_DECLARE_FINAL_TYPE (HemoS3KeyRing, hemo_s3_key_ring, HEMO, S3_KEY_RING, GObject)

HemoS3KeyRing *hemo_s3_key_ring_new (HemoS3Keys *keys);

/* The token with which the clinic shows who it is. (transfer full) */
typedef char *(*HemoS3Identity) (gpointer data, GCancellable *cancellable, GError **error);

/**
 * hemo_s3_key_ring_new_sts:
 * @service: the token service
 * @role: its ARN
 * @session: how the service names this installation in its log: 2 to 64 of A-Z a-z 0-9 _ - = , . @
 * @identity: asked before each renewal
 *
 * Keys come from AssumeRoleWithWebIdentity and are renewed five minutes before they expire.
 */
HemoS3KeyRing *hemo_s3_key_ring_new_sts (HemoHttp *service,
                                         const char *role,
                                         const char *session,
                                         HemoS3Identity identity,
                                         gpointer data,
                                         GDestroyNotify destroy);

/**
 * hemo_s3_key_ring_get:
 * @refused: (nullable): keys that a server did not take any more: others are asked for, if there
 * can be others
 *
 * (transfer full)
 */
HemoS3Keys *hemo_s3_key_ring_get (HemoS3KeyRing *self,
                                  HemoS3Keys *refused,
                                  GCancellable *cancellable,
                                  GError **error);

G_END_DECLS
