/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Malaria films: parasites against white cells, or infected against all red cells. */

#include "hemo-malaria-page-private.h"

#include "hemo-bench.h"
#include "hemo-count-ring.h"
#include "hemo-field-pane.h"
#include "hemo-key-caps.h"
#include "hemo-key-letter.h"
#include "hemo-malaria-choices.h"
#include "hemo-malaria-readings-list.h"
#include "hemo-malaria-words.h"
#include "hemo-saver-kinds.h"
#include "hemo-settings.h"
#include "hemo-sounds.h"
#include "hemo-tally-keys.h"
#include "hemo-tally-row.h"

#include <glib/gi18n.h>
#include <math.h>

G_DEFINE_FINAL_TYPE (HemoMalariaPage, hemo_malaria_page, HEMO_TYPE_BENCH_PAGE)

HemoMalaria *
hemo_malaria_page_get_film (HemoMalariaPage *self)
{
  return self->films[self->shown];
}

const HemoCase *
hemo_malaria_page_get_case (HemoMalariaPage *self)
{
  return hemo_bench_case_get (hemo_bench_page_get_case (HEMO_BENCH_PAGE (self)));
}

void
hemo_malaria_page_remember (HemoMalariaPage *self, int film)
{
  g_ptr_array_add (self->before[film], hemo_malaria_copy (self->films[film]));
}

void
hemo_malaria_page_save (HemoMalariaPage *self, int film)
{
  self->films[film]->at = hemo_time_now ();
  hemo_saver_save (self->savers[film], self->films[film]);
  hemo_malaria_page_show (self);
}

static void
save (HemoMalariaPage *self)
{
  hemo_malaria_page_save (self, self->shown);
}

static gboolean
may_change (HemoMalariaPage *self)
{
  if (hemo_malaria_page_get_film (self) == NULL)
    return FALSE;
  if (!hemo_malaria_page_get_film (self)->closed)
    return TRUE;
  hemo_place_toast (GTK_WIDGET (self), _ ("The reading is finished. Go on counting to change it."));
  return FALSE;
}

