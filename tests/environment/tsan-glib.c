/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tells ThreadSanitizer of GLib's locks and counts of references, which it cannot see: GLib is not
 * built for it and its locks are futexes. Linked with --wrap in thread-sanitized builds only; real
 * races in our own code stay visible. */

#include <glib.h>

void __tsan_acquire (void *address);
void __tsan_release (void *address);

void __real_g_mutex_lock (GMutex *mutex);
void __real_g_mutex_unlock (GMutex *mutex);
void __real_g_cond_wait (GCond *cond, GMutex *mutex);
gboolean __real_g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 end);
void __real_g_async_queue_push (GAsyncQueue *queue, gpointer data);
gpointer __real_g_async_queue_pop (GAsyncQueue *queue);
gpointer __real_g_async_queue_try_pop (GAsyncQueue *queue);
gboolean __real_g_atomic_ref_count_dec (gatomicrefcount *count);
void __real_g_rec_mutex_lock (GRecMutex *mutex);
void __real_g_rec_mutex_unlock (GRecMutex *mutex);

void __wrap_g_mutex_lock (GMutex *mutex);
void __wrap_g_mutex_unlock (GMutex *mutex);
void __wrap_g_cond_wait (GCond *cond, GMutex *mutex);
gboolean __wrap_g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 end);
void __wrap_g_async_queue_push (GAsyncQueue *queue, gpointer data);
gpointer __wrap_g_async_queue_pop (GAsyncQueue *queue);
gpointer __wrap_g_async_queue_try_pop (GAsyncQueue *queue);
gboolean __wrap_g_atomic_ref_count_dec (gatomicrefcount *count);
void __wrap_g_rec_mutex_lock (GRecMutex *mutex);
void __wrap_g_rec_mutex_unlock (GRecMutex *mutex);

void
__wrap_g_mutex_lock (GMutex *mutex)
{
  __real_g_mutex_lock (mutex);
  __tsan_acquire (mutex);
}

void
__wrap_g_mutex_unlock (GMutex *mutex)
{
  __tsan_release (mutex);
  __real_g_mutex_unlock (mutex);
}

void
__wrap_g_rec_mutex_lock (GRecMutex *mutex)
{
  __real_g_rec_mutex_lock (mutex);
  __tsan_acquire (mutex);
}

void
__wrap_g_rec_mutex_unlock (GRecMutex *mutex)
{
  __tsan_release (mutex);
  __real_g_rec_mutex_unlock (mutex);
}

void
__wrap_g_cond_wait (GCond *cond, GMutex *mutex)
{
  __tsan_release (mutex);
  __real_g_cond_wait (cond, mutex);
  __tsan_acquire (mutex);
}

gboolean
__wrap_g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 end)
{
  gboolean woken;

  __tsan_release (mutex);
  woken = __real_g_cond_wait_until (cond, mutex, end);
  __tsan_acquire (mutex);
  return woken;
}

void
__wrap_g_async_queue_push (GAsyncQueue *queue, gpointer data)
{
  __tsan_release (queue);
  __real_g_async_queue_push (queue, data);
}

gpointer
__wrap_g_async_queue_pop (GAsyncQueue *queue)
{
  gpointer data = __real_g_async_queue_pop (queue);

  __tsan_acquire (queue);
  return data;
}

gpointer
__wrap_g_async_queue_try_pop (GAsyncQueue *queue)
{
  gpointer data = __real_g_async_queue_try_pop (queue);

  __tsan_acquire (queue);
  return data;
}

/* Whoever lets go last has seen all that the others did before they let go. */
gboolean
__wrap_g_atomic_ref_count_dec (gatomicrefcount *count)
{
  __tsan_release (count);
  if (!__real_g_atomic_ref_count_dec (count))
    return FALSE;
  __tsan_acquire (count);
  return TRUE;
}
