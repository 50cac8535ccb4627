/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tones made by GStreamer on a thread: opening a sound device may take its time. */

#include "hemo-sounds.h"

#include <gio/gio.h>
#include <gst/gst.h>

#define LONGEST (3 * GST_SECOND)
/* Of quiet after a device failed: it is not tried with each key. */
#define PAUSE (30 * G_USEC_PER_SEC)

typedef struct
{
  int frequency;
  int milliseconds;
} Tone;

static const Tone key_tone[] = { { 880, 40 }, { 0 } };
static const Tone back_tone[] = { { 330, 80 }, { 0 } };
static const Tone chime_tones[] = { { 784, 140 }, { 1047, 260 }, { 0 } };

/* Shared by main and the threads that play, under the lock. */
G_LOCK_DEFINE_STATIC (state);
static guint playing;
static gboolean failed;
static gint64 failed_at;

/* A test listens to what would have been heard. */
static const char *
get_sink (void)
{
  const char *sink = g_getenv ("HEMOGRAM_TEST_SOUND_SINK");

  return sink != NULL ? sink : "autoaudiosink";
}

static gboolean
play_tone (const Tone *tone)
{
  g_autofree char *words
      = g_strdup_printf ("audiotestsrc wave=sine freq=%d volume=0.2 samplesperbuffer=441 "
                         "num-buffers=%d ! audio/x-raw,rate=44100 ! audioconvert ! %s",
                         tone->frequency, MAX (1, tone->milliseconds / 10), get_sink ());
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (words, &error);
  GstBus *bus;
  GstMessage *message;
  gboolean heard;

  if (pipeline == NULL || error != NULL)
    {
      g_clear_pointer (&pipeline, gst_object_unref);
      return FALSE;
    }
  bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, LONGEST, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  heard = message != NULL && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
  g_clear_pointer (&message, gst_message_unref);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
  return heard;
}

typedef struct
{
  const Tone *tones;
  gint64 at;
} Sound;

static void
play_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Sound *sound = data;
  gboolean heard = gst_init_check (NULL, NULL, NULL);

  for (const Tone *tone = sound->tones; heard && tone->frequency != 0; tone++)
    heard = play_tone (tone);
  G_LOCK (state);
  failed = !heard;
  failed_at = sound->at;
  playing--;
  G_UNLOCK (state);
  g_task_return_boolean (task, heard);
}

/* Whether it is one to be played at @now, which it then is. */
static gboolean
begin (HemoSound sound, gint64 now)
{
  gboolean wanted;

  G_LOCK (state);
  wanted = failed ? playing == 0 && now - failed_at >= PAUSE
                  : playing == 0 || sound == HEMO_SOUND_CHIME;
  if (wanted)
    playing++;
  G_UNLOCK (state);
  return wanted;
}

gboolean
hemo_sound_play_at (HemoSound sound, gint64 now)
{
  g_autoptr (GTask) task = NULL;
  Sound *wanted;

  if (!begin (sound, now))
    return FALSE;
  wanted = g_new0 (Sound, 1);
  wanted->tones = sound == HEMO_SOUND_CHIME  ? chime_tones
                  : sound == HEMO_SOUND_BACK ? back_tone
                                             : key_tone;
  wanted->at = now;
  task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_task_data (task, wanted, g_free);
  g_task_run_in_thread (task, play_thread);
  return TRUE;
}

gboolean
hemo_sound_is_playing (void)
{
  gboolean is_playing;

  G_LOCK (state);
  is_playing = playing > 0;
  G_UNLOCK (state);
  return is_playing;
}

void
hemo_sound_play (HemoSound sound)
{
  hemo_sound_play_at (sound, g_get_monotonic_time ());
}