static void
announce_extension (HemoMalariaPage *self, int target)
{
  g_autofree char *text = NULL;

  if (hemo_malaria_target (hemo_malaria_page_get_film (self)) == target)
    return;
  text = g_strdup_printf (_ ("Count to %d white cells"),
                          hemo_malaria_target (hemo_malaria_page_get_film (self)));
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static void
tell (HemoMalariaPage *self)
{
  g_autofree char *text = hemo_malaria_words_film (hemo_malaria_page_get_case (self),
                                                   hemo_malaria_page_get_film (self));

  hemo_bench_page_tell (HEMO_BENCH_PAGE (self), text);
}

static void
sound (HemoMalariaPage *self, HemoSound what)
{
  if (g_settings_get_boolean (self->settings, "count-sounds"))
    hemo_sound_play (what);
}

static void
tally (HemoMalariaPage *self, gboolean parasite)
{
  HemoMalaria *film = hemo_malaria_page_get_film (self);
  gboolean was_finished;
  int target;

  if (!may_change (self))
    return;
  was_finished = hemo_malaria_page_is_finished (film);
  target = hemo_malaria_target (film);
  hemo_malaria_page_remember (self, self->shown);
  if (parasite)
    film->parasites++;
  else if (film->thick)
    film->wbc++;
  else
    {
      film->rbc += (int)adw_spin_row_get_value (self->per_field);
      film->fields++;
    }
  hemo_tally_row_pulse (parasite ? self->parasites : self->cells);
  save (self);
  sound (self, parasite ? HEMO_SOUND_BACK : HEMO_SOUND_KEY);
  tell (self);
  announce_extension (self, target);
  if (!was_finished && hemo_malaria_page_is_finished (film)
      && g_settings_get_boolean (self->settings, "chime"))
    hemo_sound_play (HEMO_SOUND_CHIME);
}

void
hemo_malaria_page_undo (HemoMalariaPage *self, int film)
{
  GPtrArray *before = self->before[film];

  if (self->banner == NULL || before->len == 0)
    {
      if (self->banner != NULL)
        gtk_widget_error_bell (GTK_WIDGET (self));
      return;
    }
  hemo_malaria_free (self->films[film]);
  self->films[film] = g_ptr_array_steal_index (before, before->len - 1);
  hemo_malaria_page_save (self, film);
  tell (self);
}

static void
undo (HemoMalariaPage *self)
{
  hemo_malaria_page_undo (self, self->shown);
}

static void
set_fields (HemoMalariaPage *self, int fields)
{
  if (!may_change (self))
    return;
  hemo_malaria_page_remember (self, self->shown);
  hemo_malaria_page_get_film (self)->fields = fields;
  save (self);
}

static void
next_field (HemoMalariaPage *self)
{
  set_fields (self, hemo_malaria_page_get_film (self)->fields + 1);
  hemo_field_pane_step (self->field, 1);
}

static void
fields_clear (HemoMalariaPage *self)
{
  if (gtk_widget_get_visible (GTK_WIDGET (self->clear_button)))
    set_fields (self, HEMO_MALARIA_CLEAR_FIELDS);
}

static void
finish (HemoMalariaPage *self)
{
  GtkWidget *bench = gtk_widget_get_ancestor (GTK_WIDGET (self), HEMO_TYPE_BENCH);

  if (!may_change (self))
    return;
  hemo_malaria_page_remember (self, self->shown);
  hemo_malaria_page_get_film (self)->closed = TRUE;
  save (self);
  if (bench != NULL)
    hemo_bench_show_next_page (HEMO_BENCH (bench));
}

static void
reopen (HemoMalariaPage *self)
{
  hemo_malaria_page_remember (self, self->shown);
  hemo_malaria_page_get_film (self)->closed = FALSE;
  save (self);
}

static void
switch_film (HemoMalariaPage *self, int film)
{
  if (self->shown == film || hemo_malaria_page_get_film (self) == NULL)
    return;
  self->shown = film;
  hemo_malaria_page_show (self);
}

static void
film_cb (HemoMalariaPage *self)
{
  if (!self->loading)
    switch_film (self, g_strcmp0 (adw_toggle_group_get_active_name (self->film), "thin") == 0
                           ? THIN
                           : THICK);
}

static void
toggle (HemoMalariaPage *self, const HemoMalariaChoice *choice, gboolean is_species)
{
  HemoMalaria *film = hemo_malaria_page_get_film (self);

  if (!may_change (self))
    {
      hemo_malaria_page_show (self);
      return;
    }
  hemo_malaria_page_remember (self, self->shown);
  if (is_species)
    film->species ^= choice->bit;
  else
    film->stages ^= choice->bit;
  save (self);
}

static void
species_cb (GtkToggleButton *button, gpointer data)
{
  HemoMalariaPage *self = data;

  if (!self->loading)
    toggle (self, g_object_get_data (G_OBJECT (button), "choice"), TRUE);
}

static void
stage_cb (GtkToggleButton *button, gpointer data)
{
  HemoMalariaPage *self = data;

  if (!self->loading)
    toggle (self, g_object_get_data (G_OBJECT (button), "choice"), FALSE);
}

static gboolean
choice_key (HemoMalariaPage *self, guint keycode)
{
  for (gsize i = 0; i < N_SPECIES; i++)
    if (hemo_malaria_species_choices[i].keycode == keycode)
      {
        toggle (self, &hemo_malaria_species_choices[i], TRUE);
        return TRUE;
      }
  for (gsize i = 0; i < N_STAGES; i++)
    if (hemo_malaria_stage_choices[i].keycode == keycode)
      {
        toggle (self, &hemo_malaria_stage_choices[i], FALSE);
        return TRUE;
      }
  return FALSE;
}

static gboolean
enter_key (HemoMalariaPage *self)
{
  const HemoMalaria *film = hemo_malaria_page_get_film (self);

  if (film->closed)
    return FALSE;
  if (hemo_malaria_page_is_finished (film))
    finish (self);
  else
    next_field (self);
  return TRUE;
}

static gboolean
command_key (HemoMalariaPage *self, guint keyval)
{
  switch (keyval)
    {
    case GDK_KEY_BackSpace:
      undo (self);
      return TRUE;
    case GDK_KEY_1:
    case GDK_KEY_KP_1:
      switch_film (self, THICK);
      return TRUE;
    case GDK_KEY_2:
    case GDK_KEY_KP_2:
      switch_film (self, THIN);
      return TRUE;
    case GDK_KEY_0:
    case GDK_KEY_KP_0:
      fields_clear (self);
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      return gtk_widget_has_focus (GTK_WIDGET (self)) && enter_key (self);
    default:
      return hemo_field_pane_key (self->field, keyval);
    }
}

/* Another layout may have come in the place of the one before, under the same number. */
static void
follow_layout (HemoMalariaPage *self)
{
  self->layout = hemo_bench_page_get_key_layout (HEMO_BENCH_PAGE (self));
  hemo_malaria_page_show_keys (self);
}

static gboolean
hemo_malaria_page_key (HemoBenchPage *page, guint keyval, guint keycode, GdkModifierType state)
{
  HemoMalariaPage *self = HEMO_MALARIA_PAGE (page);
  gboolean ours = keycode == HEMO_KEYCODE_Q || keycode == HEMO_KEYCODE_W;

  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)
      || hemo_malaria_page_get_film (self) == NULL)
    return FALSE;
  follow_layout (self);
  if (hemo_bench_page_get_key_repeated (page))
    return ours || keyval == GDK_KEY_BackSpace || keyval == GDK_KEY_Return;
  if (ours)
    {
      tally (self, keycode == HEMO_KEYCODE_Q);
      return TRUE;
    }
  return choice_key (self, keycode) || command_key (self, hemo_key_letter (keyval, keycode));
}

