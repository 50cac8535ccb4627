/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The specimen page: two inputs for the routine, Ctrl+Enter and the label. */

#include "hemo-acceptance.h"

#include "hemo-acceptance-jobs-private.h"
#include "hemo-accepted.h"
#include "hemo-draft-keeper.h"
#include "hemo-expected-table.h"
#include "hemo-format.h"
#include "hemo-json.h"
#include "hemo-order-form.h"
#include "hemo-patient-table.h"
#include "hemo-rejection-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

struct _HemoAcceptance
{
  HemoPlace parent_instance;

  GtkButton *accept;
  GtkButton *reject;
  AdwBanner *draft_banner;
  AdwBanner *banner;
  GtkStack *stack;
  GtkLabel *patient_name;
  AdwPreferencesGroup *expected_group;
  AdwComboRow *ordered;
  HemoOrderForm *form;
  HemoAccepted *accepted;

  char *uuid;
  HemoPatient *patient;
  /* Orders whose specimen this may be. (element-type HemoExpected) */
  GPtrArray *expected;
  /* UUID of the one that is wanted, or NULL. */
  char *order;
  /* After it was accepted. */
  HemoSpecimen *specimen;
  HemoDraftKeeper *keeper;
  gboolean saving;
  /* The form says what is asked for in an order that came in. */
  gboolean ordered_shown;
  /* A draft is put in. */
  gboolean restoring;
  /* What is saved is of an order that came in. */
  gboolean ordered_saving;
};

G_DEFINE_FINAL_TYPE (HemoAcceptance, hemo_acceptance, HEMO_TYPE_PLACE)

static HemoDesk *
desk (HemoAcceptance *self)
{
  return hemo_place_get_desk (HEMO_PLACE (self));
}

static gboolean
is_gone (HemoAcceptance *self)
{
  return self->stack == NULL;
}

static void
say (HemoAcceptance *self, const char *text)
{
  if (text != NULL)
    {
      adw_banner_set_title (self->banner, text);
      gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                               GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
    }
  adw_banner_set_revealed (self->banner, text != NULL);
}

/* Orders that came in */

/* NULL: a new one, or none is chosen. Before the orders stands that none is, behind them a new one.
 */
static const HemoOrder *
get_ordered (HemoAcceptance *self)
{
  guint chosen = adw_combo_row_get_selected (self->ordered);

  return self->expected != NULL && chosen >= 1 && chosen <= self->expected->len
             ? ((const HemoExpected *)self->expected->pdata[chosen - 1])->order
             : NULL;
}

/* Nobody is to find a specimen under an order that was only the first of a list. */
static gboolean
lacks_choice (HemoAcceptance *self)
{
  return gtk_widget_get_visible (GTK_WIDGET (self->expected_group))
         && adw_combo_row_get_selected (self->ordered) == 0;
}

/* @order: UUID, or "" for a new one. What is expected no more is said, and has to be chosen. */
static void
choose_ordered (HemoAcceptance *self, const char *order)
{
  guint chosen = 0;

  while (chosen < self->expected->len
         && strcmp (((const HemoExpected *)self->expected->pdata[chosen])->order->uuid, order) != 0)
    chosen++;
  if (*order == '\0' || chosen < self->expected->len)
    {
      adw_combo_row_set_selected (self->ordered, chosen + 1);
      return;
    }
  gtk_widget_set_visible (GTK_WIDGET (self->expected_group), TRUE);
  say (self, _ ("This order is not waited for any more: its specimen came, or it was taken back. "
                "Choose another one, or a new order."));
}

static void changed_cb (HemoAcceptance *self);

static void
show_ordered (HemoAcceptance *self)
{
  const HemoOrder *ordered = get_ordered (self);

  /* What was asked for in an order that was chosen before is not asked for here. */
  if (ordered == NULL && self->ordered_shown)
    hemo_order_form_fill_usual (self->form);
  self->ordered_shown = ordered != NULL;
  hemo_order_form_set_ordered (self->form, ordered);
}

