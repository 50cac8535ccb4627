/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The columns of a list of HemoPagedItem: what each makes for a row, and how it shows one. */

#pragma once

#include "hemo-paged-model.h"
#include "hemo-patient.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HemoPagedColumn:
 * @title: marked for translation
 * @context: of @title, or NULL
 * @make: the widget of a cell: a label, a chip, or a box of labels
 * @show: what it says of a row's data, which is there
 * @expand: takes part in the room that is left
 */
typedef struct
{
  const char *title;
  const char *context;
  GtkWidget *(*make) (void);
  void (*show) (GtkWidget *widget, gconstpointer data);
  gboolean expand;
} HemoPagedColumn;

/* @columns: static. Until a row's data is read, nothing of the one before is to be seen. */
void hemo_paged_columns_add (GtkColumnView *list, const HemoPagedColumn *columns, guint n_columns);

/* A row as a screen reader reads it, of its data, which is there. (transfer full) */
typedef char *(*HemoPagedSentence) (gconstpointer data);
/* Each row is read as one sentence. */
void hemo_paged_columns_read_rows (GtkColumnView *list, HemoPagedSentence sentence);

/* A label that may be cut, and then says all of it as its tooltip; one with figures, which may not
 * be cut. */
GtkWidget *hemo_paged_label_new (void);
GtkWidget *hemo_paged_number_new (void);
/* @text: or NULL */
void hemo_paged_label_show (GtkWidget *label, const char *text);

/* A name, cut only where there is no room for a long one, and sex and age, never cut. */
GtkWidget *hemo_paged_person_new (void);
void
hemo_paged_person_show (GtkWidget *person, const char *name, HemoSex sex, const HemoBirth *birth);

G_END_DECLS
