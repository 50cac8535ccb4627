/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A picture of 20 megapixels on the screen: how long from the start of the program until it is
 * seen, against Loupe; from the bytes until it is painted; how long a frame takes while it is
 * panned.
 *
 * The picture has a patch in the middle of a colour that nothing else has, and the screen is asked
 * for it. */

#include "bench.h"

#include "hemo-image-view.h"
#include "hemo-smear-art.h"
#include "hemo-widgets.h"

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <adwaita.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define WIDTH 5472
#define HEIGHT 3648
#define PATCH 900
#define ROUNDS 5
#define FRAMES 240
#define PATIENCE_MS 15000

/* The patch: strong magenta. */
static gboolean
is_patch (unsigned long pixel)
{
  const int red = pixel >> 16 & 255, green = pixel >> 8 & 255, blue = pixel & 255;

  return red > 180 && green < 90 && blue > 150;
}

static void
draw_picture (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  HemoSmear smear;
  GArray *cells;
  cairo_surface_t *surface;
  cairo_t *cr;

  hemo_smear_init (&smear, 5);
  smear.width = WIDTH;
  smear.height = HEIGHT;
  smear.red_cell = 230;
  smear.noise = 5;
  surface = hemo_smear_draw (&smear, &cells);
  g_array_unref (cells);
  cr = cairo_create (surface);
  cairo_set_source_rgb (cr, 0.86, 0.1, 0.78);
  cairo_rectangle (cr, (WIDTH - PATCH) / 2, (HEIGHT - PATCH) / 2, PATCH, PATCH);
  cairo_fill (cr);
  cairo_destroy (cr);
  bytes = hemo_smear_to_jpeg (surface, 92);
  cairo_surface_destroy (surface);
  printf ("a drawn field of %d by %d pixels, %.1f MB\n", WIDTH, HEIGHT,
          (double)g_bytes_get_size (bytes) / 1e6);
  bench_check (g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                                    (gssize)g_bytes_get_size (bytes), &error),
               error);
}

/* Whether the patch is anywhere on the screen: who does not fill it stands where it likes. */
static gboolean
sees_patch (Display *display)
{
  const int screen = DefaultScreen (display);
  const int width = DisplayWidth (display, screen), height = DisplayHeight (display, screen);
  XImage *image = XGetImage (display, RootWindow (display, screen), 0, 0, (unsigned)width,
                             (unsigned)height, AllPlanes, ZPixmap);
  gboolean seen = FALSE;

  for (int y = 8; image != NULL && !seen && y < height; y += 16)
    for (int x = 8; !seen && x < width; x += 16)
      seen = is_patch (XGetPixel (image, x, y));
  if (image != NULL)
    XDestroyImage (image);
  return seen;
}

/* Loupe decodes in a sandbox, which cannot be made inside of a changed root: there its decoder gets
 * none, by what stands in bwrap's place for loupe alone. Returns the stand-in, or NULL where bwrap
 * works. (transfer full) */
static char *
make_stand_in (const char *root)
{
  static const char script[] = "#!/bin/sh\n"
                               "while [ $# -gt 0 ]; do\n"
                               "  case $1 in */glycin-loaders/*/glycin-*) exec \"$@\" ;; esac\n"
                               "  shift\n"
                               "done\n"
                               "exit 1\n";
  const char *const trial[] = { "bwrap", "--unshare-all", "--ro-bind", "/", "/", "true", NULL };
  g_autoptr (GError) error = NULL;
  char *path;
  int status = -1;

  if (g_spawn_sync (NULL, (char **)trial, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL,
                    NULL, NULL, NULL, NULL, &status, NULL)
      && status == 0)
    return NULL;
  path = g_build_filename (root, "bwrap", NULL);
  bench_check (g_file_set_contents_full (path, script, -1, G_FILE_SET_CONTENTS_NONE, 0755, &error),
               error);
  printf ("loupe's decoder runs without its sandbox, which is faster for it\n");
  return path;
}

