/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A case and the report that it becomes. */

#pragma once

#include "hemo-case.h"

#define NOW G_GINT64_CONSTANT (1795259106123456)
#define SPECIMEN "f81d4fae-7dec-41d0-a765-00a0c91e6bf6"

static const HemoTime now = { NOW, 180, FALSE };

static inline GPtrArray *
report_ranges (void)
{
  g_autofree char *csv = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (HEMO_TEST_RANGES, &csv, &length, NULL));
  return hemo_ranges_parse (csv, length, NULL);
}

static inline HemoCase *
new_case (HemoTests tests)
{
  HemoCase *data = hemo_case_new ();

  data->clinic = hemo_clinic_info_new ("Clinic");
  data->patient = hemo_patient_new ();
  data->patient->sex = HEMO_SEX_MALE;
  data->patient->birth.date = (HemoDate){ 1990, 5, 1 };
  data->order = hemo_order_new (data->patient->uuid);
  data->order->tests = tests;
  data->specimen = hemo_specimen_new ();
  data->specimen->collected_at = now;
  return data;
}

static inline const HemoLine *
find (const HemoReport *report, HemoSection section, const char *code)
{
  for (guint i = 0; i < report->lines->len; i++)
    {
      const HemoLine *line = report->lines->pdata[i];

      if (line->section == section
          && (g_strcmp0 (line->loinc, code) == 0 || g_strcmp0 (line->local_code, code) == 0))
        return line;
    }
  return NULL;
}

static inline HemoReport *
fill_report (const HemoCase *data)
{
  g_autoptr (GPtrArray) ranges = report_ranges ();
  HemoReport *report = hemo_report_new (SPECIMEN);

  hemo_report_fill (report, data, ranges);
  return report;
}

static inline void
check_line (const HemoReport *report,
            HemoSection section,
            const char *code,
            const char *value,
            HemoFlag flag,
            const char *note)
{
  const HemoLine *line = find (report, section, code);
  g_autofree char *text = NULL;

  g_assert_nonnull (line);
  text = hemo_line_value_text (line);
  g_assert_cmpstr (text, ==, value);
  g_assert_cmpint (line->flag, ==, flag);
  g_assert_cmpstr (line->note, ==, note);
  g_assert_true (hemo_uuid_is_valid (line->uuid));
  g_assert_cmpint (line->uuid[14], ==, '5');
}
