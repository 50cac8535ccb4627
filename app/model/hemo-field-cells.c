/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The cells of one field as a person leaves them. */

#include "hemo-field-cells.h"

#include "hemo-codes-private.h"

#include <math.h>
#include <string.h>

/* Pixels: a cell that ends so near to an edge touches it. */
#define TOUCH 1.0
/* Of two boxes, what both have over what either has: from here on they are one cell. */
#define SAME_CELL 0.4
#define SIDE_MAX 100000

const char *
hemo_cell_kind_get_name (HemoCellKind kind)
{
  static const char *const names[HEMO_N_CELL_KINDS] = { "RBC", "WBC", "Platelets" };

  g_return_val_if_fail ((guint)kind < HEMO_N_CELL_KINDS, NULL);
  return names[kind];
}

static void
free_cell (gpointer data)
{
  HemoFoundCell *self = data;

  g_free (self->by);
  g_free (self->detector);
  g_free (self->program);
  g_free (self);
}

HemoFieldCells *
hemo_field_cells_new (const char *image, int width, int height)
{
  HemoFieldCells *self = g_new0 (HemoFieldCells, 1);

  self->image = g_strdup (image);
  self->width = width;
  self->height = height;
  self->cells = g_ptr_array_new_with_free_func (free_cell);
  return self;
}

static HemoFoundCell *
copy_cell (const HemoFoundCell *self)
{
  HemoFoundCell *copy = g_memdup2 (self, sizeof *self);

  copy->by = g_strdup (self->by);
  copy->detector = g_strdup (self->detector);
  copy->program = g_strdup (self->program);
  return copy;
}

HemoFieldCells *
hemo_field_cells_copy (const HemoFieldCells *self)
{
  HemoFieldCells *copy = g_memdup2 (self, sizeof *self);

  copy->image = g_strdup (self->image);
  copy->warnings = g_strdup (self->warnings);
  copy->detector = g_strdup (self->detector);
  copy->program = g_strdup (self->program);
  copy->accepted_by = g_strdup (self->accepted_by);
  copy->accepted_name = g_strdup (self->accepted_name);
  copy->cells = g_ptr_array_new_with_free_func (free_cell);
  for (guint i = 0; i < self->cells->len; i++)
    g_ptr_array_add (copy->cells, copy_cell (self->cells->pdata[i]));
  return copy;
}

void
hemo_field_cells_free (HemoFieldCells *self)
{
  if (self == NULL)
    return;
  g_free (self->image);
  g_free (self->warnings);
  g_free (self->detector);
  g_free (self->program);
  g_free (self->accepted_by);
  g_free (self->accepted_name);
  g_ptr_array_unref (self->cells);
  g_free (self);
}

static int
next_number (const HemoFieldCells *self)
{
  int last = 0;

  for (guint i = 0; i < self->cells->len; i++)
    last = MAX (last, ((HemoFoundCell *)self->cells->pdata[i])->number);
  return last + 1;
}

HemoFoundCell *
hemo_field_cells_append (
    HemoFieldCells *self, HemoCellKind kind, double x, double y, double width, double height)
{
  HemoFoundCell *cell = g_new0 (HemoFoundCell, 1);
  const double right = MIN (x + width, self->width), bottom = MIN (y + height, self->height);

  cell->number = next_number (self);
  cell->kind = kind;
  cell->x = MAX (x, 0);
  cell->y = MAX (y, 0);
  cell->width = right - cell->x;
  cell->height = bottom - cell->y;
  cell->at_far_edge = right > self->width - TOUCH || bottom > self->height - TOUCH;
  cell->confidence = 1;
  cell->cell_class = HEMO_CELL_CLASS_NONE;
  cell->suggested = HEMO_CELL_CLASS_NONE;
  g_ptr_array_add (self->cells, cell);
  return cell;
}

HemoFoundCell *
hemo_field_cells_add (
    HemoFieldCells *self, HemoCellKind kind, double x, double y, double width, double height)
{
  HemoFoundCell *cell = hemo_field_cells_append (self, kind, x, y, width, height);

  cell->change = HEMO_FOUND_ADDED;
  return cell;
}

