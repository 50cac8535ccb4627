/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Organisations that pictures are sealed to as well. */

#pragma once

#include "hemo-txn.h"

G_BEGIN_DECLS

/* @fingerprint: of the certificate in DER. Whether it is one of those that are sealed to. */
gboolean
hemo_certificate_is_known (HemoTxn *txn, const char *fingerprint, gboolean *known, GError **error);

/* From now on pictures are sealed to it too. @certificate: DER or PEM of P-256 or RSA. Needs
 * key.manage. Audited. */
gboolean hemo_certificate_add (HemoTxn *txn, const char *name, GBytes *certificate, GError **error);

G_END_DECLS
