/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A place of the window: worklist, patients, bench, settings … Its subclass is one screen. */

#pragma once

#include "hemo-desk.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_PLACE (hemo_place_get_type ())
G_DECLARE_DERIVABLE_TYPE (HemoPlace, hemo_place, HEMO, PLACE, AdwNavigationPage)

/**
 * HemoPlaceClass:
 * @refresh: it came into view, or something was written while it is in view; load again
 * @takes_typing: what is typed outside an entry is the place's own and starts no search
 * @scanned: a bar code was scanned that is no specimen of this clinic; TRUE when it was used
 * @help: chapter of the manual that F1 opens
 */
struct _HemoPlaceClass
{
  AdwNavigationPageClass parent_class;

  void (*refresh) (HemoPlace *self);
  gboolean (*scanned) (HemoPlace *self, const char *text);
  gboolean takes_typing;
  const char *help;
};

/* Construct-only property 'desk'. (transfer none) */
HemoDesk *hemo_place_get_desk (HemoPlace *self);

/* What this page was for is done: goes back from it, and on to @action with @target, such as
 * 'win.open-case' (both nullable). While the screen is locked it waits until who was signed in is
 * back; a page that is not in front stays. */
void hemo_place_leave (HemoPlace *self, const char *action, const char *target);

/* For the window. */
gboolean hemo_place_take_scan (HemoPlace *self, const char *text);

/* Of any widget in the window. What was done, for a few seconds. */
void hemo_place_toast (GtkWidget *widget, const char *text);
/* @undo is called at most once, by the button or Ctrl+Z while the toast is seen; @data is freed by
 * @data_free in any case. */
typedef void (*HemoUndo) (gpointer data);
void hemo_place_toast_undo (
    GtkWidget *widget, const char *text, HemoUndo undo, gpointer data, GDestroyNotify data_free);
/* Nothing of what was offered is taken back any more: what follows builds on it. */
void hemo_place_forget_undo (GtkWidget *widget);
/* The same as undo for what is done by the button @label alone, at once in front and for longer. */
void hemo_place_toast_action (GtkWidget *widget,
                              const char *text,
                              const char *label,
                              HemoUndo action,
                              gpointer data,
                              GDestroyNotify data_free);
/* What happened, what was kept and what to do, until it is read; a cancelled work is no error. */
void hemo_place_show_error (GtkWidget *widget, const char *heading, const GError *error);

/* Over the locked screen no dialog stays but those that show nobody's data: @dialog is one, said
 * before it is presented. */
void hemo_place_let_over_door (AdwDialog *dialog);
gboolean hemo_place_may_lie_over_door (AdwDialog *dialog);

/* Actions that every widget in the window may activate by gtk_widget_activate_action():
 *
 *   win.go (s)           'worklist', 'patients' … a place of the side bar
 *   win.open-case (s)    specimen by UUID or accession number, on the bench
 *   win.open-patient (s) UUID: history and trends
 *   win.new-patient (s)  registration, beginning with what was typed
 *   win.new-specimen (s) UUID of the patient
 *   win.edit-patient (s) UUID
 *   win.open-reading (s) UUID: to be read, or as it was answered
 *   win.export-case (s)  specimen by UUID or accession number, to a stick
 *   win.next-case        the next that waits
 *   win.search (s)       search, beginning with what was typed
 *   win.servers          the settings of the servers
 *   win.courier          the queue onto a stick, and back
 *   win.settle           versions of others that wait for a person
 *   win.back, win.lock
 */

G_END_DECLS
