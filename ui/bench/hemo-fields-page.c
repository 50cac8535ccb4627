/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fields: what the camera shows, what was captured, and one of them over the whole page. */

#include "hemo-fields-page-private.h"

#include "hemo-chooser.h"
#include "hemo-key-letter.h"

#include <glib/gi18n.h>

#define KEYCODE_A 38
#define KEYCODE_S 39
#define KEYCODE_D 40

G_DEFINE_FINAL_TYPE (HemoFieldsPage, hemo_fields_page, HEMO_TYPE_BENCH_PAGE)

static HemoDesk *
get_desk (HemoFieldsPage *self)
{
  return hemo_bench_page_get_desk (HEMO_BENCH_PAGE (self));
}

static const HemoCase *
get_case (HemoFieldsPage *self)
{
  return hemo_bench_case_get (hemo_bench_page_get_case (HEMO_BENCH_PAGE (self)));
}

static void
say_error (HemoFieldsPage *self, const GError *error)
{
  if (!g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    hemo_place_toast (GTK_WIDGET (self), error->message);
}

static void
show_objective (HemoFieldsPage *self)
{
  guint index = adw_combo_row_get_selected (self->objective);
  const HemoObjective *objective;
  g_autofree char *text = NULL;

  if (self->objectives == NULL)
    return;
  if (index >= self->objectives->len)
    {
      /* A wrong one would give wrong micrometres: better none. */
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->objective),
                                   _ ("Choose the one that is in: without it nothing is measured"));
      hemo_capture_set_objective (self->capture, NULL);
      return;
    }
  objective = g_ptr_array_index (self->objectives, index);
  if (objective->calibration.micrometres_per_pixel > 0)
    text = g_strdup_printf (_ ("%.4f µm a pixel"), objective->calibration.micrometres_per_pixel);
  else
    text = g_strdup (_ ("not calibrated"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->objective), text);
  hemo_capture_set_objective (self->capture, objective->name);
  if (self->loading)
    return;
  g_settings_set_uint (hemo_capture_get_settings (self->capture), "objective",
                       (guint)objective->magnification);
  g_settings_set_string (hemo_capture_get_settings (self->capture), "objective-name",
                         objective->name);
}

/* The one that was used last: by its name, or where no other has its magnification. */
static guint
find_last_objective (HemoFieldsPage *self)
{
  GSettings *settings = hemo_capture_get_settings (self->capture);
  g_autofree char *name = g_settings_get_string (settings, "objective-name");
  guint magnification = g_settings_get_uint (settings, "objective");
  guint found = GTK_INVALID_LIST_POSITION;
  guint alike = 0;

  for (guint i = 0; i < self->objectives->len; i++)
    {
      const HemoObjective *objective = g_ptr_array_index (self->objectives, i);

      if (g_str_equal (objective->name, name))
        return i;
      if ((guint)objective->magnification != magnification)
        continue;
      found = i;
      alike++;
    }
  return alike == 1 && *name == '\0' ? found : GTK_INVALID_LIST_POSITION;
}

static gboolean
objectives_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_objectives_load (txn, error);
  return *result != NULL;
}

static void
objectives_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoFieldsPage) self = data;
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, NULL) || self->objective == NULL)
    return;
  self->objectives = out;
  for (guint i = 0; i < self->objectives->len; i++)
    gtk_string_list_append (names, ((HemoObjective *)self->objectives->pdata[i])->name);
  selected = MIN (find_last_objective (self), self->objectives->len);
  /* The row cannot be without a choice: this one says that there is none. */
  if (selected == self->objectives->len)
    gtk_string_list_append (names, "—");
  self->loading = TRUE;
  adw_combo_row_set_model (self->objective, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->objective, selected);
  show_objective (self);
  self->loading = FALSE;
  gtk_widget_set_visible (GTK_WIDGET (self->objective), self->objectives->len > 0);
}

static void
show_progress (HemoFieldsPage *self)
{
  guint n = hemo_capture_get_n_waiting (self->capture);
  guint failed = hemo_capture_get_n_failed (self->capture);
  g_autofree char *text = NULL;

  if (n > 0 || failed == 0)
    text = g_strdup_printf (ngettext ("Saving %u field", "Saving %u fields", n), n);
  else
    text = g_strdup_printf (ngettext ("%u field is not saved", "%u fields are not saved", failed),
                            failed);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), n > 1 || failed > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), n > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->cancel_button), n > 1);
  gtk_widget_set_visible (GTK_WIDGET (self->retry_button), n == 0 && failed > 0);
  gtk_label_set_text (self->progress_label, text);
}

