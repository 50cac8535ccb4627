/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The report's PDF: what it says, that it is whole, and that it is always the same. */

#include "hemo-report-pdf.h"

#include "report-tools.h"

#include <locale.h>
#include <math.h>
#include <string.h>

#define IMAGE_1 "5c0de5a1-0000-4000-8000-0000000000e1"
#define IMAGE_2 "5c0de5a1-0000-4000-8000-0000000000e2"

static GBytes *
render (HemoCase *data, GPtrArray *pictures)
{
  g_autoptr (GError) error = NULL;
  GBytes *pdf = hemo_report_render_pdf (data->report, data, pictures, &error);

  g_assert_no_error (error);
  return pdf;
}

static GPtrArray *
make_pictures (void)
{
  GPtrArray *pictures = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_report_picture_free);
  g_autoptr (GBytes) jpeg = make_jpeg (800, 600);

  g_ptr_array_add (pictures, hemo_report_picture_new (IMAGE_1, jpeg, "sickle cell", 0.1));
  g_ptr_array_add (pictures, hemo_report_picture_new (IMAGE_2, jpeg, NULL, 0));
  return pictures;
}

static void
test_text (void)
{
  static const char *const parts[] = {
    "Mto Health Centre",
    "Lake Road 4, Kisumu County",
    "+254 700 000 000",
    "FINAL",
    "Amina Odhiambo",
    "Age at collection about 34 years",
    "Sex female",
    "27164403 (national-id)",
    "Pregnancy 2nd trimester",
    "26K7-00012-4",
    "2026-11-21 08:30",
    "2026-11-21 08:55",
    "Venous blood, EDTA",
    "Dr Achieng Oloo",
    "Known sickle cell trait",
    "14.2",
    "3.2 – 11.9",
    "H High",
    "9.1 (2026-11-19)",
    "Δ +56 % changed",
    "LL Critical low",
    "≥ 120",
    "AA Critical",
    "≤ 0",
    "0.6 – 8.8",
    "/100 WBC",
    "×10⁹/L",
    "0.0 – 3.7",
    "2+",
    "Plasmodium falciparum",
    "assumed WBC 8.0",
    "left shift",
    "Dr Njeri Wafula",
    "Read back: yes.",
    "Wanjiru Kamau, pathologist",
    "2026-11-21 10:15",
    "version 1",
    "Page 1 of 2",
    "Page 2 of 2",
    "Field 3 · x100 oil",
    "Field 7 · x100 oil",
    "20 µm",
    "Hemogram 0.1.0",
    "Urgency urgent",
  };
  g_autoptr (HemoCase) data = make_case ();
  g_autoptr (GPtrArray) pictures = make_pictures ();
  g_autoptr (GBytes) pdf = render (data, pictures);
  g_autofree char *text = text_of_pdf (pdf);

  if (g_getenv ("HEMO_REPORT_KEEP") != NULL)
    g_free (write_file (g_getenv ("HEMO_REPORT_KEEP"), "final.pdf", pdf));
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    assert_contains (text, parts[i]);
  assert_lacks (text, "DRAFT");
  assert_lacks (text, "entered by hand");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report-pdf/text", test_text);
  return g_test_run ();
}
