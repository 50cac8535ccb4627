/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A hundred thousand changes in the queue: whether the sync that brings them away takes more memory
 * than for a few, and the more there are, and whether a worklist is read, a cell is written and a
 * status of the sync is made as quickly meanwhile.
 *
 *   bench-queue [CHANGES]
 *
 * The FHIR server is that of the tests, in a process of its own. Times in milliseconds; those on
 * the processor are of the whole program, and do not change with what else the machine does. */

#include "bench.h"

#include "hemo-count-table.h"
#include "hemo-patient-table.h"
#include "hemo-queue.h"
#include "hemo-remote-table.h"
#include "hemo-sync.h"
#include "hemo-worklist.h"

#include "fake-fhir.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define CHANGES 100000
#define OF_A_TRANSACTION 1000
/* Three times: a count ends at 400. */
#define ROUNDS 130
/* What does not leave in so long is not waited for. */
#define LONGEST_US (3 * G_TIME_SPAN_MINUTE)
#define POINTS 6

typedef struct
{
  BenchClinic *clinic;
  HemoStore *store;
  HemoSync *sync;
  char *count;
} Queue;

/* Before there are threads. Gives its address; it ends with this program. */
static char *
serve (void)
{
  int ends[2];
  char base[64] = "";
  ssize_t got;

  if (pipe (ends) != 0)
    bench_fail (NULL);
  if (fork () == 0)
    {
      FakeFhir *fhir;

      prctl (PR_SET_PDEATHSIG, SIGKILL);
      fhir = fake_fhir_new ();
      if (write (ends[1], fhir->server->base, strlen (fhir->server->base)) < 0)
        _exit (1);
      close (ends[1]);
      for (;;)
        pause ();
    }
  close (ends[1]);
  got = read (ends[0], base, sizeof base - 1);
  close (ends[0]);
  if (got <= 0)
    bench_fail (NULL);
  return g_strconcat (base, "/fhir", NULL);
}

static double
resident (void)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL)
      || (line = strstr (text, "VmRSS:")) == NULL)
    return 0;
  return g_ascii_strtod (line + strlen ("VmRSS:"), NULL) / 1024;
}

static gboolean
save_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_server_save (txn, HEMO_SERVER_FHIR, data, FALSE, error);
}

static gboolean
start_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Queue *self = data;
  g_autoptr (HemoCount) count = hemo_count_new (self->clinic->specimen, NULL, 400);

  *result = g_strdup (count->uuid);
  return hemo_count_start (txn, count, error);
}

static gboolean
cell_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_count_add_cell (txn, data, HEMO_CELL_LYMPHOCYTE, NULL, NULL, error);
}

static gboolean
worklist_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_worklist (txn, 0, (HemoDate){ 0 }, 100, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_ptr_array_unref);
  return *result != NULL;
}

static gboolean
people_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  guint first = GPOINTER_TO_UINT (data);

  for (guint i = 0; i < OF_A_TRANSACTION; i++)
    {
      g_autoptr (HemoPatient) patient = hemo_patient_new ();

      patient->family = g_strdup_printf ("Queued %u", first + i);
      patient->given = g_strdup ("Nobody");
      patient->birth.date.year = 1980;
      if (!hemo_patient_save (txn, patient, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
tally_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_queue_tally (txn, HEMO_LANE_RESULTS, data, error);
}

static void
write_job (Queue *self, HemoStoreJob job, gpointer data, gpointer *result)
{
  g_autoptr (GError) error = NULL;

  bench_check (hemo_store_write (self->store, self->clinic->session, job, data, result, &error),
               error);
}

static gint64
count_waiting (Queue *self)
{
  HemoLaneTally tally = { 0 };
  g_autoptr (GError) error = NULL;

  bench_check (
      hemo_store_read (self->store, self->clinic->session, tally_job, &tally, NULL, &error), error);
  return tally.waiting;
}

/* What is done again and again, and how long it takes. */
typedef enum
{
  LIST,
  CELL,
  STATUS,
  N_TASKS,
} Task;

static const char *const names[N_TASKS] = { "a worklist", "a cell", "a status" };

typedef enum
{
  NONE,
  WAITING,
  LEAVING,
  N_STATES,
} State;

typedef struct
{
  BenchTimes *passed[N_TASKS];
  double worked[N_TASKS];
} Times;

static double
worked_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1000 + (double)now.tv_nsec / 1000000;
}

static void
do_task (Queue *self, Task task)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSyncStatus) status = NULL;
  gpointer items = NULL;

  switch (task)
    {
    case LIST:
      bench_check (
          hemo_store_read (self->store, self->clinic->session, worklist_job, NULL, &items, &error),
          error);
      g_ptr_array_unref (items);
      return;
    case CELL:
      write_job (self, cell_job, self->count, NULL);
      return;
    case STATUS:
    case N_TASKS:
    default:
      status = hemo_sync_make_status (self->sync, &error);
      bench_check (status != NULL, error);
    }
}

/* As the window does: a list is read, a key is pressed, it is told what waits; a little later
 * again.
 */
