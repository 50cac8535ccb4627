/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Key material in OpenSSL's secure memory. */

#include "hemo-secret.h"

G_DEFINE_QUARK (hemo-vault-error-quark, hemo_vault_error)