/* (transfer full) */
static char *
describe_order (const HemoOrder *order)
{
  g_autofree char *tests = hemo_format_tests (order->tests);
  g_autofree char *when = hemo_format_time (order->ordered_at);

  /* Translators: an order: its tests, who asks, when it was ordered */
  return order->requester != NULL
             ? g_strdup_printf (_ ("%s · %s · %s"), tests, order->requester, when)
             : g_strdup_printf (_ ("%s · %s"), tests, when);
}

static void
ordered_cb (HemoAcceptance *self)
{
  show_ordered (self);
  if (!self->restoring)
    changed_cb (self);
}

static void
offer_orders (HemoAcceptance *self)
{
  g_autoptr (GtkStringList) choices = gtk_string_list_new (NULL);

  gtk_string_list_append (choices, _ ("Not chosen yet"));
  for (guint i = 0; i < self->expected->len; i++)
    gtk_string_list_take (choices,
                          describe_order (((const HemoExpected *)self->expected->pdata[i])->order));
  gtk_string_list_append (choices, _ ("A new order"));
  adw_combo_row_set_model (self->ordered, G_LIST_MODEL (choices));
  g_signal_connect_object (self->ordered, "notify::selected", G_CALLBACK (ordered_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_set_visible (GTK_WIDGET (self->expected_group), self->expected->len > 0);
  if (self->order != NULL)
    choose_ordered (self, self->order);
  if (lacks_choice (self) && gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_widget_grab_focus (GTK_WIDGET (self->ordered));
}

/* Drafts */

/* With the order that was chosen, which the form does not know. (transfer full) */
static char *
make_draft (HemoAcceptance *self)
{
  g_autofree char *typed = hemo_order_form_to_draft (self->form);
  json_object *draft = hemo_json_read_stored (typed);
  const HemoOrder *ordered = get_ordered (self);
  char *text;

  if (!lacks_choice (self))
    hemo_json_add (draft, "order", json_object_new_string (ordered != NULL ? ordered->uuid : ""));
  text = hemo_json_to_text (draft, JSON_C_TO_STRING_PLAIN);
  json_object_put (draft);
  return text;
}

static void
choose_drafted (HemoAcceptance *self, const char *text)
{
  json_object *draft = hemo_json_read_stored (text);
  json_object *order = NULL;

  if (draft != NULL && json_object_object_get_ex (draft, "order", &order)
      && json_object_is_type (order, json_type_string)
      && (self->expected->len > 0 || *json_object_get_string (order) != '\0'))
    choose_ordered (self, json_object_get_string (order));
  json_object_put (draft);
}

static void
changed_cb (HemoAcceptance *self)
{
  say (self, NULL);
  if (self->keeper != NULL && self->specimen == NULL)
    hemo_draft_keeper_keep (self->keeper, make_draft (self));
}

static void
draft_found_cb (HemoAcceptance *self, const char *draft)
{
  if (self->specimen != NULL)
    return;
  self->restoring = TRUE;
  /* Who chose an order in the list chose it now. */
  if (self->order == NULL)
    choose_drafted (self, draft);
  hemo_order_form_from_draft (self->form, draft);
  show_ordered (self);
  self->restoring = FALSE;
  adw_banner_set_title (self->draft_banner,
                        _ ("This was typed before and not saved. It is here again."));
  adw_banner_set_button_label (self->draft_banner, _ ("_Discard It"));
  adw_banner_set_revealed (self->draft_banner, TRUE);
}

static void
draft_failed_cb (HemoAcceptance *self, const GError *error)
{
  g_autofree char *text = g_strdup_printf (
      _ ("What you type is not kept if the power fails now: %s"), error->message);

  say (self, text);
}

static void
discard_draft_cb (HemoAcceptance *self)
{
  hemo_draft_keeper_forget (self->keeper);
  adw_banner_set_revealed (self->draft_banner, FALSE);
  hemo_order_form_fill_usual (self->form);
  show_ordered (self);
}

/* Accepting */

static void
show_accepted (HemoAcceptance *self)
{
  gboolean rejected = self->specimen->rejection != HEMO_REJECTION_NONE;

  hemo_accepted_show (self->accepted, self->patient, self->specimen);
  gtk_widget_set_visible (GTK_WIDGET (self->accept), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->reject), !rejected);
  adw_banner_set_revealed (self->draft_banner, FALSE);
  gtk_stack_set_visible_child_name (self->stack, "accepted");
  gtk_widget_grab_focus (GTK_WIDGET (self->accepted));
}

static void
accepted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoAcceptance) self = data;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;

  self->saving = FALSE;
  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      if (!is_gone (self))
        say (self, error->message);
      return;
    }
  g_clear_pointer (&self->specimen, hemo_specimen_free);
  self->specimen = out;
  if (is_gone (self))
    return;
  hemo_draft_keeper_forget (self->keeper);
  /* What others ask for is nobody's habit here. */
  if (!self->ordered_saving)
    hemo_order_form_remember_usual (self->form);
  show_accepted (self);
}

