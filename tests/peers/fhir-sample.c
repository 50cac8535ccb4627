/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Prints the invented cases as a Bundle, for the validator: fhir-sample collection|transaction */

#include "hemo-fhir-bundle.h"

#include "sample-case.h"

static char *
image_url (const HemoImage *image, gpointer data)
{
  return g_strconcat ("images/", image->uuid, ".jpg", NULL);
}

static GBytes *
report_pdf (const HemoReport *report, gpointer data)
{
  return report->pdf_sha256 != NULL ? sample_pdf_new () : NULL;
}

int
main (int argc, char **argv)
{
  const HemoFhirBundleOptions options = {
    .timestamp = { G_GINT64_CONSTANT (1772620000000000), 180, FALSE },
    .pretty = TRUE,
    .embed_pdf = TRUE,
    .image_url = image_url,
    .report_pdf = report_pdf,
  };
  g_autoptr (GPtrArray) cases = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_case_free);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gboolean transaction = argc > 1 && g_str_equal (argv[1], "transaction");

  g_ptr_array_add (cases, sample_case_new ());
  g_ptr_array_add (cases, sample_case_new_rejected ());
  text = hemo_fhir_bundle_for_cases (
      cases, transaction ? HEMO_FHIR_BUNDLE_TRANSACTION : HEMO_FHIR_BUNDLE_COLLECTION, &options,
      &error);
  if (text == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  g_print ("%s\n", text);
  return 0;
}