/* Milliseconds from the start of a program until the patch is in the middle; negative: never. */
static double
time_program (Display *display, const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  GPid pid;
  const double start = bench_now ();
  double end = -1;

  bench_check (
      g_spawn_async (NULL, (char **)arguments, NULL,
                     G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL,
                     NULL, NULL, &pid, &error),
      error);
  while (end < 0 && bench_now () - start < PATIENCE_MS)
    {
      g_usleep (4000);
      if (sees_patch (display))
        end = bench_now ();
    }
  kill (pid, SIGTERM);
  while (sees_patch (display))
    g_usleep (4000);
  g_usleep (200000);
  return end < 0 ? -1 : end - start;
}

static void
compare_starts (const char *self, const char *path, const char *stand_in)
{
  const char *const ours[] = { self, "show", path, NULL };
  const char *const theirs[] = { "loupe", path, NULL };
  const char *const bare[] = { "unshare",
                               "--mount",
                               "--propagation",
                               "unchanged",
                               "sh",
                               "-c",
                               "mount --bind \"$1\" \"$(command -v bwrap)\" && exec loupe \"$2\"",
                               "sh",
                               stand_in,
                               path,
                               NULL };
  g_autofree char *loupe = g_find_program_in_path ("loupe");
  g_autoptr (BenchTimes) us = bench_times_new ();
  g_autoptr (BenchTimes) them = bench_times_new ();
  Display *display = XOpenDisplay (NULL);

  if (display == NULL || loupe == NULL)
    {
      printf ("no display, or no loupe to hold it against\n");
      return;
    }
  for (int i = 0; i < ROUNDS; i++)
    {
      const double a = time_program (display, ours),
                   b = time_program (display, stand_in != NULL ? bare : theirs);

      if (a < 0 || b < 0)
        {
          printf ("%s showed nothing in %d s\n", a < 0 ? "our program" : "loupe",
                  PATIENCE_MS / 1000);
          break;
        }
      bench_times_add (us, a);
      bench_times_add (them, b);
    }
  if (us->values->len > 0)
    bench_print_ratio ("from the program's start to the picture", us, "loupe", them, 1);
  XCloseDisplay (display);
}

/* The window that is looked at, and its frames. */
typedef struct
{
  GtkWidget *window;
  GtkWidget *view;
  GBytes *bytes;
  BenchTimes *frames;
  BenchTimes *work;
  double work_begin;
  double given_work;
  double given;
  double frame_begin;
  gboolean pans;
  gboolean told;
  int count;
} BenchWindow;