/* What was typed for one order is not found again under another. (transfer full) */
static char *
form_name (HemoAcceptance *self)
{
  return self->order != NULL ? g_strdup_printf ("specimen %s %s", self->uuid, self->order)
                             : g_strdup_printf ("specimen %s", self->uuid);
}

static void
accept_as (HemoAcceptance *self, HemoRejection reason, const char *note)
{
  const char *why = NULL;
  HemoAcceptJob *accept;

  if (self->saving || self->patient == NULL || self->specimen != NULL)
    return;
  if (lacks_choice (self))
    {
      say (self, _ ("Choose the order that this specimen is for, or a new order."));
      gtk_widget_grab_focus (GTK_WIDGET (self->ordered));
      return;
    }
  if (!hemo_order_form_check (self->form, &why))
    {
      say (self, why);
      return;
    }
  say (self, NULL);
  self->saving = TRUE;
  accept = g_new0 (HemoAcceptJob, 1);
  accept->expected = self->ordered_saving = get_ordered (self) != NULL;
  accept->patient = g_strdup (self->uuid);
  accept->order
      = accept->expected ? hemo_order_copy (get_ordered (self)) : hemo_order_new (self->uuid);
  if (!accept->expected)
    accept->order->ordered_at = hemo_time_now ();
  accept->specimen = hemo_specimen_new ();
  hemo_order_form_read (self->form, accept->order, accept->specimen);
  accept->form = form_name (self);
  accept->reason = reason;
  accept->note = g_strdup (note);
  hemo_desk_write_async (desk (self), hemo_accept_job_run, accept, hemo_accept_job_free,
                         (GDestroyNotify)hemo_specimen_free, NULL, accepted_cb,
                         g_object_ref (self));
}

static void
accept_cb (HemoAcceptance *self)
{
  accept_as (self, HEMO_REJECTION_NONE, NULL);
}

/* Rejecting what was accepted */

static void
rejected_cb (HemoRejection reason, const char *note, gpointer data)
{
  HemoAcceptance *self = data;
  HemoRejectJob *reject;

  if (is_gone (self))
    return;
  if (self->specimen == NULL)
    {
      accept_as (self, reason, note);
      return;
    }
  reject = g_new0 (HemoRejectJob, 1);
  reject->specimen = g_strdup (self->specimen->uuid);
  reject->reason = reason;
  reject->note = g_strdup (note);
  hemo_desk_write_async (desk (self), hemo_reject_job_run, reject, hemo_reject_job_free,
                         (GDestroyNotify)hemo_specimen_free, NULL, accepted_cb,
                         g_object_ref (self));
}

