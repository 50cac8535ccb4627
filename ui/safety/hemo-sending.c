/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Shows what the sync last told; counts the seconds to the next try by itself. */

#include "hemo-sending.h"

#include "hemo-background.h"
#include "hemo-button.h"
#include "hemo-courier-run.h"
#include "hemo-failure.h"
#include "hemo-picture-queue.h"
#include "hemo-place.h"
#include "hemo-sending-words.h"
#include "hemo-settings.h"
#include "hemo-shelf.h"

#include <glib/gi18n.h>

struct _HemoSending
{
  GtkBox parent_instance;

  GtkBox *buttons;
  GtkButton *now_button;
  GtkButton *pause_button;
  AdwActionRow *nothing_row;
  GtkButton *set_up_button;
  AdwActionRow *reached_row;
  AdwActionRow *results_row;
  AdwActionRow *previews_row;
  AdwActionRow *originals_row;
  GtkImage *results_icon;
  GtkImage *previews_icon;
  GtkImage *originals_icon;
  AdwActionRow *courier_row;
  AdwActionRow *picture_row;
  GtkProgressBar *picture_bar;
  AdwExpanderRow *pictures_row;
  AdwSwitchRow *background_row;
  AdwPreferencesGroup *settle;
  AdwActionRow *settle_row;
  AdwPreferencesGroup *shelf;
  GtkButton *all_button;
  GtkListBox *shelf_list;

  HemoDesk *desk;
  GSettings *settings;
  /* (element-type AdwActionRow) */
  GPtrArray *pictures;
  gboolean pictures_asked;
  /* What the shelf shows, in one text: rows stay, and the focus in them, while nothing changes. */
  char *shelf_shown;
  guint timer;
  gboolean paused;
  /* As the store said last, for when no sync runs. */
  gint64 waiting[HEMO_LANE_NONE];
};

G_DEFINE_FINAL_TYPE (HemoSending, hemo_sending, GTK_TYPE_BOX)

static void
set_subtitle (AdwActionRow *row, const char *text)
{
  if (g_strcmp0 (adw_action_row_get_subtitle (row), text) != 0)
    adw_action_row_set_subtitle (row, text);
}

static void
show_lane (HemoSending *self,
           const HemoSyncStatus *status,
           HemoLane lane,
           AdwActionRow *row,
           GtkImage *icon)
{
  g_autofree char *words = hemo_sending_describe_lane (status, lane, g_get_monotonic_time ());

  set_subtitle (row, words);
  gtk_image_set_from_icon_name (icon, hemo_sending_lane_icon (&status->lanes[lane]));
}

static void
show_picture (HemoSending *self, const HemoSyncStatus *status)
{
  gboolean any = status->image != NULL && status->image_size > 0;

  gtk_widget_set_visible (GTK_WIDGET (self->picture_row), any);
  if (!any)
    return;
  g_autofree char *sent = g_format_size (status->image_sent);
  g_autofree char *size = g_format_size (status->image_size);
  /* Translators: so much of the picture was sent: '1.2 MB of 3.4 MB' */
  g_autofree char *words = g_strdup_printf (_ ("%s of %s"), sent, size);

  set_subtitle (self->picture_row, words);
  gtk_progress_bar_set_fraction (
      self->picture_bar, CLAMP ((double)status->image_sent / (double)status->image_size, 0, 1));
}

/* More are counted, not listed. */
#define PICTURES_MAX 50

static gboolean
pictures_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_picture_queue_list (txn, PICTURES_MAX, error);
  return *result != NULL;
}

static GtkWidget *
make_picture_row (void)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *bar = gtk_progress_bar_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  gtk_widget_set_valign (bar, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (bar, 120, -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), bar);
  g_object_set_data (G_OBJECT (row), "bar", bar);
  return row;
}

