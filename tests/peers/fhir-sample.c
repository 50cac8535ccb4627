/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Prints the invented cases as a Bundle, for the validator: fhir-sample
 * collection|transaction|events */

#include "hemo-fhir-bundle.h"
#include "hemo-fhir-event.h"

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

/* One of each kind, with references that hold and without. */
static void
print_events (void)
{
  g_auto (GStrv) kinds = g_strsplit (hemo_fhir_event_kinds (), " ", -1);
  g_autoptr (HemoFhirBundle) bundle = hemo_fhir_bundle_new (HEMO_FHIR_BUNDLE_TRANSACTION);
  g_autofree char *text = NULL;
  HemoFhirEvent event = { .at = { G_GINT64_CONSTANT (1772620000000000), 180, FALSE },
                          .installation = "7c9e6679-7425-40de-944b-e07fc1f90ae7",
                          .object = "7c9e6679-7425-40de-944b-e07fc1f90ae8" };

  for (guint i = 0; kinds[i] != NULL; i++)
    {
      g_autofree char *uuid = hemo_fhir_derive_uuid (event.installation, kinds[i]);
      gboolean whole = i % 2 == 0;

      if (*kinds[i] == '\0')
        continue;
      event.uuid = uuid;
      event.what = kinds[i];
      event.actor = whole ? event.object : NULL;
      event.actor_known = event.object_known = i % 4 == 0;
      event.object_type = i % 3 == 0 ? "image" : i % 3 == 1 ? "DiagnosticReport" : NULL;
      event.detail = whole ? "version 2" : NULL;
      hemo_fhir_bundle_add (bundle, hemo_fhir_event_to_json (&event), NULL);
    }
  text = hemo_fhir_bundle_to_text (bundle, event.at, TRUE);
  g_print ("%s\n", text);
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

  if (argc > 1 && g_str_equal (argv[1], "events"))
    {
      print_events ();
      return 0;
    }
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
