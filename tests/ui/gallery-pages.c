/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The gallery's pages, all but the viewer's. */

#include "gallery.h"

#include "hemo-age-entry.h"
#include "hemo-chip.h"
#include "hemo-count-ring.h"
#include "hemo-differential.h"
#include "hemo-filmstrip.h"
#include "hemo-number-entry.h"
#include "hemo-spark.h"
#include "hemo-tally-row.h"
#include "hemo-trend-chart.h"

#include <math.h>
#include <stdlib.h>

#define DAY G_TIME_SPAN_DAY

static GtkWidget *
new_box (GtkOrientation orientation, int spacing)
{
  GtkWidget *box = gtk_box_new (orientation, spacing);

  gtk_widget_set_margin_top (box, 18);
  gtk_widget_set_margin_bottom (box, 18);
  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_end (box, 18);
  return box;
}

typedef struct
{
  HemoCellClass cell_class;
  const char *key;
  const char *title;
  double low;
  double high;
  gboolean compact;
} Row;

static const Row tally[] = {
  { HEMO_CELL_SEGMENTED, "Q", "Seg", 40, 70, FALSE },
  { HEMO_CELL_LYMPHOCYTE, "W", "Lym", 20, 40, FALSE },
  { HEMO_CELL_MONOCYTE, "E", "Mono", 2, 8, FALSE },
  { HEMO_CELL_EOSINOPHIL, "R", "Eos", NAN, 4, FALSE },
  { HEMO_CELL_BASOPHIL, "T", "Baso", NAN, 1, FALSE },
  { HEMO_CELL_BAND, "Y", "Band", NAN, NAN, TRUE },
  { HEMO_CELL_MYELOCYTE, "U", "Immature", NAN, NAN, TRUE },
  { HEMO_CELL_BLAST, "I", "Blast", NAN, NAN, TRUE },
  { HEMO_CELL_NRBC, "N", "nRBC", NAN, NAN, TRUE },
};

typedef struct
{
  HemoDifferential sum;
  GtkWidget *rows[G_N_ELEMENTS (tally)];
  GtkWidget *ring;
} Tally;

static void
show_tally (Tally *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (tally); i++)
    {
      const HemoCellClass which = tally[i].cell_class;
      double low, high;

      hemo_differential_interval (&self->sum, which, &low, &high);
      hemo_tally_row_set_tally (HEMO_TALLY_ROW (self->rows[i]), self->sum.tally[which],
                                hemo_differential_percent (&self->sum, which), low, high);
    }
  hemo_count_ring_set_done (HEMO_COUNT_RING (self->ring), self->sum.denominator);
}

static void
tallied_cb (HemoTallyRow *row, gboolean back, Tally *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (tally); i++)
    if (self->rows[i] == GTK_WIDGET (row))
      {
        const HemoCellClass which = tally[i].cell_class;
        const int by = back ? -MIN (1, self->sum.tally[which]) : 1;

        self->sum.tally[which] += by;
        if (hemo_cell_class_info (which)->in_denominator)
          self->sum.denominator += by;
      }
  hemo_tally_row_pulse (row);
  show_tally (self);
}

