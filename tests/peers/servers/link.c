/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A link between two TUN devices that is slow, far, lossy and at times away: link NAME-A NAME-B
 * BITS-PER-SECOND RTT-MS LOSS-PERCENT QUEUE-PACKETS UP-S DOWN-S SEED. It prints "ready" and then
 * obeys lines of standard input: "up", "down", "auto" (by the times given), "count" (prints what
 * went each way). It ends with its input. */

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <math.h>
#include <net/if.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define LONGEST_PACKET 2048
#define SLOTS 4096

typedef struct
{
  double due;
  size_t length;
  uint8_t bytes[LONGEST_PACKET];
} Packet;

typedef struct
{
  int from;
  int to;
  Packet *slots;
  unsigned first;
  unsigned count;
  double wire_free_at;
  uint64_t sent, delivered, lost, overflowed, away;
} Way;

typedef enum
{
  BY_TIME,
  ALWAYS_UP,
  ALWAYS_DOWN,
} Presence;

static struct
{
  double rate, delay, loss, up, down, began;
  unsigned queue;
  Presence presence;
} line;

static double
now (void)
{
  struct timespec t;
  clock_gettime (CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool
is_away (double at)
{
  if (line.presence == BY_TIME)
    return line.up > 0 && fmod (at - line.began, line.up + line.down) >= line.up;
  return line.presence == ALWAYS_DOWN;
}

static int
open_device (const char *name)
{
  struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
  int device = open ("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

  snprintf (request.ifr_name, sizeof request.ifr_name, "%s", name);
  if (device < 0 || ioctl (device, TUNSETIFF, &request) != 0)
    {
      fprintf (stderr, "%s: %s\n", name, strerror (errno));
      exit (1);
    }
  return device;
}

/* What is read now leaves the wire when all before it has, and arrives half a round trip later. */
static void
take (Way *way, const uint8_t *bytes, size_t length, double at)
{
  double begins = way->wire_free_at > at ? way->wire_free_at : at;
  double waiting = (begins - at) * line.rate / 8 / 1500;
  Packet *packet;

  way->sent += length;
  if (is_away (at))
    {
      way->away += length;
      return;
    }
  if (waiting >= line.queue || way->count == SLOTS)
    {
      way->overflowed += length;
      return;
    }
  way->wire_free_at = begins + (double)length * 8 / line.rate;
  if (drand48 () < line.loss)
    {
      way->lost += length;
      return;
    }
  packet = &way->slots[(way->first + way->count++) % SLOTS];
  packet->due = way->wire_free_at + line.delay;
  packet->length = length;
  memcpy (packet->bytes, bytes, length);
}

static void
receive (Way *way, double at)
{
  uint8_t bytes[LONGEST_PACKET];
  ssize_t length;

  while ((length = read (way->from, bytes, sizeof bytes)) > 0)
    take (way, bytes, (size_t)length, at);
}

static void
deliver (Way *way, double at)
{
  while (way->count > 0 && way->slots[way->first].due <= at)
    {
      Packet *packet = &way->slots[way->first];
      if (is_away (at))
        way->away += packet->length;
      else if (write (way->to, packet->bytes, packet->length) > 0)
        way->delivered += packet->length;
      way->first = (way->first + 1) % SLOTS;
      way->count--;
    }
}

static void
print_counts (const Way *ways)
{
  printf ("{\"sent\":%llu,\"arrived\":%llu,\"lost\":%llu,\"overflowed\":%llu,\"away\":%llu,"
          "\"back_sent\":%llu,\"back_arrived\":%llu}\n",
          (unsigned long long)ways[0].sent, (unsigned long long)ways[0].delivered,
          (unsigned long long)ways[0].lost, (unsigned long long)ways[0].overflowed,
          (unsigned long long)ways[0].away, (unsigned long long)ways[1].sent,
          (unsigned long long)ways[1].delivered);
  fflush (stdout);
}

static bool
obey (const Way *ways)
{
  char word[16];

  if (fgets (word, sizeof word, stdin) == NULL)
    return false;
  if (strcmp (word, "up\n") == 0)
    line.presence = ALWAYS_UP;
  else if (strcmp (word, "down\n") == 0)
    line.presence = ALWAYS_DOWN;
  else if (strcmp (word, "auto\n") == 0)
    {
      line.presence = BY_TIME;
      line.began = now ();
    }
  print_counts (ways);
  return true;
}

static int
wait_ms (const Way *ways, double at)
{
  double next = at + 0.5;

  for (int i = 0; i < 2; i++)
    if (ways[i].count > 0 && ways[i].slots[ways[i].first].due < next)
      next = ways[i].slots[ways[i].first].due;
  return next <= at ? 0 : (int)ceil ((next - at) * 1000);
}

int
main (int argc, char **argv)
{
  Way ways[2] = { 0 };
  bool goes_on = true;

  if (argc != 10)
    return 2;
  ways[0].from = ways[1].to = open_device (argv[1]);
  ways[0].to = ways[1].from = open_device (argv[2]);
  line.rate = atof (argv[3]);
  line.delay = atof (argv[4]) / 2000;
  line.loss = atof (argv[5]) / 100;
  line.queue = (unsigned)atoi (argv[6]);
  line.up = atof (argv[7]);
  line.down = atof (argv[8]);
  srand48 (atol (argv[9]));
  for (int i = 0; i < 2; i++)
    if ((ways[i].slots = calloc (SLOTS, sizeof (Packet))) == NULL)
      return 1;
  setvbuf (stdin, NULL, _IONBF, 0);
  puts ("ready");
  fflush (stdout);
  line.began = now ();
  while (goes_on)
    {
      struct pollfd events[3]
          = { { ways[0].from, POLLIN, 0 }, { ways[1].from, POLLIN, 0 }, { 0, POLLIN, 0 } };
      poll (events, 3, wait_ms (ways, now ()));
      for (int i = 0; i < 2; i++)
        {
          receive (&ways[i], now ());
          deliver (&ways[i], now ());
        }
      if (events[2].revents != 0)
        goes_on = obey (ways);
    }
  return 0;
}