static void
fill_picture_row (GtkWidget *row, const HemoWaitingPicture *picture)
{
  GtkProgressBar *bar = g_object_get_data (G_OBJECT (row), "bar");
  double done = picture->bytes > 0 ? (double)picture->sent / (double)picture->bytes : 0;
  g_autofree char *sent = g_format_size ((guint64)picture->sent);
  g_autofree char *size = g_format_size ((guint64)picture->bytes);
  /* Translators: a specimen's number, and the number of a picture of it */
  g_autofree char *title = g_strdup_printf (_ ("%s, field %d"), picture->accession, picture->field);
  const char *kind = picture->asked                        ? _ ("Asked for by a reader")
                     : picture->lane == HEMO_LANE_PREVIEWS ? _ ("Small picture")
                                                           : _ ("Original image");
  g_autofree char *far = picture->sent > 0 ? g_strdup_printf (_ ("%s of %s"), sent, size)
                                           : g_strdup_printf (_ ("waits, %s"), size);
  g_autofree char *reason = picture->reason != NULL ? hemo_failure_say (picture->reason) : NULL;
  /* Translators: what kind of picture, and how far it is */
  g_autofree char *text = g_strdup_printf (_ ("%s: %s"), kind, reason != NULL ? reason : far);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  set_subtitle (ADW_ACTION_ROW (row), text);
  gtk_progress_bar_set_fraction (bar, CLAMP (done, 0, 1));
  gtk_accessible_update_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

/* Rows stay where they are while what they say changes. */
static void
pictures_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSending) self = data;
  g_autoptr (GPtrArray) pictures = NULL;
  gpointer out = NULL;

  self->pictures_asked = FALSE;
  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, NULL))
    return;
  pictures = out;
  if (self->pictures_row == NULL)
    return;
  for (guint i = 0; i < pictures->len; i++)
    {
      if (i == self->pictures->len)
        {
          g_ptr_array_add (self->pictures, make_picture_row ());
          adw_expander_row_add_row (self->pictures_row, self->pictures->pdata[i]);
        }
      fill_picture_row (self->pictures->pdata[i], pictures->pdata[i]);
    }
  while (self->pictures->len > pictures->len)
    adw_expander_row_remove (self->pictures_row,
                             g_ptr_array_steal_index (self->pictures, self->pictures->len - 1));
  gtk_widget_set_visible (GTK_WIDGET (self->pictures_row), pictures->len > 0);
}

static void
load_pictures (HemoSending *self)
{
  if (hemo_desk_get_session_state (self->desk) != HEMO_SESSION_OPEN)
    return;
  self->pictures_asked = TRUE;
  hemo_desk_read_async (self->desk, pictures_job, NULL, NULL, (GDestroyNotify)g_ptr_array_unref,
                        NULL, pictures_cb, g_object_ref (self));
}

static void
show_status (HemoSending *self, const HemoSyncStatus *status)
{
  g_autofree char *reached = hemo_sending_describe_reached (status);

  self->paused = status->paused;
  set_subtitle (self->reached_row, reached);
  show_lane (self, status, HEMO_LANE_RESULTS, self->results_row, self->results_icon);
  show_lane (self, status, HEMO_LANE_PREVIEWS, self->previews_row, self->previews_icon);
  show_lane (self, status, HEMO_LANE_ORIGINALS, self->originals_row, self->originals_icon);
  show_picture (self, status);
  gtk_button_set_label (self->pause_button, status->paused ? _ ("_Resume") : _ ("_Pause"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->now_button), !status->paused);
}

static void
show_count (AdwActionRow *row, GtkImage *icon, gint64 number)
{
  g_autofree char *text
      = number == 0
            ? g_strdup (_ ("nothing waits"))
            : g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d waits", "%d wait", (gulong)number),
                               (int)MIN (number, G_MAXINT));

  set_subtitle (row, text);
  gtk_image_set_from_icon_name (icon, "drive-harddisk-symbolic");
}

/* No sync runs. */
static void
show_nothing (HemoSending *self)
{
  const char *english = hemo_sender_get_failure (hemo_desk_get_sender (self->desk));
  g_autofree char *failure = english != NULL ? hemo_failure_say (english) : NULL;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->nothing_row),
                                 failure != NULL ? _ ("Sending could not begin")
                                                 : _ ("Not connected to a server"));
  set_subtitle (self->nothing_row,
                failure != NULL ? failure
                                : _ ("No server was set up: nothing is sent. All that waits stays "
                                     "here and goes into each backup."));
  gtk_widget_set_visible (GTK_WIDGET (self->picture_row), FALSE);
  show_count (self->results_row, self->results_icon, self->waiting[HEMO_LANE_RESULTS]);
  show_count (self->previews_row, self->previews_icon, self->waiting[HEMO_LANE_PREVIEWS]);
  show_count (self->originals_row, self->originals_icon, self->waiting[HEMO_LANE_ORIGINALS]);
}

