/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The main window: first run, sign-in, or the side bar and the place where one works. */

#pragma once

#include "hemo-place.h"

G_BEGIN_DECLS

#define HEMO_TYPE_WINDOW (hemo_window_get_type ())
G_DECLARE_FINAL_TYPE (HemoWindow, hemo_window, HEMO, WINDOW, AdwApplicationWindow)

/* Opens the clinic in @directory; asks to set one up when there is none. */
HemoWindow *hemo_window_new (AdwApplication *application, const char *directory);

/* For what belongs to the window. */
HemoDesk *hemo_window_get_desk (HemoWindow *self);
/* What is seen, or NULL at the door. (transfer none) */
AdwNavigationPage *hemo_window_get_page (HemoWindow *self);
/* Closes it, and ends what would go on without it. */
void hemo_window_quit (HemoWindow *self);
/* @page: (transfer floating): put on top of what is seen */
void hemo_window_push (HemoWindow *self, gpointer page);
void hemo_window_toast (HemoWindow *self, const char *text);

/**
 * HemoPlaceInfo: a row of the side bar
 * @name: for 'win.go'
 * @needs: who may not do this does not see it; HEMO_ACTIONS: for all
 */
typedef struct
{
  const char *name;
  const char *title;
  const char *icon;
  HemoAction needs;
  GType (*get_type) (void);
} HemoPlaceInfo;

/* Ended by a row without a name. */
extern const HemoPlaceInfo hemo_window_places[];

/* The row of @info, which Ctrl and @number open. (transfer floating) */
GtkWidget *hemo_window_place_row (HemoDesk *desk, const HemoPlaceInfo *info, guint number);

G_END_DECLS
