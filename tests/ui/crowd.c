/* SPDX-License-Identifier: GPL-3.0-or-later */

/* crowd DIRECTORY PASSPHRASE NUMBER: so many invented patients with a case each join a clinic;
 * among them the longest names that a form takes, and names in other scripts. */

#include "hemo-clinic.h"
#include "hemo-patient-table.h"
#include "hemo-specimen-table.h"

#include <stdlib.h>
#include <string.h>

typedef struct
{
  const char *given;
  const char *family;
} Name;

/* The first ones are the hardest to show; the newest case stands where it is seen first. */
static const Name names[] = {
  { "Amina", "Odhiambo" },
  { "Wilhelmina Alexandrina Theodora Constantia", "Featherstonehaugh" },
  { "Sri Lakshmi Narasimha", "Venkataraghavan Subramaniapuram" },
  { "वेंकटराघवन लक्ष्मीनारायण", "सुब्रमण्यम चट्टोपाध्याय" },
  { "عبد الرحمن محمد عبد اللطيف", "المنصوري الخوارزمي البغدادي" },
  { NULL, "Ngozi" },
  { "Joseph", "Mwangi" },
};

static gboolean
save_patient (HemoTxn *txn, int number, HemoPatient *patient, GError **error)
{
  const Name *name = &names[number % (int)G_N_ELEMENTS (names)];
  g_autofree char *value = g_strdup_printf ("C-%06d", number);

  patient->given = g_strdup (name->given);
  patient->family = g_strdup (name->family);
  patient->sex = number % 3 == 0 ? HEMO_SEX_MALE : HEMO_SEX_FEMALE;
  patient->birth.date = (HemoDate){ 1940 + number % 80, 1 + number % 12, 1 + number % 28 };
  patient->village = g_strdup ("Kilometre Twenty-Seven on the Road to the Lake");
  g_ptr_array_add (patient->identifiers, hemo_identifier_new ("clinic", value));
  return hemo_patient_save (txn, patient, error);
}

static gboolean
accept_case (HemoTxn *txn, int number, const char *patient, GError **error)
{
  g_autoptr (HemoOrder) order = hemo_order_new (patient);
  g_autoptr (HemoSpecimen) specimen = hemo_specimen_new ();

  order->tests = HEMO_TEST_DIFFERENTIAL;
  if (number % 2 == 0)
    order->tests |= HEMO_TEST_MORPHOLOGY | HEMO_TEST_PLATELETS | HEMO_TEST_MALARIA | HEMO_TEST_CBC;
  order->urgency = (HemoUrgency)(number % 3);
  order->requester = g_strdup ("Dr Chukwuemeka Oluwaseun Adebayo-Montgomery");
  order->clinical_note = g_strdup ("Fever for five days, pale, spleen felt three fingers below the "
                                   "ribs; was treated for malaria elsewhere two weeks ago.");
  order->ordered_at = hemo_time_now ();
  if (!hemo_order_save (txn, order, error))
    return FALSE;
  specimen->order = g_strdup (order->uuid);
  specimen->received_at = hemo_time_now ();
  return hemo_specimen_accept (txn, specimen, error);
}

static gboolean
join_cb (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const int *number = data;

  for (int i = *number; i > 0; i--)
    {
      g_autoptr (HemoPatient) patient = hemo_patient_new ();
      if (!save_patient (txn, i, patient, error) || !accept_case (txn, i, patient->uuid, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
join (const char *folder, const char *passphrase, int number, GError **error)
{
  g_autofree char *copy = g_strdup (passphrase);
  g_autoptr (HemoSecret) secret = hemo_secret_new_take (copy, strlen (copy));
  g_autoptr (HemoClinic) clinic = hemo_clinic_open (folder, error);
  g_autoptr (HemoSession) session = NULL;
  gboolean done;

  if (clinic == NULL)
    return FALSE;
  session = hemo_clinic_sign_in (clinic, "admin", secret, error);
  done
      = session != NULL
        && hemo_store_write (hemo_clinic_get_store (clinic), session, join_cb, &number, NULL, error)
        && hemo_clinic_sign_out (clinic, session, error);
  hemo_clinic_close (clinic);
  return done;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  if (argc != 4 || !hemo_vault_init (&error) || !join (argv[1], argv[2], atoi (argv[3]), &error))
    {
      g_printerr ("%s\n", error != NULL ? error->message : "crowd DIRECTORY PASSPHRASE NUMBER");
      return 1;
    }
  return 0;
}