static void
wanted_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoFilmItem) item = data;
  g_autoptr (GdkTexture) texture = NULL;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      g_object_set (item, "missing", TRUE, "problem", error->message, NULL);
      return;
    }
  texture = out;
  hemo_film_item_set_paintable (item, GDK_PAINTABLE (texture));
}

static void
wanted_cb (HemoFieldsPage *self, HemoFilmItem *item)
{
  const char *uuid = hemo_film_item_get_uuid (item);

  /* What is on its way has its own. */
  if (!hemo_capture_is_saving (self->capture, uuid))
    hemo_field_texture_load_async (get_desk (self), uuid, 0, NULL, wanted_loaded_cb,
                                   g_object_ref (item));
}

static void
film_opened_cb (HemoFieldsPage *self, HemoFilmItem *item)
{
  hemo_filmstrip_select (self->film, item);
  hemo_fields_page_show_viewer (self);
}

static void
discard_last_cb (HemoFieldsPage *self)
{
  g_autoptr (HemoFilmItem) last = hemo_capture_dup_last (self->capture);

  if (last != NULL)
    hemo_fields_page_discard (self, last);
}

static void
show_discard (HemoFieldsPage *self)
{
  GListModel *film = hemo_capture_get_film (self->capture);

  gtk_widget_set_sensitive (GTK_WIDGET (self->discard_button), g_list_model_get_n_items (film) > 0);
}

static void
discard_shown_cb (HemoFieldsPage *self)
{
  HemoFilmItem *item = hemo_filmstrip_get_selected (self->film);

  hemo_fields_page_close_viewer (self);
  if (item != NULL)
    hemo_fields_page_discard (self, item);
}

static void
toggled_cb (HemoFieldsPage *self, HemoFilmItem *item)
{
  hemo_capture_toggle_report (self->capture, item);
}

static void
files_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoFieldsPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) files = hemo_chooser_ask_finish (GTK_FILE_DIALOG (source), result, &error);

  if (files != NULL)
    hemo_capture_open_files (self->capture, files);
  else
    say_error (self, error);
}

static void
open_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HemoFieldsPage *self = HEMO_FIELDS_PAGE (widget);
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _ ("Pictures (JPEG, PNG)"));
  gtk_file_filter_add_mime_type (filter, "image/jpeg");
  gtk_file_filter_add_mime_type (filter, "image/png");
  gtk_file_dialog_set_title (dialog, _ ("Bring Fields In"));
  gtk_file_dialog_set_default_filter (dialog, filter);
  hemo_chooser_ask_async (dialog, HEMO_CHOOSE_FILES, widget, files_cb, g_object_ref (self));
}

static void
show_watched (HemoFieldsPage *self)
{
  g_autofree char *path
      = g_settings_get_string (hemo_capture_get_settings (self->capture), "watch-folder");
  g_autofree char *name = g_filename_display_basename (path);

  self->loading = TRUE;
  gtk_toggle_button_set_active (self->watch_button, *path != '\0');
  gtk_label_set_text (self->watched, name);
  gtk_widget_set_visible (GTK_WIDGET (self->watched), *path != '\0');
  self->loading = FALSE;
}

static void
folder_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoFieldsPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) folder = hemo_chooser_ask_finish (GTK_FILE_DIALOG (source), result, &error);

  if (folder != NULL)
    g_settings_set_string (hemo_capture_get_settings (self->capture), "watch-folder",
                           g_file_peek_path (folder));
  else
    say_error (self, error);
  show_watched (self);
}

static void
watch_cb (HemoFieldsPage *self)
{
  g_autoptr (GtkFileDialog) dialog = NULL;

  if (self->loading)
    return;
  if (!gtk_toggle_button_get_active (self->watch_button))
    {
      g_settings_set_string (hemo_capture_get_settings (self->capture), "watch-folder", "");
      show_watched (self);
      return;
    }
  dialog = gtk_file_dialog_new ();
  gtk_file_dialog_set_title (dialog, _ ("Watch a Folder"));
  hemo_chooser_ask_async (dialog, HEMO_CHOOSE_FOLDER, GTK_WIDGET (self), folder_cb,
                          g_object_ref (self));
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, gpointer data)
{
  HemoFieldsPage *self = data;
  GSList *list = g_value_get_boxed (value);

  hemo_capture_take_list (self->capture, list);
  return list != NULL;
}

static void
paste_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  hemo_capture_paste (HEMO_FIELDS_PAGE (widget)->capture, gtk_widget_get_clipboard (widget));
}

