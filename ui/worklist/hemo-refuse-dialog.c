/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The reasons with one key each, words beside them, and the way back. */

#include "hemo-refuse-dialog.h"

#include "hemo-format.h"
#include "hemo-incoming-table.h"
#include "hemo-place.h"
#include "hemo-refusal-table.h"

#include <glib/gi18n.h>

/* Later than the store lets it go. */
#define WAKE_MS (guint) (HEMO_INCOMING_HOLD_US / 1000 + 500)

typedef struct
{
  GtkWidget *parent;
  HemoDesk *desk;
  char *order;
  HemoRefusedDone done;
  AdwAlertDialog *dialog;
  GtkCheckButton *reasons[HEMO_REFUSAL_REASONS];
  GtkWidget *words;
} Question;

/* What is written. */
typedef struct
{
  char *order;
  HemoRefusalReason reason;
  char *words;
} Refuse;

/* Where what was written is said, and taken back. */
typedef struct
{
  GWeakRef widget;
  HemoDesk *desk;
  char *order;
  HemoRefusedDone done;
} Place;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *self = data;

  g_object_unref (self->parent);
  g_object_unref (self->desk);
  g_free (self->order);
  g_free (self);
}

static void
refuse_free (gpointer data)
{
  Refuse *self = data;

  g_free (self->order);
  g_free (self->words);
  g_free (self);
}

static Place *
place_new (GtkWidget *widget, HemoDesk *desk, const char *order)
{
  Place *self = g_new0 (Place, 1);

  g_weak_ref_init (&self->widget, widget);
  self->desk = g_object_ref (desk);
  self->order = g_strdup (order);
  return self;
}

static void
place_free (gpointer data)
{
  Place *self = data;

  g_weak_ref_clear (&self->widget);
  g_object_unref (self->desk);
  g_free (self->order);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Place, place_free)

/* Back */

static gboolean
take_back_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_refusal_take_back (txn, data, error);
}

static void
taken_back_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Place) place = data;
  g_autoptr (GtkWidget) widget = g_weak_ref_get (&place->widget);
  g_autoptr (GError) error = NULL;
  gboolean done = hemo_desk_finish (HEMO_DESK (source), result, NULL, &error);

  if (widget == NULL)
    return;
  if (done)
    hemo_place_toast (widget, _ ("The order waits again."));
  else
    hemo_place_show_error (widget, _ ("The Order Stays Refused"), error);
}

void
hemo_refusal_undo (GtkWidget *parent, HemoDesk *desk, const char *order)
{
  hemo_desk_write_async (desk, take_back_job, g_strdup (order), g_free, NULL, NULL, taken_back_cb,
                         place_new (parent, desk, order));
}

static void
undo_cb (gpointer data)
{
  Place *place = data;
  g_autoptr (GtkWidget) widget = g_weak_ref_get (&place->widget);

  if (widget != NULL)
    hemo_refusal_undo (widget, place->desk, place->order);
}

/* Refusing */

static gboolean
refuse_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Refuse *self = data;

  return hemo_order_refuse (txn, self->order, self->reason, self->words, error)
         && hemo_refusal_hold (txn, self->order, error);
}

static void
refused_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Place) place = data;
  g_autoptr (GtkWidget) widget = g_weak_ref_get (&place->widget);
  g_autoptr (GError) error = NULL;
  GtkWidget *toasts;

  if (!hemo_desk_finish (HEMO_DESK (source), result, NULL, &error))
    {
      if (widget != NULL)
        hemo_place_show_error (widget, _ ("Nothing Was Refused"), error);
      return;
    }
  hemo_sender_wake_later (hemo_desk_get_sender (place->desk), WAKE_MS);
  toasts = widget != NULL ? gtk_widget_get_ancestor (widget, ADW_TYPE_TOAST_OVERLAY) : NULL;
  if (toasts == NULL)
    return;
  /* A page that is left then is gone when it is taken back. */
  hemo_place_toast_undo (widget, _ ("Refused. Who ordered is told why."), undo_cb,
                         place_new (adw_toast_overlay_get_child (ADW_TOAST_OVERLAY (toasts)),
                                    place->desk, place->order),
                         place_free);
  if (place->done != NULL)
    place->done (widget);
}

/* The chosen one, or -1. */
static int
get_reason (const Question *self)
{
  for (int i = 0; i < HEMO_REFUSAL_REASONS; i++)
    if (gtk_check_button_get_active (self->reasons[i]))
      return i;
  return -1;
}

/* (transfer full) */
static char *
get_words (const Question *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->words))));
}

