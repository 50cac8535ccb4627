/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A sentence of a library that counts something: in English, as all that libraries say, and marked
 * for the catalogues with both forms. Both have the same values, the number first among numbers. */

#pragma once

#define HEMO_PLURAL(one, many, n) ((n) == 1 ? (one) : (many))