static void
show_check (HemoFieldsPage *self, HemoSmearCheck check)
{
  self->loading = TRUE;
  for (int i = HEMO_SMEAR_ACCEPTABLE; i < HEMO_SMEAR_CHECKS; i++)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->check_buttons[i]), i == (int)check);
  self->loading = FALSE;
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoFieldsPage) self = data;
  g_autoptr (GError) error = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, NULL, &error) && self->modes != NULL)
    hemo_place_show_error (GTK_WIDGET (self), _ ("The Check Was Not Saved"), error);
}

static void
check (HemoFieldsPage *self, HemoSmearCheck what)
{
  if (get_case (self) == NULL)
    return;
  show_check (self, what);
  hemo_smear_check_save_async (get_desk (self), get_case (self)->specimen->uuid, what, checked_cb,
                               g_object_ref (self));
}

static void
check_toggled_cb (GtkToggleButton *button, gpointer data)
{
  HemoFieldsPage *self = data;
  int what = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "check"));

  if (!self->loading)
    check (self,
           gtk_toggle_button_get_active (button) ? (HemoSmearCheck)what : HEMO_SMEAR_UNCHECKED);
}

static void
make_checks (HemoFieldsPage *self)
{
  static const char *const labels[HEMO_SMEAR_CHECKS]
      = { NULL, N_ ("Acceptable (A)"), N_ ("Poor Spread (S)"), N_ ("Poor Stain (D)") };

  for (int i = HEMO_SMEAR_ACCEPTABLE; i < HEMO_SMEAR_CHECKS; i++)
    {
      GtkWidget *button = gtk_toggle_button_new_with_label (_ (labels[i]));

      gtk_widget_set_focus_on_click (button, FALSE);
      gtk_widget_set_tooltip_text (button, hemo_smear_check_text ((HemoSmearCheck)i));
      g_object_set_data (G_OBJECT (button), "check", GINT_TO_POINTER (i));
      g_signal_connect (button, "toggled", G_CALLBACK (check_toggled_cb), self);
      gtk_box_append (self->checks, button);
      self->check_buttons[i] = button;
    }
}

static void
shoot_cb (HemoFieldsPage *self)
{
  hemo_capture_shoot (self->capture, FALSE);
}

static gboolean
work_key (HemoFieldsPage *self, guint keyval, guint keycode)
{
  HemoFilmItem *selected = hemo_filmstrip_get_selected (self->film);

  if (keycode == KEYCODE_A || keycode == KEYCODE_S || keycode == KEYCODE_D)
    {
      check (self, (HemoSmearCheck)(HEMO_SMEAR_ACCEPTABLE + (int)keycode - KEYCODE_A));
      return TRUE;
    }
  switch (hemo_key_letter (keyval, keycode))
    {
    case GDK_KEY_BackSpace:
      discard_last_cb (self);
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      if (!gtk_widget_has_focus (GTK_WIDGET (self)) || selected == NULL)
        return FALSE;
      hemo_fields_page_show_viewer (self);
      return TRUE;
    case GDK_KEY_p:
    case GDK_KEY_P:
      if (selected != NULL)
        hemo_capture_toggle_report (self->capture, selected);
      return TRUE;
    case GDK_KEY_Page_Down:
    case GDK_KEY_Page_Up:
      hemo_filmstrip_step (self->film, keyval == GDK_KEY_Page_Down ? 1 : -1);
      return TRUE;
    case GDK_KEY_Left:
    case GDK_KEY_Right:
      if (!gtk_widget_has_focus (GTK_WIDGET (self)))
        return FALSE;
      hemo_filmstrip_step (self->film, keyval == GDK_KEY_Right ? 1 : -1);
      return TRUE;
    default:
      return FALSE;
    }
}

/* A key that is held down counts or changes one cell, not the next ones as well. */
static gboolean
may_repeat (HemoFieldsPage *self, guint keyval, guint keycode)
{
  if (hemo_fields_page_is_in_gallery (self))
    return keyval == GDK_KEY_Left || keyval == GDK_KEY_Right || keyval == GDK_KEY_Up
           || keyval == GDK_KEY_Down;
  return !hemo_fields_page_is_viewing (self) || hemo_cells_pane_may_repeat (keyval, keycode);
}

