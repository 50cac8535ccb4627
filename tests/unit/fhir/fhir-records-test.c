/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Single records to R4 and back: writing what was read gives the same bytes and the same fields. */

#include "hemo-fhir-admin.h"
#include "hemo-fhir-media.h"
#include "hemo-fhir-patient.h"
#include "hemo-fhir-specimen.h"

#include "sample-case.h"

#include <string.h>

static void
assert_same (json_object *a, json_object *b)
{
  g_autofree char *first = hemo_fhir_to_text (a, FALSE);
  g_autofree char *second = hemo_fhir_to_text (b, FALSE);

  g_assert_cmpstr (first, ==, second);
}

/* Through text, as it travels. */
static json_object *
travel (json_object *json)
{
  g_autofree char *text = hemo_fhir_to_text (json, TRUE);
  g_autoptr (GError) error = NULL;
  json_object *back = hemo_fhir_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return back;
}

static void
check_patient (const HemoPatient *patient)
{
  g_autoptr (json_object) json = hemo_fhir_patient_to_json (patient);
  g_autoptr (json_object) read = travel (json);
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoPatient) back = hemo_fhir_patient_from_json (read, &error);
  g_autoptr (json_object) again = NULL;

  g_assert_no_error (error);
  again = hemo_fhir_patient_to_json (back);
  assert_same (json, again);
  g_assert_cmpstr (back->family, ==, patient->family);
  g_assert_cmpstr (back->given, ==, patient->given);
  g_assert_cmpint (back->sex, ==, patient->sex);
  g_assert_cmpint (back->birth.date.year, ==, patient->birth.date.year);
  g_assert_cmpint (back->birth.date.day, ==, patient->birth.date.day);
  g_assert_cmpint (back->birth.estimated, ==, patient->birth.estimated);
  g_assert_cmpstr (back->phone, ==, patient->phone);
  g_assert_cmpstr (back->village, ==, patient->village);
  g_assert_cmpstr (back->merged_into, ==, patient->merged_into);
  g_assert_cmpint (back->active, ==, patient->active);
  g_assert_cmpint (back->version, ==, patient->version);
  g_assert_cmpuint (back->identifiers->len, ==, patient->identifiers->len);
}

static void
test_patient (void)
{
  g_autoptr (HemoCase) data = sample_case_new ();

  check_patient (data->patient);
  data->patient->birth = (HemoBirth){ { 0 }, FALSE };
  check_patient (data->patient);
  data->patient->birth = (HemoBirth){ { 2024, 2, 29 }, FALSE };
  data->patient->active = FALSE;
  g_set_str (&data->patient->merged_into, data->specimen->uuid);
  check_patient (data->patient);
}

static void
test_order_and_specimens (void)
{
  g_autoptr (HemoCase) data = sample_case_new ();
  g_autoptr (json_object) json = hemo_fhir_order_to_json (data->order);
  g_autoptr (json_object) read = travel (json);
  g_autoptr (HemoOrder) order = hemo_fhir_order_from_json (read, NULL);
  g_autoptr (json_object) again = hemo_fhir_order_to_json (order);

  assert_same (json, again);
  g_assert_cmpint (order->tests, ==, data->order->tests);
  g_assert_cmpint (order->pregnancy, ==, data->order->pregnancy);
  g_assert_cmpstr (order->clinical_note, ==, data->order->clinical_note);
  for (guint i = 0; i < data->slides->len; i++)
    {
      const HemoSpecimen *slide = g_ptr_array_index (data->slides, i);
      g_autoptr (json_object) a = hemo_fhir_specimen_to_json (slide);
      g_autoptr (json_object) b = travel (a);
      g_autoptr (HemoSpecimen) back = hemo_fhir_specimen_from_json (b, NULL);
      g_autoptr (json_object) c = hemo_fhir_specimen_to_json (back);

      assert_same (a, c);
      g_assert_cmpstr (back->parent, ==, data->specimen->uuid);
      g_assert_cmpint (back->stain, ==, slide->stain);
      g_assert_cmpint (back->received_at.utc_us, ==, slide->received_at.utc_us);
      g_assert_cmpint (back->received_at.offset_minutes, ==, 180);
      g_assert_true (back->received_at.by_hand);
    }
}