/* Offered by a toast: the key that it speaks of, as long as no other was undone or pressed since.
 */
typedef struct
{
  HemoMalariaPage *page;
  int film;
  guint keys;
} Counted;

static void
counted_free (gpointer data)
{
  Counted *self = data;

  g_object_unref (self->page);
  g_free (self);
}

static void
undo_counted_cb (gpointer data)
{
  Counted *counted = data;

  if (counted->page->before[counted->film]->len == counted->keys)
    hemo_malaria_page_undo (counted->page, counted->film);
  else
    gtk_widget_error_bell (GTK_WIDGET (counted->page));
}

static void
offer_undo (HemoMalariaPage *self)
{
  Counted *counted = g_new0 (Counted, 1);

  counted->page = g_object_ref (self);
  counted->film = self->shown;
  counted->keys = self->before[self->shown]->len;
  hemo_place_toast_undo (GTK_WIDGET (self), _ ("Counted"), undo_counted_cb, counted, counted_free);
}

static void
tallied_cb (HemoTallyRow *row, gboolean back, gpointer data)
{
  HemoMalariaPage *self = data;
  guint keys = hemo_malaria_page_get_film (self) != NULL ? self->before[self->shown]->len : 0;

  if (back)
    {
      undo (self);
      return;
    }
  tally (self, row == self->parasites);
  if (hemo_malaria_page_get_film (self) != NULL && self->before[self->shown]->len > keys)
    offer_undo (self);
}

static void
saved_cb (gpointer data, const GError *error)
{
  HemoMalariaPage *self = data;
  g_autofree char *text = NULL;

  if (self->banner == NULL)
    return;
  if (error != NULL)
    text = g_strdup_printf (_ ("The last keys are not saved: %s"), error->message);
  if (text != NULL)
    adw_banner_set_title (self->banner, text);
  adw_banner_set_button_label (
      self->banner, hemo_malaria_page_find_conflict (self) < 0 ? _ ("_Try Again") : _ ("_Decide…"));
  if (hemo_malaria_page_find_conflict (self) >= 0)
    hemo_bench_case_reload (hemo_bench_page_get_case (HEMO_BENCH_PAGE (self)));
  adw_banner_set_revealed (self->banner, text != NULL);
  gtk_label_set_text (self->saving, text != NULL ? _ ("not saved") : "");
}

static void
retry_cb (HemoMalariaPage *self)
{
  if (hemo_malaria_page_find_conflict (self) >= 0)
    {
      hemo_malaria_page_settle (self);
      return;
    }
  adw_banner_set_revealed (self->banner, FALSE);
  for (int i = 0; i < N_FILMS; i++)
    hemo_saver_retry (self->savers[i]);
}

static void
take_film (HemoMalariaPage *self, const HemoCase *data, int film, const char *me)
{
  const HemoMalaria *mine = NULL;

  for (guint i = 0; i < data->malarias->len; i++)
    {
      const HemoMalaria *other = g_ptr_array_index (data->malarias, i);

      if (g_strcmp0 (other->reader, me) == 0 && other->thick == (film == THICK)
          && !g_hash_table_contains (self->discarded, other->uuid))
        mine = other;
    }
  if (!hemo_saver_is_settled (self->savers[film])
      || (mine != NULL && mine->version < hemo_saver_get_version (self->savers[film]))
      || (mine == NULL && self->films[film] != NULL))
    return;
  g_clear_pointer (&self->films[film], hemo_malaria_free);
  self->films[film] = mine != NULL ? hemo_malaria_copy (mine)
                                   : hemo_malaria_new (data->specimen->uuid, me, film == THICK);
  hemo_saver_set_version (self->savers[film], self->films[film]->version);
}

