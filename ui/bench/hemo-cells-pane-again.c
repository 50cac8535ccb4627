/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is done to all cells of a field at once, and how it is undone. */

#include "hemo-cells-pane-private.h"

#include "hemo-detect.h"
#include "hemo-place.h"

#include <glib/gi18n.h>

static gboolean
is_counted (HemoCellsPane *self, const HemoCountedCell *cell)
{
  return !cell->taken_back && cell->found && g_strcmp0 (cell->image, self->image) == 0;
}

/* What a closed count rests on stays as it is. */
static gboolean
is_locked (HemoCellsPane *self)
{
  const HemoCase *data = hemo_bench_case_get (self->bench_case);

  for (guint i = 0; data != NULL && i < data->counts->len; i++)
    {
      const HemoCount *count = g_ptr_array_index (data->counts, i);

      for (guint k = 0; count->closed && k < count->cells->len; k++)
        if (is_counted (self, g_ptr_array_index (count->cells, k)))
          return TRUE;
    }
  return FALSE;
}

static void
refuse (HemoCellsPane *self)
{
  gtk_widget_error_bell (GTK_WIDGET (self));
  hemo_place_toast (GTK_WIDGET (self),
                    _ ("Cells of this field are in a count that is closed. Open that count again "
                       "first. Nothing was changed."));
}

gboolean
hemo_cells_pane_can_look (HemoCellsPane *self)
{
  return hemo_cells_pane_may_look (self) && self->bytes != NULL && self->looking == NULL;
}

/* Numbers of the marks that stand in counts. (transfer full) */
static GHashTable *
list_counted (HemoCellsPane *self)
{
  const HemoCase *data = hemo_bench_case_get (self->bench_case);
  GHashTable *numbers = g_hash_table_new (NULL, NULL);

  for (guint i = 0; data != NULL && i < data->counts->len; i++)
    {
      const HemoCount *count = g_ptr_array_index (data->counts, i);

      for (guint k = 0; k < count->cells->len; k++)
        {
          const HemoCountedCell *cell = g_ptr_array_index (count->cells, k);

          if (is_counted (self, cell))
            g_hash_table_add (numbers, GINT_TO_POINTER (cell->number));
        }
    }
  return numbers;
}

/* The field as it was, while nothing else was done to it. */
typedef struct
{
  HemoCellsPane *pane;
  HemoFieldCells *cells;
  guint stamp;
} Before;

static void
before_free (gpointer data)
{
  Before *self = data;

  if (self->pane->offered == self)
    self->pane->offered = NULL;
  g_object_unref (self->pane);
  hemo_field_cells_free (self->cells);
  g_free (self);
}

/* Whether who is signed in accepted them: nobody confirms in another's name. */
static gboolean
is_own (HemoCellsPane *self, const HemoFieldCells *cells)
{
  HemoSession *session = hemo_desk_get_session (hemo_bench_case_get_desk (self->bench_case));

  return cells->accepted_by != NULL && session != NULL
         && g_strcmp0 (cells->accepted_by, hemo_session_get_user (session)) == 0;
}

static void
undo_cb (gpointer data)
{
  const Before *before = data;
  HemoCellsPane *self = before->pane;
  HemoFieldCells *cells;

  self->offered = NULL;
  if (self->state == NULL || self->cells == NULL || self->stamp != before->stamp)
    {
      hemo_place_toast (GTK_WIDGET (self), _ ("It is too late: the field was changed since"));
      return;
    }
  cells = hemo_field_cells_copy (before->cells);
  cells->version = self->cells->version;
  hemo_cells_pane_put (self, cells, is_own (self, before->cells));
}

static void
offer_undo (HemoCellsPane *self, const char *text, HemoFieldCells *cells)
{
  Before *before = g_new0 (Before, 1);

  before->pane = g_object_ref (self);
  before->cells = cells;
  before->stamp = self->stamp;
  self->offered = before;
  hemo_place_toast_undo (GTK_WIDGET (self), text, undo_cb, before, before_free);
}

/* The view has Ctrl+Z for what is drawn on it. */
gboolean
hemo_cells_pane_undo (HemoCellsPane *self)
{
  return self->offered != NULL && gtk_widget_activate_action (GTK_WIDGET (self), "win.undo", NULL);
}

void
hemo_cells_pane_take_acceptance_back (HemoCellsPane *self)
{
  g_autoptr (HemoFieldCells) before = hemo_field_cells_copy (self->cells);
  const char *text = _ ("The acceptance is taken back");

  if (is_locked (self))
    {
      refuse (self);
      return;
    }
  hemo_cells_pane_changed (self, FALSE);
  if (is_own (self, before))
    offer_undo (self, text, g_steal_pointer (&before));
  else
    hemo_place_toast (GTK_WIDGET (self), text);
}

HemoFieldCells *
hemo_cells_pane_begin_edit (HemoCellsPane *self)
{
  return self->cells->accepted_by != NULL ? hemo_field_cells_copy (self->cells) : NULL;
}