/* What somebody began and went away from is told until it is looked at. */
static void
show_courier (HemoSending *self)
{
  HemoCourierRun *run = hemo_courier_run_find (self->desk);
  g_autofree char *ended = NULL;

  if (run == NULL)
    set_subtitle (self->courier_row,
                  _ ("To a computer that has a connection, and the answers back"));
  else if (hemo_courier_run_get_stage (run) != HEMO_COURIER_ENDED)
    set_subtitle (self->courier_row, hemo_courier_run_writes (run)
                                         ? _ ("The stick is being written")
                                         : _ ("The stick is being read"));
  else
    {
      ended = hemo_courier_run_say_end (run);
      set_subtitle (self->courier_row, ended);
    }
}

static void
update (HemoSending *self)
{
  g_autoptr (HemoSyncStatus) status = NULL;

  if (self->desk == NULL || self->buttons == NULL)
    return;
  show_courier (self);
  status = hemo_sender_get_status (hemo_desk_get_sender (self->desk));
  gtk_widget_set_visible (GTK_WIDGET (self->buttons),
                          status != NULL && hemo_desk_may (self->desk, HEMO_ACTION_SYNC));
  gtk_widget_set_visible (GTK_WIDGET (self->nothing_row), status == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->set_up_button),
                          hemo_desk_may (self->desk, HEMO_ACTION_SETTINGS_EDIT));
  gtk_widget_set_visible (GTK_WIDGET (self->reached_row), status != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->background_row), status != NULL);
  if (status != NULL)
    show_status (self, status);
  else
    show_nothing (self);
}

static void
now_cb (HemoSending *self)
{
  hemo_sender_send_now (hemo_desk_get_sender (self->desk));
  gtk_accessible_announce (GTK_ACCESSIBLE (self), _ ("Sending is tried now."),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
paused_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSending) self = data;
  g_autoptr (GError) error = NULL;

  if (!hemo_sender_finish (HEMO_SENDER (source), result, &error) && self->buttons != NULL)
    hemo_place_show_error (GTK_WIDGET (self), _ ("Sending Goes On as Before"), error);
}

static void
pause_cb (HemoSending *self)
{
  hemo_sender_set_paused_async (hemo_desk_get_sender (self->desk), !self->paused, paused_cb,
                                g_object_ref (self));
}

static void
retried_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSending) self = data;
  g_autoptr (GError) error = NULL;

  if (hemo_desk_finish (HEMO_DESK (source), result, NULL, &error))
    hemo_sender_send_now (hemo_desk_get_sender (HEMO_DESK (source)));
  else if (self->shelf_list != NULL)
    {
      hemo_place_show_error (GTK_WIDGET (self), _ ("It Stays on the Shelf"), error);
      hemo_sending_refresh (self);
    }
}

/* Takes @sequences; empty: all that is there. */
static void
retry (HemoSending *self, GArray *sequences)
{
  /* Whatever comes of it, its row is made anew, with a button that can be pressed again. */
  g_clear_pointer (&self->shelf_shown, g_free);
  hemo_desk_write_async (self->desk, hemo_shelf_retry, sequences, (GDestroyNotify)g_array_unref,
                         NULL, NULL, retried_cb, g_object_ref (self));
}

static void
retry_all_cb (HemoSending *self)
{
  retry (self, g_array_new (FALSE, FALSE, sizeof (gint64)));
}

static void
retry_one_cb (HemoSending *self, GtkButton *button)
{
  GArray *sequences = g_object_get_data (G_OBJECT (button), "sequences");

  gtk_widget_set_sensitive (GTK_WIDGET (button), FALSE);
  retry (self, g_array_copy (sequences));
}

/* Where what was refused is edited. */
static GtkWidget *
make_open_button (const HemoShelfItem *item)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Open Case"));
  /* Translators: of a specimen's number */
  g_autofree char *name = g_strdup_printf (_ ("Open case %s"), item->accession);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.open-case");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", item->accession);
  hemo_button_name (button, name);
  return button;
}

static GtkWidget *
make_edit_button (const HemoShelfItem *item)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Edit Patient"));
  g_autofree char *reason = hemo_shelf_item_text (item);
  /* Translators: of why the server refused the record */
  g_autofree char *name = g_strdup_printf (_ ("Edit patient: %s"), reason);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  hemo_button_name (button, name);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.mend-patient");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(ss)", item->patient,
                                    item->reason != NULL ? item->reason : "");
  return button;
}

