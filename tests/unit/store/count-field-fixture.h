/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A tube with a slide, a field of each and a count, for tests of what is counted on fields. */

#pragma once

#include "hemo-count-field-private.h"
#include "hemo-field-cells-table.h"
#include "hemo-image-table-private.h"

#include "records-fixture.h"

typedef struct
{
  Records *records;
  char *tube;
  char *image;
  char *second;
  char *count;
  HemoFieldCells *cells;
} Fields;

void fields_set_up (Fields *self, gconstpointer data);
void fields_tear_down (Fields *self, gconstpointer data);
void fields_save (Fields *self, HemoRole role, gboolean accept);
void fields_add_key (Fields *self, const char *image);
void fields_add_mark (Fields *self, const char *image, int number);
void fields_undo (Fields *self);
void fields_close_count (Fields *self);
/* Accepted, with all three white cells counted. */
void fields_count_marks (Fields *self);
HemoCase *fields_load_case (Fields *self);
/* What the report is made from has so many cells, so many of them marks; the worklist says so too,
 * and nothing stands that should not. */
void fields_assert_counted (Fields *self, int all, int found);
void fields_discard (
    Fields *self, HemoRole role, const char *image, int by_key, int found, gboolean keep);
HemoFieldTally fields_tell (Fields *self, HemoRole role);
