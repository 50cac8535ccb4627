/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A library to be preloaded: a disk that is slow while the file SLOW_DISK is there, which holds how
 * many milliseconds it takes to have written what it was given. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#pragma GCC diagnostic ignored "-Wmissing-prototypes"

static void
take_time (void)
{
  const char *name = getenv ("SLOW_DISK");
  FILE *file = name != NULL ? fopen (name, "r") : NULL;
  unsigned int milliseconds = 0;

  if (file == NULL)
    return;
  if (fscanf (file, "%u", &milliseconds) != 1)
    milliseconds = 0;
  fclose (file);
  usleep (milliseconds * 1000);
}

static int
sync_slowly (const char *name, int fd)
{
  int (*next) (int) = (int (*) (int))dlsym (RTLD_NEXT, name);

  take_time ();
  return next (fd);
}

int
fsync (int fd)
{
  return sync_slowly ("fsync", fd);
}

int
fdatasync (int fd)
{
  return sync_slowly ("fdatasync", fd);
}
