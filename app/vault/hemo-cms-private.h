/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of CMS share. */

#pragma once

#include "hemo-vault-private.h"

#include <openssl/cms.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CMS_ContentInfo, CMS_ContentInfo_free)

/* DER of @cms. (transfer full) */
GBytes *hemo_cms_encode (CMS_ContentInfo *cms);
/* The whole of @bytes as a ContentInfo, NULL if it is none. (transfer full) */
CMS_ContentInfo *hemo_cms_decode (GBytes *bytes);

/* Whether @sealed is authEnvelopedData of data in DER with aes-256-gcm, a nonce of 12 bytes and a
 * tag of 16, without authenticated attributes; if so, the size of the content. OpenSSL decrypts
 * with whatever algorithm and length of tag the bytes ask for, which would let a forger choose a
 * tag of 4 bytes, or AES-CBC without any. */
gboolean hemo_cms_inspect (GBytes *sealed, gsize *content_size);

/* The same without its content, which OpenSSL would copy: for those who only look who may open it.
 * NULL for what is no such thing. (transfer full) */
GBytes *hemo_cms_without_content (GBytes *sealed);

G_END_DECLS