HemoFoundCell *
hemo_field_cells_find (const HemoFieldCells *self, int number)
{
  for (guint i = 0; i < self->cells->len; i++)
    if (((HemoFoundCell *)self->cells->pdata[i])->number == number)
      return self->cells->pdata[i];
  return NULL;
}

/* What a person has touched stands whatever the program thought of it. The program is never quite
 * sure of a cell: one of which it is said was added. */
void
hemo_found_cell_take_back (HemoFoundCell *self, gboolean taken_back)
{
  if (taken_back == (self->change == HEMO_FOUND_TAKEN_BACK))
    return;
  if (taken_back)
    self->change = HEMO_FOUND_TAKEN_BACK;
  else
    self->change = self->confidence >= 1 ? HEMO_FOUND_ADDED : HEMO_FOUND_CHANGED;
}

static void
note_change (HemoFoundCell *self)
{
  if (self->change != HEMO_FOUND_ADDED)
    self->change = HEMO_FOUND_CHANGED;
}

void
hemo_found_cell_set_kind (HemoFoundCell *self, HemoCellKind kind)
{
  self->kind = kind;
  if (kind != HEMO_CELL_WHITE)
    self->cell_class = HEMO_CELL_CLASS_NONE;
  else if (self->cell_class == HEMO_CELL_CLASS_NONE)
    self->cell_class = self->suggested;
  note_change (self);
}

void
hemo_found_cell_set_class (HemoFoundCell *self, int cell_class)
{
  self->kind = HEMO_CELL_WHITE;
  self->cell_class = cell_class;
  note_change (self);
}

static gboolean
is_said (const HemoFoundCell *cell, GHashTable *counted)
{
  return cell->change != HEMO_FOUND_AS_IS
         || (counted != NULL && g_hash_table_contains (counted, GINT_TO_POINTER (cell->number)));
}

int
hemo_field_cells_count_said (const HemoFieldCells *self, GHashTable *counted)
{
  int n = 0;

  for (guint i = 0; i < self->cells->len; i++)
    n += is_said (self->cells->pdata[i], counted);
  return n;
}

static gboolean
is_same_place (const HemoFoundCell *a, const HemoFoundCell *b)
{
  const double width = MIN (a->x + a->width, b->x + b->width) - MAX (a->x, b->x);
  const double height = MIN (a->y + a->height, b->y + b->height) - MAX (a->y, b->y);

  return width > 0 && height > 0
         && width * height * (1 + SAME_CELL)
                >= SAME_CELL * (a->width * a->height + b->width * b->height);
}

static gboolean
is_among (GPtrArray *cells, guint n, const HemoFoundCell *cell)
{
  for (guint i = 0; i < n; i++)
    if (is_same_place (cells->pdata[i], cell))
      return TRUE;
  return FALSE;
}

const char *
hemo_field_cells_get_detector (const HemoFieldCells *self, const HemoFoundCell *cell)
{
  if (cell->change == HEMO_FOUND_ADDED)
    return NULL;
  return cell->detector != NULL ? cell->detector : self->detector;
}

const char *
hemo_field_cells_get_program (const HemoFieldCells *self, const HemoFoundCell *cell)
{
  if (cell->change == HEMO_FOUND_ADDED)
    return NULL;
  return cell->detector != NULL ? cell->program : self->program;
}

/* (transfer full) */
static HemoFoundCell *
keep_cell (const HemoFieldCells *now, const HemoFieldCells *before, const HemoFoundCell *cell)
{
  HemoFoundCell *kept = copy_cell (cell);
  const char *detector = hemo_field_cells_get_detector (before, cell);
  const char *program = hemo_field_cells_get_program (before, cell);

  if (g_strcmp0 (detector, now->detector) == 0 && g_strcmp0 (program, now->program) == 0)
    detector = program = NULL;
  g_set_str (&kept->detector, detector);
  g_set_str (&kept->program, program);
  return kept;
}

