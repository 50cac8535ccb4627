/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What setting up, joining and bringing back share. */

#pragma once

#include "hemo-first-run.h"

#include "hemo-settings.h"

struct _HemoFirstRun
{
  AdwBin parent_instance;

  AdwNavigationView *view;
  AdwComboRow *language;
  AdwButtonRow *begin;
  AdwButtonRow *join;
  AdwButtonRow *restore;

  AdwEntryRow *clinic_name;
  AdwEntryRow *clinic_address;
  AdwEntryRow *clinic_phone;
  AdwSwitchRow *endemic;
  AdwButtonRow *clinic_next;

  AdwEntryRow *admin_name;
  AdwEntryRow *admin_login;
  AdwPasswordEntryRow *passphrase;
  AdwPasswordEntryRow *again;
  GtkLabel *admin_message;
  AdwButtonRow *admin_next;

  AdwStatusPage *making;
  GtkProgressBar *progress;
  GtkButton *cancel;

  GtkLabel *code;
  GtkButton *print_code;
  GtkButton *code_next;
  AdwEntryRow *group_a;
  AdwEntryRow *group_b;
  GtkLabel *confirm_message;
  AdwButtonRow *confirm_next;

  AdwComboRow *objective;
  /* (element-type HemoObjective): what it offers */
  GPtrArray *objectives;
  AdwComboRow *film;
  AdwButtonRow *microscope_next;

  AdwActionRow *join_file;
  GtkButton *choose_file;
  AdwEntryRow *join_code;
  AdwEntryRow *join_name;
  AdwEntryRow *join_login;
  AdwPasswordEntryRow *join_passphrase;
  AdwPasswordEntryRow *join_again;
  GtkLabel *join_message;
  AdwButtonRow *join_next;

  AdwActionRow *restore_folder;
  GtkButton *choose_folder;
  AdwEntryRow *restore_login;
  AdwPasswordEntryRow *restore_secret;
  GtkLabel *restore_message;
  AdwButtonRow *restore_next;

  HemoDesk *desk;
  GSettings *settings;
  /* Groups of the recovery code while the paper is being written, and which two are asked. */
  char **groups;
  guint asked_a;
  guint asked_b;
  GFile *file;
  GFile *folder;
  GCancellable *cancellable;
  guint hold;
};

/* Says it under the fields, aloud too; NULL takes it away. */
void hemo_first_run_say (HemoFirstRun *self, GtkLabel *label, const char *text);
/* Both entries hold the same, and it is strong enough: taken out of them; else NULL, and said.
 * (transfer full) */
HemoSecret *hemo_first_run_take_passphrase (HemoFirstRun *self,
                                            AdwPasswordEntryRow *passphrase,
                                            AdwPasswordEntryRow *again,
                                            const char *login,
                                            GtkLabel *message);
/* A name to sign in with, made from a person's name. (transfer full) */
char *hemo_first_run_suggest_login (const char *name);

/* Goes on to the page of that tag, once. */
void hemo_first_run_show (HemoFirstRun *self, const char *tag);
/* Shows the waiting page; nothing can be gone back from until it ends. */
void hemo_first_run_begin_making (HemoFirstRun *self, const char *title, const char *text);
/* Goes back to what was asked and says why. */
void hemo_first_run_end_making (HemoFirstRun *self, GtkLabel *message, const GError *error);
/* The desk has the clinic: signs in, then goes on to the page @next or is done. */
void hemo_first_run_enter (HemoFirstRun *self,
                           const char *login,
                           HemoSecret *passphrase,
                           const char *next);

/* Joining and bringing back. */
void hemo_first_run_bring_init (HemoFirstRun *self);

/* hemo-first-run-microscope.c: fills the list of objectives; saves what was chosen */
void hemo_first_run_list_objectives (HemoFirstRun *self);
void hemo_first_run_save_microscope (HemoFirstRun *self);
