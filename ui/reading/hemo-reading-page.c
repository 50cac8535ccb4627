/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The reading of one case. What is typed is kept as a draft until it is answered. */

#include "hemo-reading-page.h"

#include "hemo-case-load.h"
#include "hemo-draft-keeper.h"
#include "hemo-format.h"
#include "hemo-picture-request-table.h"
#include "hemo-reading-fields.h"
#include "hemo-reading-results.h"
#include "hemo-reading-table.h"
#include "hemo-reading-words.h"
#include "hemo-reason-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

struct _HemoReadingPage
{
  HemoPlace parent_instance;

  AdwBanner *banner;
  HemoReadingFields *fields;
  GtkLabel *person;
  GtkLabel *facts;
  GtkLabel *question;
  GtkLabel *asked;
  GtkGrid *results;
  GtkLabel *results_state;
  GtkBox *answer_box;
  GtkCheckButton *agrees;
  GtkCheckButton *differs;
  GtkCheckButton *unclear;
  GtkTextView *text;
  GtkLabel *status;
  GtkButton *accept;
  GtkButton *decline;
  GtkButton *answer;

  char *uuid;
  HemoReading *reading;
  char *specimen;
  /* The report that was to be read. */
  gboolean withdrawn;
  HemoDraftKeeper *keeper;
  /* What stands in the form was put there by the program. */
  gboolean filling;
  gboolean filled;
  gboolean working;
};

G_DEFINE_FINAL_TYPE (HemoReadingPage, hemo_reading_page, HEMO_TYPE_PLACE)

static HemoDesk *
desk (HemoReadingPage *self)
{
  return hemo_place_get_desk (HEMO_PLACE (self));
}

static void
say (HemoReadingPage *self, const char *text)
{
  if (text != NULL)
    {
      adw_banner_set_title (self->banner, text);
      gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                               GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
    }
  adw_banner_set_revealed (self->banner, text != NULL);
}

/* The form */

static char *
dup_text (HemoReadingPage *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static HemoConclusion
get_conclusion (HemoReadingPage *self)
{
  if (gtk_check_button_get_active (self->agrees))
    return HEMO_CONCLUSION_AGREES;
  if (gtk_check_button_get_active (self->differs))
    return HEMO_CONCLUSION_DIFFERS;
  if (gtk_check_button_get_active (self->unclear))
    return HEMO_CONCLUSION_UNCLEAR;
  return HEMO_CONCLUSION_NONE;
}

static void
set_form (HemoReadingPage *self, HemoConclusion conclusion, const char *text)
{
  self->filling = TRUE;
  gtk_check_button_set_active (self->agrees, conclusion == HEMO_CONCLUSION_AGREES);
  gtk_check_button_set_active (self->differs, conclusion == HEMO_CONCLUSION_DIFFERS);
  gtk_check_button_set_active (self->unclear, conclusion == HEMO_CONCLUSION_UNCLEAR);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text), text != NULL ? text : "", -1);
  self->filling = FALSE;
}

static gboolean
may_read (HemoReadingPage *self)
{
  const char *user = hemo_session_get_user (hemo_desk_get_session (desk (self)));

  return self->reading != NULL && hemo_desk_may (desk (self), HEMO_ACTION_READING_ANSWER)
         && g_strcmp0 (self->reading->asked_by, user) != 0;
}

/* Whether who is signed in may answer it now, or say their own answer anew. */
static gboolean
may_answer (HemoReadingPage *self)
{
  const char *user = hemo_session_get_user (hemo_desk_get_session (desk (self)));

  return may_read (self) && !self->withdrawn
         && (hemo_reading_is_open (self->reading)
             || (self->reading->state == HEMO_READING_COMPLETED
                 && g_strcmp0 (self->reading->reader, user) == 0));
}

static gboolean
is_in_my_hand (HemoReadingPage *self)
{
  return self->reading->state == HEMO_READING_ACCEPTED
         && g_strcmp0 (self->reading->reader,
                       hemo_session_get_user (hemo_desk_get_session (desk (self))))
                == 0;
}

static void
update_buttons (HemoReadingPage *self)
{
  g_autofree char *text = g_strstrip (dup_text (self));

  gtk_widget_set_sensitive (GTK_WIDGET (self->answer),
                            !self->working && *text != '\0'
                                && get_conclusion (self) != HEMO_CONCLUSION_NONE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->decline), !self->working);
  gtk_widget_set_sensitive (GTK_WIDGET (self->accept), !self->working);
}

