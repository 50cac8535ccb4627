/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The key pair by which a server knows the clinic: what is handed to who runs the server. */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_SERVER_KEY (hemo_server_key_get_type ())
G_DECLARE_FINAL_TYPE (HemoServerKey, hemo_server_key, HEMO, SERVER_KEY, AdwPreferencesGroup)

/* (transfer floating) */
HemoServerKey *hemo_server_key_new (void);

/**
 * hemo_server_key_set_kept:
 * @secret: (nullable): what is in the store: a private key in PEM, or a client's password
 *
 * One that was made and not saved is forgotten.
 */
void hemo_server_key_set_kept (HemoServerKey *self, const char *secret);

/* The private key in PEM that is to be used: the kept one, or one made now where there is none or
 * another is wanted; a password that is kept stays one. Cleanse it. (transfer full) */
char *hemo_server_key_dup_secret (HemoServerKey *self, GError **error);

/* Whether what is used is the kept secret, and that a password: it may go to its server alone. */
gboolean hemo_server_key_is_password (HemoServerKey *self);

/* Whether a private key is in the store that is not to be exchanged: the server may know it. */
gboolean hemo_server_key_is_kept (HemoServerKey *self);

/* Whether the next save puts one into the store that the server cannot know yet. */
gboolean hemo_server_key_is_new (HemoServerKey *self);
/* To what is done with it. */
void hemo_server_key_show (HemoServerKey *self);

G_END_DECLS