static gboolean
hemo_fields_page_key (HemoBenchPage *page, guint keyval, guint keycode, GdkModifierType state)
{
  HemoFieldsPage *self = HEMO_FIELDS_PAGE (page);

  if ((state & GDK_CONTROL_MASK) && (keyval == GDK_KEY_o || keyval == GDK_KEY_O))
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "fields.open", NULL);
      return TRUE;
    }
  if ((state & GDK_CONTROL_MASK) && (keyval == GDK_KEY_z || keyval == GDK_KEY_Z)
      && !hemo_fields_page_is_viewing (self) && !hemo_fields_page_is_in_gallery (self))
    {
      hemo_fields_page_bring_back (self);
      return TRUE;
    }
  if ((state & GDK_CONTROL_MASK) && gdk_keyval_to_lower (hemo_key_letter (keyval, keycode)) == 'z'
      && hemo_fields_page_is_viewing (self) && hemo_cells_pane_undo (self->cells))
    return TRUE;
  if ((state & GDK_CONTROL_MASK) && (keyval == GDK_KEY_v || keyval == GDK_KEY_V))
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "fields.paste", NULL);
      return TRUE;
    }
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK))
    return FALSE;
  if (hemo_bench_page_get_key_repeated (page) && !may_repeat (self, keyval, keycode))
    return TRUE;
  if (hemo_fields_page_is_in_gallery (self))
    return hemo_cell_gallery_key (self->gallery, keyval, keycode,
                                  hemo_bench_page_get_key_layout (page));
  if (hemo_fields_page_is_viewing (self))
    return hemo_fields_page_viewer_key (self, keyval, keycode, state);
  if (hemo_bench_page_get_key_repeated (page) && keyval == GDK_KEY_BackSpace)
    return TRUE;
  return work_key (self, keyval, keycode);
}

static HemoBenchKept
hemo_fields_page_get_kept (HemoBenchPage *page)
{
  HemoFieldsPage *self = HEMO_FIELDS_PAGE (page);

  return hemo_cells_pane_is_settled (self->cells) && hemo_cell_gallery_is_settled (self->gallery)
             ? HEMO_BENCH_KEPT
             : HEMO_BENCH_KEEPING;
}

static void
hemo_fields_page_updated (HemoBenchPage *page)
{
  HemoFieldsPage *self = HEMO_FIELDS_PAGE (page);
  HemoSession *session = hemo_desk_get_session (get_desk (self));
  const char *me = session != NULL ? hemo_session_get_user (session) : NULL;
  const HemoCase *data = get_case (self);
  HemoSmearCheck found = HEMO_SMEAR_UNCHECKED;

  for (guint i = 0; i < data->morphologies->len; i++)
    {
      const HemoMorphology *morphology = g_ptr_array_index (data->morphologies, i);

      if (g_strcmp0 (morphology->reader, me) == 0)
        found = hemo_smear_check_find (morphology->comment);
    }
  show_check (self, found);
  hemo_fields_page_follow_cells (self);
}

static void
hemo_fields_page_constructed (GObject *object)
{
  HemoFieldsPage *self = HEMO_FIELDS_PAGE (object);

  self->capture = g_object_ref (
      hemo_bench_case_get_capture (hemo_bench_page_get_case (HEMO_BENCH_PAGE (self))));
  hemo_filmstrip_set_model (self->film, hemo_capture_get_film (self->capture));
  g_signal_connect_object (hemo_capture_get_film (self->capture), "items-changed",
                           G_CALLBACK (show_discard), self, G_CONNECT_SWAPPED);
  show_discard (self);
  g_signal_connect_object (self->capture, "changed", G_CALLBACK (show_progress), self,
                           G_CONNECT_SWAPPED);
  show_progress (self);
  g_signal_connect_object (self->capture, "discarded", G_CALLBACK (hemo_fields_page_say_discarded),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->retry_button, "clicked", G_CALLBACK (hemo_capture_retry),
                           self->capture, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->cancel_button, "clicked", G_CALLBACK (hemo_capture_cancel),
                           self->capture, G_CONNECT_SWAPPED);
  hemo_fields_page_follow_camera (self);
  hemo_cells_pane_set_up (self->cells, hemo_bench_page_get_case (HEMO_BENCH_PAGE (self)),
                          hemo_image_pair_get_view (self->pair, 0));
  show_watched (self);
  hemo_desk_read_async (get_desk (self), objectives_job, NULL, NULL,
                        (GDestroyNotify)g_ptr_array_unref, NULL, objectives_cb,
                        g_object_ref (self));
  G_OBJECT_CLASS (hemo_fields_page_parent_class)->constructed (object);
}

