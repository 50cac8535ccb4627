/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A library to be preloaded: lets memory run out.
 *
 *   NO_MEMORY_AT      the allocation, from 1, that fails; 0 only counts
 *   NO_MEMORY_LASTS   1: all after it fail as well
 *   NO_MEMORY_SHOW    1: the error output gets the frames of what fails first
 *   NO_MEMORY_PLACES  a file that gets the number of the first allocation of each place, which is
 * its innermost frames, when the program ends by itself
 *
 * Where the program then uses what it did not get, the error output ends with a line 'crashed in'
 * and the frames, innermost first.
 *
 * Allocations before the program's own start are not counted: the loader's are not ours. */

#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#pragma GCC diagnostic ignored "-Wmissing-prototypes"

/* The C library's own, which it offers under these names. */
extern void *__libc_malloc (size_t size);
extern void *__libc_calloc (size_t count, size_t size);
extern void *__libc_realloc (void *memory, size_t size);
extern void *__libc_memalign (size_t alignment, size_t size);

static atomic_long count;
static long at;
static bool lasts, shows, started;

/* The places, as a hash table of the hashes of their frames, and their first allocations. */
#define SLOTS (1 << 18)
static const char *places;
static pthread_mutex_t places_lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t seen[SLOTS];
static long first[SLOTS / 2];
static size_t n_first;
static _Thread_local bool noting;

static void
show_frames (const char *title, size_t length)
{
  void *frames[32];
  int n = backtrace (frames, 32);

  if (write (STDERR_FILENO, title, length) > 0)
    backtrace_symbols_fd (frames, n, STDERR_FILENO);
}

static void
say_where (int number)
{
  static const char title[] = "crashed in\n";

  show_frames (title, sizeof title - 1);
  /* The handler was for once: now it ends as it would have. */
  raise (number);
}

__attribute__ ((constructor)) static void
start (void)
{
  const char *value = getenv ("NO_MEMORY_AT");
  struct sigaction action = { .sa_handler = say_where, .sa_flags = (int)SA_RESETHAND };
  void *frame;

  /* The first call loads what it needs. */
  backtrace (&frame, 1);
  sigaction (SIGSEGV, &action, NULL);
  sigaction (SIGBUS, &action, NULL);

  at = value != NULL ? atol (value) : 0;
  lasts = getenv ("NO_MEMORY_LASTS") != NULL;
  shows = getenv ("NO_MEMORY_SHOW") != NULL;
  places = getenv ("NO_MEMORY_PLACES");
  started = true;
}

static void
note_place (long n)
{
  void *frames[13];
  uint64_t hash = 14695981039346656037u;
  int depth;

  if (noting)
    return;
  noting = true;
  depth = backtrace (frames, 13);
  for (int i = 0; i < depth; i++)
    hash = (hash ^ (uintptr_t)frames[i]) * 1099511628211u;
  pthread_mutex_lock (&places_lock);
  size_t slot = (hash ^ hash >> 32) % SLOTS;
  while (seen[slot] != 0 && seen[slot] != hash)
    slot = (slot + 1) % SLOTS;
  if (seen[slot] == 0 && n_first < SLOTS / 2)
    {
      seen[slot] = hash;
      first[n_first++] = n;
    }
  pthread_mutex_unlock (&places_lock);
  noting = false;
}

__attribute__ ((destructor)) static void
report_places (void)
{
  FILE *file = places != NULL ? fopen (places, "we") : NULL;

  places = NULL;
  if (file == NULL)
    return;
  for (size_t i = 0; i < n_first; i++)
    fprintf (file, "%ld\n", first[i]);
  fclose (file);
}

static bool
fails (void)
{
  if (!started)
    return false;
  long n = atomic_fetch_add (&count, 1) + 1;
  if (places != NULL)
    note_place (n);
  if (at == 0 || (lasts ? n < at : n != at))
    return false;
  if (shows && n == at)
    show_frames ("failed in\n", strlen ("failed in\n"));
  errno = ENOMEM;
  return true;
}

void *
malloc (size_t size)
{
  return fails () ? NULL : __libc_malloc (size);
}

void *
calloc (size_t number, size_t size)
{
  return fails () ? NULL : __libc_calloc (number, size);
}

void *
realloc (void *memory, size_t size)
{
  return fails () ? NULL : __libc_realloc (memory, size);
}

void *
memalign (size_t alignment, size_t size)
{
  return fails () ? NULL : __libc_memalign (alignment, size);
}

void *
aligned_alloc (size_t alignment, size_t size)
{
  return memalign (alignment, size);
}

int
posix_memalign (void **memory, size_t alignment, size_t size)
{
  void *made = memalign (alignment, size);

  if (made == NULL)
    return ENOMEM;
  *memory = made;
  return 0;
}