/* The conclusion's code, and the words below it. */
static void
edited_cb (HemoReadingPage *self)
{
  g_autofree char *text = dup_text (self);

  update_buttons (self);
  if (!self->filling && self->keeper != NULL && may_answer (self))
    hemo_draft_keeper_keep (
        self->keeper,
        g_strdup_printf ("%s\n%s", hemo_conclusion_to_code (get_conclusion (self)), text));
}

static void
draft_found_cb (HemoReadingPage *self, const char *content)
{
  const char *end = strchr (content, '\n');
  g_autofree char *code = end != NULL ? g_strndup (content, (gsize)(end - content)) : NULL;
  g_autofree char *text = dup_text (self);
  HemoConclusion conclusion;

  /* Nothing that was typed meanwhile is overwritten. */
  if (end == NULL || !may_answer (self) || !hemo_conclusion_from_code (code, &conclusion, NULL)
      || (*text != '\0' && hemo_reading_is_open (self->reading)))
    return;
  set_form (self, conclusion, end + 1);
  update_buttons (self);
  say (self, _ ("This is what you had written and not sent."));
}

static void
draft_failed_cb (HemoReadingPage *self, const GError *error)
{
  say (self, error->message);
}

/* What is shown */

static void
show_question (HemoReadingPage *self)
{
  g_autofree char *who = hemo_reading_who (self->reading->asked_by_name, self->reading->asked_at);
  g_autofree char *asked
      = self->reading->urgency != HEMO_URGENCY_ROUTINE
            /* Translators: how urgent a question is; who asked and when */
            ? g_strdup_printf (_ ("%s · %s"), hemo_format_urgency (self->reading->urgency), who)
            : g_strdup (who);

  gtk_label_set_text (self->question, self->reading->question);
  gtk_label_set_text (self->asked, asked);
}

static char *
describe_state (HemoReadingPage *self)
{
  const HemoReading *reading = self->reading;
  const char *user = hemo_session_get_user (hemo_desk_get_session (desk (self)));
  g_autofree char *who = hemo_reading_who (reading->reader_name, reading->changed_at);

  if (reading->state == HEMO_READING_CANCELLED)
    /* Translators: why a question to the pathologist was cancelled */
    return g_strdup_printf (_ ("Cancelled: %s"), reading->reason);
  if (reading->state == HEMO_READING_COMPLETED)
    /* Translators: what the answer comes to; who answered and when */
    return g_strdup_printf (_ ("%s · %s"), hemo_reading_state_words (reading), who);
  if (self->withdrawn)
    return g_strdup (_ ("The report was withdrawn: there is nothing to read any more."));
  if (is_in_my_hand (self))
    {
      g_autofree char *since = hemo_format_time (reading->changed_at);

      /* Translators: since when who reads this has the case in hand */
      return g_strdup_printf (_ ("In your hand since %s. The clinic sees that you read it."),
                              since);
    }
  if (reading->state == HEMO_READING_ACCEPTED)
    return hemo_reading_in_hand (reading);
  if (g_strcmp0 (reading->asked_by, user) == 0)
    return g_strdup (_ ("You asked: another pathologist answers."));
  if (!hemo_desk_may (desk (self), HEMO_ACTION_READING_ANSWER))
    return g_strdup (_ ("A pathologist answers."));
  return g_strdup (_ ("Answered to the clinic with the case, under your name."));
}

static void
show_answer (HemoReadingPage *self)
{
  gboolean may = may_answer (self);
  g_autofree char *state = describe_state (self);

  if (!self->filled || !may)
    set_form (self, self->reading->conclusion, self->reading->answer);
  self->filled = TRUE;
  gtk_widget_set_visible (GTK_WIDGET (self->answer_box),
                          may || self->reading->state == HEMO_READING_COMPLETED);
  gtk_widget_set_sensitive (GTK_WIDGET (self->agrees), may);
  gtk_widget_set_sensitive (GTK_WIDGET (self->differs), may);
  gtk_widget_set_sensitive (GTK_WIDGET (self->unclear), may);
  gtk_text_view_set_editable (self->text, may);
  gtk_widget_set_visible (GTK_WIDGET (self->answer), may);
  gtk_widget_set_visible (GTK_WIDGET (self->accept),
                          may && hemo_reading_is_open (self->reading) && !is_in_my_hand (self));
  gtk_button_set_label (self->accept, self->reading->state == HEMO_READING_ACCEPTED
                                          ? _ ("Take _Over")
                                          : _ ("Take in _Hand"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->accept),
                               self->reading->state == HEMO_READING_ACCEPTED
                                   ? _ ("Read It Yourself; the Clinic Sees Who Does (Ctrl+H)")
                                   : _ ("Let the Clinic See That You Read This Case (Ctrl+H)"));
  gtk_widget_set_visible (GTK_WIDGET (self->decline),
                          may_read (self) && hemo_reading_is_open (self->reading));
  gtk_button_set_label (self->answer, hemo_reading_is_open (self->reading)
                                          ? _ ("_Answer")
                                          : _ ("_Change the Answer"));
  gtk_label_set_text (self->status, state);
  update_buttons (self);
}

