/* SPDX-License-Identifier: GPL-3.0-or-later */

/* When it is asked what others wrote, and what becomes of a server that does not say. */

#include "hemo-sync-private.h"

#include "hemo-fhir-events.h"

/* How often it is asked what others wrote. */
#define PULL_US (5 * G_TIME_SPAN_MINUTE)
#define SWEEP_US G_TIME_SPAN_DAY
/* And an account that is shown nothing whether it is now; somebody has to give it the right. */
#define BLIND_US G_TIME_SPAN_HOUR
/* Hour of the day. */
#define NIGHT_ENDS 5

/* When all that the server has was last compared with what is known, UTC microseconds. */
static gint64
load_swept (HemoSync *self)
{
  g_autofree char *text = hemo_sync_load_note (self, HEMO_SYNC_NOTE_SWEPT);

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}

static gint64
load_strange (HemoSync *self)
{
  g_autofree char *text = hemo_sync_load_note (self, HEMO_SYNC_NOTE_STRANGE);

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}

gboolean
hemo_sync_is_shared (HemoSync *self)
{
  return load_strange (self) > 0;
}

/* How many records concern nobody here, as the nightly look counts them; a pull sees some of them
 * again and again. */
static gboolean
note_strange (HemoSync *self, gint64 strange, gboolean all, GError **error)
{
  gint64 before = load_strange (self);
  gint64 after = all ? strange : MAX (before, strange);

  return after == before || hemo_sync_note (self, HEMO_SYNC_NOTE_STRANGE, after, error);
}

void
hemo_sync_note_refused (const char *type, const char *id, gpointer data)
{
  HemoSyncWork *work = data;

  if (work->refused != NULL)
    g_ptr_array_add (work->refused,
                     id != NULL ? g_strdup_printf ("%s/%s", type, id) : g_strdup (type));
}

/* That the server does not say what others wrote is told; it takes what is sent all the same.
 * @seen: (out) (optional): how many versions it showed */
static gboolean
pull_or_note (HemoSyncWork *work,
              HemoFhirPull *pull,
              gboolean (*how) (const HemoFhirPull *, HemoFhirPulled *, GCancellable *, GError **),
              guint *seen,
              GCancellable *cancellable,
              GError **error)
{
  HemoFhirPulled pulled = { 0 };
  GError *failure = NULL;
  gboolean done = how (pull, &pulled, cancellable, &failure);

  if (seen != NULL)
    *seen = pulled.seen;
  if (done)
    return note_strange (work->self, pulled.strange, how == hemo_fhir_pull_sweep, error);
  if (!hemo_fhir_pull_is_refusal (failure))
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  g_clear_error (&work->refusal);
  work->refusal = failure;
  return TRUE;
}

static gboolean
is_proven_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const HemoSyncWork *work = data;

  return hemo_server_is_proven (txn, work->self->servers[0],
                                (const char *const *)work->refused->pdata, error);
}

/* What the server showed is received. @shown: (out): whether it showed anything, or refused nothing
 */
static gboolean
sweep (HemoSyncWork *work,
       HemoFhirPull *pull,
       gboolean *shown,
       GCancellable *cancellable,
       GError **error)
{
  gint64 began = hemo_server_clock_now (work->self->clocks[0]);
  guint seen = 0;
  gboolean done;

  work->refused = g_ptr_array_new_with_free_func (g_free);
  done = pull_or_note (work, pull, hemo_fhir_pull_sweep, &seen, cancellable, error);
  *shown = seen > 0 || work->refused->len == 0;
  g_ptr_array_add (work->refused, NULL);
  done = done
         && (!*shown
             || (hemo_store_write (pull->store, pull->session, is_proven_job, work, NULL, error)
                 && hemo_sync_note (work->self, HEMO_SYNC_NOTE_SWEPT, began, error)));
  g_clear_pointer (&work->refused, g_ptr_array_unref);
  return done;
}

/* Once a night, or whenever the link is up after that was missed. */
static gboolean
sweep_records (HemoSyncWork *work, HemoFhirPull *pull, GCancellable *cancellable, GError **error)
{
  gint64 now = hemo_server_clock_now (work->self->clocks[0]);
  gint64 since = now - load_swept (work->self);
  g_autoptr (GDateTime) local = g_date_time_new_now_local ();
  gboolean is_night = g_date_time_get_hour (local) < NIGHT_ENDS;
  gboolean shown = FALSE;
  const HemoFhirEvents events = { .store = pull->store,
                                  .session = pull->session,
                                  .server = pull->server,
                                  .identity = pull->identity };

  if (since >= 0 && since < (is_night ? SWEEP_US / 2 : 2 * SWEEP_US))
    return TRUE;
  if (!sweep (work, pull, &shown, cancellable, error)
      || (!shown && !hemo_sync_note (work->self, HEMO_SYNC_NOTE_SWEPT, now, error)))
    return FALSE;
  /* Nothing waits for what this finds: it is asked again the next night. */
  hemo_fhir_events_check (&events, cancellable, NULL);
  return TRUE;
}

static gboolean
is_doubted_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_server_is_doubted (txn, data, error);
}

gboolean
hemo_sync_prove (HemoSyncWork *work, HemoFhirPull *pull, GCancellable *cancellable, GError **error)
{
  gint64 now = g_get_monotonic_time ();
  gboolean doubted = FALSE;
  gboolean shown = FALSE;

  if (!hemo_store_read (pull->store, pull->session, is_doubted_job, &doubted, NULL, error))
    return FALSE;
  if (!doubted || (now < work->prove_at && !g_atomic_int_get (&work->self->asked)))
    return TRUE;
  work->prove_at = now + PULL_US;
  g_clear_error (&work->refusal);
  if (!sweep (work, pull, &shown, cancellable, error))
    return FALSE;
  if (!shown)
    work->prove_at = now + BLIND_US;
  return TRUE;
}

/* Asking costs a poor link what it could have sent: not at every turn. */
gboolean
hemo_sync_is_pull_due (HemoSyncWork *work)
{
  gint64 now = g_get_monotonic_time ();

  return g_atomic_int_exchange (&work->self->asked, FALSE) || work->pulled_at == 0
         || now - work->pulled_at >= PULL_US;
}

gboolean
hemo_sync_pull (HemoSyncWork *work, HemoFhirPull *pull, GCancellable *cancellable, GError **error)
{
  g_clear_error (&work->refusal);
  if (!pull_or_note (work, pull, hemo_fhir_pull_run, NULL, cancellable, error)
      || !sweep_records (work, pull, cancellable, error))
    return FALSE;
  work->pulled_at = g_get_monotonic_time ();
  work->reached = TRUE;
  return TRUE;
}
