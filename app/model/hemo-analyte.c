/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be measured, with LOINC, UCUM unit and the limits of what is possible. */

#include "hemo-result.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * Codes are of the value as it is typed, so of an automated count; what is counted here at the
 * microscope has the codes of the manual method in hemo-cell.c. Each number was found with this
 * name: wbc to mpv in the CIBMTR reporting guide's value set of 'CBC panel - Blood by Automated
 * count (58410-2)' (nmdp-ig/cibmtr-reporting-ig, cbc-blood-automated-valueset.fsh); the absolute
 * counts in the Vulcan schedule-of-activities guide (glow-mdsol/vulcan-soa-connectathon-37,
 * example_observation-definition-hema.fsh); the percentages 770-8, 736-9, 5905-5, 713-8 and 706-2
 * 'by Automated count' in several published value sets of FHIR. The rest have codes that name no
 * method, since what is typed may come from either: 26505-8, 26508-2 and 26446-5 by the code table
 * of MIMIC's laboratory items, 4679-7 reticulocytes, 30341-2 sedimentation; nRBC 58413-6 'by
 * Automated count'.
 *
 * The least haemoglobin is 20 g/L so that what is typed in g/dL ('12.5') is refused, not believed.
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
  { "retic", N_ ("Reticulocytes"), "4679-7", "%", 1, 0, 60 },
  { "esr", N_ ("Erythrocyte sedimentation rate"), "30341-2", "mm/h", 0, 0, 200 },
  { "neut", N_ ("Neutrophils (absolute)"), "751-8", "10*9/L", 2, 0, 1000 },
  { "lym", N_ ("Lymphocytes (absolute)"), "731-0", "10*9/L", 2, 0, 1000 },
  { "mono", N_ ("Monocytes (absolute)"), "742-7", "10*9/L", 2, 0, 1000 },
  { "eos", N_ ("Eosinophils (absolute)"), "711-2", "10*9/L", 2, 0, 1000 },
  { "baso", N_ ("Basophils (absolute)"), "704-7", "10*9/L", 2, 0, 1000 },
  { "neut%", N_ ("Neutrophils"), "770-8", "%", 0, 0, 100 },
  { "seg%", N_ ("Segmented neutrophils"), "26505-8", "%", 0, 0, 100 },
  { "band%", N_ ("Band neutrophils"), "26508-2", "%", 0, 0, 100 },
  { "lym%", N_ ("Lymphocytes"), "736-9", "%", 0, 0, 100 },
  { "mono%", N_ ("Monocytes"), "5905-5", "%", 0, 0, 100 },
  { "eos%", N_ ("Eosinophils"), "713-8", "%", 0, 0, 100 },
  { "baso%", N_ ("Basophils"), "706-2", "%", 0, 0, 100 },
  { "blast%", N_ ("Blasts"), "26446-5", "%", 0, 0, 100 },
  { "nrbc%", N_ ("Nucleated red cells"), "58413-6", "/100{WBCs}", 0, 0, 10000 },
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

const char *
hemo_ucum_to_text (const char *ucum)
{
  static const char *const units[][2] = {
    { "10*9/L", "×10⁹/L" },
    { "10*12/L", "×10¹²/L" },
    { "10*3/uL", "×10³/µL" },
    { "/100{WBCs}", "/100 WBC" },
    { "/1000{RBCs}", "/1000 RBC" },
    { "/uL", "/µL" },
    { "um", "µm" },
    { "um2", "µm²" },
    { "1", "" },
    { NULL, NULL },
  };

  for (int i = 0; ucum != NULL && units[i][0] != NULL; i++)
    if (strcmp (ucum, units[i][0]) == 0)
      return units[i][1];
  return ucum != NULL ? ucum : "";
}
