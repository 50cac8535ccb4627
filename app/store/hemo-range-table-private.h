/* SPDX-License-Identifier: GPL-3.0-or-later */

/* resources/ranges/default.csv, as it is compiled in. */

#pragma once

extern const char hemo_ranges_default[];
