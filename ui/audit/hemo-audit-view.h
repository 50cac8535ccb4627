/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The audit log: who did what, and whether the log is whole. */

#pragma once

#include "hemo-place.h"

G_BEGIN_DECLS

#define HEMO_TYPE_AUDIT_VIEW (hemo_audit_view_get_type ())
G_DECLARE_FINAL_TYPE (HemoAuditView, hemo_audit_view, HEMO, AUDIT_VIEW, HemoPlace)

G_END_DECLS
