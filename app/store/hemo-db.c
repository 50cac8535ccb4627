/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One SQLCipher connection and its prepared statements. */

#include "hemo-db.h"

G_DEFINE_QUARK (hemo-store-error-quark, hemo_store_error)
