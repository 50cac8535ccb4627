/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A connection that costs money: that the network is back is noticed as soon as on any other, and
 * while it is there and only the server is not, little is spent on looks. */

#include "sync-fixture.h"

/* Counted tenfold, as where the network is there, the next look would come 22 seconds after it. */
#define LOOK_MS 3000
#define NOTICED_US (12 * G_TIME_SPAN_SECOND)
/* Longer than a connection that nobody answers is tried. */
#define GONE_US (8 * G_TIME_SPAN_SECOND)

/* Of a network that is always there and metered, as that of a modem which notices nothing. */
#define TYPE_METERED (metered_get_type ())
G_DECLARE_FINAL_TYPE (Metered, metered, TEST, METERED, GObject)

struct _Metered
{
  GObject parent_instance;
};

enum
{
  AVAILABLE = 1,
  METERED,
  CONNECTIVITY,
};

static void
metered_monitor_init (GNetworkMonitorInterface *iface)
{
}

static gboolean
metered_initialise (GInitable *initable, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
metered_initable_init (GInitableIface *iface)
{
  iface->init = metered_initialise;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (Metered,
                               metered,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, metered_initable_init)
                                   G_IMPLEMENT_INTERFACE (G_TYPE_NETWORK_MONITOR,
                                                          metered_monitor_init))

static void
metered_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  if (id == CONNECTIVITY)
    g_value_set_enum (value, G_NETWORK_CONNECTIVITY_FULL);
  else
    g_value_set_boolean (value, TRUE);
}

static void
metered_class_init (MeteredClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = metered_get_property;
  g_object_class_override_property (object_class, AVAILABLE, "network-available");
  g_object_class_override_property (object_class, METERED, "network-metered");
  g_object_class_override_property (object_class, CONNECTIVITY, "connectivity");
}

static void
metered_init (Metered *self)
{
}

static gboolean
is_away (Syncing *self)
{
  return syncing_is_waiting (self, HEMO_LANE_RESULTS, HEMO_REMOTE_ERROR_OFFLINE);
}

static gboolean
is_asked (Syncing *self)
{
  return fake_server_is_asked (self->fhir->server);
}

/* The lanes would wait for hours. */
static void
start (Syncing *self, guint look_ms)
{
  g_autoptr (GError) error = NULL;

  self->sync->first_wait = 1000 * G_TIME_SPAN_DAY;
  self->sync->look_ms = look_ms;
  g_assert_true (hemo_sync_start (self->sync, &error));
  g_assert_no_error (error);
}

static void
test_network_is_back (Syncing *self, gconstpointer data)
{
  gint64 back;

  fake_server_set_silent (self->fhir->server, TRUE);
  start (self, LOOK_MS);
  syncing_iterate_until (self, is_away);
  g_usleep (GONE_US);
  fake_server_set_silent (self->fhir->server, FALSE);
  back = g_get_monotonic_time ();
  syncing_iterate_until (self, is_asked);
  g_assert_cmpint (g_get_monotonic_time () - back, <, NOTICED_US);
  syncing_iterate_until (self, syncing_all_received);
}

static guint
count_looks (Syncing *self)
{
  guint looks = 0;

  g_mutex_lock (&self->fhir->server->mutex);
  for (const char *at = self->fhir->server->log->str; (at = strstr (at, "HEAD ")) != NULL; at++)
    looks++;
  g_mutex_unlock (&self->fhir->server->mutex);
  return looks;
}

/* Somebody in the place of the server is not asked as often as where it costs nothing. */
static void
test_server_is_not (Syncing *self, gconstpointer data)
{
  guint before;

  self->fhir->portal = TRUE;
  start (self, 100);
  syncing_iterate_until (self, is_away);
  g_usleep (2 * G_TIME_SPAN_SECOND);
  before = count_looks (self);
  g_usleep (3 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (count_looks (self), >, before);
  g_assert_cmpuint (count_looks (self), <=, before + 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_io_extension_point_register (G_NETWORK_MONITOR_EXTENSION_POINT_NAME);
  g_io_extension_point_implement (G_NETWORK_MONITOR_EXTENSION_POINT_NAME, TYPE_METERED, "metered",
                                  G_MAXINT);
  g_setenv ("GIO_USE_NETWORK_MONITOR", "metered", TRUE);
  g_assert_true (g_network_monitor_get_network_metered (g_network_monitor_get_default ()));
#define ADD(path, test)                                                                            \
  g_test_add ("/sync-metered/" path, Syncing, NULL, syncing_set_up, test, syncing_tear_down)
  ADD ("network-is-back", test_network_is_back);
  ADD ("server-is-not", test_server_is_not);
  return g_test_run ();
}
