/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was asked for, seen from what there is: which tests have results, and which were signed. */

#include "hemo-report-status.h"

#include <math.h>

static HemoTests
test_of (HemoSection section)
{
  switch (section)
    {
    case HEMO_SECTION_CBC:
      return HEMO_TEST_CBC;
    case HEMO_SECTION_DIFFERENTIAL:
      return HEMO_TEST_DIFFERENTIAL;
    case HEMO_SECTION_MORPHOLOGY_RBC:
    case HEMO_SECTION_MORPHOLOGY_WBC:
    case HEMO_SECTION_MORPHOLOGY_PLT:
      return HEMO_TEST_MORPHOLOGY;
    case HEMO_SECTION_PLATELETS:
      return HEMO_TEST_PLATELETS;
    case HEMO_SECTION_MALARIA:
      return HEMO_TEST_MALARIA;
    default:
      return 0;
    }
}

HemoTests
hemo_report_tests (const HemoReport *self)
{
  HemoTests tests = 0;

  for (guint i = 0; i < self->lines->len; i++)
    {
      const HemoLine *line = self->lines->pdata[i];

      if (isfinite (line->value) || line->text != NULL)
        tests |= test_of (line->section);
    }
  return tests;
}

HemoTests
hemo_case_tests_signed (const HemoCase *data)
{
  if (data->reports->len == 0 || hemo_case_results_are_void (data))
    return 0;
  return hemo_report_tests (data->reports->pdata[data->reports->len - 1]);
}

HemoTests
hemo_case_tests_begun (const HemoCase *data)
{
  HemoTests tests = hemo_report_tests (data->report);

  if (data->counts->len > 0)
    tests |= HEMO_TEST_DIFFERENTIAL;
  if (data->morphologies->len > 0)
    tests |= HEMO_TEST_MORPHOLOGY;
  if (data->platelets != NULL)
    tests |= HEMO_TEST_PLATELETS;
  if (data->malarias->len > 0)
    tests |= HEMO_TEST_MALARIA;
  if (data->results->len > 0)
    tests |= HEMO_TEST_CBC;
  return tests;
}

gboolean
hemo_case_may_edit_order (const HemoCase *data)
{
  return data->specimen->rejection == HEMO_REJECTION_NONE && !hemo_case_results_are_void (data);
}
