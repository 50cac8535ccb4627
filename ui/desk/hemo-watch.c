/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The watch over main, and the choice of the renderer. */

#define _GNU_SOURCE

#include "hemo-watch.h"

#include <errno.h>
#include <execinfo.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define KEPT 16
/* The timer looks first when a turn has lasted so long, then each time again. */
#define FIRST_LOOK_MS 8
#define NEXT_LOOK_MS 4
#define LOOKS 16
#define DEPTH 24

/* What the timer found: which source was being dispatched, and where. */
typedef struct
{
  char source[48];
  void *frames[DEPTH];
  int n_frames;
} Look;

typedef struct
{
  gint64 wall;
  gint64 work;
  gint64 began;
  Look looks[LOOKS];
  guint n_looks;
} Turn;

/* Main's alone, and of the signal that interrupts main; most work first. */
static Turn kept[KEPT];
static Turn current;
static Turn longest;
static GPollFunc real_poll;
static timer_t timer;
static gboolean has_timer;
static gboolean ended;

static gint64
get_work (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* Interrupts main: only what takes no lock and no memory. */
static void
look_cb (int number)
{
  const int before = errno;
  GSource *source = g_main_current_source ();
  const char *name = source != NULL ? g_source_get_name (source) : NULL;
  Look *look = &current.looks[current.n_looks];

  if (current.began == 0 || current.n_looks == LOOKS)
    return;
  memset (look->source, 0, sizeof look->source);
  strncpy (look->source, name != NULL ? name : "no source", sizeof look->source - 1);
  look->n_frames = backtrace (look->frames, DEPTH);
  current.n_looks++;
  errno = before;
}

/* Zero stops it. */
static void
set_timer (long milliseconds)
{
  const struct itimerspec when = {
    .it_value.tv_nsec = milliseconds * 1000000,
    .it_interval.tv_nsec = milliseconds > 0 ? NEXT_LOOK_MS * 1000000 : 0,
  };

  if (has_timer)
    timer_settime (timer, 0, &when, NULL);
}

static void
note_turn (void)
{
  guint place = KEPT;

  if (current.wall > longest.wall)
    longest = current;
  while (place > 0 && kept[place - 1].work < current.work)
    place--;
  if (place == KEPT)
    return;
  memmove (kept + place + 1, kept + place, (KEPT - place - 1) * sizeof kept[0]);
  kept[place] = current;
}

static int
watching_poll (GPollFD *fds, guint n_fds, int timeout)
{
  static gint64 work_before;
  int ready;

  if (current.began != 0)
    {
      set_timer (0);
      current.wall = g_get_monotonic_time () - current.began;
      current.work = get_work () - work_before;
      note_turn ();
      current.began = 0;
    }
  ready = real_poll (fds, n_fds, timeout);
  if (ended)
    return ready;
  current.n_looks = 0;
  work_before = get_work ();
  current.began = g_get_monotonic_time ();
  set_timer (FIRST_LOOK_MS);
  return ready;
}

static void
start_timer (void)
{
  struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGPROF };
  struct sigaction action = { .sa_handler = look_cb, .sa_flags = SA_RESTART };
  void *frames[1];

  /* The first time it loads a library, which no signal may. */
  backtrace (frames, 1);
  event._sigev_un._tid = gettid ();
  sigaction (SIGPROF, &action, NULL);
  has_timer = timer_create (CLOCK_MONOTONIC, &event, &timer) == 0;
}

void
hemo_watch_start (void)
{
  if (real_poll != NULL)
    return;
  start_timer ();
  real_poll = g_main_context_get_poll_func (NULL);
  g_main_context_set_poll_func (NULL, watching_poll);
}

void
hemo_watch_end (void)
{
  if (real_poll == NULL)
    return;
  set_timer (0);
  current.began = 0;
  ended = TRUE;
}

/* The source that was looked at most. */
static const char *
get_source (const Turn *turn)
{
  const char *best = "what was too short to be looked at";
  guint most = 0;

  for (guint i = 0; i < turn->n_looks; i++)
    {
      guint count = 0;

      for (guint k = 0; k < turn->n_looks; k++)
        count += strcmp (turn->looks[i].source, turn->looks[k].source) == 0;
      if (count > most)
        best = turn->looks[i].source;
      most = MAX (most, count);
    }
  return best;
}

static void
print_turn (const char *what, const Turn *turn)
{
  g_printerr ("%s: %.1f ms, %.1f ms of it on the processor, in %s\n", what,
              (double)turn->wall / 1000, (double)turn->work / 1000, get_source (turn));
}

void
hemo_watch_print (guint n)
{
  set_timer (0);
  print_turn ("longest turn of main", &longest);
  for (guint i = 0; i < MIN (n, KEPT) && kept[i].work > 0; i++)
    {
      print_turn ("hardest turn of main", &kept[i]);
      for (guint k = 0; n > 1 && k < kept[i].n_looks; k++)
        {
          g_printerr ("  look %u, %s\n", k + 1, kept[i].looks[k].source);
          backtrace_symbols_fd (kept[i].looks[k].frames, kept[i].looks[k].n_frames, STDERR_FILENO);
        }
    }
}

/* A render node whose driver is not one of those that only show what the processor drew. */
static gboolean
has_graphics_card (void)
{
  static const char *const plain[] = { "simple-framebuffer", "simpledrm", "vgem", "vkms",
                                       "bochs-drm",          "cirrus",    "ast",  "mgag200",
                                       "virtio_gpu" };
  g_autoptr (GDir) dir = g_dir_open ("/dev/dri", 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *link = g_build_filename ("/sys/class/drm", name, "device/driver", NULL);
      g_autofree char *driver = g_file_read_link (link, NULL);
      gboolean slow = FALSE;

      if (!g_str_has_prefix (name, "renderD"))
        continue;
      for (gsize i = 0; driver != NULL && i < G_N_ELEMENTS (plain); i++)
        slow |= g_str_has_suffix (driver, plain[i]);
      if (!slow)
        return TRUE;
    }
  return FALSE;
}

gboolean
hemo_watch_choose_renderer (void)
{
  if (has_graphics_card ())
    return g_strcmp0 (g_getenv ("GSK_RENDERER"), "cairo") == 0;
  g_setenv ("GSK_RENDERER", "cairo", FALSE);
  g_setenv ("GDK_DISABLE", "gl,vulkan", FALSE);
  return g_str_equal (g_getenv ("GSK_RENDERER"), "cairo");
}
