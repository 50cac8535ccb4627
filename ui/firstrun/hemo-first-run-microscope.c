/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The last step: what the microscope is like. */

#include "hemo-first-run-private.h"

#include "hemo-clinic-info.h"
#include "hemo-objective-table.h"

#define WEDGE_FACTOR 20000
#define MONOLAYER_FACTOR 15000

static gboolean
objectives_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_objectives_load (txn, error);
  return *result != NULL;
}

/* One that many have: it is added when it is chosen. */
static void
offer_x60 (GPtrArray *objectives)
{
  guint place = 0;

  for (guint i = 0; i < objectives->len; i++)
    {
      int magnification = ((HemoObjective *)objectives->pdata[i])->magnification;

      if (magnification == 60)
        return;
      place += magnification < 60 ? 1 : 0;
    }
  g_ptr_array_insert (objectives, (int)place, hemo_objective_new ("x60 oil", 60, TRUE));
}

/* Those that the bench offers, from the lowest magnification on. */
static void
objectives_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoFirstRun) self = data;
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  gpointer out = NULL;
  guint selected = 0;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, NULL))
    return;
  g_clear_pointer (&self->objectives, g_ptr_array_unref);
  self->objectives = out;
  if (self->objective == NULL)
    return;
  offer_x60 (self->objectives);
  for (guint i = 0; i < self->objectives->len; i++)
    {
      const HemoObjective *objective = g_ptr_array_index (self->objectives, i);

      gtk_string_list_append (names, objective->name);
      if (objective->magnification == 100)
        selected = i;
    }
  adw_combo_row_set_model (self->objective, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->objective, selected);
}

void
hemo_first_run_list_objectives (HemoFirstRun *self)
{
  hemo_desk_read_async (self->desk, objectives_job, NULL, NULL, (GDestroyNotify)g_ptr_array_unref,
                        NULL, objectives_cb, g_object_ref (self));
}

/* What was said of the microscope. */
typedef struct
{
  HemoClinicInfo *info;
  HemoObjective *objective;
} Microscope;

static void
microscope_free (gpointer data)
{
  Microscope *self = data;

  g_clear_pointer (&self->info, hemo_clinic_info_free);
  g_clear_pointer (&self->objective, hemo_objective_free);
  g_free (self);
}

static gboolean
save_microscope_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Microscope *self = data;

  if (self->objective != NULL && !hemo_objective_save (txn, self->objective, error))
    return FALSE;
  return self->info == NULL || hemo_clinic_info_save (txn, self->info, error);
}

/* The one that is chosen is there for the bench as well. */
static void
take_objective (HemoFirstRun *self, Microscope *microscope)
{
  guint index = adw_combo_row_get_selected (self->objective);
  const HemoObjective *objective;

  if (self->objectives == NULL || index >= self->objectives->len)
    return;
  objective = g_ptr_array_index (self->objectives, index);
  g_settings_set_uint (self->settings, "objective", (guint)objective->magnification);
  g_settings_set_string (self->settings, "objective-name", objective->name);
  if (objective->version == 0)
    microscope->objective = hemo_objective_copy (objective);
}

void
hemo_first_run_save_microscope (HemoFirstRun *self)
{
  const HemoClinicInfo *info = hemo_desk_get_info (self->desk);
  Microscope *microscope = g_new0 (Microscope, 1);

  take_objective (self, microscope);
  if (info != NULL)
    {
      microscope->info = hemo_clinic_info_copy (info);
      microscope->info->platelet_factor
          = adw_combo_row_get_selected (self->film) == 0 ? WEDGE_FACTOR : MONOLAYER_FACTOR;
    }
  hemo_desk_write_async (self->desk, save_microscope_job, microscope, microscope_free, NULL, NULL,
                         NULL, NULL);
}