static void
hemo_malaria_page_updated (HemoBenchPage *page)
{
  HemoMalariaPage *self = HEMO_MALARIA_PAGE (page);
  HemoSession *session = hemo_desk_get_session (hemo_bench_page_get_desk (page));
  const char *me = session != NULL ? hemo_session_get_user (session) : NULL;
  gboolean first = hemo_malaria_page_get_film (self) == NULL;

  hemo_field_pane_update (self->field);
  for (int i = 0; i < N_FILMS; i++)
    take_film (self, hemo_malaria_page_get_case (self), i, me);
  /* Where the work stopped. */
  if (first && self->films[THIN]->version > 0 && self->films[THICK]->version == 0)
    self->shown = THIN;
  hemo_malaria_readings_list_show (self->readings, self->verdict, hemo_bench_page_get_desk (page),
                                   hemo_malaria_page_get_case (self));
  hemo_malaria_page_show (self);
}

/* A reading of one's own that is gone begins anew. */
static void
corrected_cb (HemoMalariaPage *self, const char *uuid, gpointer correction)
{
  if (!hemo_malaria_readings_list_is_discarding (correction))
    return;
  g_hash_table_add (self->discarded, g_strdup (uuid));
  for (int i = 0; i < N_FILMS; i++)
    if (self->films[i] != NULL && g_strcmp0 (self->films[i]->uuid, uuid) == 0)
      {
        HemoMalaria *gone = self->films[i];

        self->films[i] = hemo_malaria_new (gone->specimen, gone->reader, gone->thick);
        hemo_saver_set_version (self->savers[i], 0);
        g_ptr_array_set_size (self->before[i], 0);
        hemo_malaria_free (gone);
      }
  hemo_malaria_page_show (self);
}

static GtkWidget *
make_choice (HemoMalariaPage *self,
             AdwWrapBox *box,
             const HemoMalariaChoice *choice,
             GCallback callback)
{
  GtkWidget *button = gtk_toggle_button_new_with_label ("");

  gtk_widget_set_focus_on_click (button, FALSE);
  g_object_set_data (G_OBJECT (button), "choice", (gpointer)choice);
  g_signal_connect (button, "toggled", callback, self);
  adw_wrap_box_append (box, button);
  return button;
}

static HemoTallyRow *
make_row (HemoMalariaPage *self)
{
  GtkWidget *row = hemo_tally_row_new ("", "");

  g_object_set (row, "compact", TRUE, NULL);
  g_signal_connect (row, "tallied", G_CALLBACK (tallied_cb), self);
  gtk_widget_add_css_class (row, "large");
  gtk_box_append (self->rows, row);
  return HEMO_TALLY_ROW (row);
}

static HemoBenchKept
hemo_malaria_page_get_kept (HemoBenchPage *page)
{
  HemoMalariaPage *self = HEMO_MALARIA_PAGE (page);
  HemoBenchKept worst = HEMO_BENCH_KEPT;

  for (int i = 0; i < N_FILMS; i++)
    if (hemo_saver_is_writing (self->savers[i]))
      return HEMO_BENCH_KEEPING;
    else if (!hemo_saver_is_settled (self->savers[i]))
      worst = HEMO_BENCH_NOT_KEPT;
  return worst;
}

static void
hemo_malaria_page_constructed (GObject *object)
{
  HemoMalariaPage *self = HEMO_MALARIA_PAGE (object);
  HemoDesk *desk = hemo_bench_page_get_desk (HEMO_BENCH_PAGE (self));

  for (int i = 0; i < N_FILMS; i++)
    self->savers[i] = hemo_saver_new (desk, &hemo_saver_malaria, saved_cb, self);
  hemo_field_pane_set_case (self->field, hemo_bench_page_get_case (HEMO_BENCH_PAGE (self)));
  G_OBJECT_CLASS (hemo_malaria_page_parent_class)->constructed (object);
}

