/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram-cli demo: the main job on a clinic that never was, from registration to the stick. */

#include "hemo-cli.h"

#include "hemo-files.h"
#include "hemo-records.h"
#include "hemo-smear-art.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

/* Of a clinic without real patients; printed, so that it can be looked around in. */
#define DEMO_PASSPHRASE "a demonstration for nobody"

#define FIELDS 10
#define CELLS 100

typedef struct
{
  const char *given;
  const char *family;
  HemoSex sex;
  HemoBirth birth;
  const char *identifier;
  const char *phone;
  const char *village;
  HemoTests tests;
  HemoUrgency urgency;
  const char *note;
} Person;

/* Invented, all of them. */
static const Person people[] = {
  { "Amina",
    "Odhiambo",
    HEMO_SEX_FEMALE,
    { { 1992, 0, 0 }, TRUE },
    "KB-204417",
    "+254 700 000417",
    "Kadongo",
    HEMO_TEST_DIFFERENTIAL | HEMO_TEST_MORPHOLOGY | HEMO_TEST_PLATELETS | HEMO_TEST_MALARIA
        | HEMO_TEST_CBC,
    HEMO_URGENCY_STAT,
    "Fever for three days, pale" },
  { "Rajesh",
    "Venkataraghavan",
    HEMO_SEX_MALE,
    { { 1971, 3, 14 }, FALSE },
    "KB-204418",
    "+254 700 000418",
    "Riverside",
    HEMO_TEST_DIFFERENTIAL,
    HEMO_URGENCY_ROUTINE,
    NULL },
  { "सीता",
    "शर्मा",
    HEMO_SEX_FEMALE,
    { { 1988, 11, 0 }, FALSE },
    "KB-204419",
    NULL,
    "Lakeside",
    HEMO_TEST_MALARIA,
    HEMO_URGENCY_URGENT,
    NULL },
  { "أمينة",
    "المنصوري",
    HEMO_SEX_FEMALE,
    { { 2019, 6, 2 }, FALSE },
    "KB-204420",
    NULL,
    "Market Street",
    HEMO_TEST_DIFFERENTIAL | HEMO_TEST_CBC,
    HEMO_URGENCY_ROUTINE,
    NULL },
};

/**
 * Demo:
 * @cells: (element-type HemoCountedCell): what the fields show, with the frame of each
 */
typedef struct
{
  HemoCli *cli;
  char *specimen;
  char *accession;
  char *count;
  GPtrArray *cells;
  int platelets;
} Demo;

static gboolean
register_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Person *person = data;
  g_autoptr (HemoPatient) patient = hemo_patient_new ();
  g_autoptr (HemoOrder) order = NULL;
  g_autoptr (HemoSpecimen) specimen = hemo_specimen_new ();

  g_set_str (&patient->given, person->given);
  g_set_str (&patient->family, person->family);
  g_set_str (&patient->phone, person->phone);
  g_set_str (&patient->village, person->village);
  patient->sex = person->sex;
  patient->birth = person->birth;
  g_ptr_array_add (patient->identifiers, hemo_identifier_new ("clinic", person->identifier));
  if (!hemo_patient_save (txn, patient, error))
    return FALSE;
  order = hemo_order_new (patient->uuid);
  order->tests = person->tests;
  order->urgency = person->urgency;
  order->ordered_at = hemo_txn_get_time (txn);
  g_set_str (&order->clinical_note, person->note);
  g_set_str (&order->requester, "Outpatients, Dr Kiprono");
  if (!hemo_order_save (txn, order, error))
    return FALSE;
  g_set_str (&specimen->order, order->uuid);
  g_set_str (&specimen->patient, patient->uuid);
  specimen->received_at = hemo_txn_get_time (txn);
  specimen->collected_at = specimen->received_at;
  if (!hemo_specimen_accept (txn, specimen, error))
    return FALSE;
  *result = g_steal_pointer (&specimen);
  hemo_txn_set_result_free (txn, (GDestroyNotify)hemo_specimen_free);
  return TRUE;
}

