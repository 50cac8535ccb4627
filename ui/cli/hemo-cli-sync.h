/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Setting up and trying a server, and what others wrote there, as commands of hemogram-cli. */

#pragma once

#include "hemo-cli.h"

G_BEGIN_DECLS

/* HemoCliRun */
gboolean hemo_cli_sync_configure (HemoCli *self, int argc, char **argv, GError **error);
gboolean hemo_cli_sync_test (HemoCli *self, int argc, char **argv, GError **error);
gboolean hemo_cli_enrol_rebuild (HemoCli *self, int argc, char **argv, GError **error);
gboolean hemo_cli_sync_others (HemoCli *self, int argc, char **argv, GError **error);
gboolean hemo_cli_sync_conflicts (HemoCli *self, int argc, char **argv, GError **error);
gboolean hemo_cli_sync_fetch (HemoCli *self, int argc, char **argv, GError **error);
gboolean hemo_cli_sync_settle (HemoCli *self, int argc, char **argv, GError **error);
gboolean hemo_cli_image_prune (HemoCli *self, int argc, char **argv, GError **error);
gboolean hemo_cli_image_retention (HemoCli *self, int argc, char **argv, GError **error);

/* Whether the original of @image was pruned, or is missing or damaged here; FALSE with @error where
 * it is whole. */
gboolean hemo_cli_check_pruned (HemoCli *self, const char *image, GError **error);

G_END_DECLS
