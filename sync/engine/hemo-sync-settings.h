/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How the clinic's servers are reached: what an administrator sets, as it is kept in the encrypted
 * store. */

#pragma once

#include "hemo-http.h"
#include "hemo-remote-table.h"
#include "hemo-s3.h"
#include "hemo-sign-in.h"

G_BEGIN_DECLS

/* 'none', 'basic', 'bearer', 'smart', 'sigv4'. */
typedef enum
{
  HEMO_SYNC_SIGN_IN_NONE,
  HEMO_SYNC_SIGN_IN_BASIC,
  HEMO_SYNC_SIGN_IN_BEARER,
  HEMO_SYNC_SIGN_IN_SMART,
  HEMO_SYNC_SIGN_IN_SIGV4,
} HemoSyncSignIn;

const char *hemo_sync_sign_in_to_code (HemoSyncSignIn sign_in);
gboolean hemo_sync_sign_in_from_code (const char *code, HemoSyncSignIn *out, GError **error);

/**
 * HemoServerSettings:
 * @url: 'https://fhir.example.org/r4'; of S3 the endpoint without the bucket
 * @authority: certificates in PEM that are trusted besides the system's, or NULL
 * @allow_plain: whether http is taken from another computer
 * @user: name for basic, client id for smart, id of the access key for sigv4 and S3
 * @secret: password, token, private key in PEM, or secret access key
 * @token_url: where smart asks for its token, or NULL: as the server's configuration says
 * @scope: of smart, or NULL for all that the clinic may
 * @region, @bucket, @prefix, @virtual_host, @kms, @kms_key: as of HemoS3Options
 * @role: ARN for AssumeRoleWithWebIdentity, or NULL for kept keys
 * @sts_url: of the token service that lends keys for the @role, or NULL: that of AWS in the region,
 * or else the server itself
 * @kilobits: a second at most, 0 for no limit
 * @from_hour, @to_hour: of the day, local time, in which it may send; the same for always
 * @metered: whether it may send over a connection that costs
 * @stall_ms: how long nothing may move while something should, 0 for the usual
 *
 * All texts may be NULL.
 */
typedef struct
{
  char *url;
  char *authority;
  gboolean allow_plain;
  HemoSyncSignIn sign_in;
  char *user;
  char *secret;
  char *token_url;
  char *scope;
  char *region;
  char *bucket;
  char *prefix;
  gboolean virtual_host;
  gboolean kms;
  char *kms_key;
  char *role;
  char *sts_url;
  guint kilobits;
  guint from_hour;
  guint to_hour;
  gboolean metered;
  guint stall_ms;
} HemoServerSettings;

HemoServerSettings *hemo_server_settings_new (void);
HemoServerSettings *hemo_server_settings_copy (const HemoServerSettings *self);
/* Cleanses the secret. */
void hemo_server_settings_free (HemoServerSettings *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoServerSettings, hemo_server_settings_free)

/* With its secret: only for the store. (transfer full) */
char *hemo_server_settings_to_json (const HemoServerSettings *self);
/* Members that are not known are left out; %HEMO_REMOTE_ERROR_REFUSED for what is no settings.
 * (transfer full) */
HemoServerSettings *hemo_server_settings_parse (const char *json, GError **error);

/* Whether they can be used for @kind, in words that say what is missing. */
gboolean
hemo_server_settings_check (const HemoServerSettings *self, const char *kind, GError **error);

/* Whether a change from @before to @self makes it another server: what was proven counts no more.
 */
gboolean
hemo_server_settings_is_another (const HemoServerSettings *self, const HemoServerSettings *before);
/* Whether @self signs in to the same server as somebody else than @before, who may be shown another
 * part of it; another secret of the same name is the same account. */
gboolean hemo_server_settings_is_other_account (const HemoServerSettings *self,
                                                const HemoServerSettings *before);
/* Whether a secret that was given for @other goes to the same place: scheme, host and port. */
gboolean
hemo_server_settings_is_same_host (const HemoServerSettings *self, const HemoServerSettings *other);

/* @clock: (transfer none). The connection and the sign-in that the settings ask for. */
HemoHttp *
hemo_server_settings_open (const HemoServerSettings *self, HemoServerClock *clock, GError **error);
HemoSignIn *
hemo_server_settings_sign_in (const HemoServerSettings *self, HemoHttp *http, GError **error);
/* @clinic: UUID, which keys begin with unless there is a prefix. (transfer full) */
HemoS3 *hemo_server_settings_open_s3 (const HemoServerSettings *self,
                                      const char *clinic,
                                      HemoServerClock *clock,
                                      GError **error);

/* Whether it may send at @hour of the day. */
gboolean hemo_server_settings_allows_hour (const HemoServerSettings *self, guint hour);

G_END_DECLS
