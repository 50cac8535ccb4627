/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keeps paper and side at the newest reading of the case, and leads to the signature. */

#include "hemo-report-page-private.h"

#include "hemo-bench.h"
#include "hemo-call-dialog.h"
#include "hemo-case-load.h"
#include "hemo-files.h"
#include "hemo-phrase-picker.h"
#include "hemo-place.h"
#include "hemo-report-languages.h"
#include "hemo-report-print.h"
#include "hemo-sign-dialog.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (HemoReportPage, hemo_report_page, HEMO_TYPE_BENCH_PAGE)

/* Between two looks at whether other pages have written what was typed on them. */
#define KEEP_MS 60

static void
stop_signing (HemoReportPage *self)
{
  g_clear_handle_id (&self->keep_source, g_source_remove);
  self->signing = HEMO_REPORT_SIGNING_NOT;
}

static void
hemo_report_page_updated (HemoBenchPage *page)
{
  HemoReportPage *self = HEMO_REPORT_PAGE (page);

  hemo_report_edits_take (self->edits, hemo_report_page_get_case (self));
  hemo_report_page_show_case (self);
  if (self->signing != HEMO_REPORT_SIGNING_READS
      || hemo_bench_case_is_reading (hemo_bench_page_get_case (page)))
    return;
  self->signing = HEMO_REPORT_SIGNING_SAVES;
  hemo_report_edits_flush (self->edits);
}

static void
edited_cb (HemoReportPage *self)
{
  hemo_report_images_list_show (self->images_list, hemo_report_page_get_case (self));
  hemo_report_page_show_paper (self);
}

static void
comment_cb (HemoReportPage *self)
{
  g_autofree char *text = NULL;

  if (self->filling)
    return;
  g_object_get (gtk_text_view_get_buffer (self->comment), "text", &text, NULL);
  hemo_report_edits_set_comment (self->edits, text);
}

static void
language_cb (HemoReportPage *self)
{
  guint selected = adw_combo_row_get_selected (self->language_row);

  if (!self->filling && self->languages != NULL && selected != GTK_INVALID_LIST_POSITION)
    hemo_report_edits_set_language (self->edits, self->languages[selected]);
}

static void
missing_cb (HemoReportPage *self, GtkListBoxRow *row)
{
  GtkWidget *bench = gtk_widget_get_ancestor (GTK_WIDGET (self), HEMO_TYPE_BENCH);

  if (bench != NULL)
    hemo_bench_show_page (HEMO_BENCH (bench), gtk_widget_get_name (GTK_WIDGET (row)));
}

static void
version_cb (HemoReportPage *self, GtkListBoxRow *row)
{
  int version = atoi (gtk_widget_get_name (GTK_WIDGET (row)));
  const HemoCase *data = hemo_report_page_get_case (self);
  const HemoReport *last = hemo_report_page_last_signed (data);

  /* The newest is what is seen anyway, unless something changed since. */
  self->version = last != NULL && version == last->version && !hemo_report_page_is_changed (data)
                      ? 0
                      : version;
  hemo_report_page_show_case (self);
}

static void
newest_cb (HemoReportPage *self)
{
  self->version = 0;
  hemo_report_page_show_case (self);
}

static void
amend_cb (HemoReportPage *self)
{
  self->amending = TRUE;
  hemo_report_page_show_case (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->comment));
}

static gboolean
restore_job (HemoTxn *txn, gpointer draft, gpointer *result, GError **error)
{
  return hemo_report_save_draft (txn, draft, error);
}

/* Of a discarded amendment, to take it up again. */
typedef struct
{
  GWeakRef page;
  HemoDesk *desk;
  HemoReport *draft;
} Discarded;

static void
discarded_free (gpointer data)
{
  Discarded *self = data;

  g_weak_ref_clear (&self->page);
  g_object_unref (self->desk);
  g_clear_pointer (&self->draft, hemo_report_free);
  g_free (self);
}

static void
restored_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoReportPage) self = data;
  g_autoptr (GError) error = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, NULL, &error) && self->paper != NULL)
    hemo_place_show_error (GTK_WIDGET (self), _ ("The Draft Is Not Saved"), error);
}

static void
restore_cb (gpointer data)
{
  Discarded *discarded = data;
  HemoReportPage *self = g_weak_ref_get (&discarded->page);

  if (self == NULL)
    return;
  self->amending = TRUE;
  hemo_desk_write_async (discarded->desk, restore_job, g_steal_pointer (&discarded->draft),
                         (GDestroyNotify)hemo_report_free, NULL, NULL, restored_cb, self);
}

