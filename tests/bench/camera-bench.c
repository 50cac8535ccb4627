/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Processor time of the live view, drawn as large as a window shows it and with its focus measured,
 * against a bare pipeline that decodes and scales the same pictures; and of a camera that runs
 * unseen. */

#include "bench.h"

#include "hemo-camera-files-private.h"
#include "hemo-camera-private.h"

#include <sys/resource.h>

#define SECONDS 3
#define TURNS 3
#define WIDTH 900
#define HEIGHT 675

/* Milliseconds of processor time of this process, all threads. */
static double
get_processor_time (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000
         + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

static gboolean
end_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static double
run_main (double seconds)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  const double before = get_processor_time ();

  g_timeout_add ((guint)(seconds * 1000), end_cb, loop);
  g_main_loop_run (loop);
  return get_processor_time () - before;
}

/* A second for the start, which is not counted. */
static double
run_camera (const char *folder, gboolean seen, guint64 *frames)
{
  g_autoptr (HemoCameraDevice) device = hemo_camera_device_new_files ("bench", "Bench", folder);
  g_autoptr (HemoCamera) camera = hemo_camera_new ();
  double time;

  hemo_camera_set_device (camera, device, NULL);
  if (seen)
    hemo_camera_add_viewer (camera, camera, WIDTH, HEIGHT);
  else
    hemo_camera_start (camera);
  run_main (1);
  *frames = hemo_camera_get_n_frames (camera);
  time = run_main (SECONDS);
  *frames = hemo_camera_get_n_frames (camera) - *frames;
  if (seen)
    hemo_camera_remove_viewer (camera, camera);
  hemo_camera_stop (camera);
  run_main (0.5);
  return time;
}

static double
run_bare (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_pipeline_new (NULL);
  GstElement *source = hemo_camera_files_make_source (folder, NULL);
  GstElement *rest = gst_parse_bin_from_description (
      "capsfilter caps=image/jpeg,width=2560,height=1960 ! jpegdec ! videoconvertscale ! "
      "video/x-raw,format=BGRA,width=" G_STRINGIFY (WIDTH) ",height=" G_STRINGIFY (
          HEIGHT) " ! fakesink sync=false",
      TRUE, &error);
  double time;

  bench_check (rest != NULL, error);
  gst_bin_add_many (GST_BIN (pipeline), source, rest, NULL);
  gst_element_link (source, rest);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  run_main (1);
  time = run_main (SECONDS);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return time;
}

int
main (void)
{
  g_autofree char *folder = bench_make_folder ();
  g_autoptr (GPtrArray) pictures = bench_draw_pictures (4);
  g_autoptr (BenchTimes) seen = bench_times_new ();
  g_autoptr (BenchTimes) unseen = bench_times_new ();
  g_autoptr (BenchTimes) bare = bench_times_new ();
  guint64 frames = 0;

  gst_init (NULL, NULL);
  for (guint i = 0; i < pictures->len; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%u.jpg", folder, i);
      gsize size = 0;
      const char *data = g_bytes_get_data (pictures->pdata[i], &size);
      bench_check (g_file_set_contents (path, data, (gssize)size, NULL), NULL);
    }
  for (int turn = 0; turn < TURNS; turn++)
    {
      bench_times_add (bare, run_bare (folder));
      bench_times_add (seen, run_camera (folder, TRUE, &frames));
      bench_times_add (unseen, run_camera (folder, FALSE, &frames));
    }
  printf ("processor time in %d s of %" G_GUINT64_FORMAT " pictures of 2560x1960, shown in %dx%d\n",
          SECONDS, frames, WIDTH, HEIGHT);
  bench_print_ratio ("live view and focus", seen, "bare pipeline", bare, 1.0);
  bench_print_ratio ("running unseen", unseen, "bare pipeline", bare, 0.2);
  bench_remove_tree (folder);
  return 0;
}