static void
test_image (void)
{
  g_autoptr (HemoCase) data = sample_case_new ();
  const HemoImage *image = g_ptr_array_index (data->images, 1);
  g_autoptr (json_object) json = hemo_fhir_media_to_json (image, data->patient->uuid, NULL);
  g_autoptr (json_object) read = travel (json);
  g_autofree char *patient = NULL;
  g_autoptr (HemoImage) back = hemo_fhir_media_from_json (read, &patient, NULL);
  g_autoptr (json_object) again = hemo_fhir_media_to_json (back, patient, NULL);

  assert_same (json, again);
  g_assert_cmpint (back->sealed_bytes, ==, image->sealed_bytes);
  g_assert_cmpstr (back->sha256, ==, image->sha256);
  g_assert_cmpint (back->orientation, ==, 6);
  g_assert_true (back->entered_in_error);
}

/* Marks are there as they were drawn, beside the note of the picture, and one that says nothing
 * does not make the picture one that R4 refuses. */
static void
test_marks (void)
{
  g_autoptr (HemoCase) data = sample_case_new ();
  HemoImage *image = g_ptr_array_index (data->images, 0);
  HemoMark *blank = hemo_mark_new (HEMO_MARK_TEXT, 5, 5, 5, 5);
  g_autoptr (GPtrArray) drawn = hemo_marks_copy (image->marks);

  blank->note = g_strdup (" ");
  g_ptr_array_add (image->marks, blank);
  for (int noted = 1; noted >= 0; noted--)
    {
      g_autoptr (json_object) json = NULL;
      g_autoptr (json_object) read = NULL;
      g_autoptr (HemoImage) back = NULL;

      if (!noted)
        g_clear_pointer (&image->note, g_free);
      json = hemo_fhir_media_to_json (image, NULL, NULL);
      read = travel (json);
      back = hemo_fhir_media_from_json (read, NULL, NULL);
      g_assert_nonnull (back);
      g_assert_cmpstr (back->note, ==, image->note);
      g_assert_true (hemo_marks_equal (back->marks, drawn));
    }
}

/* Of what others made of a mark nothing is guessed: it is left out, and the picture is there. */
static void
test_damaged_mark (void)
{
  static const char *const ways[][2] = {
    { "\"arrow\"", "\"spear\"" },
    { "\"valueDecimal\":300.50", "\"valueDecimal\":1e9" },
    { "\"valueDecimal\":300.50", "\"valueDecimal\":\"300\"" },
    { "mark-uuid", "mark-name" },
  };
  g_autoptr (HemoCase) data = sample_case_new ();
  const HemoImage *image = g_ptr_array_index (data->images, 0);
  g_autoptr (json_object) json = hemo_fhir_media_to_json (image, NULL, NULL);
  g_autofree char *text = hemo_fhir_to_text (json, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (GString) other = g_string_new (text);
      g_autoptr (json_object) damaged = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (HemoImage) back = NULL;

      g_assert_cmpuint (g_string_replace (other, ways[i][0], ways[i][1], 1), ==, 1);
      damaged = hemo_fhir_parse (other->str, other->len, &error);
      g_assert_no_error (error);
      back = hemo_fhir_media_from_json (damaged, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (back->marks != NULL ? back->marks->len : 0, ==, image->marks->len - 1);
    }
}

static void
test_provenance (void)
{
  g_autoptr (HemoCase) data = sample_case_new ();
  g_autoptr (HemoFhirProvenance) change = hemo_fhir_provenance_new ();
  g_autoptr (GError) error = NULL;

  change->uuid = hemo_uuid_new ();
  change->target_type = g_strdup ("Patient");
  change->target = g_strdup (data->patient->uuid);
  change->recorded = data->order->ordered_at;
  g_assert_null (hemo_fhir_provenance_to_json (change, &error));
  g_assert_error (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_INVALID);
  change->agent = hemo_uuid_new ();
  change->created = TRUE;
  {
    g_autoptr (json_object) json = hemo_fhir_provenance_to_json (change, NULL);
    g_autoptr (HemoFhirProvenance) back = hemo_fhir_provenance_from_json (json, NULL);
    g_autoptr (json_object) again = hemo_fhir_provenance_to_json (back, NULL);

    assert_same (json, again);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fhir/records/patient", test_patient);
  g_test_add_func ("/fhir/records/order-and-specimens", test_order_and_specimens);
  g_test_add_func ("/fhir/records/image", test_image);
  g_test_add_func ("/fhir/records/marks", test_marks);
  g_test_add_func ("/fhir/records/damaged-mark", test_damaged_mark);
  g_test_add_func ("/fhir/records/provenance", test_provenance);
  return g_test_run ();
}