static void
reject_cb (HemoAcceptance *self)
{
  hemo_rejection_dialog_ask (GTK_WIDGET (self), rejected_cb, G_OBJECT (self));
}

static gboolean
accept_key_cb (GtkWidget *widget, GVariant *parameter, gpointer data)
{
  HemoAcceptance *self = HEMO_ACCEPTANCE (widget);

  if (self->specimen == NULL)
    accept_cb (self);
  else
    hemo_accepted_open (self->accepted);
  return TRUE;
}

static void
shown_cb (HemoAcceptance *self)
{
  gtk_widget_grab_focus (self->specimen == NULL ? GTK_WIDGET (self->form)
                                                : GTK_WIDGET (self->accepted));
}

/* The page before takes the focus with it when it goes late, and Ctrl+Enter would be heard by
 * nobody. */
static void
keep_focus (HemoAcceptance *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (root != NULL && (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self))))
    shown_cb (self);
}

/* And so it would be left with what is not to be seen any more. */
static void
focus_moved_cb (HemoAcceptance *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  GtkWidget *view = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_NAVIGATION_VIEW);

  if (focus != NULL && view != NULL && !gtk_widget_get_mapped (focus)
      && (gpointer)adw_navigation_view_get_visible_page (ADW_NAVIGATION_VIEW (view)) == self)
    shown_cb (self);
}

static void
follow_focus_cb (HemoAcceptance *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (root != NULL)
    g_signal_connect_object (root, "notify::focus-widget", G_CALLBACK (focus_moved_cb), self,
                             G_CONNECT_SWAPPED);
}

static void
forget_focus_cb (HemoAcceptance *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (root != NULL)
    g_signal_handlers_disconnect_by_func (root, focus_moved_cb, self);
}

/* A slow machine takes the focus away with the page before even later: then the key is heard by the
 * window alone. */
static gboolean
accept_unfocused_cb (GtkWidget *widget, GVariant *parameter, gpointer data)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (!gtk_widget_get_mapped (widget) || (focus != NULL && gtk_widget_get_mapped (focus))
      || (ADW_IS_APPLICATION_WINDOW (root)
          && adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (root)) != NULL))
    return FALSE;
  return accept_key_cb (widget, parameter, data);
}

