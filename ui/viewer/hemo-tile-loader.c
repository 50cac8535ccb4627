/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One picture's tiles, made on worker threads.
 *
 * Two sets of pixels are kept: the whole picture at the size of the first view, and a window at the
 * level that is looked at, wider than the view, so that panning only draws. The pool's threads
 * never wait for each other: a loader is on one of them at a time, and begins anew while there is a
 * wish. */

#include "hemo-tile-loader.h"

#include <string.h>

/* Pixels of the window: 24 MB. Where the view itself needs more, it gets just that. */
#define WINDOW_PIXELS 8000000
/* What has no parts is kept whole up to this, 72 MB; beyond, it is decoded for each window. */
#define KEPT_WHOLE_PIXELS 24000000
#define THREADS 2

struct _HemoTileLoader
{
  gint references;
  GMainContext *context;
  const HemoTileEvents *events;
  gpointer data;
  gboolean closed;

  /* Under the lock: what main and the thread tell each other. */
  GMutex lock;
  HemoTileWish *wish;
  gboolean running;
  GCancellable *cancellable;
  GCancellable *closing;
  int shrink;

  /* The thread's alone. */
  GBytes *bytes;
  HemoPictureInfo info;
  int side;
  gboolean opened;
  gboolean broken;
  HemoPixels *whole;
  int whole_shrink;
  HemoPixels *window;
  HemoPart window_part;
  int window_shrink;
  HemoTileLook whole_look;
};

typedef enum
{
  NEWS_OPENED,
  NEWS_FAILED,
  NEWS_WHOLE,
  NEWS_TILE,
  NEWS_COMPLETE,
} NewsKind;

typedef struct
{
  HemoTileLoader *loader;
  NewsKind kind;
  guint generation;
  HemoPictureInfo info;
  HemoTileLook look;
  HemoTilePlace place;
  GdkTexture *texture;
  GError *error;
} News;

void
hemo_tile_wish_free (HemoTileWish *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->tiles, g_array_unref);
  g_free (self);
}

static void
unref_loader (HemoTileLoader *self)
{
  if (!g_atomic_int_dec_and_test (&self->references))
    return;
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  hemo_tile_wish_free (self->wish);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->closing);
  g_bytes_unref (self->bytes);
  hemo_pixels_free (self->whole);
  hemo_pixels_free (self->window);
  g_free (self);
}

static HemoTileLoader *
ref_loader (HemoTileLoader *self)
{
  g_atomic_int_inc (&self->references);
  return self;
}

static void
free_news (gpointer data)
{
  News *news = data;

  g_clear_object (&news->texture);
  g_clear_error (&news->error);
  unref_loader (news->loader);
  g_free (news);
}

static gboolean
tell_cb (gpointer data)
{
  News *news = data;
  HemoTileLoader *self = news->loader;

  if (self->closed)
    return G_SOURCE_REMOVE;
  switch (news->kind)
    {
    case NEWS_OPENED:
      self->events->opened (self->data, &news->info);
      break;
    case NEWS_FAILED:
      self->events->failed (self->data, news->error);
      break;
    case NEWS_WHOLE:
      self->events->whole (self->data, news->generation, &news->look, news->texture);
      break;
    case NEWS_TILE:
      self->events->tile (self->data, news->generation, news->place, news->texture);
      break;
    case NEWS_COMPLETE:
      self->events->complete (self->data, news->generation);
      break;
    default:
      break;
    }
  return G_SOURCE_REMOVE;
}

static void
tell (HemoTileLoader *self, News news)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  News *copy = g_memdup2 (&news, sizeof news);

  copy->loader = ref_loader (self);
  /* After input and before drawing, so that one frame shows all that is there. */
  g_source_set_priority (source, G_PRIORITY_DEFAULT + 10);
  g_source_set_static_name (source, "hemo-tile");
  g_source_set_callback (source, tell_cb, copy, free_news);
  g_source_attach (source, self->context);
}

int
hemo_tile_shrink (double zoom)
{
  int shrink = 1;

  /* A hundredth more than there is cannot be seen. */
  while (shrink < 8 && zoom * shrink * 2 <= 1.01)
    shrink *= 2;
  return shrink;
}

HemoPart
hemo_tile_part (const HemoTileLook *look, HemoTilePlace place)
{
  HemoPart part = { place.column * HEMO_TILE_SIDE, place.row * HEMO_TILE_SIDE, 0, 0 };

  part.width = CLAMP (look->width - part.x, 0, HEMO_TILE_SIDE);
  part.height = CLAMP (look->height - part.y, 0, HEMO_TILE_SIDE);
  return part;
}

static gboolean
is_inside (HemoPart inner, HemoPart outer)
{
  return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width
         && inner.y + inner.height <= outer.y + outer.height;
}

static HemoPart
unite (HemoPart a, HemoPart b)
{
  const int x = MIN (a.x, b.x), y = MIN (a.y, b.y);

  return (HemoPart){ x, y, MAX (a.x + a.width, b.x + b.width) - x,
                     MAX (a.y + a.height, b.y + b.height) - y };
}