static gboolean
discard_job (HemoTxn *txn, gpointer specimen, gpointer *result, GError **error)
{
  return hemo_report_discard_draft (txn, specimen, error);
}

static void
discarded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Discarded *discarded = data;
  g_autoptr (HemoReportPage) self = g_weak_ref_get (&discarded->page);
  g_autoptr (GError) error = NULL;
  gboolean done = hemo_desk_finish (HEMO_DESK (source), result, NULL, &error);

  if (self == NULL || self->paper == NULL)
    {
      discarded_free (discarded);
      return;
    }
  if (!done)
    {
      hemo_place_show_error (GTK_WIDGET (self), _ ("The Amendment Was Not Discarded"), error);
      discarded_free (discarded);
      return;
    }
  hemo_report_edits_drop (self->edits);
  self->amending = FALSE;
  /* The button goes, and Ctrl+Z in the comment would be the comment's own. */
  gtk_widget_grab_focus (GTK_WIDGET (self->print_button));
  hemo_bench_case_reload (hemo_bench_page_get_case (HEMO_BENCH_PAGE (self)));
  hemo_place_toast_undo (GTK_WIDGET (self), _ ("The amendment is discarded."), restore_cb,
                         discarded, discarded_free);
}

/* What was signed stays as it is; what was begun since goes, and can be had back. */
static void
discard_cb (HemoReportPage *self)
{
  const HemoCase *data = hemo_report_page_get_case (self);
  Discarded *discarded;

  if (!hemo_report_page_is_changed (data) && !hemo_report_edits_is_dirty (self->edits))
    {
      self->amending = FALSE;
      hemo_report_page_show_case (self);
      return;
    }
  stop_signing (self);
  discarded = g_new0 (Discarded, 1);
  g_weak_ref_init (&discarded->page, self);
  discarded->desk = g_object_ref (hemo_report_page_get_desk (self));
  discarded->draft = hemo_report_copy (hemo_report_edits_get (self->edits));
  /* So that the undo brings back the very words: those that wait are written first. */
  hemo_report_edits_flush (self->edits);
  hemo_desk_write_async (discarded->desk, discard_job, g_strdup (data->specimen->uuid), g_free,
                         NULL, NULL, discarded_cb, discarded);
}

static void
signed_cb (HemoReportPage *self, int version)
{
  self->amending = FALSE;
  self->version = 0;
  /* The foot of the page says so as well, and nothing lies over it. */
  gtk_accessible_announce (GTK_ACCESSIBLE (self),
                           _ ("Signed. The paper is stored as it was signed."),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
  gtk_widget_set_visible (GTK_WIDGET (self->actions), TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->print_button));
}