static void
begin_draft (HemoReadingPage *self)
{
  g_autofree char *form = NULL;

  if (self->keeper != NULL || !may_answer (self))
    return;
  form = g_strconcat ("reading:", self->uuid, NULL);
  self->keeper = hemo_draft_keeper_new (desk (self), form);
  g_signal_connect_object (self->keeper, "found", G_CALLBACK (draft_found_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->keeper, "failed", G_CALLBACK (draft_failed_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
show_case (HemoReadingPage *self, const HemoCase *data, GPtrArray *others)
{
  HemoDate today = hemo_date_of (hemo_time_now ());
  g_autofree char *name = hemo_patient_display_name (data->patient);
  g_autofree char *age = hemo_format_sex_age (data->patient->sex, &data->patient->birth, today);
  g_autofree char *tests = hemo_format_tests (data->order->tests);
  /* Translators: name of a patient, sex and age; the name is kept together whatever its script */
  g_autofree char *person = g_strdup_printf (_ ("\u2068%s\u2069  %s"), name, age);
  g_autofree char *facts = data->order->clinical_note != NULL
                               ? g_strdup_printf (_ ("%s · %s"), tests, data->order->clinical_note)
                               : g_strdup (tests);

  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), data->specimen->accession);
  g_set_str (&self->specimen, data->specimen->uuid);
  gtk_label_set_text (self->person, person);
  gtk_label_set_text (self->facts, facts);
  show_question (self);
  hemo_reading_results_show (self->results, self->results_state, data);
  show_answer (self);
  hemo_reading_fields_show (self->fields, desk (self), data, others);
  begin_draft (self);
}

/* Reading it from the store */

typedef struct
{
  char *uuid;
  gboolean again;
} Load;

static void
load_free (gpointer data)
{
  Load *self = data;

  g_free (self->uuid);
  g_free (self);
}

typedef struct
{
  HemoReading *reading;
  HemoCase *data;
  GPtrArray *others;
  gboolean withdrawn;
} Loaded;

static void
loaded_free (gpointer data)
{
  Loaded *self = data;

  g_clear_pointer (&self->reading, hemo_reading_free);
  g_clear_pointer (&self->data, hemo_case_free);
  g_clear_pointer (&self->others, g_ptr_array_unref);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Loaded, loaded_free)

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Load *load = data;
  g_autoptr (Loaded) loaded = g_new0 (Loaded, 1);

  loaded->reading = hemo_reading_find (txn, load->uuid, error);
  if (loaded->reading == NULL)
    return FALSE;
  /* What is seen already and read again is no new view. */
  loaded->data = load->again ? hemo_case_reload (txn, loaded->reading->specimen, error)
                             : hemo_case_load (txn, loaded->reading->specimen, error);
  if (loaded->data == NULL)
    return FALSE;
  loaded->others = hemo_other_pictures_load (txn, loaded->reading->specimen, error);
  if (loaded->others == NULL
      || !hemo_reading_is_withdrawn (txn, loaded->reading->specimen, &loaded->withdrawn, error))
    return FALSE;
  *result = g_steal_pointer (&loaded);
  return TRUE;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoReadingPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (Loaded) loaded = NULL;
  gpointer out = NULL;
  gboolean done = hemo_desk_finish (HEMO_DESK (source), result, &out, &error);

  loaded = out;
  if (self->banner == NULL || hemo_desk_get_session (desk (self)) == NULL)
    return;
  if (!done)
    {
      say (self, error->message);
      return;
    }
  /* What was read before the last write came back is older than what is known. */
  if (self->reading != NULL && loaded->reading->version < self->reading->version)
    return;
  g_clear_pointer (&self->reading, hemo_reading_free);
  self->reading = g_steal_pointer (&loaded->reading);
  self->withdrawn = loaded->withdrawn;
  show_case (self, loaded->data, loaded->others);
}

static void
hemo_reading_page_refresh (HemoPlace *place)
{
  HemoReadingPage *self = HEMO_READING_PAGE (place);
  Load *load = g_new0 (Load, 1);

  load->uuid = g_strdup (self->uuid);
  load->again = self->reading != NULL;
  hemo_desk_read_async (desk (self), load_job, load, load_free, loaded_free, NULL, loaded_cb,
                        g_object_ref (self));
}

/* Answering */

static gboolean
answer_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_reading_answer (txn, data, error);
}

