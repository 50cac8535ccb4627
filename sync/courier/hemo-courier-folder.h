/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where things lie on a stick, below the folder that a person named:
 *
 *   hemogram-courier/CLINIC/INSTALLATION/L-NUMBER-ID.letter   what that installation sends
 *   hemogram-courier/CLINIC/INSTALLATION/ID.cms, ID.sig       the picture that a letter tells of
 *   hemogram-courier/CLINIC/INSTALLATION/ID.reply             what became of a letter
 *   hemogram-courier/CLINIC/INSTALLATION/ID-PAGE.answers      what others wrote
 *
 * L: what goes first; CLINIC, INSTALLATION, ID: UUIDs. Whatever ends in '.part' is half written.
 * Each installation writes and removes letters in its own folder only, so that sticks of several
 * clinics and computers may be mixed. */

#pragma once

#include "hemo-courier-envelope.h"

G_BEGIN_DECLS

#define HEMO_COURIER_ROOT "hemogram-courier"
/* Files that are looked at in one folder. */
#define HEMO_COURIER_FILES_MOST 200000

/**
 * HemoCourierFolder: of one installation, on a stick
 * @installation: UUID
 */
typedef struct
{
  char *path;
  char *installation;
} HemoCourierFolder;

/* @stick: has to be there. Makes what is missing below; %G_IO_ERROR_NOT_DIRECTORY where a link or a
 * file is in the place of a folder. (transfer full) */
HemoCourierFolder *hemo_courier_folder_make (const char *stick,
                                             const char *clinic,
                                             const char *installation,
                                             GError **error);
/* What is there; %G_IO_ERROR_NOT_FOUND when nothing is, %G_IO_ERROR_NOT_DIRECTORY as above.
 * (transfer full) */
HemoCourierFolder *hemo_courier_folder_find (const char *stick,
                                             const char *clinic,
                                             const char *installation,
                                             GError **error);
void hemo_courier_folder_free (HemoCourierFolder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoCourierFolder, hemo_courier_folder_free)

/* Names of installations of @clinic, whatever bears them. @others: (out): other clinics that have
 * one. (transfer full) */
GStrv hemo_courier_list_installations (const char *stick,
                                       const char *clinic,
                                       guint *others,
                                       GError **error);

/**
 * HemoCourierEntry: a letter as its name says
 * @rank: what goes first: a HemoLane, or %HEMO_LANE_NONE for what is asked
 */
typedef struct
{
  guint rank;
  gint64 number;
  char *id;
  char *name;
} HemoCourierEntry;

void hemo_courier_entry_free (HemoCourierEntry *self);
/* (transfer full) */
char *hemo_courier_entry_name (guint rank, gint64 number, const char *id);
/* NULL for what is no letter's name. (transfer full) */
HemoCourierEntry *hemo_courier_entry_parse (const char *name);

/* In the order in which they go. (transfer full) (element-type HemoCourierEntry) */
GPtrArray *hemo_courier_folder_letters (const HemoCourierFolder *self, GError **error);
/* Ids that a file with this @ending ('.reply') is there of, sorted. (transfer full) */
GStrv hemo_courier_folder_ids (const HemoCourierFolder *self, const char *ending, GError **error);

/* (transfer full) */
char *hemo_courier_folder_path (const HemoCourierFolder *self, const char *name);
char *
hemo_courier_folder_path_of (const HemoCourierFolder *self, const char *id, const char *ending);
/* 'ID-0001.answers' (transfer full) */
char *hemo_courier_answers_name (const char *id, gint64 page);

/* Written, synced, renamed, and read back from the medium: %HEMO_REMOTE_ERROR_DAMAGED when it is
 * not the same there. %G_IO_ERROR_NO_SPACE before anything is written when there is no room. */
gboolean hemo_courier_folder_write (const HemoCourierFolder *self,
                                    const char *name,
                                    GBytes *bytes,
                                    GError **error);
/* The same with the file @from, which has this @sha256. One that is there already, whole, is left.
 */
gboolean hemo_courier_folder_copy (const HemoCourierFolder *self,
                                   const char *from,
                                   const char *name,
                                   guint64 size,
                                   const char *sha256,
                                   gboolean *copied,
                                   GCancellable *cancellable,
                                   GError **error);
/* %G_IO_ERROR_NOT_FOUND. (transfer full) */
GBytes *hemo_courier_folder_read (const HemoCourierFolder *self, const char *name, GError **error);
gboolean hemo_courier_folder_has (const HemoCourierFolder *self, const char *name);

/* The letter and what lies beside it, its reply and its answers last: after a cut what is left is
 * still seen to be done. */
gboolean hemo_courier_folder_remove (const HemoCourierFolder *self,
                                     const HemoCourierEntry *entry,
                                     GError **error);
/* All pages to the letter @id. */
gboolean
hemo_courier_folder_remove_answers (const HemoCourierFolder *self, const char *id, GError **error);
/* What a cut left half written, and files beside letters that are gone. */
void hemo_courier_folder_sweep (const HemoCourierFolder *self);

G_END_DECLS