static void
hear_without_focus (HemoAcceptance *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (keys), GTK_SHORTCUT_SCOPE_GLOBAL);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Return, GDK_CONTROL_MASK),
                        gtk_callback_action_new (accept_unfocused_cb, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/* The patient */

static void
show_patient (HemoAcceptance *self)
{
  HemoDate today = hemo_date_of (hemo_time_now ());
  g_autofree char *name = hemo_patient_display_name (self->patient);
  g_autofree char *age = hemo_format_sex_age (self->patient->sex, &self->patient->birth, today);
  g_autofree char *person = g_strdup_printf (_ ("\u2068%s\u2069  %s"), name, age);

  gtk_label_set_text (self->patient_name, person);
  hemo_order_form_show_patient (self->form, self->patient);
}

typedef struct
{
  HemoPatient *patient;
  GPtrArray *expected;
} Loaded;

static void
loaded_free (gpointer data)
{
  Loaded *self = data;

  g_clear_pointer (&self->patient, hemo_patient_free);
  g_clear_pointer (&self->expected, g_ptr_array_unref);
  g_free (self);
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autofree char *survivor = hemo_patient_dup_survivor (txn, data, error);
  Loaded *loaded;

  if (survivor == NULL)
    return FALSE;
  loaded = g_new0 (Loaded, 1);
  loaded->patient = hemo_patient_load (txn, survivor, error);
  if (loaded->patient != NULL)
    loaded->expected = hemo_expected_of_patient (txn, survivor, error);
  if (loaded->expected != NULL)
    *result = loaded;
  else
    loaded_free (loaded);
  return *result != NULL;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoAcceptance) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *form = NULL;
  Loaded *loaded;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      if (!is_gone (self))
        say (self, error->message);
      return;
    }
  loaded = out;
  self->patient = g_steal_pointer (&loaded->patient);
  self->expected = g_steal_pointer (&loaded->expected);
  loaded_free (loaded);
  if (is_gone (self))
    return;
  offer_orders (self);
  g_set_str (&self->uuid, self->patient->uuid);
  show_patient (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    keep_focus (self);
  form = form_name (self);
  self->keeper = hemo_draft_keeper_new (desk (self), form);
  g_signal_connect_object (self->keeper, "found", G_CALLBACK (draft_found_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->keeper, "failed", G_CALLBACK (draft_failed_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
hidden_cb (HemoAcceptance *self)
{
  if (self->keeper != NULL)
    hemo_draft_keeper_flush (self->keeper);
}

static void
hemo_acceptance_dispose (GObject *object)
{
  HemoAcceptance *self = HEMO_ACCEPTANCE (object);

  if (self->keeper != NULL)
    hemo_draft_keeper_flush (self->keeper);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_ACCEPTANCE);
  g_clear_object (&self->keeper);
  g_clear_pointer (&self->patient, hemo_patient_free);
  g_clear_pointer (&self->specimen, hemo_specimen_free);
  g_clear_pointer (&self->expected, g_ptr_array_unref);
  g_clear_pointer (&self->uuid, g_free);
  g_clear_pointer (&self->order, g_free);
  G_OBJECT_CLASS (hemo_acceptance_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
#define BIND(name) gtk_widget_class_bind_template_child (klass, HemoAcceptance, name)
  BIND (accept);
  BIND (reject);
  BIND (draft_banner);
  BIND (banner);
  BIND (stack);
  BIND (patient_name);
  BIND (expected_group);
  BIND (ordered);
  BIND (form);
  BIND (accepted);
#undef BIND
}

static void
hemo_acceptance_class_init (HemoAcceptanceClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_acceptance_dispose;
  HEMO_PLACE_CLASS (klass)->takes_typing = TRUE;
  HEMO_PLACE_CLASS (klass)->help = "registration";
  g_type_ensure (HEMO_TYPE_ACCEPTED);
  g_type_ensure (HEMO_TYPE_ORDER_FORM);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hemogram/Hemogram/patient/hemo-acceptance.ui");
  bind_children (widget_class);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK, accept_key_cb,
                                NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_Enter, GDK_CONTROL_MASK, accept_key_cb,
                                NULL);
}

static void
hemo_acceptance_init (HemoAcceptance *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hemo_order_form_fill_usual (self->form);
  g_signal_connect_swapped (self->form, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->accept, "clicked", G_CALLBACK (accept_cb), self);
  g_signal_connect_swapped (self->reject, "clicked", G_CALLBACK (reject_cb), self);
  g_signal_connect_swapped (self->draft_banner, "button-clicked", G_CALLBACK (discard_draft_cb),
                            self);
  g_signal_connect (self, "shown", G_CALLBACK (shown_cb), NULL);
  g_signal_connect (self, "map", G_CALLBACK (follow_focus_cb), NULL);
  g_signal_connect (self, "unmap", G_CALLBACK (forget_focus_cb), NULL);
  g_signal_connect (self, "hiding", G_CALLBACK (hidden_cb), NULL);
  hear_without_focus (self);
}

HemoAcceptance *
hemo_acceptance_new (HemoDesk *the_desk, const char *patient, const char *order)
{
  HemoAcceptance *self = g_object_new (HEMO_TYPE_ACCEPTANCE, "desk", the_desk, NULL);

  hemo_order_form_set_desk (self->form, the_desk);
  hemo_accepted_set_desk (self->accepted, the_desk);
  self->uuid = g_strdup (patient);
  self->order = g_strdup (order);
  hemo_desk_read_async (the_desk, load_job, g_strdup (patient), g_free, loaded_free, NULL,
                        loaded_cb, g_object_ref (self));
  return self;
}
