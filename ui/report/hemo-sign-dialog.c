/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Proves who is there, then signs; what fails is said here and changes nothing. */

#include "hemo-sign-dialog.h"

#include "hemo-clock-text.h"
#include "hemo-clock.h"
#include "hemo-dialog-draft.h"
#include "hemo-entry.h"
#include "hemo-failure.h"
#include "hemo-files.h"
#include "hemo-format.h"

#include <glib/gi18n.h>

struct _HemoSignDialog
{
  AdwDialog parent_instance;

  GtkButton *cancel;
  GtkButton *sign;
  GtkLabel *who;
  GtkLabel *what;
  GtkLabel *hint;
  AdwToggleGroup *kinds;
  AdwPreferencesGroup *reason_group;
  AdwEntryRow *reason;
  AdwPreferencesGroup *clock_group;
  AdwEntryRow *date;
  AdwEntryRow *time;
  GtkLabel *clock_note;
  AdwPasswordEntryRow *secret;
  AdwPasswordEntryRow *new_pin;
  AdwPasswordEntryRow *new_pin_again;
  GtkBox *waiting;
  GtkLabel *error;

  HemoDesk *desk;
  char *specimen;
  HemoDialogDraft *draft;
  GStrv accepted;
  gboolean replaces;
  /* Cancelled or entered in error; a draft when something is signed. */
  HemoReportStatus withdrawal;
  HemoPinState pin;
  gboolean clock_wrong;
  guint hold;
};

G_DEFINE_FINAL_TYPE (HemoSignDialog, hemo_sign_dialog, ADW_TYPE_DIALOG)

enum
{
  SIGNED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

/* What has to be known before a person can sign. */
typedef struct
{
  HemoPinState pin;
  gboolean clock_wrong;
} Terms;

/* What is to be done, in one go: a PIN that is right signs at once. */
typedef struct
{
  char *specimen;
  HemoReportStatus status;
  char *reason;
  HemoTime by_hand;
  GStrv accepted;
  HemoSecret *secret;
  gboolean is_pin;
  HemoSecret *new_pin;
} Signing;

static void
signing_free (gpointer data)
{
  Signing *self = data;

  g_free (self->specimen);
  g_free (self->reason);
  g_strfreev (self->accepted);
  g_clear_pointer (&self->secret, hemo_secret_unref);
  g_clear_pointer (&self->new_pin, hemo_secret_unref);
  g_free (self);
}

static void
say (HemoSignDialog *self, const char *text)
{
  gtk_label_set_text (self->error, text != NULL ? text : "");
  gtk_widget_add_css_class (GTK_WIDGET (self->error), "error");
  gtk_widget_set_visible (GTK_WIDGET (self->error), text != NULL);
  if (text != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static void
set_waiting (HemoSignDialog *self, gboolean waiting)
{
  gtk_widget_set_visible (GTK_WIDGET (self->waiting), waiting);
  gtk_widget_set_sensitive (GTK_WIDGET (self->sign), !waiting);
  gtk_widget_set_sensitive (GTK_WIDGET (self->cancel), !waiting);
  /* The entry keeps the focus: one who is refused types again at once. */
  gtk_editable_set_editable (GTK_EDITABLE (self->secret), !waiting);
  hemo_dialog_draft_set_busy (self->draft, waiting);
}

static gboolean
prove (HemoClinic *clinic, HemoSession *session, const Signing *self, GError **error)
{
  if (self->is_pin)
    return hemo_clinic_check_pin (clinic, session, self->secret, error);
  return hemo_clinic_check_passphrase (clinic, session, self->secret, error)
         && (self->new_pin == NULL || hemo_clinic_set_pin (clinic, session, self->new_pin, error));
}

static gboolean
sign_work (HemoClinic *clinic,
           HemoSession *session,
           gpointer data,
           gpointer *result,
           GCancellable *cancellable,
           GError **error)
{
  const Signing *self = data;
  const HemoSigningRequest request = { .status = self->status,
                                       .reason = self->reason,
                                       .by_hand = self->by_hand,
                                       .accepted = (const char *const *)self->accepted };

  if (!prove (clinic, session, self, error))
    return FALSE;
  *result = hemo_clinic_sign_report_as (clinic, session, self->specimen, &request, error);
  return *result != NULL;
}

static void
refused (HemoSignDialog *self, const GError *error)
{
  gboolean wrong = g_error_matches (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET);

  say (self, error->message);
  gtk_widget_grab_focus (g_error_matches (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WEAK)
                             ? GTK_WIDGET (self->new_pin)
                             : GTK_WIDGET (self->secret));
  if (wrong || g_error_matches (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_TOO_SOON))
    gtk_editable_set_text (GTK_EDITABLE (self->secret), "");
}

static void ask_terms (HemoSignDialog *self);

static void
signed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSignDialog) self = data;
  g_autoptr (HemoReport) report = NULL;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;

  hemo_desk_release (self->desk, self->hold);
  set_waiting (self, FALSE);
  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      refused (self, error);
      /* The last wrong PIN makes it the passphrase's turn; a new PIN may be set already. */
      ask_terms (self);
      return;
    }
  report = out;
  hemo_desk_touch (self->desk);
  g_signal_emit (self, signals[SIGNED], 0, report->version);
  hemo_dialog_draft_close (self->draft);
}