static void
finish (HemoReadingPage *self, GAsyncResult *result, const char *text)
{
  g_autoptr (GError) error = NULL;
  gboolean done = hemo_desk_finish (desk (self), result, NULL, &error);

  if (done && self->keeper != NULL)
    hemo_draft_keeper_forget (self->keeper);
  if (self->banner == NULL)
    return;
  self->working = FALSE;
  say (self, done ? NULL : error->message);
  update_buttons (self);
  if (!done)
    return;
  hemo_place_toast (GTK_WIDGET (self), text);
  hemo_place_leave (HEMO_PLACE (self), NULL, NULL);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoReadingPage) self = data;

  finish (self, result, _ ("Answered. The answer is saved and goes back with the case."));
}

static void
answer_cb (HemoReadingPage *self)
{
  HemoReading *reading;

  if (!gtk_widget_get_visible (GTK_WIDGET (self->answer))
      || !gtk_widget_get_sensitive (GTK_WIDGET (self->answer)))
    return;
  reading = hemo_reading_copy (self->reading);
  reading->conclusion = get_conclusion (self);
  g_free (reading->answer);
  reading->answer = g_strstrip (dup_text (self));
  self->working = TRUE;
  update_buttons (self);
  hemo_desk_write_async (desk (self), answer_job, reading, (GDestroyNotify)hemo_reading_free, NULL,
                         NULL, answered_cb, g_object_ref (self));
}

static gboolean
accept_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoReading *reading = data;

  if (!hemo_reading_accept (txn, reading, error))
    return FALSE;
  *result = hemo_reading_copy (reading);
  return TRUE;
}

/* What is typed stays, and so does who types. */
static void
accepted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoReadingPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoReading) reading = NULL;
  gpointer out = NULL;
  gboolean done = hemo_desk_finish (HEMO_DESK (source), result, &out, &error);

  reading = out;
  if (self->banner == NULL || hemo_desk_get_session (desk (self)) == NULL)
    return;
  self->working = FALSE;
  say (self, done ? NULL : error->message);
  if (done && reading->version > self->reading->version)
    {
      hemo_reading_free (self->reading);
      self->reading = g_steal_pointer (&reading);
    }
  show_answer (self);
  if (!done)
    return;
  hemo_place_toast (GTK_WIDGET (self), _ ("In your hand. The clinic sees who reads it."));
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_widget_grab_focus (GTK_WIDGET (self->agrees));
}

static void
accept_cb (HemoReadingPage *self)
{
  if (!gtk_widget_get_visible (GTK_WIDGET (self->accept)) || self->working)
    return;
  self->working = TRUE;
  update_buttons (self);
  hemo_desk_write_async (desk (self), accept_job, hemo_reading_copy (self->reading),
                         (GDestroyNotify)hemo_reading_free, (GDestroyNotify)hemo_reading_free, NULL,
                         accepted_cb, g_object_ref (self));
}

typedef struct
{
  char *uuid;
  char *reason;
} Decline;

static void
decline_free (gpointer data)
{
  Decline *self = data;

  g_free (self->uuid);
  g_free (self->reason);
  g_free (self);
}

static gboolean
decline_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Decline *decline = data;

  return hemo_reading_cancel (txn, decline->uuid, decline->reason, error);
}

static void
declined_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoReadingPage) self = data;

  finish (self, result, _ ("Declined. The clinic sees the reason."));
}

static void
reason_cb (const char *reason, gpointer data)
{
  HemoReadingPage *self = data;
  Decline *decline = g_new0 (Decline, 1);

  decline->uuid = g_strdup (self->uuid);
  decline->reason = g_strdup (reason);
  self->working = TRUE;
  update_buttons (self);
  hemo_desk_write_async (desk (self), decline_job, decline, decline_free, NULL, NULL, declined_cb,
                         g_object_ref (self));
}

static void
decline_cb (HemoReadingPage *self)
{
  hemo_reason_dialog_ask (GTK_WIDGET (self), _ ("Decline This Reading?"),
                          _ ("The clinic sees the reason, and may ask again."), _ ("_Decline"),
                          reason_cb, self);
}

static void
bench_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HemoReadingPage *self = HEMO_READING_PAGE (widget);

  if (self->specimen != NULL)
    gtk_widget_activate_action (widget, "win.open-case", "s", self->specimen);
}

static void
accept_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  accept_cb (HEMO_READING_PAGE (widget));
}

static void
answer_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  answer_cb (HEMO_READING_PAGE (widget));
}

