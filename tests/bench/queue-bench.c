/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A hundred thousand changes in the queue: whether the sync that brings them away takes more memory
 * the more there are, and whether a worklist is read and a cell is written as quickly meanwhile.
 *
 *   bench-queue [CHANGES]
 *
 * The FHIR server is that of the tests, in a process of its own. Times in milliseconds. */

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

/* As the window does: a list is read, a key is pressed, a little later again. */
static void
measure (Queue *self, BenchTimes *lists, BenchTimes *cells)
{
  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autoptr (GError) error = NULL;
      gpointer items = NULL;
      double begun = bench_now ();

      bench_check (
          hemo_store_read (self->store, self->clinic->session, worklist_job, NULL, &items, &error),
          error);
      bench_times_add (lists, bench_now () - begun);
      g_ptr_array_unref (items);
      begun = bench_now ();
      write_job (self, cell_job, self->count, NULL);
      bench_times_add (cells, bench_now () - begun);
      g_usleep (20 * 1000);
    }
}

static void
print_p95 (const char *what, BenchTimes *none, BenchTimes *waiting, BenchTimes *leaving)
{
  double before = bench_times_at (none, 0.95);

  printf (
      "  %-16s p95 %6.2f ms with none, %6.2f with all waiting (%.2f times), %6.2f while they leave "
      "(%.2f times)\n",
      what, before, bench_times_at (waiting, 0.95), bench_times_at (waiting, 0.95) / before,
      bench_times_at (leaving, 0.95), bench_times_at (leaving, 0.95) / before);
  fflush (stdout);
}

/* The memory at so many moments until all left, or the time is over. */
static void
drain (Queue *self, gint64 total, BenchTimes *lists, BenchTimes *cells)
{
  g_autoptr (GError) error = NULL;
  gint64 begun = g_get_monotonic_time (), left = total;
  double first = 0, most = 0;
  guint points = 0;

  printf ("  memory before %.1f MiB; with so many gone:", resident ());
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
            measure (self, lists, cells);
        }
      g_usleep (G_USEC_PER_SEC / 2);
    }
  printf (" MiB\n  the most is %.2f times the first; %d left after %.0f s\n", most / MAX (first, 1),
          (int)left, (double)(g_get_monotonic_time () - begun) / G_USEC_PER_SEC);
  hemo_sync_stop (self->sync);
}

/* How long a list and a cell take: with an empty queue, with a full one, while it is emptied. */
typedef struct
{
  BenchTimes *lists[3];
  BenchTimes *cells[3];
} Times;

static void
run (Queue *self, guint total)
{
  Times times;

  for (guint i = 0; i < G_N_ELEMENTS (times.lists); i++)
    {
      times.lists[i] = bench_times_new ();
      times.cells[i] = bench_times_new ();
    }
  measure (self, times.lists[0], times.cells[0]);
  for (guint first = 0; first < total; first += OF_A_TRANSACTION)
    write_job (self, people_job, GUINT_TO_POINTER (first), NULL);
  measure (self, times.lists[1], times.cells[1]);
  drain (self, count_waiting (self), times.lists[2], times.cells[2]);
  if (times.lists[2]->values->len > 0)
    {
      print_p95 ("a worklist", times.lists[0], times.lists[1], times.lists[2]);
      print_p95 ("a cell", times.cells[0], times.cells[1], times.cells[2]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (times.lists); i++)
    {
      bench_times_free (times.lists[i]);
      bench_times_free (times.cells[i]);
    }
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
