/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Chips of a case. */

#include "hemo-case-chip.h"

#include "hemo-format.h"

#include <glib/gi18n.h>

GtkWidget *
hemo_case_chip_new (void)
{
  GtkWidget *chip = hemo_chip_new (HEMO_CHIP_NEUTRAL, "");

  gtk_widget_set_halign (chip, GTK_ALIGN_START);
  gtk_widget_set_valign (chip, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (chip, FALSE);
  return chip;
}

GtkWidget *
hemo_case_chip_new_whole (void)
{
  GtkWidget *chip = hemo_case_chip_new ();

  hemo_chip_set_whole (HEMO_CHIP (chip), TRUE);
  return chip;
}

static void
show (HemoChip *chip, HemoChipState state, const char *icon, const char *label)
{
  hemo_chip_set_state (chip, state);
  hemo_chip_set_icon_name (chip, icon);
  hemo_chip_set_label (chip, label);
  gtk_widget_set_visible (GTK_WIDGET (chip), TRUE);
}

static void
show_state (HemoChip *chip, HemoState state, int counted)
{
  static const struct
  {
    HemoChipState state;
    const char *icon;
  } looks[] = {
    [HEMO_STATE_WAITING] = { HEMO_CHIP_NEUTRAL, "content-loading-symbolic" },
    [HEMO_STATE_COUNTING] = { HEMO_CHIP_NEUTRAL, "media-record-symbolic" },
    [HEMO_STATE_TO_SIGN] = { HEMO_CHIP_WARNING, "document-edit-symbolic" },
    [HEMO_STATE_CRITICAL] = { HEMO_CHIP_CRITICAL, "dialog-warning-symbolic" },
    [HEMO_STATE_PRELIMINARY] = { HEMO_CHIP_WARNING, "document-edit-symbolic" },
    [HEMO_STATE_SIGNED] = { HEMO_CHIP_GOOD, "object-select-symbolic" },
    [HEMO_STATE_REJECTED] = { HEMO_CHIP_NEUTRAL, "process-stop-symbolic" },
  };
  g_autofree char *text = NULL;

  if (state == HEMO_STATE_COUNTING && counted > 0)
    /* Translators: state of a case, with the number of cells counted so far */
    text = g_strdup_printf (_ ("Counting %d"), counted);
  show (chip, looks[state].state, looks[state].icon,
        text != NULL ? text : hemo_format_state (state));
}

/* What else is to be done comes before who reads it. */
static gboolean
is_about_reading (const HemoWorkItem *item)
{
  gboolean reported
      = !item->withdrawn
        && (item->state == HEMO_STATE_SIGNED || item->state == HEMO_STATE_PRELIMINARY);

  return reported && item->reading != HEMO_READING_MARK_NONE;
}

/* What was rejected says so, which tells as much. */
static gboolean
is_withdrawn (const HemoWorkItem *item)
{
  return item->withdrawn && item->state != HEMO_STATE_REJECTED;
}

const char *
hemo_case_chip_get_words (const HemoWorkItem *item)
{
  if (is_withdrawn (item))
    return hemo_format_report_status (HEMO_REPORT_ENTERED_IN_ERROR);
  if (!is_about_reading (item))
    return hemo_format_state (item->state);
  switch (item->reading)
    {
    case HEMO_READING_MARK_ASKED:
      return C_ ("case", "Reading asked");
    case HEMO_READING_MARK_IN_HAND:
      /* Translators: a pathologist has the case in hand */
      return C_ ("case", "Being read");
    case HEMO_READING_MARK_READ:
      return C_ ("case", "Read");
    case HEMO_READING_MARK_DIFFERS:
      /* Translators: the pathologist saw something else than the report says */
      return C_ ("case", "Read: differs");
    default:
      /* Translators: the pathologist could not tell from the pictures */
      return C_ ("case", "Read: unclear");
    }
}

void
hemo_case_chip_show_item (HemoChip *chip, const HemoWorkItem *item)
{
  const char *words = hemo_case_chip_get_words (item);

  if (is_withdrawn (item))
    show (chip, HEMO_CHIP_WARNING, "process-stop-symbolic", words);
  else if (!is_about_reading (item))
    show_state (chip, item->state, item->counted);
  else if (item->reading == HEMO_READING_MARK_ASKED)
    show (chip, HEMO_CHIP_NEUTRAL, "mail-unread-symbolic", words);
  else if (item->reading == HEMO_READING_MARK_IN_HAND)
    show (chip, HEMO_CHIP_NEUTRAL, "view-reveal-symbolic", words);
  else if (item->reading == HEMO_READING_MARK_READ)
    show (chip, HEMO_CHIP_GOOD, "emblem-ok-symbolic", words);
  else if (item->reading == HEMO_READING_MARK_DIFFERS)
    show (chip, HEMO_CHIP_CRITICAL, "dialog-warning-symbolic", words);
  else
    show (chip, HEMO_CHIP_WARNING, "dialog-question-symbolic", words);
}

void
hemo_case_chip_show_urgency (HemoChip *chip, HemoUrgency urgency)
{
  if (urgency == HEMO_URGENCY_ROUTINE)
    gtk_widget_set_visible (GTK_WIDGET (chip), FALSE);
  else
    show (chip, urgency == HEMO_URGENCY_STAT ? HEMO_CHIP_CRITICAL : HEMO_CHIP_WARNING,
          "alarm-symbolic", hemo_format_urgency (urgency));
}

void
hemo_case_chip_show_safety (HemoChip *chip, HemoSafety safety)
{
  if (safety == HEMO_SAFETY_RECEIVED)
    /* Translators: a server has proven that it has all records of the case */
    show (chip, HEMO_CHIP_GOOD, "network-server-symbolic", C_ ("safety", "Received"));
  else if (safety == HEMO_SAFETY_BACKED_UP)
    show (chip, HEMO_CHIP_GOOD, "object-select-symbolic", C_ ("safety", "Backed up"));
  else
    show (chip, HEMO_CHIP_NEUTRAL, "drive-harddisk-symbolic", C_ ("safety", "Saved"));
}
