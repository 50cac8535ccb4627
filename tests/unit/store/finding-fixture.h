/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A patient with two tubes and a slide of the first one, and records to be saved on them. */

#pragma once

#include "records-fixture.h"

/* The fixture of a test: UUIDs, and the store that they are in. */
typedef struct
{
  Records *records;
  char *patient;
  char *tube;
  char *slide;
  char *other;
} Bench;

void bench_set_up (Bench *bench, gconstpointer data);
void bench_tear_down (Bench *bench, gconstpointer data);

/* New ones on @specimen that every check lets pass. (transfer full): to be freed as its type */
gpointer bench_make_morphology (const char *specimen);
gpointer bench_make_platelets (const char *specimen);
/* A thick film with 150 parasites beside 200 white cells. */
gpointer bench_make_malaria (const char *specimen);
gpointer bench_make_result (const char *specimen);
gpointer bench_make_call (const char *specimen);