static void
withdrawn_cb (HemoReportPage *self, int version)
{
  self->amending = FALSE;
  self->version = 0;
  gtk_accessible_announce (GTK_ACCESSIBLE (self),
                           _ ("Withdrawn. Tell whoever has the report not to use it."),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
  gtk_widget_grab_focus (GTK_WIDGET (self->print_button));
}

static void
withdraw_cb (HemoReportPage *self)
{
  HemoSignDialog *dialog = hemo_sign_dialog_new_withdraw (hemo_report_page_get_desk (self),
                                                          hemo_report_page_get_case (self));

  g_signal_connect_object (dialog, "signed", G_CALLBACK (withdrawn_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

static void
ask_signature (HemoReportPage *self, const char *const *accepted)
{
  HemoSignDialog *dialog = hemo_sign_dialog_new (hemo_report_page_get_desk (self),
                                                 hemo_report_page_get_case (self), accepted);

  g_signal_connect_object (dialog, "signed", G_CALLBACK (signed_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

static void
sign_anyway_cb (HemoReportPage *self, const char *response)
{
  const HemoCase *data = hemo_report_page_get_case (self);
  g_auto (GStrv) missing = hemo_report_missing (data->report, data);

  if (g_str_equal (response, "sign"))
    ask_signature (self, (const char *const *)missing);
}

static void
ask_missing (HemoReportPage *self, const char *const *missing)
{
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Something Is Missing"), NULL);
  g_autoptr (GString) body = g_string_new (_ ("The report would be signed without this:"));

  for (guint i = 0; missing[i] != NULL; i++)
    g_string_append_printf (body, "\n• %s", missing[i]);
  adw_alert_dialog_set_body (ADW_ALERT_DIALOG (dialog), body->str);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "back", _ ("Go _Back"), "sign",
                                  _ ("_Sign Without It…"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "sign",
                                            ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "back");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "back");
  g_signal_connect_object (dialog, "response", G_CALLBACK (sign_anyway_cb), self,
                           G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
call_cb (HemoReportPage *self)
{
  HemoCallDialog *dialog;

  if (!gtk_widget_get_visible (GTK_WIDGET (self->call_button)))
    return;
  dialog = hemo_call_dialog_new (hemo_report_page_get_desk (self), hemo_report_page_get_case (self),
                                 hemo_report_page_get_case (self)->report);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

static void
saved_cb (HemoReportPage *self)
{
  const HemoCase *data = hemo_report_page_get_case (self);
  g_auto (GStrv) missing = NULL;

  if (self->signing != HEMO_REPORT_SIGNING_SAVES)
    return;
  self->signing = HEMO_REPORT_SIGNING_NOT;
  if (hemo_report_needs_attempt (data->report))
    {
      hemo_place_toast (GTK_WIDGET (self->paper),
                        _ ("A critical value has to be told before signing."));
      call_cb (self);
      return;
    }
  missing = hemo_report_missing (data->report, data);
  if (missing[0] != NULL)
    ask_missing (self, (const char *const *)missing);
  else
    ask_signature (self, NULL);
}

static void
failed_cb (HemoReportPage *self, const GError *error)
{
  stop_signing (self);
  hemo_place_show_error (GTK_WIDGET (self), _ ("The Draft Is Not Saved"), error);
}

static void
unread_cb (HemoReportPage *self)
{
  if (self->signing == HEMO_REPORT_SIGNING_READS)
    stop_signing (self);
}

/* What could not be saved would be missing on the paper: that is settled where it was typed. */
static void
refuse_signing (HemoReportPage *self, HemoBench *bench, const char *page)
{
  g_autoptr (GError) error = g_error_new_literal (
      G_IO_ERROR, G_IO_ERROR_PENDING,
      _ ("Something on this page is not saved, or cannot be taken as it stands, so it would not be "
         "on the report. Settle it here, then sign."));

  stop_signing (self);
  hemo_bench_show_page (bench, page);
  hemo_place_show_error (GTK_WIDGET (bench), _ ("Not Signed Yet"), error);
}

static gboolean
keep_cb (gpointer data)
{
  HemoReportPage *self = data;
  GtkWidget *bench = gtk_widget_get_ancestor (GTK_WIDGET (self), HEMO_TYPE_BENCH);
  const char *page = NULL;
  HemoBenchKept kept = hemo_bench_keep (HEMO_BENCH (bench), HEMO_BENCH_PAGE (self), &page);

  if (kept == HEMO_BENCH_KEEPING)
    return G_SOURCE_CONTINUE;
  self->keep_source = 0;
  if (kept == HEMO_BENCH_NOT_KEPT)
    {
      refuse_signing (self, HEMO_BENCH (bench), page);
      return G_SOURCE_REMOVE;
    }
  self->signing = HEMO_REPORT_SIGNING_READS;
  hemo_bench_case_reload (hemo_bench_page_get_case (HEMO_BENCH_PAGE (self)));
  return G_SOURCE_REMOVE;
}

static void
start_signing (HemoReportPage *self)
{
  if (hemo_report_page_get_case (self) == NULL
      || !gtk_widget_get_visible (GTK_WIDGET (self->sign_button)))
    return;
  stop_signing (self);
  hemo_place_forget_undo (GTK_WIDGET (self));
  self->signing = HEMO_REPORT_SIGNING_KEEPS;
  if (keep_cb (self) == G_SOURCE_CONTINUE)
    self->keep_source = g_timeout_add (KEEP_MS, keep_cb, self);
}

static void
print_version (HemoReportPage *self, int version)
{
  const HemoCase *data = hemo_report_page_get_case (self);

  if (data != NULL && hemo_report_page_last_signed (data) != NULL)
    hemo_report_print (GTK_WIDGET (self->paper), hemo_report_page_get_desk (self),
                       data->specimen->uuid, data->specimen->accession, version);
}

static void
print_cb (HemoReportPage *self)
{
  print_version (self, self->version);
}

static void
print_action_cb (GtkWidget *widget, const char *action, GVariant *version)
{
  print_version (HEMO_REPORT_PAGE (widget), g_variant_get_int32 (version));
}

static void
export_cb (HemoReportPage *self)
{
  const HemoCase *data = hemo_report_page_get_case (self);

  if (data != NULL && hemo_report_page_last_signed (data) != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.export-case", "s",
                                data->specimen->accession);
}

static gboolean
control_key (HemoReportPage *self, guint keyval)
{
  switch (keyval)
    {
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      start_signing (self);
      return GDK_EVENT_STOP;
    case GDK_KEY_k:
      call_cb (self);
      return GDK_EVENT_STOP;
    case GDK_KEY_p:
      print_cb (self);
      return GDK_EVENT_STOP;
    case GDK_KEY_e:
      export_cb (self);
      return GDK_EVENT_STOP;
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
      hemo_report_paper_zoom (self->paper, 1.25);
      return GDK_EVENT_STOP;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      hemo_report_paper_zoom (self->paper, 0.8);
      return GDK_EVENT_STOP;
    case GDK_KEY_0:
    case GDK_KEY_KP_0:
      hemo_report_paper_fit (self->paper);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static gboolean
hemo_report_page_key (HemoBenchPage *page, guint keyval, guint keycode, GdkModifierType state)
{
  HemoReportPage *self = HEMO_REPORT_PAGE (page);

  switch (state & gtk_accelerator_get_default_mod_mask () & ~(GdkModifierType)GDK_SHIFT_MASK)
    {
    case GDK_CONTROL_MASK:
      return control_key (self, gdk_keyval_to_lower (keyval));
    case 0:
      if (keyval != GDK_KEY_Page_Down && keyval != GDK_KEY_Page_Up)
        return GDK_EVENT_PROPAGATE;
      hemo_report_paper_scroll (self->paper, keyval == GDK_KEY_Page_Down ? 0.9 : -0.9);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

/* While the comment has the focus, the bench keeps its hands off the keys. */
static gboolean
comment_key_cb (GtkEventControllerKey *controller,
                guint keyval,
                guint keycode,
                GdkModifierType state,
                gpointer self)
{
  if ((state & gtk_accelerator_get_default_mod_mask ()) != GDK_CONTROL_MASK)
    return GDK_EVENT_PROPAGATE;
  return control_key (self, keyval);
}

static void
hemo_report_page_save (HemoBenchPage *page)
{
  HemoReportPage *self = HEMO_REPORT_PAGE (page);

  stop_signing (self);
  hemo_report_edits_flush (self->edits);
}

static gboolean
languages_work (HemoClinic *clinic,
                HemoSession *session,
                gpointer more,
                gpointer *result,
                GCancellable *cancellable,
                GError **error)
{
  *result = hemo_report_languages_list (more);
  return TRUE;
}

static void
languages_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoReportPage) self = data;
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, NULL))
    return;
  g_clear_pointer (&self->languages, g_strfreev);
  self->languages = out;
  if (self->language_row == NULL)
    return;
  for (gsize i = 0; self->languages[i] != NULL; i++)
    gtk_string_list_append (names, hemo_report_language_name (self->languages[i]));
  self->filling = TRUE;
  adw_combo_row_set_model (self->language_row, G_LIST_MODEL (names));
  self->filling = FALSE;
  if (hemo_report_edits_get (self->edits) != NULL)
    hemo_report_page_show_language (self);
}

static void
load_languages (HemoReportPage *self)
{
  const HemoClinicInfo *info = hemo_desk_get_info (hemo_report_page_get_desk (self));
  const HemoCase *data = hemo_report_page_get_case (self);
  g_autoptr (GStrvBuilder) more = g_strv_builder_new ();

  if (info != NULL && info->language != NULL)
    g_strv_builder_add (more, info->language);
  if (data != NULL && data->report->language != NULL)
    g_strv_builder_add (more, data->report->language);
  hemo_desk_run_async (hemo_report_page_get_desk (self), languages_work, g_strv_builder_end (more),
                       (GDestroyNotify)g_strfreev, (GDestroyNotify)g_strfreev, NULL, languages_cb,
                       g_object_ref (self));
}

/* What is next is one key away. */
static gboolean
focus_cb (gpointer data)
{
  HemoReportPage *self = data;
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));

  self->focus_source = 0;
  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self)))
    return G_SOURCE_REMOVE;
  gtk_widget_grab_focus (
      gtk_widget_get_visible (GTK_WIDGET (self->sign_button))    ? GTK_WIDGET (self->sign_button)
      : gtk_widget_get_visible (GTK_WIDGET (self->print_button)) ? GTK_WIDGET (self->print_button)
                                                                 : GTK_WIDGET (self->next_button));
  return G_SOURCE_REMOVE;
}

static void
hemo_report_page_map (GtkWidget *widget)
{
  HemoReportPage *self = HEMO_REPORT_PAGE (widget);

  GTK_WIDGET_CLASS (hemo_report_page_parent_class)->map (widget);
  if (self->focus_source == 0)
    self->focus_source = g_idle_add (focus_cb, self);
}

static void
hemo_report_page_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&HEMO_REPORT_PAGE (widget)->focus_source, g_source_remove);
  GTK_WIDGET_CLASS (hemo_report_page_parent_class)->unmap (widget);
}

static void
hemo_report_page_constructed (GObject *object)
{
  HemoReportPage *self = HEMO_REPORT_PAGE (object);

  self->edits = hemo_report_edits_new (hemo_report_page_get_desk (self));
  g_signal_connect_object (self->edits, "edited", G_CALLBACK (edited_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->edits, "saved", G_CALLBACK (saved_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->edits, "failed", G_CALLBACK (failed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hemo_bench_page_get_case (HEMO_BENCH_PAGE (self)), "failed",
                           G_CALLBACK (unread_cb), self, G_CONNECT_SWAPPED);
  hemo_phrase_picker_attach (self->comment, hemo_report_page_get_desk (self), self->edits);
  hemo_report_paper_set_desk (self->paper, hemo_report_page_get_desk (self));
  hemo_report_images_list_bind (self->images_list, hemo_report_page_get_desk (self), self->edits);
  load_languages (self);
  G_OBJECT_CLASS (hemo_report_page_parent_class)->constructed (object);
}

static void
hemo_report_page_dispose (GObject *object)
{
  HemoReportPage *self = HEMO_REPORT_PAGE (object);

  g_clear_handle_id (&self->keep_source, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_REPORT_PAGE);
  g_clear_object (&self->edits);
  g_clear_pointer (&self->languages, g_strfreev);
  G_OBJECT_CLASS (hemo_report_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_set_template_from_resource (klass,
                                               "/org/hemogram/Hemogram/report/hemo-report-page.ui");
  gtk_widget_class_bind_template_child (klass, HemoReportPage, banner);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, paper);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, critical_group);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, call_button);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, critical_list);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, missing_group);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, missing_list);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, flags_group);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, flags_list);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, comment);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, images_group);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, images_list);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, language_row);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, versions_group);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, versions_list);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, status);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, actions);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, readings);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, others);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, print_button);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, export_button);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, next_button);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, amend_button);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, withdraw_button);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, discard_button);
  gtk_widget_class_bind_template_child (klass, HemoReportPage, sign_button);
}