GtkWidget *
gallery_tally_page (const char *picture)
{
  static const int counted[] = { 48, 29, 6, 3, 0, 1, 0, 0, 2 };
  GtkWidget *page = new_box (GTK_ORIENTATION_HORIZONTAL, 24);
  GtkWidget *list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *few = gtk_flow_box_new ();
  GtkWidget *rings = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);
  Tally *self = g_new0 (Tally, 1);

  self->ring = hemo_count_ring_new (100);
  for (guint i = 0; i < G_N_ELEMENTS (tally); i++)
    {
      const HemoCellClass which = tally[i].cell_class;

      self->rows[i] = g_object_new (
          HEMO_TYPE_TALLY_ROW, "key", tally[i].key, "title", tally[i].title, "long-title",
          hemo_cell_class_info (which)->label, "compact", tally[i].compact, "outside",
          which == HEMO_CELL_NRBC, "scale", 80.0, NULL);
      hemo_tally_row_set_range (HEMO_TALLY_ROW (self->rows[i]), tally[i].low, tally[i].high);
      g_signal_connect (self->rows[i], "tallied", G_CALLBACK (tallied_cb), self);
      if (tally[i].compact)
        gtk_flow_box_append (GTK_FLOW_BOX (few), self->rows[i]);
      else
        gtk_box_append (GTK_BOX (list), self->rows[i]);
      self->sum.tally[which] = counted[i];
      self->sum.denominator += hemo_cell_class_info (which)->in_denominator ? counted[i] : 0;
    }
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (few), GTK_SELECTION_NONE);
  gtk_box_append (GTK_BOX (list), few);
  gtk_widget_set_hexpand (list, TRUE);
  show_tally (self);
  gtk_box_append (GTK_BOX (rings), self->ring);
  gtk_box_append (GTK_BOX (rings),
                  g_object_new (HEMO_TYPE_COUNT_RING, "target", 200, "done", 200, NULL));
  gtk_box_append (GTK_BOX (rings),
                  g_object_new (HEMO_TYPE_COUNT_RING, "target", 0, "done", 7, NULL));
  gtk_box_append (GTK_BOX (page), list);
  gtk_box_append (GTK_BOX (page), rings);
  g_object_set_data_full (G_OBJECT (page), "tally", self, g_free);
  return page;
}

static GListStore *
new_points (const double *values, int n, double high, double critical)
{
  GListStore *store = g_list_store_new (HEMO_TYPE_TREND_POINT);

  for (int i = 0; i < n; i++)
    {
      /* 3 March 2026, then at uneven distances. */
      const HemoTime at
          = { G_GINT64_CONSTANT (1772525000000000) + i * (9 + 13 * (i % 3)) * DAY, 180, FALSE };
      const HemoFlag flag = values[i] >= critical ? HEMO_FLAG_CRITICAL_HIGH
                            : values[i] > high    ? HEMO_FLAG_HIGH
                            : values[i] < 4       ? HEMO_FLAG_LOW
                                                  : HEMO_FLAG_NONE;
      g_autoptr (HemoTrendPoint) point
          = hemo_trend_point_new (at, values[i], flag, i == 2 ? "26-00212-4" : NULL);

      g_list_store_append (store, point);
    }
  return store;
}

static GtkWidget *
new_trend (const char *analyte, const double *values, int n)
{
  g_autoptr (GListStore) points = new_points (values, n, 10, 30);
  g_autoptr (HemoRange) range = hemo_range_new ("wbc");
  GtkWidget *chart = hemo_trend_chart_new (G_LIST_MODEL (points));

  range->low = 4;
  range->high = 10;
  range->critical_high = 30;
  hemo_trend_chart_set_analyte (HEMO_TREND_CHART (chart), analyte);
  hemo_trend_chart_set_range (HEMO_TREND_CHART (chart), range);
  gtk_widget_set_vexpand (chart, TRUE);
  gtk_widget_set_hexpand (chart, TRUE);
  return chart;
}

GtkWidget *
gallery_trend_page (const char *picture)
{
  static const double values[] = { 7.2, 8.1, 14.6, 33.4, 18.2, 9.4, 6.1, 3.2, 5.0 };
  GtkWidget *page = new_box (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 24);
  GtkWidget *sparks = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  gtk_box_append (GTK_BOX (page), new_trend ("wbc", values, 9));
  gtk_box_append (GTK_BOX (row), new_trend ("rbc", values, 1));
  gtk_box_append (GTK_BOX (row), new_trend ("mono", values, 0));
  gtk_box_append (GTK_BOX (page), row);
  for (int n = 1; n <= 9; n += 2)
    {
      g_autoptr (GListStore) points = new_points (values, n, 10, 30);
      GtkWidget *spark = hemo_spark_new (G_LIST_MODEL (points));

      hemo_spark_set_range (HEMO_SPARK (spark), 4, 10);
      gtk_box_append (GTK_BOX (sparks), gtk_label_new ("White cells"));
      gtk_box_append (GTK_BOX (sparks), spark);
    }
  gtk_box_append (GTK_BOX (page), sparks);
  return page;
}