static void
hemo_malaria_page_dispose (GObject *object)
{
  HemoMalariaPage *self = HEMO_MALARIA_PAGE (object);

  for (int i = 0; i < N_FILMS; i++)
    g_clear_pointer (&self->savers[i], hemo_saver_free);
  /* The bin knows nothing of templates: it would unparent its child a second time. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_MALARIA_PAGE);
  G_OBJECT_CLASS (hemo_malaria_page_parent_class)->dispose (object);
}

static void
hemo_malaria_page_finalize (GObject *object)
{
  HemoMalariaPage *self = HEMO_MALARIA_PAGE (object);

  g_object_unref (self->settings);
  g_hash_table_unref (self->discarded);
  for (int i = 0; i < N_FILMS; i++)
    {
      hemo_malaria_free (self->films[i]);
      g_ptr_array_unref (self->before[i]);
    }
  G_OBJECT_CLASS (hemo_malaria_page_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_child (klass, HemoMalariaPage, banner);
  gtk_widget_class_bind_template_child (klass, HemoMalariaPage, field);
  gtk_widget_class_bind_template_child (klass, HemoMalariaPage, film);
  gtk_widget_class_bind_template_child (klass, HemoMalariaPage, saving);
  gtk_widget_class_bind_template_child (klass, HemoMalariaPage, rows);
  gtk_widget_class_bind_template_child (klass, HemoMalariaPage, per_field);
  gtk_widget_class_bind_template_child (klass, HemoMalariaPage, ring);
  gtk_widget_class_bind_template_child (klass, HemoMalariaPage, status);
  gtk_widget_class_bind_template_child (klass, HemoMalariaPage, density);
  gtk_widget_class_bind_template_child (klass, HemoMalariaPage, density_note);
  gtk_widget_class_bind_template_child (klass, HemoMalariaPage, field_button);
  gtk_widget_class_bind_template_child (klass, HemoMalariaPage, clear_button);
  gtk_widget_class_bind_template_child (klass, HemoMalariaPage, close_button);
  gtk_widget_class_bind_template_child (klass, HemoMalariaPage, reopen_button);
  gtk_widget_class_bind_template_child (klass, HemoMalariaPage, species);
  gtk_widget_class_bind_template_child (klass, HemoMalariaPage, stages);
  gtk_widget_class_bind_template_child (klass, HemoMalariaPage, verdict);
  gtk_widget_class_bind_template_child (klass, HemoMalariaPage, readings);
}

static void
hemo_malaria_page_class_init (HemoMalariaPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = hemo_malaria_page_constructed;
  object_class->dispose = hemo_malaria_page_dispose;
  object_class->finalize = hemo_malaria_page_finalize;
  HEMO_BENCH_PAGE_CLASS (klass)->updated = hemo_malaria_page_updated;
  HEMO_BENCH_PAGE_CLASS (klass)->key = hemo_malaria_page_key;
  HEMO_BENCH_PAGE_CLASS (klass)->get_kept = hemo_malaria_page_get_kept;
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass),
                                               "/org/hemogram/Hemogram/bench/hemo-malaria-page.ui");
  bind_children (GTK_WIDGET_CLASS (klass));
}

static void
hemo_malaria_page_init (HemoMalariaPage *self)
{
  g_type_ensure (HEMO_TYPE_FIELD_PANE);
  g_type_ensure (HEMO_TYPE_COUNT_RING);
  g_type_ensure (HEMO_TYPE_READING_LIST);
  gtk_widget_init_template (GTK_WIDGET (self));
  self->discarded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_signal_connect_object (self->readings, "corrected", G_CALLBACK (corrected_cb), self,
                           G_CONNECT_SWAPPED);
  self->settings = hemo_settings_new ();
  self->loading = TRUE;
  for (int i = 0; i < N_FILMS; i++)
    self->before[i] = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_malaria_free);
  self->parasites = make_row (self);
  self->cells = make_row (self);
  for (gsize i = 0; i < N_SPECIES; i++)
    self->species_buttons[i] = make_choice (self, self->species, &hemo_malaria_species_choices[i],
                                            G_CALLBACK (species_cb));
  for (gsize i = 0; i < N_STAGES; i++)
    self->stage_buttons[i]
        = make_choice (self, self->stages, &hemo_malaria_stage_choices[i], G_CALLBACK (stage_cb));
  hemo_malaria_page_show_keys (self);
  g_signal_connect_swapped (self->film, "notify::active-name", G_CALLBACK (film_cb), self);
  g_signal_connect_swapped (self->field_button, "clicked", G_CALLBACK (next_field), self);
  g_signal_connect_swapped (self->clear_button, "clicked", G_CALLBACK (fields_clear), self);
  g_signal_connect_swapped (self->close_button, "clicked", G_CALLBACK (finish), self);
  g_signal_connect_swapped (self->reopen_button, "clicked", G_CALLBACK (reopen), self);
  g_signal_connect_swapped (self->banner, "button-clicked", G_CALLBACK (retry_cb), self);
}