static HemoReportStatus
chosen_status (HemoSignDialog *self)
{
  HemoReportStatus status = HEMO_REPORT_FINAL;

  if (self->withdrawal != HEMO_REPORT_DRAFT)
    return self->withdrawal;
  hemo_report_status_from_code (adw_toggle_group_get_active_name (self->kinds), &status, NULL);
  return status;
}

/* A new PIN that was typed twice alike; FALSE when it was said what is wrong. */
static gboolean
take_new_pin (HemoSignDialog *self, HemoSecret **pin)
{
  const char *first = gtk_editable_get_text (GTK_EDITABLE (self->new_pin));
  const char *again = gtk_editable_get_text (GTK_EDITABLE (self->new_pin_again));

  if (self->pin != HEMO_PIN_NONE)
    return TRUE;
  if (!g_str_equal (first, again) || *first == '\0')
    {
      say (self, *first == '\0' ? _ ("Choose a PIN of four to eight digits; it signs from now on.")
                                : _ ("The two new PINs differ. Type the same one twice."));
      gtk_widget_grab_focus (GTK_WIDGET (*first == '\0' ? self->new_pin : self->new_pin_again));
      return FALSE;
    }
  *pin = hemo_entry_take_secret (GTK_EDITABLE (self->new_pin));
  gtk_editable_set_text (GTK_EDITABLE (self->new_pin_again), "");
  return *pin != NULL;
}

static gboolean
read_clock (HemoSignDialog *self, HemoTime *out, GError **error)
{
  return hemo_clock_text_parse (gtk_editable_get_text (GTK_EDITABLE (self->date)),
                                gtk_editable_get_text (GTK_EDITABLE (self->time)),
                                hemo_desk_is_day_first (self->desk), out, error);
}

static gboolean
check_clock (HemoSignDialog *self, HemoTime *by_hand)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  HemoDate day;

  if (read_clock (self, by_hand, &error))
    return TRUE;
  words = hemo_failure_say (error->message);
  say (self, words);
  gtk_widget_grab_focus (hemo_date_parse (gtk_editable_get_text (GTK_EDITABLE (self->date)),
                                          hemo_desk_is_day_first (self->desk), &day, NULL)
                             ? GTK_WIDGET (self->time)
                             : GTK_WIDGET (self->date));
  return FALSE;
}

/* What is going to be signed, the month as a word. */
static void
clock_typed_cb (HemoSignDialog *self)
{
  HemoTime time;
  gboolean read = read_clock (self, &time, NULL);
  g_autofree char *text = read ? hemo_format_time (time) : g_strdup ("");

  say (self, NULL);
  gtk_label_set_text (self->clock_note, text);
  if (read)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  gtk_widget_set_visible (GTK_WIDGET (self->clock_note), read);
}