/* Milliseconds on the processor: a machine that is busy with other work does not change them. */
static double
clock_now (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void
before_paint_cb (GdkFrameClock *clock, BenchWindow *self)
{
  self->frame_begin = bench_now ();
  self->work_begin = clock_now (CLOCK_THREAD_CPUTIME_ID);
}

static void
after_paint_cb (GdkFrameClock *clock, BenchWindow *self)
{
  gboolean loading;

  g_object_get (self->view, "loading", &loading, NULL);
  if (!self->told && self->given > 0 && !loading && self->pans)
    {
      self->told = TRUE;
      printf ("from the bytes to the first paint: %.1f ms (aim: below 100), "
              "%.1f ms of all threads on the processor\n",
              bench_now () - self->given, clock_now (CLOCK_PROCESS_CPUTIME_ID) - self->given_work);
    }
  if (self->count > 0)
    {
      bench_times_add (self->frames, bench_now () - self->frame_begin);
      bench_times_add (self->work, clock_now (CLOCK_THREAD_CPUTIME_ID) - self->work_begin);
    }
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  BenchWindow *self = data;
  const double share = self->count / (double)FRAMES;

  if (!self->told)
    return G_SOURCE_CONTINUE;
  if (self->count++ == 0)
    hemo_image_view_set_zoom (HEMO_IMAGE_VIEW (self->view), 1);
  /* Across and down, as fast as a hand drags. */
  hemo_image_view_set_place (HEMO_IMAGE_VIEW (self->view), 0.2 + 0.5 * share, 0.3 + 0.3 * share, 1,
                             FALSE);
  if (self->count < FRAMES)
    return G_SOURCE_CONTINUE;
  printf ("a frame while panning at 1:1, 1366 by 768, cairo\n"
          "  median %.2f ms, p95 %.2f ms, most %.2f ms, n %u (aim: below 16)\n",
          bench_times_at (self->frames, 0.5), bench_times_at (self->frames, 0.95),
          bench_times_at (self->frames, 1), self->frames->values->len);
  printf ("  of it on the processor: median %.2f ms, p95 %.2f ms, most %.2f ms\n",
          bench_times_at (self->work, 0.5), bench_times_at (self->work, 0.95),
          bench_times_at (self->work, 1));
  g_application_quit (g_application_get_default ());
  return G_SOURCE_REMOVE;
}

static gboolean
give_cb (gpointer data)
{
  BenchWindow *self = data;

  self->given = bench_now ();
  self->given_work = clock_now (CLOCK_PROCESS_CPUTIME_ID);
  hemo_image_view_set_bytes (HEMO_IMAGE_VIEW (self->view), self->bytes);
  return G_SOURCE_REMOVE;
}

static void
activate_cb (GtkApplication *application, BenchWindow *self)
{
  GdkFrameClock *clock;

  self->window = gtk_application_window_new (application);
  hemo_widgets_init (gtk_widget_get_display (self->window));
  self->view = hemo_image_view_new ();
  gtk_window_set_child (GTK_WINDOW (self->window), self->view);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 1366, 768);
  gtk_window_present (GTK_WINDOW (self->window));
  if (!self->pans)
    {
      give_cb (self);
      return;
    }
  /* The start of the program is no part of this. */
  clock = gtk_widget_get_frame_clock (self->window);
  g_signal_connect (clock, "before-paint", G_CALLBACK (before_paint_cb), self);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), self);
  gtk_widget_add_tick_callback (self->view, tick_cb, self, NULL);
  g_timeout_add (700, give_cb, self);
}

static int
run_window (const char *path, gboolean pans)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AdwApplication) application
      = adw_application_new ("org.hemogram.Hemogram.Bench", G_APPLICATION_NON_UNIQUE);
  BenchWindow self = { .pans = pans, .frames = bench_times_new (), .work = bench_times_new () };
  char *data;
  gsize size;
  int status;

  bench_check (g_file_get_contents (path, &data, &size, &error), error);
  self.bytes = g_bytes_new_take (data, size);
  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), &self);
  status = g_application_run (G_APPLICATION (application), 0, NULL);
  g_bytes_unref (self.bytes);
  bench_times_free (self.frames);
  bench_times_free (self.work);
  return status;
}

static void
run_panning (const char *self, const char *path)
{
  g_autoptr (GError) error = NULL;
  const char *const arguments[] = { self, "pan", path, NULL };
  int status = 0;

  fflush (stdout);
  bench_check (g_spawn_sync (NULL, (char **)arguments, NULL,
                             G_SPAWN_STDERR_TO_DEV_NULL | G_SPAWN_CHILD_INHERITS_STDOUT, NULL, NULL,
                             NULL, NULL, &status, &error),
               error);
}

int
main (int argc, char **argv)
{
  g_autofree char *root = NULL;
  g_autofree char *path = NULL;
  g_autofree char *stand_in = NULL;

  if (argc == 3)
    return run_window (argv[2], strcmp (argv[1], "pan") == 0);
  root = bench_make_folder ();
  path = g_build_filename (root, "field.jpg", NULL);
  draw_picture (path);
  run_panning (argv[0], path);
  stand_in = make_stand_in (root);
  compare_starts (argv[0], path, stand_in);
  bench_remove_tree (root);
  return 0;
}