static void
add_line (GtkWidget *form, GtkSizeGroup *names, const char *name, GtkWidget *entry)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new_with_mnemonic (name);

  gtk_label_set_mnemonic_widget (GTK_LABEL (label), entry);
  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_widget_set_hexpand (entry, TRUE);
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_widget_set_margin_top (label, 8);
  gtk_size_group_add_widget (names, label);
  gtk_box_append (GTK_BOX (line), label);
  gtk_box_append (GTK_BOX (line), entry);
  gtk_box_append (GTK_BOX (form), line);
}

static void
activated_cb (HemoCheckedEntry *entry, GtkLabel *said)
{
  double value = NAN;
  HemoBirth birth = { 0 };
  g_autofree char *text = NULL;

  if (HEMO_IS_NUMBER_ENTRY (entry)
      && hemo_number_entry_get_value (HEMO_NUMBER_ENTRY (entry), &value))
    text = g_strdup_printf ("number %g", value);
  else if (HEMO_IS_AGE_ENTRY (entry) && hemo_age_entry_get_birth (HEMO_AGE_ENTRY (entry), &birth))
    text = hemo_date_to_iso (birth.date);
  gtk_label_set_label (said, text != NULL ? text : "nothing");
}

static GtkWidget *
new_chips (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  gtk_box_append (GTK_BOX (box), hemo_chip_new (HEMO_CHIP_NEUTRAL, "Waiting"));
  gtk_box_append (GTK_BOX (box), hemo_chip_new (HEMO_CHIP_GOOD, "Backed up"));
  gtk_box_append (GTK_BOX (box), hemo_chip_new (HEMO_CHIP_WARNING, "Not backed up"));
  gtk_box_append (GTK_BOX (box), hemo_chip_new (HEMO_CHIP_CRITICAL, "Critical"));
  gtk_box_append (GTK_BOX (box), g_object_new (HEMO_TYPE_CHIP, "label", "Read", "icon-name",
                                               "document-edit-symbolic", NULL));
  return box;
}

GtkWidget *
gallery_entries_page (const char *picture)
{
  static const char *const analytes[] = { "wbc", "hb", "plt" };
  static const char *const names[] = { "_White cells", "_Haemoglobin", "_Platelets" };
  static const char *const texts[] = { "7,2", "12.5", "abc" };
  GtkWidget *page = new_box (GTK_ORIENTATION_VERTICAL, 24);
  GtkWidget *form = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  g_autoptr (GtkSizeGroup) sizes = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  GtkWidget *clamp = g_object_new (ADW_TYPE_CLAMP, "child", form, "maximum-size", 640, NULL);
  GtkWidget *said = gallery_say ("said");
  static const char *const ages[] = { "34y", "03/04/2020", "40/40/2020", "8m" };

  gtk_box_append (GTK_BOX (page), new_chips ());
  for (int i = 0; i < 3; i++)
    {
      GtkWidget *entry = hemo_number_entry_new_for_analyte (analytes[i]);

      hemo_checked_entry_set_text (HEMO_CHECKED_ENTRY (entry), texts[i]);
      add_line (form, sizes, names[i], entry);
      g_signal_connect (entry, "activate", G_CALLBACK (activated_cb), said);
    }
  for (int i = 0; i < 4; i++)
    {
      GtkWidget *entry = hemo_age_entry_new ();

      hemo_age_entry_set_today (HEMO_AGE_ENTRY (entry), (HemoDate){ 2026, 11, 21 });
      hemo_checked_entry_set_text (HEMO_CHECKED_ENTRY (entry), ages[i]);
      add_line (form, sizes, "_Age or birth", entry);
      g_signal_connect (entry, "activate", G_CALLBACK (activated_cb), said);
    }
  gtk_box_append (GTK_BOX (page), clamp);
  gtk_box_append (GTK_BOX (page), said);
  return page;
}