static HemoCellClass
class_of (HemoSmearKind kind)
{
  switch (kind)
    {
    case HEMO_SMEAR_EOSINOPHIL:
      return HEMO_CELL_EOSINOPHIL;
    case HEMO_SMEAR_BASOPHIL:
      return HEMO_CELL_BASOPHIL;
    case HEMO_SMEAR_LYMPHOCYTE:
      return HEMO_CELL_LYMPHOCYTE;
    case HEMO_SMEAR_MONOCYTE:
      return HEMO_CELL_MONOCYTE;
    default:
      return HEMO_CELL_SEGMENTED;
    }
}

static void
note_cells (Demo *self, GArray *drawn, const char *image)
{
  for (guint i = 0; i < drawn->len; i++)
    {
      HemoSmearKind kind = g_array_index (drawn, HemoSmearCell, i).kind;

      if (kind == HEMO_SMEAR_PLATELET)
        self->platelets++;
      if (kind >= HEMO_SMEAR_NEUTROPHIL && kind <= HEMO_SMEAR_MONOCYTE)
        {
          HemoCountedCell *cell = g_new0 (HemoCountedCell, 1);

          cell->cell_class = class_of (kind);
          cell->image = g_strdup (image);
          g_ptr_array_add (self->cells, cell);
        }
    }
}

/* Draws a field, brings it in and notes what it shows. */
static gboolean
bring_in_field (Demo *self, guint number, GError **error)
{
  HemoSmear smear;
  g_autoptr (GArray) drawn = NULL;
  g_autoptr (GBytes) jpeg = NULL;
  g_autoptr (HemoImage) image = hemo_image_new (self->specimen);
  cairo_surface_t *surface;

  hemo_smear_init (&smear, 1000 + number);
  smear.white_cells = CELLS / FIELDS + 2;
  smear.infected = 0.02;
  surface = hemo_smear_draw (&smear, &drawn);
  jpeg = hemo_smear_to_jpeg (surface, 90);
  cairo_surface_destroy (surface);
  g_set_str (&image->objective, "x100 oil");
  /* A red cell is 7.5 micrometres wide. */
  image->micrometres_per_pixel = 7.5 / smear.red_cell;
  image->captured_at = hemo_time_now ();
  image->in_report = number < 2;
  image->kept_anyway = TRUE;
  if (!hemo_clinic_add_image (self->cli->clinic, self->cli->session, image, jpeg, error))
    return FALSE;
  note_cells (self, drawn, image->uuid);
  return TRUE;
}

static gboolean
start_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Demo *self = data;
  g_autoptr (HemoCount) count
      = hemo_count_new (self->specimen, hemo_session_get_user (hemo_txn_get_session (txn)), CELLS);

  count->started_at = hemo_txn_get_time (txn);
  if (!hemo_count_start (txn, count, error))
    return FALSE;
  g_set_str (&self->count, count->uuid);
  return TRUE;
}

typedef struct
{
  const char *count;
  const HemoCountedCell *cell;
} Tally;

static gboolean
tally_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Tally *tally = data;

  return hemo_count_add_cell (txn, tally->count, tally->cell->cell_class, tally->cell->image, NULL,
                              error);
}

