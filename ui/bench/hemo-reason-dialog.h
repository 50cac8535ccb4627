/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks for a reason in words, without which nothing is done. */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Not called when it was cancelled. */
typedef void (*HemoReasonGiven) (const char *reason, gpointer data);

/* @data is a GObject: kept until the dialog is over. */
void hemo_reason_dialog_ask (GtkWidget *parent,
                             const char *heading,
                             const char *body,
                             const char *action,
                             HemoReasonGiven given,
                             gpointer data);

G_END_DECLS