static void
hemo_fields_page_dispose (GObject *object)
{
  HemoFieldsPage *self = HEMO_FIELDS_PAGE (object);

  /* The bin knows nothing of templates: it would unparent its child a second time. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_FIELDS_PAGE);
  G_OBJECT_CLASS (hemo_fields_page_parent_class)->dispose (object);
}

static void
hemo_fields_page_finalize (GObject *object)
{
  HemoFieldsPage *self = HEMO_FIELDS_PAGE (object);

  g_ptr_array_unref (self->control_rows);
  g_clear_object (&self->capture);
  g_clear_pointer (&self->objectives, g_ptr_array_unref);
  g_free (self->shown[0]);
  g_free (self->shown[1]);
  G_OBJECT_CLASS (hemo_fields_page_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, modes);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, live);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, no_camera);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, view);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, shoot_button);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, discard_button);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, viewer_discard);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, objective);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, focus_row);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, focus_bar);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, light_row);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, light_button);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, light_forget);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, device);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, mode);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, controls);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, checks);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, watch_button);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, watched);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, progress);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, progress_label);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, cancel_button);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, retry_button);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, spinner);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, film);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, viewer_close);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, viewer_title);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, tools);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, pair_button);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, pair);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, cells_button);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, cells);
  gtk_widget_class_bind_template_child (klass, HemoFieldsPage, gallery);
}

static void
hemo_fields_page_class_init (HemoFieldsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = hemo_fields_page_constructed;
  object_class->dispose = hemo_fields_page_dispose;
  object_class->finalize = hemo_fields_page_finalize;
  HEMO_BENCH_PAGE_CLASS (klass)->updated = hemo_fields_page_updated;
  HEMO_BENCH_PAGE_CLASS (klass)->key = hemo_fields_page_key;
  HEMO_BENCH_PAGE_CLASS (klass)->get_kept = hemo_fields_page_get_kept;
  gtk_widget_class_install_action (widget_class, "fields.open", NULL, open_cb);
  gtk_widget_class_install_action (widget_class, "fields.paste", NULL, paste_cb);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hemogram/Hemogram/bench/hemo-fields-page.ui");
  bind_children (widget_class);
}

static void
hemo_fields_page_init (HemoFieldsPage *self)
{
  GtkDropTarget *drop;

  g_type_ensure (HEMO_TYPE_CAMERA_VIEW);
  g_type_ensure (HEMO_TYPE_CELL_GALLERY);
  g_type_ensure (HEMO_TYPE_CELLS_PANE);
  g_type_ensure (HEMO_TYPE_FILMSTRIP);
  g_type_ensure (HEMO_TYPE_IMAGE_PAIR);
  g_type_ensure (HEMO_TYPE_IMAGE_TOOLS);
  gtk_widget_init_template (GTK_WIDGET (self));
  self->control_rows = g_ptr_array_new ();
  make_checks (self);
  hemo_image_tools_set_view (self->tools, hemo_image_pair_get_view (self->pair, 0));
  drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  g_signal_connect (drop, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
  g_signal_connect_swapped (self->shoot_button, "clicked", G_CALLBACK (shoot_cb), self);
  g_signal_connect_swapped (self->discard_button, "clicked", G_CALLBACK (discard_last_cb), self);
  g_signal_connect_swapped (self->viewer_discard, "clicked", G_CALLBACK (discard_shown_cb), self);
  g_signal_connect_swapped (self->objective, "notify::selected", G_CALLBACK (show_objective), self);
  g_signal_connect_swapped (self->watch_button, "toggled", G_CALLBACK (watch_cb), self);
  g_signal_connect_object (self->film, "wanted", G_CALLBACK (wanted_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->film, "opened", G_CALLBACK (film_opened_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->film, "delete-requested", G_CALLBACK (hemo_fields_page_discard),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->film, "report-toggled", G_CALLBACK (toggled_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (hemo_image_pair_get_view (self->pair, 0), "marks-changed",
                           G_CALLBACK (hemo_fields_page_save_marks), self, G_CONNECT_SWAPPED);
  g_object_set (hemo_image_pair_get_view (self->pair, 1), "can-mark", FALSE, NULL);
  g_signal_connect_swapped (self->viewer_close, "clicked",
                            G_CALLBACK (hemo_fields_page_close_viewer), self);
  g_signal_connect_swapped (self->pair_button, "toggled", G_CALLBACK (hemo_fields_page_show_viewer),
                            self);
  g_signal_connect_object (self->cells, "gallery", G_CALLBACK (hemo_fields_page_open_gallery), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->gallery, "closed", G_CALLBACK (hemo_fields_page_close_gallery),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->gallery, "map", G_CALLBACK (hemo_fields_page_refresh_gallery),
                           self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_swapped (self->cells_button, "toggled", G_CALLBACK (hemo_fields_page_show_cells),
                            self);
}