int
hemo_field_cells_carry_over (HemoFieldCells *self,
                             const HemoFieldCells *before,
                             GHashTable *counted)
{
  g_autoptr (GPtrArray) found = g_steal_pointer (&self->cells);
  int number = next_number (before);
  guint n;

  self->cells = g_ptr_array_new_with_free_func (free_cell);
  self->version = before->version;
  for (guint i = 0; i < before->cells->len; i++)
    if (is_said (before->cells->pdata[i], counted))
      g_ptr_array_add (self->cells, keep_cell (self, before, before->cells->pdata[i]));
  n = self->cells->len;
  for (guint i = 0; i < found->len && self->cells->len < HEMO_FIELD_CELLS_MAX; i++)
    {
      HemoFoundCell *cell;

      if (is_among (self->cells, n, found->pdata[i]))
        continue;
      cell = copy_cell (found->pdata[i]);
      cell->number = number++;
      g_ptr_array_add (self->cells, cell);
    }
  return (int)n;
}

gboolean
hemo_field_cells_stands (const HemoFieldCells *self, const HemoFoundCell *cell)
{
  if (cell->change == HEMO_FOUND_TAKEN_BACK)
    return FALSE;
  return cell->change != HEMO_FOUND_AS_IS || cell->confidence >= self->threshold;
}

int
hemo_field_cells_count (const HemoFieldCells *self, HemoCellKind kind)
{
  int n = 0;

  for (guint i = 0; i < self->cells->len; i++)
    {
      const HemoFoundCell *cell = self->cells->pdata[i];

      n += cell->kind == kind && !cell->at_far_edge && hemo_field_cells_stands (self, cell);
    }
  return n;
}

static gboolean
is_share (double value)
{
  return isfinite (value) && value >= 0 && value <= 1;
}

static gboolean
is_class (int cell_class)
{
  return cell_class >= HEMO_CELL_CLASS_NONE && cell_class < (int)HEMO_CELL_CLASSES;
}

/* A pixel more, because places are written in hundredths. */
static gboolean
is_on (double from, double length, int side)
{
  return isfinite (from) && isfinite (length) && from >= -TOUCH && length > 0
         && from + length <= side + TOUCH;
}

static gboolean
check_cell (const HemoFieldCells *self, const HemoFoundCell *cell, GError **error)
{
  if (cell->number < 1 || (guint)cell->kind >= HEMO_N_CELL_KINDS
      || (guint)cell->change >= HEMO_FOUND_CHANGES)
    return hemo_refuse (error, "A cell must have a number from 1 and a known kind");
  if (!is_on (cell->x, cell->width, self->width) || !is_on (cell->y, cell->height, self->height))
    return hemo_refuse (error, "A cell must lie on its picture");
  if (!is_share (cell->confidence) || !is_share (cell->probability))
    return hemo_refuse (error, "How sure a cell is must be from 0 to 1");
  if (!is_class (cell->cell_class) || !is_class (cell->suggested)
      || (cell->kind != HEMO_CELL_WHITE && cell->cell_class != HEMO_CELL_CLASS_NONE))
    return hemo_refuse (error, "Only a white cell has a class, one of those that are counted");
  if (self->detector == NULL && cell->detector == NULL && cell->change != HEMO_FOUND_ADDED
      && cell->change != HEMO_FOUND_TAKEN_BACK)
    return hemo_refuse (error, "Cells that nobody added must say what found them");
  return TRUE;
}

gboolean
hemo_field_cells_validate (const HemoFieldCells *self, GError **error)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new (NULL, NULL);

  if (self->width < 1 || self->height < 1 || self->width > SIDE_MAX || self->height > SIDE_MAX)
    return hemo_refuse (error, "The picture's sides must be known");
  if (!isfinite (self->micrometres_per_pixel) || self->micrometres_per_pixel < 0
      || !is_share (self->threshold))
    return hemo_refuse (error, "The scale must be 0 or more, the threshold from 0 to 1");
  if (self->cells->len > HEMO_FIELD_CELLS_MAX)
    return hemo_refuse (error, "A field has at most %d cells", HEMO_FIELD_CELLS_MAX);
  for (guint i = 0; i < self->cells->len; i++)
    {
      const HemoFoundCell *cell = self->cells->pdata[i];

      if (!check_cell (self, cell, error))
        return FALSE;
      if (!g_hash_table_add (numbers, GINT_TO_POINTER (cell->number)))
        return hemo_refuse (error, "Two cells of a field have the same number");
    }
  return TRUE;
}