static gboolean
check_words (HemoSignDialog *self, HemoTime *by_hand)
{
  const char *reason = gtk_editable_get_text (GTK_EDITABLE (self->reason));

  if (gtk_widget_get_visible (GTK_WIDGET (self->reason_group)) && *reason == '\0')
    {
      say (self, self->replaces ? _ ("Say why the report is changed. It is printed on it.")
                                : _ ("Say why the report is withdrawn. It is printed on it."));
      gtk_widget_grab_focus (GTK_WIDGET (self->reason));
      return FALSE;
    }
  if (self->clock_wrong && !check_clock (self, by_hand))
    return FALSE;
  if (*gtk_editable_get_text (GTK_EDITABLE (self->secret)) == '\0')
    {
      gtk_widget_grab_focus (GTK_WIDGET (self->secret));
      return FALSE;
    }
  return TRUE;
}

static void
sign_cb (HemoSignDialog *self)
{
  Signing *signing;
  HemoTime by_hand = { 0 };
  HemoSecret *new_pin = NULL;

  if (!gtk_widget_get_sensitive (GTK_WIDGET (self->sign)) || !check_words (self, &by_hand)
      || !take_new_pin (self, &new_pin))
    return;
  say (self, NULL);
  signing = g_new0 (Signing, 1);
  signing->specimen = g_strdup (self->specimen);
  signing->status = chosen_status (self);
  if (gtk_widget_get_visible (GTK_WIDGET (self->reason_group)))
    signing->reason = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->reason)));
  signing->by_hand = by_hand;
  signing->accepted = g_strdupv (self->accepted);
  signing->is_pin = self->pin == HEMO_PIN_SET;
  signing->secret = hemo_entry_take_secret (GTK_EDITABLE (self->secret));
  signing->new_pin = new_pin;
  set_waiting (self, TRUE);
  self->hold = hemo_desk_hold (self->desk, _ ("A report is being signed"));
  hemo_desk_run_async (self->desk, sign_work, signing, signing_free,
                       (GDestroyNotify)hemo_report_free, NULL, signed_cb, g_object_ref (self));
}

static gboolean
terms_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autofree Terms *terms = g_new0 (Terms, 1);
  gint64 newest = 0;

  if (!hemo_pin_get_state (txn, &terms->pin, error)
      || !hemo_clock_newest_record (txn, &newest, error))
    return FALSE;
  terms->clock_wrong = !hemo_clock_is_plausible (hemo_txn_get_time (txn).utc_us, newest);
  *result = g_steal_pointer (&terms);
  return TRUE;
}

static void
show_terms (HemoSignDialog *self)
{
  gboolean choose = self->pin == HEMO_PIN_NONE;
  const char *hint = NULL;

  if (choose)
    hint = _ ("You have no PIN yet. Choose one with your passphrase: from now on it signs and "
              "unlocks.");
  else if (self->pin == HEMO_PIN_SPENT)
    hint = _ ("After five wrong PINs only the passphrase signs, until the next sign-in.");
  gtk_label_set_text (self->hint, hint != NULL ? hint : "");
  gtk_widget_set_visible (GTK_WIDGET (self->hint), hint != NULL);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->secret),
                                 self->pin == HEMO_PIN_SET ? _ ("PIN") : _ ("Passphrase"));
  gtk_widget_set_visible (GTK_WIDGET (self->new_pin), choose);
  gtk_widget_set_visible (GTK_WIDGET (self->new_pin_again), choose);
  gtk_widget_set_visible (GTK_WIDGET (self->clock_group), self->clock_wrong);
}

static void
terms_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSignDialog) self = data;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      say (self, error->message);
      return;
    }
  g_autofree Terms *terms = out;
  self->pin = terms->pin;
  self->clock_wrong = terms->clock_wrong;
  show_terms (self);
}

static void
ask_terms (HemoSignDialog *self)
{
  hemo_desk_read_async (self->desk, terms_job, NULL, NULL, g_free, NULL, terms_cb,
                        g_object_ref (self));
}

static void
sign_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HemoSignDialog *self = HEMO_SIGN_DIALOG (widget);

  if (gtk_widget_get_sensitive (GTK_WIDGET (self->sign)))
    sign_cb (self);
}