static GtkWidget *
make_shelf_row (HemoSending *self, const HemoShelfItem *item)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Try Again"));
  /* A wrapping box: two buttons beside a reason leave it no width where text is large. */
  GtkWidget *box = adw_wrap_box_new ();
  g_autofree char *title = hemo_shelf_item_title (item);
  g_autofree char *text = hemo_shelf_item_text (item);
  /* Translators: of a specimen's number */
  g_autofree char *name = g_strdup_printf (_ ("Try %s again"), title);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("dialog-warning-symbolic"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_sensitive (button, hemo_desk_may (self->desk, HEMO_ACTION_SYNC));
  hemo_button_name (button, name);
  g_object_set_data_full (G_OBJECT (button), "sequences", g_array_ref (item->sequences),
                          (GDestroyNotify)g_array_unref);
  g_signal_connect_object (button, "clicked", G_CALLBACK (retry_one_cb), self, G_CONNECT_SWAPPED);
  adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (box), 6);
  adw_wrap_box_set_line_spacing (ADW_WRAP_BOX (box), 6);
  adw_wrap_box_set_align (ADW_WRAP_BOX (box), 1);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  if (item->accession != NULL)
    adw_wrap_box_append (ADW_WRAP_BOX (box), make_open_button (item));
  /* An action decides itself whether its button is sensitive. */
  if (item->patient != NULL && hemo_desk_may (self->desk, HEMO_ACTION_PATIENT_EDIT))
    adw_wrap_box_append (ADW_WRAP_BOX (box), make_edit_button (item));
  adw_wrap_box_append (ADW_WRAP_BOX (box), button);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), box);
  return row;
}

static void
show_settle (HemoSending *self, gint64 waiting)
{
  int number = (int)CLAMP (waiting, 0, G_MAXINT);
  g_autofree char *text
      = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d record waits for a person",
                                      "%d records wait for a person", (gulong)number),
                         number);

  gtk_widget_set_visible (GTK_WIDGET (self->settle), number > 0);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->settle_row), text);
  set_subtitle (
      self->settle_row,
      _ ("Somebody else changed the same. Choose what stands; until then it is not sent."));
}

static void
show_shelf (HemoSending *self, const HemoShelf *shelf)
{
  gboolean may = hemo_desk_may (self->desk, HEMO_ACTION_SYNC);
  g_autoptr (GString) all = g_string_new (may ? "may" : "may not");

  for (guint i = 0; i < shelf->items->len; i++)
    {
      const HemoShelfItem *item = g_ptr_array_index (shelf->items, i);
      g_autofree char *title = hemo_shelf_item_title (item);
      g_autofree char *text = hemo_shelf_item_text (item);

      g_string_append_printf (all, "\n%s\n%s", title, text);
      for (guint k = 0; k < item->sequences->len; k++)
        g_string_append_printf (all, " %" G_GINT64_FORMAT,
                                g_array_index (item->sequences, gint64, k));
    }
  if (g_strcmp0 (all->str, self->shelf_shown) == 0)
    return;
  g_set_str (&self->shelf_shown, all->str);
  gtk_list_box_remove_all (self->shelf_list);
  for (guint i = 0; i < shelf->items->len; i++)
    gtk_list_box_append (self->shelf_list,
                         make_shelf_row (self, g_ptr_array_index (shelf->items, i)));
  gtk_widget_set_visible (GTK_WIDGET (self->shelf), shelf->items->len > 0);
  gtk_widget_set_sensitive (GTK_WIDGET (self->all_button), may);
}

static void
shelf_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSending) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoShelf) shelf = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      if (self->shelf_list != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
        hemo_place_show_error (GTK_WIDGET (self), _ ("The Shelf Cannot Be Read"), error);
      return;
    }
  shelf = out;
  if (self->shelf_list == NULL)
    return;
  show_shelf (self, shelf);
  show_settle (self, shelf->disputes);
}

/* The desktop has the last word. */
static void
allowed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSending) self = data;
  g_autoptr (GError) error = NULL;

  if (hemo_background_ask_finish (result, &error))
    return;
  g_settings_set_boolean (self->settings, "send-in-background", FALSE);
  if (self->buttons != NULL)
    hemo_place_show_error (GTK_WIDGET (self), _ ("It Ends with the Window"), error);
}

static void
background_cb (HemoSending *self)
{
  if (self->background_row != NULL && adw_switch_row_get_active (self->background_row))
    hemo_background_ask_async (_ ("Results are sent and received while the window is closed"), NULL,
                               allowed_cb, g_object_ref (self));
}

void
hemo_sending_set_waiting (HemoSending *self, const gint64 *waiting)
{
  for (guint i = 0; i < HEMO_LANE_NONE; i++)
    self->waiting[i] = waiting[i];
  update (self);
}

