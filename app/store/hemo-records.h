/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tables of a clinic's work: every function asks the policy, audits, and logs the change in the
 * transaction that it is given. */

#pragma once

#include "hemo-case-load.h"
#include "hemo-clinic-info.h"
#include "hemo-count-table.h"
#include "hemo-draft-table.h"
#include "hemo-finding-table.h"
#include "hemo-objective-table.h"
#include "hemo-patient-history.h"
#include "hemo-patient-table.h"
#include "hemo-phrase-table.h"
#include "hemo-range-table.h"
#include "hemo-reading-table.h"
#include "hemo-search.h"
#include "hemo-specimen-table.h"
#include "hemo-store.h"
#include "hemo-worklist.h"