static void
response_cb (AdwAlertDialog *dialog, const char *response, gpointer data)
{
  Question *self = data;
  Refuse *refuse;
  Place *place;

  if (!g_str_equal (response, "refuse") || get_reason (self) < 0)
    return;
  refuse = g_new0 (Refuse, 1);
  refuse->order = g_strdup (self->order);
  refuse->reason = (HemoRefusalReason)get_reason (self);
  refuse->words = get_words (self);
  place = place_new (self->parent, self->desk, self->order);
  place->done = self->done;
  hemo_desk_write_async (self->desk, refuse_job, refuse, refuse_free, NULL, NULL, refused_cb,
                         place);
}

static void
changed_cb (Question *self)
{
  g_autofree char *words = get_words (self);
  int reason = get_reason (self);

  adw_alert_dialog_set_response_enabled (
      self->dialog, "refuse", reason >= 0 && (reason != HEMO_REFUSAL_OTHER || *words != '\0'));
}

/* A digit chooses and goes on to the words, where Enter ends it; in the words it is a digit. */
static gboolean
key_cb (GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state, gpointer data)
{
  Question *self = data;
  guint32 letter = gdk_keyval_to_unicode (key);
  int reason = g_unichar_isdigit (letter) ? g_unichar_digit_value (letter) - 1 : -1;
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (self->words));

  if (reason < 0 || reason >= HEMO_REFUSAL_REASONS
      || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0
      || (focus != NULL && gtk_widget_is_ancestor (focus, self->words)))
    return GDK_EVENT_PROPAGATE;
  gtk_check_button_set_active (self->reasons[reason], TRUE);
  gtk_widget_grab_focus (self->words);
  return GDK_EVENT_STOP;
}

static GtkWidget *
make_reason (Question *self, int reason)
{
  /* Translators: a reason behind the key that chooses it: 1 No reagent */
  g_autofree char *label
      = g_strdup_printf (_ ("%d  %s"), reason + 1, hemo_format_refusal ((HemoRefusalReason)reason));
  GtkWidget *button = gtk_check_button_new_with_label (label);

  self->reasons[reason] = GTK_CHECK_BUTTON (button);
  if (reason > 0)
    gtk_check_button_set_group (self->reasons[reason], self->reasons[0]);
  g_signal_connect_swapped (button, "toggled", G_CALLBACK (changed_cb), self);
  return button;
}

static GtkWidget *
make_fields (Question *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  for (int i = 0; i < HEMO_REFUSAL_REASONS; i++)
    gtk_box_append (GTK_BOX (box), make_reason (self, i));
  self->words = gtk_entry_new ();
  gtk_entry_set_activates_default (GTK_ENTRY (self->words), TRUE);
  gtk_entry_set_max_length (GTK_ENTRY (self->words), HEMO_REFUSAL_WORDS_MAX);
  /* Room for the heading in one line: libadwaita measures it so. */
  gtk_editable_set_width_chars (GTK_EDITABLE (self->words), 36);
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->words), _ ("More in words"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->words), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("More in words"), -1);
  gtk_widget_set_margin_top (self->words, 6);
  g_signal_connect_swapped (self->words, "changed", G_CALLBACK (changed_cb), self);
  gtk_box_append (GTK_BOX (box), self->words);
  return box;
}

void
hemo_refuse_dialog_ask (
    GtkWidget *parent, HemoDesk *desk, const char *order, const char *whose, HemoRefusedDone done)
{
  g_autofree char *body = g_strdup_printf (
      "%s\n\n%s", whose,
      _ ("Who ordered is told why, and the order waits here no more. It can be taken back until it "
         "is sent. A key from 1 to 4 chooses."));
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Refuse the Order?"), body);
  GtkEventController *keys = gtk_event_controller_key_new ();
  Question *self = g_new0 (Question, 1);

  self->parent = g_object_ref (parent);
  self->desk = g_object_ref (desk);
  self->order = g_strdup (order);
  self->done = done;
  self->dialog = ADW_ALERT_DIALOG (dialog);
  adw_alert_dialog_set_extra_child (self->dialog, make_fields (self));
  adw_alert_dialog_add_responses (self->dialog, "cancel", _ ("_Cancel"), "refuse", _ ("_Refuse"),
                                  NULL);
  adw_alert_dialog_set_response_appearance (self->dialog, "refuse", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (self->dialog, "refuse");
  adw_alert_dialog_set_close_response (self->dialog, "cancel");
  adw_dialog_set_focus (dialog, GTK_WIDGET (self->reasons[0]));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (dialog), keys);
  changed_cb (self);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), self, question_free, 0);
  adw_dialog_present (dialog, parent);
}
