/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the start of the program until its window is ready, and the memory that it takes: against a
 * bare window with a list as long as the worklist, and against GNOME's calculator; in turns.
 *
 * Ready is when the last of it was drawn: the X server tells each time that something is. Nothing
 * fades or blinks in any of the three. Ours opens the demonstration's clinic and shows its door;
 * then somebody signs in, and memory is read once more with the worklist.
 *
 *   bench-window LIST-PROGRAM */

#include "bench.h"

#include <X11/Xlib.h>
#include <X11/extensions/Xdamage.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#define ROUNDS 3
/* Nothing was drawn for so long: it is ready. */
#define QUIET_MS 1200
#define PATIENCE_MS 12000
#define PASSPHRASE "a demonstration for nobody"
#define KEYS "sleep 0.3; xdotool type --delay 15 '" PASSPHRASE "'; xdotool key Return; sleep 2"

typedef struct
{
  const char *name;
  const char *const *arguments;
  BenchTimes *ready;
  BenchTimes *work;
  BenchTimes *shared;
  BenchTimes *resident;
  GPid pid;
} Program;

static void
program_init (Program *self, const char *name, const char *const *arguments)
{
  self->name = name;
  self->arguments = arguments;
  self->ready = bench_times_new ();
  self->work = bench_times_new ();
  self->shared = bench_times_new ();
  self->resident = bench_times_new ();
}

static void
program_clear (Program *self)
{
  bench_times_free (self->ready);
  bench_times_free (self->work);
  bench_times_free (self->shared);
  bench_times_free (self->resident);
}

/* When the last was drawn, once nothing more is; negative where nothing ever was. */
static double
wait_until_quiet (Display *display, int damaged)
{
  struct pollfd file = { .fd = ConnectionNumber (display), .events = POLLIN };
  const double start = bench_now ();
  double last = -1;

  while (bench_now () - start < PATIENCE_MS && (last < 0 || bench_now () - last < QUIET_MS))
    {
      while (XPending (display) > 0)
        {
          XEvent event;

          XNextEvent (display, &event);
          if (event.type == damaged)
            last = bench_now ();
        }
      poll (&file, 1, 20);
    }
  return last;
}

