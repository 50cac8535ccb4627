/* SPDX-License-Identifier: GPL-3.0-or-later */

/* All readings of a specimen's films, and what may be done about each. */

#include "hemo-malaria-readings-list.h"

#include "hemo-finding-table.h"
#include "hemo-malaria-words.h"

#include <glib/gi18n.h>

static const HemoCorrection discarding = {
  .label = N_ ("_Discard…"),
  .heading = N_ ("Discard This Reading?"),
  .body = N_ ("The report is made without it; it stays in the record, with your reason."),
  .action = N_ ("_Discard"),
  .failed = N_ ("The Reading Was Not Discarded"),
  .write = hemo_malaria_discard,
};
static const HemoCorrection deciding = {
  .label = N_ ("Let It _Stand…"),
  .heading = N_ ("Let This Reading Stand?"),
  .body = N_ ("The report is made from this reading. It holds for the readings that there are now; "
              "your name and your reason stay in the record."),
  .action = N_ ("Let It _Stand"),
  .failed = N_ ("Nothing Was Decided"),
  .write = hemo_malaria_decide,
};

gboolean
hemo_malaria_readings_list_is_discarding (gconstpointer correction)
{
  return correction == &discarding;
}

static const char *
name_state (const HemoMalariaReadings *readings, const HemoMalaria *film)
{
  if (readings->verdict == HEMO_READINGS_AGREE || readings->verdict == HEMO_READINGS_DISAGREE)
    return NULL;
  return hemo_malaria_readings_stands (readings, film) ? _ ("Stands") : _ ("Does not stand");
}

static void
add_film (HemoReadingList *list,
          HemoDesk *desk,
          const HemoCase *data,
          const HemoMalariaReadings *readings,
          const HemoMalaria *film)
{
  HemoSession *session = hemo_desk_get_session (desk);
  const char *me = session != NULL ? hemo_session_get_user (session) : NULL;
  g_autofree char *text = hemo_malaria_words_film (data, film);

  hemo_reading_list_add (list, film->reader_name != NULL ? film->reader_name : _ ("Another reader"),
                         text, name_state (readings, film));
  if (readings->disagreement != HEMO_MALARIA_AGREE && hemo_desk_may (desk, HEMO_ACTION_REPORT_SIGN)
      && g_ptr_array_find (readings->all, film, NULL))
    hemo_reading_list_add_button (list, &deciding, film->uuid);
  if (g_strcmp0 (film->reader, me) == 0 || hemo_desk_may (desk, HEMO_ACTION_REPORT_AMEND_OTHER))
    hemo_reading_list_add_button (list, &discarding, film->uuid);
}

void
hemo_malaria_readings_list_show (HemoReadingList *list,
                                 GtkLabel *verdict,
                                 HemoDesk *desk,
                                 const HemoCase *data)
{
  g_autoptr (HemoMalariaReadings) readings = hemo_malaria_readings_new (data);
  g_autofree char *text = hemo_malaria_words_verdict (data, readings);
  g_autofree char *readings_key = hemo_malaria_readings_key (readings);
  g_autofree char *key
      = g_strdup_printf ("%s %d %s %d", readings_key, readings->verdict,
                         data->decision != NULL ? data->decision->uuid : "", data->malarias->len);

  gtk_label_set_text (verdict, text != NULL ? text : "");
  gtk_widget_set_visible (gtk_widget_get_parent (GTK_WIDGET (verdict)), text != NULL);
  if (!hemo_reading_list_begin (list, desk, key))
    return;
  for (guint i = 0; i < data->malarias->len; i++)
    if (hemo_malaria_is_examined (g_ptr_array_index (data->malarias, i)))
      add_film (list, desk, data, readings, g_ptr_array_index (data->malarias, i));
}
