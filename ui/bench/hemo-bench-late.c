/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who came back from a locked screen may have another slide under the microscope than the one whose
 * case lies on the bench: nothing is taken for its patient's that nobody saw come. */

#include "hemo-bench-late.h"

#include "hemo-capture.h"

#include <glib/gi18n.h>
#include <string.h>

/* A lock closes the question, which is asked again after it. */
static void
answered_cb (HemoBench *bench, const char *response)
{
  HemoCapture *capture = hemo_bench_case_get_capture (hemo_bench_get_case (bench));
  const gboolean take = strcmp (response, "take") == 0;

  if (hemo_desk_get_session_state (hemo_place_get_desk (HEMO_PLACE (bench))) != HEMO_SESSION_OPEN)
    return;
  hemo_capture_take_late (capture, take);
  if (!take)
    hemo_place_toast (GTK_WIDGET (bench),
                      _ ("They stay in the folder. “Open Files…” brings them in."));
}

static void
late_cb (HemoBench *bench, guint pictures)
{
  const HemoCase *data = hemo_bench_case_get (hemo_bench_get_case (bench));
  g_autofree char *name = hemo_patient_display_name (data->patient);
  g_autofree char *text = g_strdup_printf (
      /* Translators: a number, then a specimen number and the patient's name */
      ngettext ("%u picture came from the microscope’s program while the screen was locked. Bring "
                "it in only if it is of %s, %s.",
                "%u pictures came from the microscope’s program while the screen was locked. Bring "
                "them in only if they are of %s, %s.",
                pictures),
      pictures, data->specimen->accession, name);
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Pictures of This Case?"), text);

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "leave", _ ("_Leave in the Folder"),
                                  "take", _ ("_Bring In"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "take",
                                            ADW_RESPONSE_SUGGESTED);
  /* Enter is still warm from the passphrase. */
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "leave");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "leave");
  g_signal_connect_object (dialog, "response", G_CALLBACK (answered_cb), bench, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (bench));
}

void
hemo_bench_late_attach (HemoBench *bench)
{
  g_signal_connect_object (hemo_bench_case_get_capture (hemo_bench_get_case (bench)), "late",
                           G_CALLBACK (late_cb), bench, G_CONNECT_SWAPPED);
}
