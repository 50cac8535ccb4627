/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is shown of the film that is counted. */

#include "hemo-malaria-page-private.h"

#include "hemo-key-caps.h"
#include "hemo-malaria-words.h"
#include "hemo-tally-keys.h"

#include <glib/gi18n.h>
#include <math.h>

gboolean
hemo_malaria_page_is_finished (const HemoMalaria *film)
{
  return hemo_malaria_is_complete (film)
         || (film->thick && film->parasites == 0 && film->fields >= HEMO_MALARIA_CLEAR_FIELDS);
}

static void
show_status (HemoMalariaPage *self)
{
  const HemoMalaria *film = hemo_malaria_page_get_film (self);
  int target = hemo_malaria_target (film);
  int done = film->thick ? film->wbc : film->rbc;
  g_autofree char *fields
      = g_strdup_printf (ngettext ("%d field", "%d fields", (gulong)film->fields), film->fields);
  g_autofree char *text = NULL;

  if (film->closed)
    /* Translators: %s is '12 fields' */
    text = g_strdup_printf (_ ("Reading finished, %s"), fields);
  else if (film->thick && target > 200)
    text = g_strdup_printf (_ ("Fewer than 100 parasites beside 200 white cells: count to %d. %s"),
                            target, fields);
  else if (film->thick)
    text = g_strdup_printf (_ ("White cells to %d. %s"), target, fields);
  else
    text = g_strdup_printf (_ ("Red cells to %d. %s"), target, fields);
  gtk_label_set_text (self->status, text);
  hemo_count_ring_set_target (self->ring, target);
  hemo_count_ring_set_done (self->ring, done);
  gtk_widget_set_visible (GTK_WIDGET (self->close_button),
                          !film->closed && hemo_malaria_page_is_finished (film));
  gtk_widget_set_visible (GTK_WIDGET (self->field_button),
                          !film->closed && !hemo_malaria_page_is_finished (film));
  gtk_widget_set_visible (GTK_WIDGET (self->clear_button),
                          !film->closed && film->thick && film->parasites == 0
                              && film->fields < HEMO_MALARIA_CLEAR_FIELDS);
  gtk_widget_set_visible (GTK_WIDGET (self->reopen_button), film->closed);
}

static void
show_choices (GtkWidget **buttons, const HemoMalariaChoice *choices, gsize n, guint bits)
{
  for (gsize i = 0; i < n; i++)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (buttons[i]), (bits & choices[i].bit) != 0);
}

void
hemo_malaria_page_show (HemoMalariaPage *self)
{
  const HemoMalaria *film = hemo_malaria_page_get_film (self);
  g_autofree char *note = NULL;
  g_autofree char *density
      = hemo_malaria_words_density (hemo_malaria_page_get_case (self), film, &note);

  self->loading = TRUE;
  adw_toggle_group_set_active_name (self->film, film->thick ? "thick" : "thin");
  hemo_tally_row_set_tally (self->parasites, film->parasites, NAN, NAN, NAN);
  hemo_tally_row_set_tally (self->cells, film->thick ? film->wbc : film->rbc, NAN, NAN, NAN);
  g_object_set (self->parasites, "title", film->thick ? _ ("Parasite") : _ ("Infected red cell"),
                NULL);
  g_object_set (self->cells, "title",
                film->thick ? _ ("White cell") : _ ("Red cells of one more field"), NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->per_field), !film->thick);
  show_choices (self->species_buttons, hemo_malaria_species_choices, N_SPECIES, film->species);
  show_choices (self->stage_buttons, hemo_malaria_stage_choices, N_STAGES, film->stages);
  show_status (self);
  gtk_label_set_text (self->density, density != NULL ? density : "");
  gtk_label_set_text (self->density_note, note != NULL ? note : "");
  gtk_label_set_text (self->saving,
                      hemo_saver_is_settled (self->savers[self->shown]) ? "" : _ ("saving …"));
  self->loading = FALSE;
}

void
hemo_malaria_page_show_keys (HemoMalariaPage *self)
{
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (self));
  g_autofree char *q = hemo_key_cap (display, HEMO_KEYCODE_Q, self->layout);
  g_autofree char *w = hemo_key_cap (display, HEMO_KEYCODE_W, self->layout);

  g_object_set (self->parasites, "key", q, NULL);
  g_object_set (self->cells, "key", w, NULL);
  for (gsize i = 0; i < N_SPECIES + N_STAGES; i++)
    {
      const HemoMalariaChoice *choice = i < N_SPECIES ? &hemo_malaria_species_choices[i]
                                                      : &hemo_malaria_stage_choices[i - N_SPECIES];
      GtkWidget *button
          = i < N_SPECIES ? self->species_buttons[i] : self->stage_buttons[i - N_SPECIES];
      const char *name = g_dpgettext2 (NULL, i < N_SPECIES ? "species" : "stage", choice->label);
      g_autofree char *cap = hemo_key_cap (display, choice->keycode, self->layout);
      /* Translators: a choice and the key that switches it */
      g_autofree char *text = g_strdup_printf (_ ("%s (%s)"), name, cap);

      gtk_button_set_label (GTK_BUTTON (button), text);
    }
}
