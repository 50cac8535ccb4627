/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What others do with our sealed objects and signatures: OpenSSL's tool, and a key service. */

#pragma once

#include "hemo-cms.h"

/* An organisation's RSA key with a certificate. (transfer full) */
HemoKeyPair *tools_make_rsa (int bits);

/* Whether `openssl cms -decrypt` succeeds and gives exactly @content. */
gboolean tools_cli_opens (GBytes *sealed, HemoKeyPair *key, GBytes *content);
gboolean tools_cli_opens_password (GBytes *sealed, const char *password, GBytes *content);
/* Whether `openssl cms -verify` accepts a detached signature. */
gboolean tools_cli_verifies (GBytes *content, GBytes *signature, GBytes *certificate);
/* `openssl cms -encrypt` with @cipher, such as '-aes-256-cbc'. (transfer full) */
GBytes *tools_seal_with (GBytes *content, HemoKeyPair *key, const char *cipher);
/* `openssl cms -cmsout -print`. (transfer full) */
char *tools_print (GBytes *cms);
guint tools_count (const char *text, const char *part);

/* @sealed (under 128 bytes of lengths that change) with its tag cut to @size bytes, and so declared
 * in the parameters if @declare. (transfer full) */
GBytes *tools_shorten_tag (GBytes *sealed, guint8 size, gboolean declare);

/* Opens with nothing but an RSA-OAEP-SHA-256 decryption of the encrypted key. (transfer full) */
GBytes *tools_open_by_hand (GBytes *sealed, HemoKeyPair *organisation);

GBytes *tools_sign_without_attributes (GBytes *content, HemoKeyPair *key);
