/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Likeness in words. */

#include "hemo-likeness-card.h"

#include "hemo-format.h"
#include "hemo-list-words.h"
#include "hemo-patient-form.h"

#include <glib/gi18n.h>

static const char *
word (const char *code)
{
  static const struct
  {
    const char *code;
    const char *word;
  } words[] = {
    { "identifier", NC_ ("likeness", "identifier") }, { "name", NC_ ("likeness", "name") },
    { "birth", NC_ ("likeness", "date of birth") },   { "sex", NC_ ("likeness", "sex") },
    { "phone", NC_ ("likeness", "telephone") },       { "village", NC_ ("likeness", "village") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i].code, code))
      return g_dpgettext2 (NULL, "likeness", words[i].word);
  return code;
}

char *
hemo_likeness_card_words (char **codes)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  for (guint i = 0; codes != NULL && codes[i] != NULL; i++)
    g_strv_builder_add (words, word (codes[i]));
  list = g_strv_builder_end (words);
  return hemo_list_say (list);
}

static GtkWidget *
line (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 36);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}

static GtkWidget *
marked_line (const char *icon, const char *text, const char *style)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *image = gtk_image_new_from_icon_name (icon);

  gtk_widget_set_valign (image, GTK_ALIGN_START);
  gtk_accessible_update_state (GTK_ACCESSIBLE (image), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  gtk_widget_add_css_class (image, style);
  gtk_box_append (GTK_BOX (box), image);
  gtk_box_append (GTK_BOX (box), line (text, NULL));
  return box;
}

static void
add_facts (GtkBox *box, const HemoPatient *patient)
{
  HemoDate today = hemo_date_of (hemo_time_now ());
  g_autofree char *name = hemo_patient_display_name (patient);
  g_autofree char *age = hemo_format_sex_age (patient->sex, &patient->birth, today);
  g_autofree char *person = g_strdup_printf (_ ("\u2068%s\u2069  %s"), name, age);

  gtk_box_append (box, line (person, "heading"));
  for (guint i = 0; i < patient->identifiers->len; i++)
    {
      const HemoIdentifier *identifier = g_ptr_array_index (patient->identifiers, i);
      /* Translators: who gave an identifier, and its value */
      g_autofree char *text = g_strdup_printf (
          _ ("%s: %s"), hemo_patient_form_issuer_label (identifier->issuer), identifier->value);

      gtk_box_append (box, line (text, "caption"));
    }
  if (patient->phone != NULL)
    {
      g_autofree char *phone = hemo_format_number (patient->phone);

      gtk_box_append (box, line (phone, "caption"));
    }
  if (patient->village != NULL)
    gtk_box_append (box, line (patient->village, "caption"));
}

static void
add_likeness (GtkBox *box, const HemoLikeness *likeness)
{
  g_autofree char *agrees = hemo_likeness_card_words (likeness->agrees);
  g_autofree char *differs = hemo_likeness_card_words (likeness->differs);
  /* Translators: a list of what two records have in common, and of what they state differently */
  g_autofree char *same = g_strdup_printf (_ ("Agrees: %s"), agrees);
  g_autofree char *other = g_strdup_printf (_ ("Differs: %s"), differs);

  if (agrees[0] != '\0')
    gtk_box_append (box, marked_line ("object-select-symbolic", same, "success"));
  if (differs[0] != '\0')
    gtk_box_append (box, marked_line ("dialog-warning-symbolic", other, "warning"));
}

const char *
hemo_likeness_card_get_patient (GtkWidget *button)
{
  return g_object_get_data (G_OBJECT (button), "patient");
}

GtkWidget *
hemo_likeness_card_new (const HemoPatient *patient,
                        const HemoLikeness *likeness,
                        const char *button,
                        GCallback clicked,
                        gpointer data)
{
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  gtk_widget_add_css_class (card, "card");
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 12);
  gtk_box_append (GTK_BOX (card), box);
  add_facts (GTK_BOX (box), patient);
  if (likeness != NULL)
    add_likeness (GTK_BOX (box), likeness);
  if (button != NULL)
    {
      GtkWidget *widget = gtk_button_new_with_mnemonic (button);

      gtk_widget_set_margin_top (widget, 6);
      g_object_set_data_full (G_OBJECT (widget), "patient", g_strdup (patient->uuid), g_free);
      g_signal_connect_object (widget, "clicked", clicked, data, 0);
      gtk_box_append (GTK_BOX (box), widget);
    }
  return card;
}
