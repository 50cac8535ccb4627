/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The classes that a cell can be tallied as. */

#include "hemo-codes-private.h"
#include "hemo-differential.h"

#include <glib/gi18n.h>
#include <string.h>

/* Codes of the manual method, percentage and absolute. 763-3 and 768-2 were found as '[#/volume] in
 * Blood by Manual count' of band forms and segmented neutrophils in tables of LOINC codes with
 * their names that other programs publish, the others in the value sets that hemo-analyte.c names.
 */
static const HemoCellClassInfo infos[HEMO_CELL_CLASSES] = {
  [HEMO_CELL_SEGMENTED] = { "seg", N_ ("Segmented neutrophils"), "769-0", "768-2", NULL, "seg%",
                            TRUE, N_ ("Segmented neutrophils (absolute)") },
  [HEMO_CELL_BAND] = { "band", N_ ("Band neutrophils"), "764-1", "763-3", NULL, "band%", TRUE,
                       N_ ("Band neutrophils (absolute)") },
  [HEMO_CELL_LYMPHOCYTE] = { "lym", N_ ("Lymphocytes"), "737-7", "732-8", "lym", "lym%", TRUE,
                             N_ ("Lymphocytes (absolute)") },
  [HEMO_CELL_MONOCYTE] = { "mono", N_ ("Monocytes"), "744-3", "743-5", "mono", "mono%", TRUE,
                           N_ ("Monocytes (absolute)") },
  [HEMO_CELL_EOSINOPHIL] = { "eos", N_ ("Eosinophils"), "714-6", "712-0", "eos", "eos%", TRUE,
                             N_ ("Eosinophils (absolute)") },
  [HEMO_CELL_BASOPHIL] = { "baso", N_ ("Basophils"), "707-0", "705-4", "baso", "baso%", TRUE,
                           N_ ("Basophils (absolute)") },
  [HEMO_CELL_METAMYELOCYTE] = { "meta", N_ ("Metamyelocytes"), "740-1", NULL, NULL, NULL, TRUE,
                                N_ ("Metamyelocytes (absolute)") },
  [HEMO_CELL_MYELOCYTE]
  = { "myelo", N_ ("Myelocytes"), "749-2", NULL, NULL, NULL, TRUE, N_ ("Myelocytes (absolute)") },
  [HEMO_CELL_PROMYELOCYTE] = { "promyelo", N_ ("Promyelocytes"), "783-1", NULL, NULL, NULL, TRUE,
                               N_ ("Promyelocytes (absolute)") },
  /* Metamyelocytes to promyelocytes, where they are not told apart. */
  [HEMO_CELL_IMMATURE] = { "ig", N_ ("Immature granulocytes"), NULL, NULL, NULL, NULL, TRUE,
                           N_ ("Immature granulocytes (absolute)") },
  [HEMO_CELL_BLAST]
  = { "blast", N_ ("Blasts"), "709-6", NULL, NULL, "blast%", TRUE, N_ ("Blasts (absolute)") },
  [HEMO_CELL_VARIANT_LYMPHOCYTE] = { "varlym", N_ ("Variant lymphocytes"), "735-1", NULL, NULL,
                                     NULL, TRUE, N_ ("Variant lymphocytes (absolute)") },
  [HEMO_CELL_ABNORMAL_LYMPHOCYTE] = { "abnlym", N_ ("Abnormal lymphocytes"), "29261-5", NULL, NULL,
                                      NULL, TRUE, N_ ("Abnormal lymphocytes (absolute)") },
  [HEMO_CELL_PROLYMPHOCYTE] = { "prolym", N_ ("Prolymphocytes"), "6746-2", NULL, NULL, NULL, TRUE,
                                N_ ("Prolymphocytes (absolute)") },
  [HEMO_CELL_PLASMA] = { "plasma", N_ ("Plasma cells"), "13047-6", NULL, NULL, NULL, TRUE,
                         N_ ("Plasma cells (absolute)") },
  [HEMO_CELL_OTHER]
  = { "other", N_ ("Other cells"), NULL, NULL, NULL, NULL, TRUE, N_ ("Other cells (absolute)") },
  [HEMO_CELL_NRBC]
  = { "nrbc", N_ ("Nucleated red cells"), "18309-5", NULL, NULL, "nrbc%", FALSE, NULL },
  [HEMO_CELL_SMUDGE] = { "smudge", N_ ("Smudge cells"), "34992-8", NULL, NULL, NULL, FALSE, NULL },
};

const HemoCellClassInfo *
hemo_cell_class_info (HemoCellClass cell_class)
{
  return cell_class < HEMO_CELL_CLASSES ? &infos[cell_class] : NULL;
}

gboolean
hemo_cell_class_from_code (const char *code, HemoCellClass *out, GError **error)
{
  g_autoptr (GString) accepted = g_string_new (NULL);

  for (int i = 0; i < HEMO_CELL_CLASSES; i++)
    {
      if (code != NULL && strcmp (infos[i].code, code) == 0)
        {
          *out = (HemoCellClass)i;
          return TRUE;
        }
      g_string_append_printf (accepted, "%s%s", i > 0 ? ", " : "", infos[i].code);
    }
  return hemo_refuse (error, "Unknown class of cell; it must be one of: %s", accepted->str);
}