/* A field as a child would draw it. */
static GdkPaintable *
draw_field (int number)
{
  g_autofree guint8 *pixels = g_malloc (160 * 120 * 4);
  g_autoptr (GBytes) bytes = NULL;

  for (int y = 0; y < 120; y++)
    for (int x = 0; x < 160; x++)
      {
        const int u = (x + 17 * number) % 40 - 20, v = (y + 11 * number) % 40 - 20;
        const int far = u * u + v * v;
        guint8 *p = pixels + (y * 160 + x) * 4;

        p[0] = far < 180 ? 214 : 236;
        p[1] = far < 180 ? (far < 50 ? 190 : 160) : 232;
        p[2] = far < 180 ? 178 : 228;
        p[3] = 255;
      }
  bytes = g_bytes_new (pixels, 160 * 120 * 4);
  return GDK_PAINTABLE (gdk_memory_texture_new (160, 120, GDK_MEMORY_R8G8B8A8, bytes, 160 * 4));
}

static void
wanted_cb (HemoFilmstrip *film, HemoFilmItem *item)
{
  const int number = hemo_film_item_get_number (item);

  if (number == 6)
    g_object_set (item, "missing", TRUE, "problem", "the picture is damaged", NULL);
  else if (number != 7)
    {
      g_autoptr (GdkPaintable) paintable = draw_field (number);
      hemo_film_item_set_paintable (item, paintable);
    }
}

static void
delete_cb (HemoFilmstrip *film, HemoFilmItem *item, GtkLabel *said)
{
  g_autofree char *text = g_strdup_printf ("delete field %d", hemo_film_item_get_number (item));
  gtk_label_set_label (said, text);
}

static void
toggle_cb (HemoFilmstrip *film, HemoFilmItem *item)
{
  hemo_film_item_set_in_report (item, !hemo_film_item_get_in_report (item));
}

GtkWidget *
gallery_film_page (const char *picture)
{
  g_autoptr (GListStore) items = g_list_store_new (HEMO_TYPE_FILM_ITEM);
  GtkWidget *page = new_box (GTK_ORIENTATION_VERTICAL, 24);
  GtkWidget *film, *empty = hemo_filmstrip_new (NULL);
  GtkWidget *said = gallery_say ("film-said");

  for (int i = 1; i <= 14; i++)
    {
      g_autoptr (HemoFilmItem) item = hemo_film_item_new (NULL, i);

      hemo_film_item_set_marks (item,
                                i == 3   ? HEMO_CHIP_WARNING
                                : i == 9 ? HEMO_CHIP_NEUTRAL
                                         : HEMO_CHIP_GOOD,
                                i == 5   ? HEMO_CHIP_WARNING
                                : i == 9 ? HEMO_CHIP_NEUTRAL
                                         : HEMO_CHIP_GOOD,
                                i == 3   ? "out of focus: 0.31, needs 0.45"
                                : i == 5 ? "the stain is pale"
                                         : NULL);
      hemo_film_item_set_in_report (item, i == 2 || i == 4);
      g_list_store_append (items, item);
    }
  film = g_object_new (HEMO_TYPE_FILMSTRIP, NULL);
  g_signal_connect (film, "wanted", G_CALLBACK (wanted_cb), NULL);
  g_signal_connect (film, "delete-requested", G_CALLBACK (delete_cb), said);
  g_signal_connect (film, "report-toggled", G_CALLBACK (toggle_cb), NULL);
  hemo_filmstrip_set_model (HEMO_FILMSTRIP (film), G_LIST_MODEL (items));
  g_object_set (empty, "empty-text", "No field yet: Space captures what the camera shows", NULL);
  gtk_widget_set_size_request (empty, -1, 120);
  gtk_box_append (GTK_BOX (page), film);
  gtk_box_append (GTK_BOX (page), empty);
  gtk_box_append (GTK_BOX (page), said);
  return page;
}