static void
step_cb (GtkWidget *widget, const char *action, GVariant *by)
{
  hemo_reading_fields_step (HEMO_READING_PAGE (widget)->fields, g_variant_get_int32 (by));
}

static void
hemo_reading_page_unmap (GtkWidget *widget)
{
  HemoReadingPage *self = HEMO_READING_PAGE (widget);

  if (self->keeper != NULL)
    hemo_draft_keeper_flush (self->keeper);
  GTK_WIDGET_CLASS (hemo_reading_page_parent_class)->unmap (widget);
}

static void
hemo_reading_page_dispose (GObject *object)
{
  HemoReadingPage *self = HEMO_READING_PAGE (object);

  self->filling = TRUE;
  g_clear_object (&self->keeper);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_READING_PAGE);
  g_clear_pointer (&self->reading, hemo_reading_free);
  g_clear_pointer (&self->uuid, g_free);
  g_clear_pointer (&self->specimen, g_free);
  G_OBJECT_CLASS (hemo_reading_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_child (klass, HemoReadingPage, banner);
  gtk_widget_class_bind_template_child (klass, HemoReadingPage, fields);
  gtk_widget_class_bind_template_child (klass, HemoReadingPage, person);
  gtk_widget_class_bind_template_child (klass, HemoReadingPage, facts);
  gtk_widget_class_bind_template_child (klass, HemoReadingPage, question);
  gtk_widget_class_bind_template_child (klass, HemoReadingPage, asked);
  gtk_widget_class_bind_template_child (klass, HemoReadingPage, results);
  gtk_widget_class_bind_template_child (klass, HemoReadingPage, results_state);
  gtk_widget_class_bind_template_child (klass, HemoReadingPage, answer_box);
  gtk_widget_class_bind_template_child (klass, HemoReadingPage, agrees);
  gtk_widget_class_bind_template_child (klass, HemoReadingPage, differs);
  gtk_widget_class_bind_template_child (klass, HemoReadingPage, unclear);
  gtk_widget_class_bind_template_child (klass, HemoReadingPage, text);
  gtk_widget_class_bind_template_child (klass, HemoReadingPage, status);
  gtk_widget_class_bind_template_child (klass, HemoReadingPage, accept);
  gtk_widget_class_bind_template_child (klass, HemoReadingPage, decline);
  gtk_widget_class_bind_template_child (klass, HemoReadingPage, answer);
}

static void
hemo_reading_page_class_init (HemoReadingPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_reading_page_dispose;
  widget_class->unmap = hemo_reading_page_unmap;
  HEMO_PLACE_CLASS (klass)->refresh = hemo_reading_page_refresh;
  HEMO_PLACE_CLASS (klass)->takes_typing = TRUE;
  HEMO_PLACE_CLASS (klass)->help = "reading";
  g_type_ensure (HEMO_TYPE_READING_FIELDS);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/hemogram/Hemogram/reading/hemo-reading-page.ui");
  bind_children (widget_class);
  gtk_widget_class_install_action (widget_class, "reading.answer", NULL, answer_action_cb);
  gtk_widget_class_install_action (widget_class, "reading.accept", NULL, accept_action_cb);
  gtk_widget_class_install_action (widget_class, "reading.bench", NULL, bench_cb);
  gtk_widget_class_install_action (widget_class, "reading.step", "i", step_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_h, GDK_CONTROL_MASK, "reading.accept",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK,
                                       "reading.answer", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Enter, GDK_CONTROL_MASK,
                                       "reading.answer", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Page_Down, GDK_CONTROL_MASK,
                                       "reading.step", "i", 1);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Page_Up, GDK_CONTROL_MASK,
                                       "reading.step", "i", -1);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Page_Down, 0, "reading.step", "i", 1);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Page_Up, 0, "reading.step", "i", -1);
}

static void
hemo_reading_page_init (HemoReadingPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (gtk_text_view_get_buffer (self->text), "changed", G_CALLBACK (edited_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->agrees, "toggled", G_CALLBACK (edited_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->differs, "toggled", G_CALLBACK (edited_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->unclear, "toggled", G_CALLBACK (edited_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->answer, "clicked", G_CALLBACK (answer_cb), self);
  g_signal_connect_swapped (self->accept, "clicked", G_CALLBACK (accept_cb), self);
  g_signal_connect_swapped (self->decline, "clicked", G_CALLBACK (decline_cb), self);
}

HemoReadingPage *
hemo_reading_page_new (HemoDesk *desk, const char *reading)
{
  HemoReadingPage *self
      = g_object_new (HEMO_TYPE_READING_PAGE, "desk", desk, "title", _ ("Reading"), NULL);

  self->uuid = g_strdup (reading);
  return self;
}