/* As much more on all sides as the window may hold. */
static HemoPart
widen (HemoPart part, int width, int height)
{
  HemoPart wide = part;

  for (int step = 16; step >= 1; step /= 2)
    {
      const int x = MAX (0, part.x - part.width * step / 8);
      const int y = MAX (0, part.y - part.height * step / 8);

      wide = (HemoPart){ x, y, MIN (width, part.x + part.width + part.width * step / 8) - x,
                         MIN (height, part.y + part.height + part.height * step / 8) - y };
      if ((gint64)wide.width * wide.height <= WINDOW_PIXELS)
        return wide;
    }
  return part;
}

static gboolean
fail (HemoTileLoader *self, GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_error_free (error);
      return FALSE;
    }
  self->broken = TRUE;
  tell (self, (News){ .kind = NEWS_FAILED, .error = error });
  return FALSE;
}

static int
choose_whole (HemoTileLoader *self)
{
  const int longest = MAX (self->info.width, self->info.height);
  int shrink = 8;

  while (shrink > 1 && longest / shrink < self->side)
    shrink /= 2;
  /* Of a very large view only what a window may hold. */
  while (shrink < 8
         && (gint64)self->info.width * self->info.height / shrink / shrink > WINDOW_PIXELS)
    shrink *= 2;
  return shrink;
}

/* A plain upright one is enough until it is known how the picture is looked at. */
static HemoTileLook
first_look (HemoTileLoader *self)
{
  const gboolean swap = self->info.orientation >= 5;
  HemoTileLook look = { .orientation = self->info.orientation };

  look.width = swap ? self->whole->height : self->whole->width;
  look.height = swap ? self->whole->width : self->whole->height;
  hemo_tile_look_shade (&look, 0, 0);
  return look;
}

static void
tell_whole (HemoTileLoader *self, guint generation, HemoTileLook look)
{
  const HemoPart all = { 0, 0, self->whole->width, self->whole->height };
  const gboolean swap = look.orientation >= 5;
  GdkTexture *texture;

  look.width = swap ? all.height : all.width;
  look.height = swap ? all.width : all.height;
  if (memcmp (&look, &self->whole_look, sizeof look) == 0)
    return;
  texture = hemo_tile_render (&look, self->whole, all, all.width, all.height,
                              (HemoPart){ 0, 0, look.width, look.height });
  if (texture == NULL)
    return;
  self->whole_look = look;
  tell (self,
        (News){ .kind = NEWS_WHOLE, .generation = generation, .look = look, .texture = texture });
}

static gboolean
open_picture (HemoTileLoader *self)
{
  GError *error = NULL;
  HemoPart all = { 0 };

  if (!hemo_picture_probe (self->bytes, &self->info, &error))
    return fail (self, error);
  tell (self, (News){ .kind = NEWS_OPENED, .info = self->info });
  self->whole_shrink = choose_whole (self);
  hemo_picture_shrunk_size (&self->info, self->whole_shrink, &all.width, &all.height);
  self->whole = hemo_picture_decode_part (self->bytes, &self->info, self->whole_shrink, &all,
                                          self->closing, &error);
  if (self->whole == NULL)
    return fail (self, error);
  self->opened = TRUE;
  tell_whole (self, 0, first_look (self));
  return TRUE;
}

/* What all tiles of @wish need of the level at @shrink. */
static HemoPart
gather (const HemoTileWish *wish, int width, int height)
{
  HemoPart all = { 0 };
  gboolean any = FALSE;

  for (guint i = 0; i < wish->tiles->len; i++)
    {
      const HemoPart part
          = hemo_tile_part (&wish->look, g_array_index (wish->tiles, HemoTilePlace, i));
      HemoPart needed;

      if (part.width == 0 || part.height == 0)
        continue;
      needed = hemo_tile_look_needs (&wish->look, part, width, height);
      all = any ? unite (all, needed) : needed;
      any = TRUE;
    }
  return all;
}

/* Has the pixels that @wish needs: those of the whole, or of the window. */
static gboolean
prepare (HemoTileLoader *self, const HemoTileWish *wish, int shrink, GCancellable *cancellable)
{
  GError *error = NULL;
  HemoPart needed, part;
  HemoPixels *pixels;
  int width, height;

  if (shrink >= self->whole_shrink)
    return TRUE;
  hemo_picture_shrunk_size (&self->info, shrink, &width, &height);
  needed = gather (wish, width, height);
  if (needed.width == 0)
    return TRUE;
  if (self->window != NULL && self->window_shrink == shrink
      && is_inside (needed, self->window_part))
    return TRUE;
  part = !hemo_picture_has_parts (&self->info) && (gint64)width * height <= KEPT_WHOLE_PIXELS
             ? (HemoPart){ 0, 0, width, height }
             : widen (unite (needed, hemo_tile_look_needs (&wish->look, wish->view, width, height)),
                      width, height);
  /* The old one goes first: both at once are not needed. */
  g_clear_pointer (&self->window, hemo_pixels_free);
  pixels = hemo_picture_decode_part (self->bytes, &self->info, shrink, &part, cancellable, &error);
  if (pixels == NULL)
    return fail (self, error);
  self->window = pixels;
  self->window_part = part;
  self->window_shrink = shrink;
  return TRUE;
}

