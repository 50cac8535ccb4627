/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What all commands of hemogram-cli share: options, sign-in, output as text or JSON, exit codes. */

#pragma once

#include <gio/gio.h>
#include <json-c/json.h>

#include "hemo-clinic.h"
#include "hemo-records.h"

G_BEGIN_DECLS

#define HEMO_CLI_ERROR (hemo_cli_error_quark ())

/**
 * HemoCliError:
 * @HEMO_CLI_ERROR_USAGE: the command was not called as its help says
 * @HEMO_CLI_ERROR_FOUND: a check found something wrong, which has been printed
 */
typedef enum
{
  HEMO_CLI_ERROR_USAGE,
  HEMO_CLI_ERROR_FOUND,
} HemoCliError;

GQuark hemo_cli_error_quark (void);

/* Exit codes, as the manual page lists them. */
typedef enum
{
  HEMO_EXIT_OK = 0,
  HEMO_EXIT_FAILED = 1,
  HEMO_EXIT_USAGE = 2,
  HEMO_EXIT_SECRET = 3,
  HEMO_EXIT_DENIED = 4,
  HEMO_EXIT_NOT_FOUND = 5,
  HEMO_EXIT_CONFLICT = 6,
  HEMO_EXIT_DAMAGED = 7,
  HEMO_EXIT_BUSY = 8,
  HEMO_EXIT_STORAGE = 9,
  HEMO_EXIT_OFFLINE = 10,
  HEMO_EXIT_SERVER = 11,
  HEMO_EXIT_INTERRUPTED = 130,
} HemoExit;

HemoExit hemo_exit_for_error (const GError *error);

/**
 * HemoCli:
 * @clinic_path: --clinic, or the default folder
 * @login: --user, or NULL
 * @passphrase_fd: --passphrase-fd, or -1 to ask at the terminal
 * @printed: something was printed as JSON
 * @clinic: open after hemo_cli_open() or hemo_cli_sign_in()
 */
typedef struct
{
  char *clinic_path;
  char *login;
  int passphrase_fd;
  gboolean json;
  gboolean printed;
  HemoClinic *clinic;
  HemoSession *session;
  GCancellable *cancellable;
} HemoCli;

/* Runs a command; @argv[0] is its own name. Prints its result, or sets @error. */
typedef gboolean (*HemoCliRun) (HemoCli *self, int argc, char **argv, GError **error);

/**
 * HemoCliCommand:
 * @name: 'patient add'; one word or two
 * @arguments: as the help shows them
 * @summary: one line, translatable
 */
typedef struct
{
  const char *name;
  const char *arguments;
  const char *summary;
  HemoCliRun run;
} HemoCliCommand;

/* Each ends with a NULL name. */
extern const HemoCliCommand hemo_cli_clinic_commands[];
extern const HemoCliCommand hemo_cli_user_commands[];
extern const HemoCliCommand hemo_cli_patient_commands[];
extern const HemoCliCommand hemo_cli_specimen_commands[];
extern const HemoCliCommand hemo_cli_order_commands[];
extern const HemoCliCommand hemo_cli_image_commands[];
extern const HemoCliCommand hemo_cli_count_commands[];
extern const HemoCliCommand hemo_cli_finding_commands[];
extern const HemoCliCommand hemo_cli_report_commands[];
extern const HemoCliCommand hemo_cli_reading_commands[];
extern const HemoCliCommand hemo_cli_export_commands[];
extern const HemoCliCommand hemo_cli_care_commands[];
extern const HemoCliCommand hemo_cli_sync_commands[];
extern const HemoCliCommand hemo_cli_courier_commands[];
extern const HemoCliCommand hemo_cli_programme_commands[];
extern const HemoCliCommand hemo_cli_demo_commands[];
extern const HemoCliCommand hemo_cli_detect_commands[];

/**
 * hemo_cli_parse:
 * @entries: options of the command, ends with NULL
 * @least: how many arguments it takes at least
 * @most: and at most; negative for any number
 *
 * Reads the options of the command @argv[0]; what remains in @argv are its arguments, from 1.
 */
gboolean hemo_cli_parse (
    const GOptionEntry *entries, int *argc, char ***argv, int least, int most, GError **error);

/* Opens the clinic's folder, still locked. */
gboolean hemo_cli_open (HemoCli *self, GError **error);
/* Opens it, and signs in the user of --user (or the only one there is). */
gboolean hemo_cli_sign_in (HemoCli *self, GError **error);
/* A line from --passphrase-fd, else asked at the terminal with @prompt, unseen; @twice: asked again
 * and compared, at the terminal only. (transfer full) */
HemoSecret *hemo_cli_ask (HemoCli *self, const char *prompt, gboolean twice, GError **error);

/* Until @fd has a line to read, or Ctrl+C, which is an error. */
gboolean hemo_cli_wait_for_line (HemoCli *self, int fd, GError **error);

/* A job in a transaction of the signed-in user; the reading kind audits nothing. */
gboolean
hemo_cli_write (HemoCli *self, HemoStoreJob job, gpointer data, gpointer *result, GError **error);
gboolean
hemo_cli_read (HemoCli *self, HemoStoreJob job, gpointer data, gpointer *result, GError **error);

/* By number in any spelling, or by UUID. */
gboolean
hemo_cli_find_specimen (HemoCli *self, const char *name, HemoSpecimen **specimen, GError **error);
gboolean hemo_cli_load_case (HemoCli *self, const char *name, HemoCase **data, GError **error);
gboolean hemo_cli_load_info (HemoCli *self, HemoClinicInfo **info, GError **error);

/* Prints an object (or an array of objects of one shape, as a table) and takes it over: as JSON
 * with --json, else for people, where an empty array is told by @empty. */
void hemo_cli_print (HemoCli *self, json_object *object, const char *empty);
/* Something for people beside the result; silent with --json. */
void hemo_cli_say (HemoCli *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Shows progress on a terminal's standard error; a HemoProgress. */
void hemo_cli_progress (gint64 done, gint64 total, gpointer self);

/* Reads a file of at most @limit bytes, whatever it is. (transfer full) */
GBytes *hemo_cli_read_file (const char *path, gsize limit, GError **error);

/* 'COMMAND UUID --reason R': a correction, which says why. */
gboolean hemo_cli_correct (
    HemoCli *self,
    int argc,
    char **argv,
    gboolean (*correct) (HemoTxn *txn, const char *uuid, const char *reason, GError **error),
    GError **error);

/* Writes a file that must not be there yet, or with @force takes its place: as '.part' first, so
 * that what was there stays until the new one is whole. It is on the disk then. */
gboolean hemo_cli_write_file (const char *path, GBytes *bytes, gboolean force, GError **error);
gboolean hemo_cli_write_new_file (const char *path, GBytes *bytes, GError **error);

/* Exports one case in all formats, for the demo. */
gboolean
hemo_cli_export_case (HemoCli *self, const char *target, const char *specimen, GError **error);

/* json_object_object_add() of a string (nothing for NULL), a number as it is printed, a time. */
void hemo_cli_add_text (json_object *object, const char *key, const char *text);
void hemo_cli_add_int (json_object *object, const char *key, gint64 value);
void hemo_cli_add_number (json_object *object, const char *key, double value, int decimals);
void hemo_cli_add_bool (json_object *object, const char *key, gboolean value);
void hemo_cli_add_time (json_object *object, const char *key, HemoTime time);

G_END_DECLS