static void
cancel_cb (HemoSignDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
hemo_sign_dialog_dispose (GObject *object)
{
  HemoSignDialog *self = HEMO_SIGN_DIALOG (object);

  g_clear_object (&self->draft);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_SIGN_DIALOG);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->specimen, g_free);
  g_clear_pointer (&self->accepted, g_strfreev);
  G_OBJECT_CLASS (hemo_sign_dialog_parent_class)->dispose (object);
}

static void
hemo_sign_dialog_class_init (HemoSignDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_sign_dialog_dispose;
  signals[SIGNED] = g_signal_new ("signed", HEMO_TYPE_SIGN_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  gtk_widget_class_install_action (widget_class, "sign.sign", NULL, sign_action_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK, "sign.sign",
                                       NULL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hemogram/Hemogram/report/hemo-sign-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoSignDialog, cancel);
  gtk_widget_class_bind_template_child (widget_class, HemoSignDialog, sign);
  gtk_widget_class_bind_template_child (widget_class, HemoSignDialog, who);
  gtk_widget_class_bind_template_child (widget_class, HemoSignDialog, what);
  gtk_widget_class_bind_template_child (widget_class, HemoSignDialog, hint);
  gtk_widget_class_bind_template_child (widget_class, HemoSignDialog, kinds);
  gtk_widget_class_bind_template_child (widget_class, HemoSignDialog, reason_group);
  gtk_widget_class_bind_template_child (widget_class, HemoSignDialog, reason);
  gtk_widget_class_bind_template_child (widget_class, HemoSignDialog, clock_group);
  gtk_widget_class_bind_template_child (widget_class, HemoSignDialog, date);
  gtk_widget_class_bind_template_child (widget_class, HemoSignDialog, time);
  gtk_widget_class_bind_template_child (widget_class, HemoSignDialog, clock_note);
  gtk_widget_class_bind_template_child (widget_class, HemoSignDialog, secret);
  gtk_widget_class_bind_template_child (widget_class, HemoSignDialog, new_pin);
  gtk_widget_class_bind_template_child (widget_class, HemoSignDialog, new_pin_again);
  gtk_widget_class_bind_template_child (widget_class, HemoSignDialog, waiting);
  gtk_widget_class_bind_template_child (widget_class, HemoSignDialog, error);
}

static void
hemo_sign_dialog_init (HemoSignDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->pin = HEMO_PIN_SET;
  g_signal_connect_swapped (self->cancel, "clicked", G_CALLBACK (cancel_cb), self);
  g_signal_connect_swapped (self->sign, "clicked", G_CALLBACK (sign_cb), self);
  g_signal_connect_swapped (self->date, "changed", G_CALLBACK (clock_typed_cb), self);
  g_signal_connect_swapped (self->time, "changed", G_CALLBACK (clock_typed_cb), self);
}

static void
add_kind (HemoSignDialog *self, HemoReportStatus status, const char *label)
{
  AdwToggle *toggle = adw_toggle_new ();

  adw_toggle_set_name (toggle, hemo_report_status_to_code (status));
  adw_toggle_set_label (toggle, label);
  adw_toggle_set_use_underline (toggle, TRUE);
  adw_toggle_group_add (self->kinds, toggle);
}

/* Readings that disagree make no final report. */
static gboolean
may_be_final (HemoSignDialog *self, const HemoCase *data)
{
  g_auto (GStrv) disagreements = hemo_report_disagreements (data->report, data);

  return disagreements[0] == NULL && hemo_desk_may (self->desk, HEMO_ACTION_REPORT_SIGN);
}

static void
add_kinds (HemoSignDialog *self, const HemoCase *data)
{
  if (self->replaces)
    {
      add_kind (self, HEMO_REPORT_AMENDED, _ ("_Amended: something is added"));
      add_kind (self, HEMO_REPORT_CORRECTED, _ ("C_orrected: something was wrong"));
      return;
    }
  if (may_be_final (self, data))
    add_kind (self, HEMO_REPORT_FINAL, _ ("_Final"));
  add_kind (self, HEMO_REPORT_PRELIMINARY, _ ("_Preliminary"));
}

/* Of whose case; what is asked is still to be shown. */
static HemoSignDialog *
make (HemoDesk *desk, const HemoCase *data)
{
  HemoSignDialog *self = g_object_new (HEMO_TYPE_SIGN_DIALOG, NULL);
  g_autofree char *name = hemo_patient_display_name (data->patient);
  g_autofree char *who = g_strdup_printf ("%s  %s", name, data->specimen->accession);

  self->desk = g_object_ref (desk);
  self->specimen = g_strdup (data->specimen->uuid);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->date),
                                 hemo_desk_is_day_first (desk) ? _ ("_Date (day/month/year)")
                                                               : _ ("_Date (month/day/year)"));
  gtk_label_set_text (self->who, who);
  return self;
}