static void
measure (Queue *self, Times *times)
{
  for (guint i = 0; i < ROUNDS; i++)
    {
      for (guint task = 0; task < N_TASKS; task++)
        {
          double begun = bench_now (), worked = worked_now ();

          do_task (self, (Task)task);
          bench_times_add (times->passed[task], bench_now () - begun);
          times->worked[task] += worked_now () - worked;
        }
      g_usleep (20 * 1000);
    }
}

/* While they leave, the processor works for the sync as well. */
static void
print_times (Task task, const Times *times)
{
  double before = bench_times_at (times[NONE].passed[task], 0.95);
  double worked = times[NONE].worked[task] / ROUNDS;

  printf ("  %-10s p95 %6.2f ms with none, %6.2f with all waiting (%.2f times)", names[task],
          before, bench_times_at (times[WAITING].passed[task], 0.95),
          bench_times_at (times[WAITING].passed[task], 0.95) / before);
  if (times[LEAVING].passed[task]->values->len > 0)
    printf (", %6.2f while they leave (%.2f times)",
            bench_times_at (times[LEAVING].passed[task], 0.95),
            bench_times_at (times[LEAVING].passed[task], 0.95) / before);
  printf ("; on the processor %.2f and %.2f ms (%.2f times)\n", worked,
          times[WAITING].worked[task] / ROUNDS, times[WAITING].worked[task] / ROUNDS / worked);
  fflush (stdout);
}

/* MiB that it takes while it brings a few away, and after. */
static double
drain_few (Queue *self)
{
  gint64 begun = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;
  double most = 0;

  bench_check (hemo_sync_start (self->sync, &error), error);
  do
    {
      g_usleep (G_USEC_PER_SEC / 10);
      most = MAX (most, resident ());
    }
  while (count_waiting (self) > 0 && g_get_monotonic_time () - begun < LONGEST_US);
  hemo_sync_stop (self->sync);
  return most;
}

/* The memory at so many moments until all left, or the time is over; @few: with a few. */
static void
drain (Queue *self, gint64 total, double few, Times *times)
{
  g_autoptr (GError) error = NULL;
  gint64 begun = g_get_monotonic_time (), left = total;
  double first = 0, most = 0;
  guint points = 0;

  printf ("  memory with a few %.1f MiB, with all waiting %.1f; with so many gone:", few,
          resident ());
  bench_check (hemo_sync_start (self->sync, &error), error);
  while (left > 0 && g_get_monotonic_time () - begun < LONGEST_US)
    {
      left = count_waiting (self);
      if (points < POINTS
          && (total - left >= total * (gint64)(points + 1) / POINTS
              || g_get_monotonic_time () - begun >= LONGEST_US * (gint64)(points + 1) / POINTS))
        {
          double now = resident ();

          first = points == 0 ? now : first;
          most = MAX (most, now);
          printf (" %d: %.1f", (int)(total - left), now);
          fflush (stdout);
          if (points++ == 0)
            measure (self, times);
        }
      g_usleep (G_USEC_PER_SEC / 2);
    }
  printf (
      " MiB\n  the most is %.2f times the first and %.2f times that of a few; %d left after %.0f "
      "s\n",
      most / MAX (first, 1), most / MAX (few, 1), (int)left,
      (double)(g_get_monotonic_time () - begun) / G_USEC_PER_SEC);
  hemo_sync_stop (self->sync);
}

/* With an empty queue, with a full one, while it is emptied. */
static void
run (Queue *self, guint total)
{
  Times times[N_STATES] = { 0 };
  double few;

  for (guint state = 0; state < N_STATES; state++)
    for (guint task = 0; task < N_TASKS; task++)
      times[state].passed[task] = bench_times_new ();
  few = drain_few (self);
  measure (self, &times[NONE]);
  for (guint first = 0; first < total; first += OF_A_TRANSACTION)
    write_job (self, people_job, GUINT_TO_POINTER (first), NULL);
  measure (self, &times[WAITING]);
  drain (self, count_waiting (self), few, &times[LEAVING]);
  for (guint task = 0; task < N_TASKS; task++)
    print_times ((Task)task, times);
  for (guint state = 0; state < N_STATES; state++)
    for (guint task = 0; task < N_TASKS; task++)
      bench_times_free (times[state].passed[task]);
}

int
main (int argc, char **argv)
{
  g_autofree char *url = serve ();
  g_autofree char *folder = bench_make_folder ();
  g_autofree char *json = NULL;
  g_autoptr (HemoServerSettings) settings = hemo_server_settings_new ();
  g_autoptr (GError) error = NULL;
  guint total = argc > 1 ? (guint)g_ascii_strtoull (argv[1], NULL, 10) : CHANGES;
  Queue self = { .clinic = bench_clinic_new (folder) };

  self.store = hemo_clinic_get_store (self.clinic->clinic);
  settings->url = g_strdup (url);
  json = hemo_server_settings_to_json (settings);
  write_job (&self, save_job, json, NULL);
  write_job (&self, start_job, &self, (gpointer *)&self.count);
  self.sync = hemo_sync_new (self.clinic->clinic, &error);
  bench_check (self.sync != NULL, error);
  printf ("%u changes in the queue of results\n", total);
  fflush (stdout);
  run (&self, total);
  g_clear_object (&self.sync);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_free (self.count);
  bench_clinic_free (self.clinic);
  bench_remove_tree (folder);
  return 0;
}