static gboolean
is_outdated (HemoTileLoader *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->wish != NULL || self->closed;
}

static void
make_tile (HemoTileLoader *self, const HemoTileWish *wish, int shrink, HemoTilePlace place)
{
  const HemoPart part = hemo_tile_part (&wish->look, place);
  const gboolean coarse = shrink >= self->whole_shrink;
  const HemoPixels *pixels = coarse ? self->whole : self->window;
  HemoPart where = { 0, 0, self->whole->width, self->whole->height };
  GdkTexture *texture;
  int width, height;

  if (part.width == 0 || part.height == 0)
    return;
  hemo_picture_shrunk_size (&self->info, coarse ? self->whole_shrink : shrink, &width, &height);
  if (!coarse)
    where = self->window_part;
  texture = hemo_tile_render (&wish->look, pixels, where, width, height, part);
  if (texture != NULL)
    tell (self, (News){ .kind = NEWS_TILE,
                        .generation = wish->generation,
                        .place = place,
                        .texture = texture });
}

static void
grant (HemoTileLoader *self, const HemoTileWish *wish, GCancellable *cancellable)
{
  const int shrink = hemo_tile_shrink (wish->zoom);

  tell_whole (self, wish->generation, wish->look);
  if (!prepare (self, wish, shrink, cancellable))
    return;
  for (guint i = 0; i < wish->tiles->len; i++)
    {
      if (is_outdated (self))
        return;
      make_tile (self, wish, shrink, g_array_index (wish->tiles, HemoTilePlace, i));
    }
  tell (self, (News){ .kind = NEWS_COMPLETE, .generation = wish->generation });
}

/* The next thing to do, or NULL when the thread can go. */
static HemoTileWish *
take_wish (HemoTileLoader *self, GCancellable **cancellable)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  HemoTileWish *wish = g_steal_pointer (&self->wish);

  if (wish == NULL || self->closed)
    {
      hemo_tile_wish_free (wish);
      self->running = FALSE;
      return NULL;
    }
  g_set_object (cancellable, self->cancellable);
  return wish;
}

static void
work (gpointer data, gpointer unused)
{
  HemoTileLoader *self = data;
  g_autoptr (GCancellable) cancellable = NULL;
  HemoTileWish *wish;

  if (!self->opened && !self->broken)
    open_picture (self);
  while ((wish = take_wish (self, &cancellable)) != NULL)
    {
      if (self->opened && !self->broken)
        grant (self, wish, cancellable);
      hemo_tile_wish_free (wish);
    }
  unref_loader (self);
}

/* With the lock held. */
static void
run (HemoTileLoader *self)
{
  static GThreadPool *pool;

  if (self->running)
    return;
  self->running = TRUE;
  if (g_once_init_enter_pointer (&pool))
    g_once_init_leave_pointer (&pool, g_thread_pool_new (work, NULL, THREADS, FALSE, NULL));
  g_thread_pool_push (pool, ref_loader (self), NULL);
}

HemoTileLoader *
hemo_tile_loader_new (GBytes *bytes, int side, const HemoTileEvents *events, gpointer data)
{
  HemoTileLoader *self = g_new0 (HemoTileLoader, 1);

  self->references = 1;
  self->context = g_main_context_ref_thread_default ();
  self->events = events;
  self->data = data;
  self->bytes = g_bytes_ref (bytes);
  self->side = side;
  self->cancellable = g_cancellable_new ();
  self->closing = g_cancellable_new ();
  g_mutex_init (&self->lock);
  g_mutex_lock (&self->lock);
  run (self);
  g_mutex_unlock (&self->lock);
  return self;
}

void
hemo_tile_loader_wish (HemoTileLoader *self, HemoTileWish *wish)
{
  const int shrink = hemo_tile_shrink (wish->zoom);

  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->wish, hemo_tile_wish_free);
  self->wish = wish;
  /* Panning lets a decoding end, or it never would; another level makes it useless. */
  if (self->shrink != 0 && self->shrink != shrink)
    {
      g_cancellable_cancel (self->cancellable);
      g_clear_object (&self->cancellable);
      self->cancellable = g_cancellable_new ();
    }
  self->shrink = shrink;
  run (self);
  g_mutex_unlock (&self->lock);
}

void
hemo_tile_loader_close (HemoTileLoader *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->closed = TRUE;
  g_cancellable_cancel (self->cancellable);
  g_cancellable_cancel (self->closing);
  g_mutex_unlock (&self->lock);
  unref_loader (self);
}
