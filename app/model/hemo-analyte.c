/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be measured, with LOINC, UCUM unit and the limits of what is possible. */

#include "hemo-result.h"

#include <glib/gi18n.h>
#include <string.h>

/* The least haemoglobin is 20 g/L so that what is typed in g/dL ('12.5') is refused, not believed.
 */
static const HemoAnalyteInfo infos[] = {
  { "wbc", N_ ("White cells"), "6690-2", "10*9/L", 1, 0, 1000 },
  { "rbc", N_ ("Red cells"), "789-8", "10*12/L", 2, 0.1, 12 },
  { "hb", N_ ("Haemoglobin"), "718-7", "g/L", 0, 20, 260 },
  { "hct", N_ ("Haematocrit"), "4544-3", "%", 1, 3, 85 },
  { "mcv", N_ ("MCV"), "787-2", "fL", 1, 40, 160 },
  { "mch", N_ ("MCH"), "785-6", "pg", 1, 10, 60 },
  { "mchc", N_ ("MCHC"), "786-4", "g/L", 0, 150, 450 },
  { "rdw", N_ ("RDW"), "788-0", "%", 1, 5, 50 },
  { "plt", N_ ("Platelets"), "777-3", "10*9/L", 0, 0, 5000 },
  { "mpv", N_ ("Mean platelet volume"), "32623-1", "fL", 1, 3, 30 },
  { "retic", N_ ("Reticulocytes"), "31112-6", "%", 1, 0, 60 },
  { "esr", N_ ("Erythrocyte sedimentation rate"), "30341-2", "mm/h", 0, 0, 200 },
  { "neut", N_ ("Neutrophils (absolute)"), "753-4", "10*9/L", 2, 0, 1000 },
  { "lym", N_ ("Lymphocytes (absolute)"), "732-8", "10*9/L", 2, 0, 1000 },
  { "mono", N_ ("Monocytes (absolute)"), "743-5", "10*9/L", 2, 0, 1000 },
  { "eos", N_ ("Eosinophils (absolute)"), "712-0", "10*9/L", 2, 0, 1000 },
  { "baso", N_ ("Basophils (absolute)"), "705-4", "10*9/L", 2, 0, 1000 },
  { "seg%", N_ ("Segmented neutrophils"), "769-0", "%", 0, 0, 100 },
  { "band%", N_ ("Band neutrophils"), "764-1", "%", 0, 0, 100 },
  { "lym%", N_ ("Lymphocytes"), "737-7", "%", 0, 0, 100 },
  { "mono%", N_ ("Monocytes"), "744-3", "%", 0, 0, 100 },
  { "eos%", N_ ("Eosinophils"), "714-6", "%", 0, 0, 100 },
  { "baso%", N_ ("Basophils"), "707-0", "%", 0, 0, 100 },
  { "blast%", N_ ("Blasts"), "709-6", "%", 0, 0, 100 },
  { "nrbc%", N_ ("Nucleated red cells"), "18309-5", "/100{WBCs}", 0, 0, 10000 },
  { NULL },
};

const HemoAnalyteInfo *
hemo_analyte_infos (void)
{
  return infos;
}

const HemoAnalyteInfo *
hemo_analyte_info (const char *code)
{
  for (const HemoAnalyteInfo *info = infos; code != NULL && info->code != NULL; info++)
    if (strcmp (info->code, code) == 0)
      return info;
  return NULL;
}
