/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Holds key events, and puts them back into the queue of the display when they are no scan. */

#include "hemo-scan-filter.h"

#include "hemo-scan.h"

#include <string.h>

struct _HemoScanFilter
{
  GObject parent_instance;

  HemoScan *scan;
  /* Events that wait for the decision; those that wait to be put back; and the one that was and is
   * on its way. One at a time: between frames GDK lets some events overtake others. */
  GQueue held;
  GQueue ready;
  GdkEvent *travelling;
  /* The one that was looked at last: a dialog's may come by at the window as well. */
  GdkEvent *seen;
  guint timeout_source;
  guint last_keycode;
  gboolean active;
};

G_DEFINE_FINAL_TYPE (HemoScanFilter, hemo_scan_filter, G_TYPE_OBJECT)

enum
{
  SCANNED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

/* What a key types without other layouts and modifiers but Shift, from the hardware codes that X11
 * and Wayland share (evdev's + 8). */
static char
plain_character (guint keycode, gboolean shift)
{
  static const struct
  {
    guint first;
    const char *lower;
    const char *upper;
  } rows[] = {
    { 10, "1234567890-=", "!@#$%^&*()_+" },   { 24, "qwertyuiop[]", "QWERTYUIOP{}" },
    { 38, "asdfghjkl;'`", "ASDFGHJKL:\"~" },  { 52, "zxcvbnm,./", "ZXCVBNM<>?" },
    { 79, "789-456+1230.", "789-456+1230." },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (keycode >= rows[i].first && keycode - rows[i].first < strlen (rows[i].lower))
      return (shift ? rows[i].upper : rows[i].lower)[keycode - rows[i].first];
  return 0;
}

static gboolean
is_end (guint keyval)
{
  return keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_Tab
         || keyval == GDK_KEY_Linefeed;
}

static void
send_next (HemoScanFilter *self)
{
  self->travelling = g_queue_pop_head (&self->ready);
  if (self->travelling == NULL)
    return;
  /* Nothing else in GTK gives an event back to where it was going. */
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  gdk_display_put_event (gdk_event_get_display (self->travelling), self->travelling);
  G_GNUC_END_IGNORE_DEPRECATIONS
}

static void
put_back (HemoScanFilter *self, GdkEvent *event)
{
  g_queue_push_tail (&self->ready, gdk_event_ref (event));
  if (self->travelling == NULL)
    send_next (self);
}

static void
release_held (HemoScanFilter *self)
{
  GdkEvent *event;

  g_clear_handle_id (&self->timeout_source, g_source_remove);
  while ((event = g_queue_pop_head (&self->held)) != NULL)
    {
      put_back (self, event);
      gdk_event_unref (event);
    }
}

static void
drop_held (HemoScanFilter *self)
{
  g_clear_handle_id (&self->timeout_source, g_source_remove);
  g_queue_clear_full (&self->held, (GDestroyNotify)gdk_event_unref);
}

static gboolean
timeout_cb (gpointer data)
{
  HemoScanFilter *self = data;

  self->timeout_source = 0;
  if (hemo_scan_expire (self->scan) & HEMO_SCAN_RELEASE)
    release_held (self);
  return G_SOURCE_REMOVE;
}

/* After the events that wait already, so that a busy main makes no pause where there was none. */
static void
wait_for_next (HemoScanFilter *self)
{
  guint ms = (guint)(hemo_scan_get_patience (self->scan) / 1000);

  g_clear_handle_id (&self->timeout_source, g_source_remove);
  self->timeout_source = g_timeout_add_full (G_PRIORITY_HIGH_IDLE, ms, timeout_cb, self, NULL);
}

static void
hold (HemoScanFilter *self, GdkEvent *event)
{
  g_queue_push_tail (&self->held, gdk_event_ref (event));
  wait_for_next (self);
}

static gboolean
finish_scan (HemoScanFilter *self, GdkEvent *event)
{
  gboolean taken = FALSE;

  g_queue_push_tail (&self->held, gdk_event_ref (event));
  g_signal_emit (self, signals[SCANNED], 0, hemo_scan_get_text (self->scan),
                 hemo_scan_get_plain (self->scan), &taken);
  if (taken)
    drop_held (self);
  else
    release_held (self);
  return GDK_EVENT_STOP;
}

static gboolean
obey (HemoScanFilter *self, HemoScanVerdict verdict, GdkEvent *event)
{
  if (verdict & HEMO_SCAN_DONE)
    return finish_scan (self, event);
  if (verdict & HEMO_SCAN_RELEASE)
    release_held (self);
  if (verdict & HEMO_SCAN_HOLD)
    {
      hold (self, event);
      return GDK_EVENT_STOP;
    }
  /* It must not overtake what was put back and has not come yet. */
  if (self->travelling == NULL)
    return GDK_EVENT_PROPAGATE;
  put_back (self, event);
  return GDK_EVENT_STOP;
}

#define OTHER_MODIFIERS (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)

static gboolean
key_pressed (HemoScanFilter *self, GdkEvent *event)
{
  guint keycode = gdk_key_event_get_keycode (event);
  guint keyval = gdk_key_event_get_keyval (event);
  GdkModifierType state = gdk_event_get_modifier_state (event);
  gboolean repeat = keycode == self->last_keycode;
  gunichar character = gdk_keyval_to_unicode (keyval);
  char plain = plain_character (keycode, (state & GDK_SHIFT_MASK) != 0);
  HemoScanKey key = HEMO_SCAN_KEY_OTHER;

  if (gdk_key_event_is_modifier (event))
    return obey (self, HEMO_SCAN_PASS, event);
  self->last_keycode = keycode;
  if (!repeat && (state & OTHER_MODIFIERS) == 0)
    {
      if (is_end (keyval))
        key = HEMO_SCAN_KEY_END;
      else if (plain != 0 || g_unichar_isgraph (character))
        key = HEMO_SCAN_KEY_CHARACTER;
    }
  return obey (
      self,
      hemo_scan_key (self->scan, (gint64)gdk_event_get_time (event) * 1000, key, character, plain),
      event);
}

/* The release of a key that is held waits behind it. */
static gboolean
key_released (HemoScanFilter *self, GdkEvent *event)
{
  if (gdk_key_event_get_keycode (event) == self->last_keycode)
    self->last_keycode = 0;
  if (!g_queue_is_empty (&self->held) && !gdk_key_event_is_modifier (event))
    {
      g_queue_push_tail (&self->held, gdk_event_ref (event));
      return GDK_EVENT_STOP;
    }
  return obey (self, HEMO_SCAN_PASS, event);
}

/* Takes note of it. */
static gboolean
is_seen (HemoScanFilter *self, GdkEvent *event)
{
  gboolean seen = event == self->seen;

  g_clear_pointer (&self->seen, gdk_event_unref);
  self->seen = gdk_event_ref (event);
  return seen;
}

static gboolean
is_returned (HemoScanFilter *self, GdkEvent *event)
{
  if (event != self->travelling)
    return FALSE;
  is_seen (self, event);
  gdk_event_unref (event);
  send_next (self);
  return TRUE;
}

static gboolean
event_cb (GtkEventControllerLegacy *controller, GdkEvent *event, gpointer data)
{
  HemoScanFilter *self = data;
  GdkEventType type = gdk_event_get_event_type (event);

  if (type != GDK_KEY_PRESS && type != GDK_KEY_RELEASE)
    return GDK_EVENT_PROPAGATE;
  if (is_returned (self, event) || is_seen (self, event) || !self->active)
    return GDK_EVENT_PROPAGATE;
  return type == GDK_KEY_PRESS ? key_pressed (self, event) : key_released (self, event);
}

void
hemo_scan_filter_set_active (HemoScanFilter *self, gboolean active)
{
  if (self->active == active)
    return;
  self->active = active;
  self->last_keycode = 0;
  hemo_scan_expire (self->scan);
  release_held (self);
}

static void
hemo_scan_filter_finalize (GObject *object)
{
  HemoScanFilter *self = HEMO_SCAN_FILTER (object);

  drop_held (self);
  g_queue_clear_full (&self->ready, (GDestroyNotify)gdk_event_unref);
  g_clear_pointer (&self->travelling, gdk_event_unref);
  g_clear_pointer (&self->seen, gdk_event_unref);
  g_clear_pointer (&self->scan, hemo_scan_free);
  G_OBJECT_CLASS (hemo_scan_filter_parent_class)->finalize (object);
}

static void
hemo_scan_filter_class_init (HemoScanFilterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_scan_filter_finalize;
  signals[SCANNED] = g_signal_new ("scanned", HEMO_TYPE_SCAN_FILTER, G_SIGNAL_RUN_LAST, 0,
                                   g_signal_accumulator_true_handled, NULL, NULL, G_TYPE_BOOLEAN, 2,
                                   G_TYPE_STRING, G_TYPE_STRING);
}

static void
hemo_scan_filter_init (HemoScanFilter *self)
{
  g_queue_init (&self->held);
  g_queue_init (&self->ready);
}

void
hemo_scan_filter_watch (HemoScanFilter *self, GtkWidget *widget)
{
  GtkEventController *controller = gtk_event_controller_legacy_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect_object (controller, "event", G_CALLBACK (event_cb), self, 0);
  gtk_widget_add_controller (widget, controller);
}

HemoScanFilter *
hemo_scan_filter_new (GtkWidget *window, const char *prefix)
{
  HemoScanFilter *self = g_object_new (HEMO_TYPE_SCAN_FILTER, NULL);

  self->scan = hemo_scan_new (prefix);
  hemo_scan_filter_watch (self, window);
  return self;
}