/* Each cell is a transaction of its own, as at the microscope. */
static gboolean
count_cells (Demo *self, GError **error)
{
  if (!hemo_cli_write (self->cli, start_job, self, NULL, error))
    return FALSE;
  for (guint i = 0; i < self->cells->len && i < CELLS; i++)
    {
      Tally tally = { self->count, g_ptr_array_index (self->cells, i) };

      if (!hemo_cli_write (self->cli, tally_job, &tally, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
save_value (HemoTxn *txn, const char *specimen, const char *analyte, double value, GError **error)
{
  g_autoptr (HemoResult) result
      = hemo_result_new (specimen, analyte, value, "Demonstration analyser");

  result->measured_at = result->entered_at = hemo_txn_get_time (txn);
  result->entered_by = g_strdup (hemo_session_get_user (hemo_txn_get_session (txn)));
  return hemo_result_save (txn, result, error);
}

static gboolean
save_malaria (HemoTxn *txn, const char *specimen, GError **error)
{
  const char *user = hemo_session_get_user (hemo_txn_get_session (txn));
  g_autoptr (HemoMalaria) malaria = hemo_malaria_new (specimen, user, TRUE);

  malaria->parasites = 143;
  malaria->wbc = 200;
  malaria->fields = 24;
  malaria->species = HEMO_PLASMODIUM_FALCIPARUM;
  malaria->stages = HEMO_STAGE_RING;
  malaria->closed = hemo_malaria_is_complete (malaria);
  malaria->at = hemo_txn_get_time (txn);
  return hemo_malaria_save (txn, malaria, error);
}

/* Closes the count; values off the analyser, morphology, platelets, malaria. */
static gboolean
look_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Demo *self = data;
  const char *user = hemo_session_get_user (hemo_txn_get_session (txn));
  g_autoptr (HemoMorphology) morphology = hemo_morphology_new (self->specimen, user);
  g_autoptr (HemoPlatelets) platelets = hemo_platelets_new (self->specimen, user);

  if (!hemo_count_close (txn, self->count, error)
      || !save_value (txn, self->specimen, "wbc", 7.2, error)
      || !save_value (txn, self->specimen, "hb", 96, error)
      || !save_value (txn, self->specimen, "plt", 268, error)
      || !save_value (txn, self->specimen, "mcv", 78, error))
    return FALSE;
  morphology->at = platelets->at = hemo_txn_get_time (txn);
  hemo_morphology_all_normal (morphology);
  if (!hemo_morphology_grade (morphology, "microcytes", 1, error)
      || !hemo_morphology_grade (morphology, "hypochromia", 2, error)
      || !hemo_morphology_save (txn, morphology, error))
    return FALSE;
  platelets->total = self->platelets;
  platelets->fields = FIELDS;
  return hemo_platelets_save (txn, platelets, error) && save_malaria (txn, self->specimen, error);
}

static gboolean
call_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoCriticalCall *call = data;

  call->at = hemo_txn_get_time (txn);
  return hemo_critical_call_save (txn, call, error);
}

/* A critical result is told before it is signed. */
static gboolean
tell_critical (Demo *self, GError **error)
{
  g_autoptr (HemoCase) data = NULL;
  g_autoptr (GString) told = g_string_new (NULL);
  HemoCriticalCall *call;
  gboolean saved;

  if (!hemo_cli_load_case (self->cli, self->specimen, &data, error))
    return FALSE;
  for (guint i = 0; i < data->report->lines->len; i++)
    {
      const HemoLine *line = g_ptr_array_index (data->report->lines, i);

      if (hemo_flag_is_critical (line->flag))
        g_string_append_printf (told, "%s%s", told->len > 0 ? ", " : "", line->label);
    }
  if (told->len == 0)
    return TRUE;
  call = hemo_critical_call_new (self->specimen);
  g_set_str (&call->analytes, told->str);
  g_set_str (&call->told, "Dr Kiprono");
  g_set_str (&call->by, hemo_session_get_user (self->cli->session));
  call->read_back = TRUE;
  saved = hemo_cli_write (self->cli, call_job, call, NULL, error);
  hemo_critical_call_free (call);
  return saved;
}

static gboolean
do_main_job (Demo *self, GError **error)
{
  g_autoptr (HemoReport) report = NULL;

  for (guint i = 0; i < FIELDS; i++)
    if (!bring_in_field (self, i, error))
      return FALSE;
  hemo_cli_say (self->cli, _ ("%d fields brought in, sealed."), FIELDS);
  if (!count_cells (self, error) || !hemo_cli_write (self->cli, look_job, self, NULL, error))
    return FALSE;
  hemo_cli_say (self->cli,
                _ ("%d cells counted; morphology, %d platelets and a malaria film recorded."),
                MIN ((int)self->cells->len, CELLS), self->platelets);
  if (!tell_critical (self, error))
    return FALSE;
  report = hemo_clinic_sign_report (self->cli->clinic, self->cli->session, self->specimen,
                                    HEMO_REPORT_FINAL, NULL, (HemoTime){ 0 }, error);
  if (report == NULL)
    return FALSE;
  hemo_cli_say (self->cli, _ ("Report signed by %s."), report->signer_name);
  return TRUE;
}

static gboolean
set_up (HemoCli *self, GError **error)
{
  g_autoptr (HemoClinicInfo) info = hemo_clinic_info_new ("Demonstration Clinic");
  char typed[] = DEMO_PASSPHRASE;
  g_autoptr (HemoSecret) passphrase = hemo_secret_new_take (typed, strlen (typed));
  g_autoptr (HemoSecret) code = NULL;

  g_set_str (&info->address, "1 Example Road, Nowhere");
  info->endemic_malaria = TRUE;
  info->day_first = TRUE;
  self->clinic = hemo_clinic_create (self->clinic_path, info, "admin", "Grace Wanjiru", passphrase,
                                     &code, error);
  if (self->clinic == NULL)
    return FALSE;
  self->session = hemo_clinic_sign_in (self->clinic, "admin", passphrase, error);
  return self->session != NULL
         && hemo_clinic_add_user (self->clinic, self->session, "tech", "Joseph Mwangi",
                                  HEMO_ROLE_TECHNICIAN, passphrase, error)
         && hemo_clinic_add_user (self->clinic, self->session, "path", "Dr Lucía Fernández",
                                  HEMO_ROLE_PATHOLOGIST, passphrase, error);
}

static gboolean
register_people (Demo *self, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (people); i++)
    {
      g_autoptr (HemoSpecimen) specimen = NULL;

      if (!hemo_cli_write (self->cli, register_job, (gpointer)&people[i], (gpointer *)&specimen,
                           error))
        return FALSE;
      if (i == 0)
        {
          g_set_str (&self->specimen, specimen->uuid);
          g_set_str (&self->accession, specimen->accession);
        }
    }
  hemo_cli_say (self->cli, _ ("%d patients registered, their specimens accepted; the first is %s."),
                (int)G_N_ELEMENTS (people), self->accession);
  return TRUE;
}

static gboolean
demo (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autofree char *stick = NULL;
  g_autoptr (GPtrArray) cells
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_counted_cell_free);
  Demo run = { .cli = self, .cells = cells };
  gboolean done;

  if (!hemo_cli_parse (NULL, &argc, &argv, 1, 1, error))
    return FALSE;
  g_free (self->clinic_path);
  self->clinic_path = g_build_filename (argv[1], "clinic", NULL);
  stick = g_build_filename (argv[1], "stick", NULL);
  if (g_mkdir_with_parents (argv[1], 0700) != 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
                   _ ("The folder cannot be made: %s"), g_strerror (errno));
      return FALSE;
    }
  done = set_up (self, error) && register_people (&run, error) && do_main_job (&run, error)
         && hemo_cli_export_case (self, stick, run.accession, error);
  if (done)
    {
      hemo_cli_say (self, _ ("Exported to %s: the report is the PDF there."), stick);
      hemo_cli_say (self, _ ("The clinic is in %s, users admin, tech and path, passphrase: %s"),
                    self->clinic_path, DEMO_PASSPHRASE);
    }
  g_free (run.specimen);
  g_free (run.accession);
  g_free (run.count);
  return done;
}

const HemoCliCommand hemo_cli_demo_commands[] = {
  { "demo", "DIR", N_ ("A demonstration clinic with invented patients and drawn smears"), demo },
  { NULL },
};