/* Milliseconds of all its threads. */
static double
get_work (GPid pid)
{
  clockid_t clock;
  struct timespec now = { 0 };

  if (clock_getcpuclockid (pid, &clock) == 0)
    clock_gettime (clock, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* In MB. */
static void
read_memory (GPid pid, BenchTimes *shared, BenchTimes *resident)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/smaps_rollup", pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  unsigned long kilobytes;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return;
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (sscanf (*line, "Pss: %lu kB", &kilobytes) == 1)
      bench_times_add (shared, (double)kilobytes * 1024 / 1e6);
    else if (sscanf (*line, "Rss: %lu kB", &kilobytes) == 1)
      bench_times_add (resident, (double)kilobytes * 1024 / 1e6);
}

static void
start (Program *self, Display *display, int damaged)
{
  g_autoptr (GError) error = NULL;
  const double begin = bench_now ();
  double ready;

  bench_check (g_spawn_async (NULL, (char **)self->arguments, NULL,
                              G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD
                                  | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                              NULL, NULL, &self->pid, &error),
               error);
  ready = wait_until_quiet (display, damaged);
  if (ready < 0)
    {
      fprintf (stderr, "%s drew nothing in %d s\n", self->name, PATIENCE_MS / 1000);
      exit (1);
    }
  bench_times_add (self->ready, ready - begin);
  bench_times_add (self->work, get_work (self->pid));
  read_memory (self->pid, self->shared, self->resident);
}

static void
end (Program *self, Display *display)
{
  kill (self->pid, SIGTERM);
  waitpid (self->pid, NULL, 0);
  /* Its window goes from the screen as well. */
  g_usleep (300000);
  XSync (display, TRUE);
}

static void
sign_in (Program *self, Display *display, int damaged, BenchTimes *shared, BenchTimes *resident)
{
  const char *const keys[] = { "sh", "-c", KEYS, NULL };

  bench_check (g_spawn_sync (NULL, (char **)keys, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                             NULL, NULL),
               NULL);
  wait_until_quiet (display, damaged);
  read_memory (self->pid, shared, resident);
}

/* How many cases the worklist shows. */
static guint
make_clinic (const char *folder)
{
  static const char count[]
      = "printf '%s\\n' '" PASSPHRASE "' | hemogram-cli --clinic \"$0\"/clinic "
        "--user tech --passphrase-fd 0 --json worklist | grep -o "
        "'\"uuid\"' | wc -l";
  const char *const demo[] = { "hemogram-cli", "demo", folder, NULL };
  const char *const list[] = { "sh", "-c", count, folder, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *rows = NULL;
  int status = 1;

  bench_check (g_spawn_sync (NULL, (char **)demo, NULL,
                             G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
                             NULL, &status, &error)
                   && status == 0,
               error);
  bench_check (g_spawn_sync (NULL, (char **)list, NULL,
                             G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &rows,
                             NULL, &status, &error)
                   && status == 0 && atoi (rows) > 0,
               error);
  return (guint)atoi (rows);
}

/* Read by each GTK program: no caret blinks, nothing fades. */
static void
write_settings (const char *root)
{
  static const char text[] = "[Settings]\ngtk-cursor-blink=false\ngtk-enable-animations=false\n";
  g_autofree char *folder = g_build_filename (root, "gtk-4.0", NULL);
  g_autofree char *path = g_build_filename (folder, "settings.ini", NULL);
  g_autoptr (GError) error = NULL;

  g_mkdir (folder, 0700);
  bench_check (g_file_set_contents (path, text, -1, &error), error);
  g_setenv ("XDG_CONFIG_HOME", root, TRUE);
}

static void
print_memory (const char *what, BenchTimes *shared, BenchTimes *resident)
{
  printf ("  %-32s PSS %5.1f MB, RSS %5.1f MB\n", what, bench_times_at (shared, 0.5),
          bench_times_at (resident, 0.5));
}

static void
compare (const Program *ours, const Program *theirs, BenchTimes *at_work)
{
  g_autofree char *what = g_strdup_printf ("start until ready, against %s", theirs->name);

  bench_print_ratio (what, ours->ready, theirs->name, theirs->ready, 1);
  bench_print_ratio ("  of it on the processor, all threads", ours->work, theirs->name,
                     theirs->work, 1);
  printf ("memory against %s, GL off: ratio of PSS %.2f at the door, %.2f with the worklist\n",
          theirs->name, bench_times_at (ours->shared, 0.5) / bench_times_at (theirs->shared, 0.5),
          bench_times_at (at_work, 0.5) / bench_times_at (theirs->shared, 0.5));
  print_memory (theirs->name, theirs->shared, theirs->resident);
}

int
main (int argc, char **argv)
{
  g_autofree char *root = bench_make_folder ();
  g_autofree char *demo = g_build_filename (root, "demo", NULL);
  g_autofree char *clinic = g_build_filename (demo, "clinic", NULL);
  g_autofree char *rows = g_strdup_printf ("%u", make_clinic (demo));
  g_autofree char *calculator_path = g_find_program_in_path ("gnome-calculator");
  const char *const hemogram[] = { "hemogram", "--clinic", clinic, NULL };
  const char *const list[] = { argv[1], rows, NULL };
  const char *const calculator[] = { "gnome-calculator", NULL };
  g_autoptr (BenchTimes) shared = bench_times_new ();
  g_autoptr (BenchTimes) resident = bench_times_new ();
  Program programs[3] = { 0 };
  const int n = calculator_path != NULL ? 3 : 2;
  Display *display = XOpenDisplay (NULL);
  int damaged = 0, errors = 0;

  if (argc != 2 || display == NULL || !XDamageQueryExtension (display, &damaged, &errors))
    {
      printf ("no display that tells what is drawn, or no program to hold it against\n");
      return 1;
    }
  damaged += XDamageNotify;
  XDamageCreate (display, DefaultRootWindow (display), XDamageReportRawRectangles);
  write_settings (root);
  program_init (&programs[0], "hemogram", hemogram);
  program_init (&programs[1], "a bare list", list);
  program_init (&programs[2], "gnome-calculator", calculator);
  for (int round = 0; round < ROUNDS; round++)
    for (int i = 0; i < n; i++)
      {
        start (&programs[i], display, damaged);
        if (i == 0)
          sign_in (&programs[i], display, damaged, shared, resident);
        end (&programs[i], display);
      }
  for (int i = 1; i < n; i++)
    compare (&programs[0], &programs[i], shared);
  print_memory ("hemogram at the door", programs[0].shared, programs[0].resident);
  print_memory ("hemogram with the worklist", shared, resident);
  printf ("  (aim: PSS below 60 MB)\n");
  for (int i = 0; i < 3; i++)
    program_clear (&programs[i]);
  XCloseDisplay (display);
  bench_remove_tree (root);
  return 0;
}