static void
hemo_report_page_class_init (HemoReportPageClass *klass)
{
  g_type_ensure (HEMO_TYPE_READING_GROUP);
  g_type_ensure (HEMO_TYPE_OTHERS_GROUP);
  g_type_ensure (HEMO_TYPE_REPORT_PAPER);
  g_type_ensure (HEMO_TYPE_REPORT_IMAGES_LIST);
  G_OBJECT_CLASS (klass)->constructed = hemo_report_page_constructed;
  G_OBJECT_CLASS (klass)->dispose = hemo_report_page_dispose;
  GTK_WIDGET_CLASS (klass)->map = hemo_report_page_map;
  GTK_WIDGET_CLASS (klass)->unmap = hemo_report_page_unmap;
  HEMO_BENCH_PAGE_CLASS (klass)->updated = hemo_report_page_updated;
  HEMO_BENCH_PAGE_CLASS (klass)->key = hemo_report_page_key;
  HEMO_BENCH_PAGE_CLASS (klass)->save = hemo_report_page_save;
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "report.print", "i", print_action_cb);
  bind_children (GTK_WIDGET_CLASS (klass));
}

static void
hemo_report_page_init (HemoReportPage *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (comment_key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->comment), keys);
  g_signal_connect_object (gtk_text_view_get_buffer (self->comment), "changed",
                           G_CALLBACK (comment_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->banner, "button-clicked", G_CALLBACK (newest_cb), self);
  g_signal_connect_swapped (self->call_button, "clicked", G_CALLBACK (call_cb), self);
  g_signal_connect_swapped (self->missing_list, "row-activated", G_CALLBACK (missing_cb), self);
  g_signal_connect_swapped (self->versions_list, "row-activated", G_CALLBACK (version_cb), self);
  g_signal_connect_swapped (self->language_row, "notify::selected", G_CALLBACK (language_cb), self);
  g_signal_connect_swapped (self->print_button, "clicked", G_CALLBACK (print_cb), self);
  g_signal_connect_swapped (self->export_button, "clicked", G_CALLBACK (export_cb), self);
  g_signal_connect_swapped (self->amend_button, "clicked", G_CALLBACK (amend_cb), self);
  g_signal_connect_swapped (self->discard_button, "clicked", G_CALLBACK (discard_cb), self);
  g_signal_connect_swapped (self->withdraw_button, "clicked", G_CALLBACK (withdraw_cb), self);
  g_signal_connect_swapped (self->sign_button, "clicked", G_CALLBACK (start_signing), self);
}
