/* SPDX-License-Identifier: GPL-3.0-or-later */

/* GLib's monotonic time stands still while the lid is closed: by it, who takes a sleeping laptop
 * away would find it as it was left. */

#include "hemo-window-idle.h"

#include <time.h>

gboolean
hemo_window_idle_is_input (GdkEvent *event)
{
  switch (gdk_event_get_event_type (event))
    {
    case GDK_KEY_PRESS:
    case GDK_BUTTON_PRESS:
    case GDK_MOTION_NOTIFY:
    case GDK_SCROLL:
    case GDK_TOUCH_BEGIN:
      return TRUE;
    default:
      return FALSE;
    }
}

gint64
hemo_window_idle_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

gboolean
hemo_window_idle_lock (HemoDesk *desk, gint64 last_input, guint minutes)
{
  if (minutes == 0 || hemo_desk_get_session_state (desk) != HEMO_SESSION_OPEN
      || hemo_window_idle_now () - last_input <= minutes * G_TIME_SPAN_MINUTE)
    return FALSE;
  hemo_desk_lock (desk);
  return TRUE;
}