/* Why it is changed or withdrawn, of this version only; never a PIN or a passphrase. */
static void
keep_draft (HemoSignDialog *self, const HemoCase *data)
{
  g_autofree char *form
      = g_strdup_printf ("%s:%s:%u", self->withdrawal != HEMO_REPORT_DRAFT ? "withdraw" : "sign",
                         self->specimen, data->reports->len);

  self->draft = hemo_dialog_draft_new (ADW_DIALOG (self), self->desk, form, self->error);
  if (gtk_widget_get_visible (GTK_WIDGET (self->reason_group)))
    hemo_dialog_draft_add (self->draft, "reason", GTK_WIDGET (self->reason), "text");
  if (self->replaces)
    hemo_dialog_draft_add (self->draft, "kind", GTK_WIDGET (self->kinds), "active-name");
  hemo_dialog_draft_start (self->draft);
}

HemoSignDialog *
hemo_sign_dialog_new (HemoDesk *desk, const HemoCase *data, const char *const *accepted)
{
  HemoSignDialog *self = make (desk, data);
  const HemoReport *last
      = data->reports->len > 0 ? data->reports->pdata[data->reports->len - 1] : NULL;

  self->accepted = g_strdupv ((GStrv)accepted);
  self->replaces = last != NULL && last->status != HEMO_REPORT_PRELIMINARY;
  add_kinds (self, data);
  if (hemo_report_needs_call (data->report))
    {
      gtk_label_set_text (self->what,
                          _ ("Nobody was reached about a critical value, and the report "
                             "says so. The case stays under Critical until somebody is "
                             "told."));
      gtk_widget_set_visible (GTK_WIDGET (self->what), TRUE);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->reason_group), self->replaces);
  if (self->replaces)
    adw_dialog_set_focus (ADW_DIALOG (self), GTK_WIDGET (self->reason));
  keep_draft (self, data);
  ask_terms (self);
  return self;
}

HemoSignDialog *
hemo_sign_dialog_new_withdraw (HemoDesk *desk, const HemoCase *data)
{
  HemoSignDialog *self = make (desk, data);
  gboolean rejected = hemo_case_needs_cancel (data);

  self->withdrawal = rejected ? HEMO_REPORT_CANCELLED : HEMO_REPORT_ENTERED_IN_ERROR;
  adw_dialog_set_title (ADW_DIALOG (self), _ ("Withdraw Report"));
  gtk_button_set_label (self->sign, _ ("_Withdraw"));
  gtk_widget_remove_css_class (GTK_WIDGET (self->sign), "suggested-action");
  gtk_widget_add_css_class (GTK_WIDGET (self->sign), "destructive-action");
  gtk_label_set_text (self->what, _ ("A new paper says that nobody may use the results any more. "
                                     "The versions signed before stay in the record. A withdrawal "
                                     "is not taken back: to mend a result, amend the report."));
  gtk_widget_set_visible (GTK_WIDGET (self->what), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->kinds), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->reason), _ ("_Why it is withdrawn"));
  /* Of a specimen that was rejected the paper says why as it is. */
  gtk_widget_set_visible (GTK_WIDGET (self->reason_group), !rejected);
  if (!rejected)
    adw_dialog_set_focus (ADW_DIALOG (self), GTK_WIDGET (self->reason));
  keep_draft (self, data);
  ask_terms (self);
  return self;
}