void
hemo_sending_refresh (HemoSending *self)
{
  update (self);
  load_pictures (self);
  hemo_desk_read_async (self->desk, hemo_shelf_load, NULL, NULL, (GDestroyNotify)hemo_shelf_free,
                        NULL, shelf_cb, g_object_ref (self));
}

static gboolean
tick_cb (gpointer data)
{
  HemoSending *self = data;

  update (self);
  /* A slow disk is not asked again before it has answered. */
  if (!self->pictures_asked && adw_expander_row_get_expanded (self->pictures_row))
    load_pictures (self);
  return G_SOURCE_CONTINUE;
}

static void
hemo_sending_map (GtkWidget *widget)
{
  HemoSending *self = HEMO_SENDING (widget);

  GTK_WIDGET_CLASS (hemo_sending_parent_class)->map (widget);
  if (self->timer == 0)
    self->timer = g_timeout_add_seconds (1, tick_cb, self);
  update (self);
}

static void
hemo_sending_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&HEMO_SENDING (widget)->timer, g_source_remove);
  GTK_WIDGET_CLASS (hemo_sending_parent_class)->unmap (widget);
}

static void
changed_cb (HemoSending *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    update (self);
}

void
hemo_sending_set_desk (HemoSending *self, HemoDesk *desk)
{
  g_set_object (&self->desk, desk);
  g_signal_connect_object (hemo_desk_get_sender (desk), "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  update (self);
}

static void
hemo_sending_dispose (GObject *object)
{
  HemoSending *self = HEMO_SENDING (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_SENDING);
  g_clear_object (&self->desk);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->pictures, g_ptr_array_unref);
  g_clear_pointer (&self->shelf_shown, g_free);
  G_OBJECT_CLASS (hemo_sending_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_set_template_from_resource (klass,
                                               "/org/hemogram/Hemogram/safety/hemo-sending.ui");
  gtk_widget_class_bind_template_child (klass, HemoSending, buttons);
  gtk_widget_class_bind_template_child (klass, HemoSending, now_button);
  gtk_widget_class_bind_template_child (klass, HemoSending, pause_button);
  gtk_widget_class_bind_template_child (klass, HemoSending, nothing_row);
  gtk_widget_class_bind_template_child (klass, HemoSending, set_up_button);
  gtk_widget_class_bind_template_child (klass, HemoSending, reached_row);
  gtk_widget_class_bind_template_child (klass, HemoSending, results_row);
  gtk_widget_class_bind_template_child (klass, HemoSending, previews_row);
  gtk_widget_class_bind_template_child (klass, HemoSending, originals_row);
  gtk_widget_class_bind_template_child (klass, HemoSending, results_icon);
  gtk_widget_class_bind_template_child (klass, HemoSending, previews_icon);
  gtk_widget_class_bind_template_child (klass, HemoSending, originals_icon);
  gtk_widget_class_bind_template_child (klass, HemoSending, courier_row);
  gtk_widget_class_bind_template_child (klass, HemoSending, picture_row);
  gtk_widget_class_bind_template_child (klass, HemoSending, picture_bar);
  gtk_widget_class_bind_template_child (klass, HemoSending, pictures_row);
  gtk_widget_class_bind_template_child (klass, HemoSending, background_row);
  gtk_widget_class_bind_template_child (klass, HemoSending, settle);
  gtk_widget_class_bind_template_child (klass, HemoSending, settle_row);
  gtk_widget_class_bind_template_child (klass, HemoSending, shelf);
  gtk_widget_class_bind_template_child (klass, HemoSending, all_button);
  gtk_widget_class_bind_template_child (klass, HemoSending, shelf_list);
}

static void
hemo_sending_class_init (HemoSendingClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hemo_sending_dispose;
  GTK_WIDGET_CLASS (klass)->map = hemo_sending_map;
  GTK_WIDGET_CLASS (klass)->unmap = hemo_sending_unmap;
  bind_children (GTK_WIDGET_CLASS (klass));
}

static void
hemo_sending_init (HemoSending *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->now_button, "clicked", G_CALLBACK (now_cb), self);
  g_signal_connect_swapped (self->pause_button, "clicked", G_CALLBACK (pause_cb), self);
  g_signal_connect_swapped (self->all_button, "clicked", G_CALLBACK (retry_all_cb), self);
  self->pictures = g_ptr_array_new ();
  self->settings = hemo_settings_new ();
  g_settings_bind (self->settings, "send-in-background", self->background_row, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_swapped (self->background_row, "notify::active", G_CALLBACK (background_cb),
                            self);
}