void
hemo_cells_pane_end_edit (HemoCellsPane *self, HemoFieldCells *before)
{
  const char *text = _ ("The field is not accepted any more. A accepts it again.");

  hemo_cells_pane_changed (self, FALSE);
  if (before == NULL)
    return;
  if (is_own (self, before))
    {
      offer_undo (self, text, before);
      return;
    }
  hemo_place_toast (GTK_WIDGET (self), text);
  hemo_field_cells_free (before);
}

void
hemo_cells_pane_replace (HemoCellsPane *self, HemoFieldCells *cells)
{
  g_autoptr (GHashTable) counted = list_counted (self);
  HemoFieldCells *before = hemo_field_cells_copy (self->cells);

  hemo_field_cells_carry_over (cells, before, counted);
  self->warned = FALSE;
  hemo_cells_pane_put (self, cells, FALSE);
  offer_undo (self, _ ("The cells were looked for again"), before);
}

static void
asked_cb (AdwAlertDialog *dialog, const char *response, gpointer data)
{
  HemoCellsPane *self = data;
  const char *image = g_object_get_data (G_OBJECT (dialog), "image");
  const gboolean classical = g_str_equal (response, "classical");

  /* Another field may be seen by now, or a count was closed meanwhile. */
  if ((classical || g_str_equal (response, "look")) && g_strcmp0 (image, self->image) == 0
      && hemo_cells_pane_can_look (self) && !is_locked (self))
    hemo_cells_pane_start (self, classical);
}

/* What a person said of the field, and what becomes of it; NULL where nobody said anything. */
static char *
describe_said (HemoCellsPane *self)
{
  g_autoptr (GHashTable) counted = list_counted (self);
  const int n = hemo_field_cells_count_said (self->cells, counted);
  g_autoptr (GString) text = g_string_new (NULL);

  if (n > 0)
    g_string_append_printf (text,
                            ngettext ("%d mark that a person touched or counted stays as it is; "
                                      "the others are found anew.",
                                      "%d marks that a person touched or counted stay as they "
                                      "are; the others are found anew.",
                                      (gulong)n),
                            n);
  if (self->cells->accepted_by != NULL)
    g_string_append_printf (text, "%s%s", n > 0 ? " " : "",
                            _ ("The field is accepted: that is taken back."));
  return text->len > 0 ? g_string_free_and_steal (g_steal_pointer (&text)) : NULL;
}

static void
ask (HemoCellsPane *self, const char *text, gboolean classical)
{
  const char *look = classical ? "classical" : "look";
  AdwDialog *dialog = adw_alert_dialog_new (
      classical ? _ ("Look by Brightness?") : _ ("Look for the Cells Again?"), text);
  AdwAlertDialog *alert = ADW_ALERT_DIALOG (dialog);

  adw_alert_dialog_add_responses (alert, "cancel", _ ("_Cancel"), look,
                                  classical ? _ ("_Look by Brightness") : _ ("_Look Again"), NULL);
  adw_alert_dialog_set_default_response (alert, look);
  adw_alert_dialog_set_close_response (alert, "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "image", g_strdup (self->image), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (asked_cb), self, 0);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

void
hemo_cells_pane_look_again (HemoCellsPane *self)
{
  g_autofree char *said = self->cells != NULL ? describe_said (self) : NULL;

  if (!hemo_cells_pane_can_look (self))
    gtk_widget_error_bell (GTK_WIDGET (self));
  else if (self->cells == NULL)
    hemo_cells_pane_find (self);
  else if (is_locked (self))
    refuse (self);
  else if (said != NULL)
    ask (self, said, FALSE);
  else
    hemo_cells_pane_start (self, FALSE);
}

gboolean
hemo_cells_pane_may_look_classical (HemoCellsPane *self)
{
  guint warnings;

  if (!hemo_cells_pane_can_look (self) || !self->asked)
    return FALSE;
  if (self->cells == NULL)
    return self->failure != NULL;
  warnings = hemo_detect_warnings_from_codes (self->cells->warnings);
  return (warnings & 1u << HEMO_DETECT_CLASSICAL) == 0
         && (hemo_detect_is_outside (warnings) || warnings & 1u << HEMO_DETECT_METHODS_DISAGREE);
}

void
hemo_cells_pane_ask_classical (HemoCellsPane *self)
{
  g_autofree char *said = self->cells != NULL ? describe_said (self) : NULL;
  g_autofree char *text = NULL;

  if (!hemo_cells_pane_may_look_classical (self))
    {
      gtk_widget_error_bell (GTK_WIDGET (self));
      return;
    }
  if (self->cells != NULL && is_locked (self))
    {
      refuse (self);
      return;
    }
  text = g_strconcat (_ ("The classical method goes by brightness and size alone, without the "
                         "trained detector. It is less exact, and tells no types of white cells: "
                         "look at each mark. The report names it."),
                      said != NULL ? "\n\n" : NULL, said, NULL);
  ask (self, text, TRUE);
}
