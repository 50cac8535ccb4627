/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Morphology by keyboard: one key for all normal, else first letters and a grade; and the platelets
 * that were seen over some fields. */

#include "hemo-morphology-page-private.h"

#include "hemo-bench.h"
#include "hemo-finding-search.h"
#include "hemo-saver-kinds.h"

#include <glib/gi18n.h>
#include <math.h>

#define PLATELETS_MAX 100000

G_DEFINE_FINAL_TYPE (HemoMorphologyPage, hemo_morphology_page, HEMO_TYPE_BENCH_PAGE)

static void
remember (HemoMorphologyPage *self)
{
  g_ptr_array_add (self->before, hemo_morphology_copy (self->morphology));
}

static void
save_morphology_now (HemoMorphologyPage *self)
{
  self->morphology->at = hemo_time_now ();
  hemo_saver_save (self->saver, self->morphology);
  hemo_morphology_page_show (self);
}

void
hemo_morphology_page_set_grade (HemoMorphologyPage *self, const HemoFindingInfo *info, int grade)
{
  g_autofree char *spoken = NULL;

  if (!info->graded && grade > 0)
    grade = 3;
  self->current = info;
  if (grade == hemo_morphology_get_grade (self->morphology, info->code)
      && self->morphology->examined[info->group])
    return;
  remember (self);
  hemo_morphology_grade (self->morphology, info->code, grade, NULL);
  save_morphology_now (self);
  spoken = g_strdup_printf (_ ("%s: %d"), _ (info->label), grade);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), spoken,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
forget_typed (HemoMorphologyPage *self)
{
  g_string_truncate (self->typed, 0);
  hemo_morphology_page_show_typed (self);
}

void
hemo_morphology_page_undo (HemoMorphologyPage *self)
{
  if (self->before->len == 0 || self->normal_button == NULL)
    return;
  hemo_morphology_free (self->morphology);
  self->morphology = g_ptr_array_steal_index (self->before, self->before->len - 1);
  save_morphology_now (self);
}

static gboolean
wants_platelets (HemoMorphologyPage *self)
{
  const HemoCase *data = hemo_bench_case_get (hemo_bench_page_get_case (HEMO_BENCH_PAGE (self)));

  return data != NULL && data->platelets == NULL;
}

static void
all_normal (HemoMorphologyPage *self)
{
  remember (self);
  self->current = NULL;
  forget_typed (self);
  /* What was found stays found. */
  for (int i = 0; i < HEMO_MORPHOLOGY_GROUPS; i++)
    self->morphology->examined[i] = TRUE;
  save_morphology_now (self);
  gtk_accessible_announce (GTK_ACCESSIBLE (self),
                           self->before->len > 0 ? _ ("All else normal") : _ ("All normal"),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  /* What comes next at the microscope. */
  if (wants_platelets (self))
    gtk_widget_grab_focus (GTK_WIDGET (self->platelet_total));
}

static void
normal_cb (HemoMorphologyPage *self)
{
  all_normal (self);
}

static void
type_letter (HemoMorphologyPage *self, gunichar letter)
{
  g_autoptr (GPtrArray) found = NULL;

  g_string_append_unichar (self->typed, letter);
  found = hemo_finding_search (self->typed->str);
  /* The beginning of another one, when it was not meant to go on. */
  if (found->len == 0)
    {
      gtk_widget_error_bell (GTK_WIDGET (self));
      g_string_truncate (self->typed, 0);
      g_string_append_unichar (self->typed, letter);
    }
  hemo_morphology_page_show_typed (self);
}

/* 'N' says that all is normal as long as no finding begins with it. */
static gboolean
is_normal_key (HemoMorphologyPage *self, guint keyval, gunichar letter)
{
  g_autoptr (GPtrArray) found = NULL;

  if (self->typed->len > 0)
    return FALSE;
  if (letter == '0')
    return self->current == NULL;
  if (keyval != GDK_KEY_n && keyval != GDK_KEY_N)
    return FALSE;
  found = hemo_finding_search ("n");
  /* 'Vacuoles in neutrophils' has a later word with it; that is no reason. */
  return found->len == 0
         || g_unichar_tolower (
                g_utf8_get_char (_ (((const HemoFindingInfo *)found->pdata[0])->label)))
                != 'n';
}

static void
step_selection (HemoMorphologyPage *self, int by)
{
  GtkListBox *list = self->typed->len > 0 ? self->matches : self->found;
  GtkListBoxRow *row = gtk_list_box_get_selected_row (list);
  int index = row != NULL ? gtk_list_box_row_get_index (row) + by : (by > 0 ? 0 : -1);
  GtkListBoxRow *next = index >= 0 ? gtk_list_box_get_row_at_index (list, index) : NULL;

  if (next == NULL)
    return;
  gtk_list_box_select_row (list, next);
  self->current = g_object_get_data (G_OBJECT (next), "finding");
}

static void
go_on (HemoMorphologyPage *self)
{
  GtkWidget *bench = gtk_widget_get_ancestor (GTK_WIDGET (self), HEMO_TYPE_BENCH);

  if (wants_platelets (self))
    gtk_widget_grab_focus (GTK_WIDGET (self->platelet_total));
  else if (bench != NULL)
    hemo_bench_show_next_page (HEMO_BENCH (bench));
}

static gboolean
command_key (HemoMorphologyPage *self, guint keyval)
{
  switch (keyval)
    {
    case GDK_KEY_Up:
      step_selection (self, -1);
      return TRUE;
    case GDK_KEY_Down:
      step_selection (self, 1);
      return TRUE;
    case GDK_KEY_BackSpace:
      if (self->typed->len == 0)
        {
          hemo_morphology_page_undo (self);
          return TRUE;
        }
      g_string_truncate (self->typed, (gsize)(g_utf8_prev_char (self->typed->str + self->typed->len)
                                              - self->typed->str));
      hemo_morphology_page_show_typed (self);
      return TRUE;
    case GDK_KEY_Escape:
      if (self->typed->len == 0 && self->current == NULL)
        return FALSE;
      self->current = NULL;
      forget_typed (self);
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      go_on (self);
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
hemo_morphology_page_key (HemoBenchPage *page, guint keyval, guint keycode, GdkModifierType state)
{
  HemoMorphologyPage *self = HEMO_MORPHOLOGY_PAGE (page);
  gunichar letter = gdk_keyval_to_unicode (keyval);
  int digit = letter != 0 ? g_unichar_digit_value (letter) : -1;

  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK))
    return FALSE;
  if (is_normal_key (self, keyval, digit == 0 ? '0' : letter))
    {
      all_normal (self);
      return TRUE;
    }
  if (digit >= 0 && digit <= 3 && self->current != NULL)
    {
      hemo_morphology_page_set_grade (self, self->current, digit);
      forget_typed (self);
      return TRUE;
    }
  if (letter != 0 && (g_unichar_isalpha (letter) || (letter == '-' && self->typed->len > 0)))
    {
      type_letter (self, letter);
      return TRUE;
    }
  if (gtk_widget_has_focus (GTK_WIDGET (self)) || keyval == GDK_KEY_BackSpace)
    return command_key (self, keyval);
  return FALSE;
}

static void
show_estimate (HemoMorphologyPage *self)
{
  const HemoClinicInfo *info
      = hemo_desk_get_info (hemo_bench_page_get_desk (HEMO_BENCH_PAGE (self)));
  double total = NAN;
  g_autofree char *text = NULL;
  int fields = (int)adw_spin_row_get_value (self->platelet_fields);
  int factor = info != NULL ? info->platelet_factor : 20000;

  if (hemo_number_entry_get_value (self->platelet_total, &total))
    /* Translators: an estimate of platelets, and the factor that it was made with */
    text = g_strdup_printf (_ ("Estimate %.0f ×10⁹/L (one a field stands for %d per µL)"),
                            total / fields * factor / 1000, factor);
  adw_action_row_set_subtitle (self->platelet_row, text != NULL ? text : "");
}

static void
save_platelets_now (HemoMorphologyPage *self)
{
  const HemoClinicInfo *info
      = hemo_desk_get_info (hemo_bench_page_get_desk (HEMO_BENCH_PAGE (self)));
  double total = NAN;
  int fields = (int)adw_spin_row_get_value (self->platelet_fields);
  gboolean clumps = adw_switch_row_get_active (self->platelet_clumps);

  if (self->loading || !hemo_number_entry_get_value (self->platelet_total, &total)
      || ((hemo_saver_get_version (self->platelet_saver) > 0
           || hemo_saver_is_writing (self->platelet_saver))
          && self->platelets->total == (int)total && self->platelets->fields == fields
          && self->platelets->clumps == clumps))
    return;
  self->platelets->total = (int)total;
  self->platelets->fields = fields;
  self->platelets->clumps = clumps;
  if (info != NULL)
    self->platelets->factor = info->platelet_factor;
  self->platelets->at = hemo_time_now ();
  hemo_saver_save (self->platelet_saver, self->platelets);
}

static void
platelets_entered_cb (HemoMorphologyPage *self)
{
  GtkWidget *bench = gtk_widget_get_ancestor (GTK_WIDGET (self), HEMO_TYPE_BENCH);

  save_platelets_now (self);
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (bench != NULL && self->morphology->examined[HEMO_MORPHOLOGY_RBC])
    hemo_bench_show_next_page (HEMO_BENCH (bench));
}

static void
clumps_cb (HemoMorphologyPage *self)
{
  if (!self->loading)
    save_platelets_now (self);
}

static void
saved_cb (gpointer data, const GError *error)
{
  HemoMorphologyPage *self = data;
  g_autofree char *text
      = error != NULL ? g_strdup_printf (_ ("Not saved: %s"), error->message) : NULL;

  if (self->banner == NULL)
    return;
  if (text != NULL)
    adw_banner_set_title (self->banner, text);
  adw_banner_set_button_label (
      self->banner, hemo_morphology_page_has_conflict (self) ? _ ("_Decide…") : _ ("_Try Again"));
  adw_banner_set_revealed (self->banner, text != NULL);
  if (hemo_morphology_page_has_conflict (self))
    hemo_bench_case_reload (hemo_bench_page_get_case (HEMO_BENCH_PAGE (self)));
}

static void
retry_cb (HemoMorphologyPage *self)
{
  if (hemo_morphology_page_has_conflict (self))
    {
      hemo_morphology_page_settle (self);
      return;
    }
  adw_banner_set_revealed (self->banner, FALSE);
  hemo_saver_retry (self->saver);
  hemo_saver_retry (self->platelet_saver);
}

static const char *
get_me (HemoMorphologyPage *self)
{
  HemoSession *session = hemo_desk_get_session (hemo_bench_page_get_desk (HEMO_BENCH_PAGE (self)));

  return session != NULL ? hemo_session_get_user (session) : NULL;
}

static void
take_morphology (HemoMorphologyPage *self, const HemoCase *data)
{
  const HemoMorphology *mine = NULL;

  for (guint i = 0; i < data->morphologies->len; i++)
    {
      const HemoMorphology *other = g_ptr_array_index (data->morphologies, i);

      if (g_strcmp0 (other->reader, get_me (self)) == 0)
        mine = other;
    }
  if (!hemo_saver_is_settled (self->saver)
      || (mine != NULL && mine->version < hemo_saver_get_version (self->saver)))
    return;
  if (mine == NULL && self->morphology != NULL)
    return;
  g_clear_pointer (&self->morphology, hemo_morphology_free);
  self->morphology = mine != NULL ? hemo_morphology_copy (mine)
                                  : hemo_morphology_new (data->specimen->uuid, get_me (self));
  hemo_saver_set_version (self->saver, self->morphology->version);
}

void
hemo_morphology_page_set_platelets (HemoMorphologyPage *self, const HemoPlatelets *platelets)
{
  HemoPlatelets *copy = hemo_platelets_copy (platelets);

  g_clear_pointer (&self->platelets, hemo_platelets_free);
  self->platelets = copy;
  self->loading = TRUE;
  hemo_number_entry_set_value (self->platelet_total, platelets->total);
  adw_spin_row_set_value (self->platelet_fields, platelets->fields);
  adw_switch_row_set_active (self->platelet_clumps, platelets->clumps);
  self->loading = FALSE;
}

static void
take_platelets (HemoMorphologyPage *self, const HemoCase *data)
{
  if (!hemo_saver_is_settled (self->platelet_saver)
      || (data->platelets != NULL
          && data->platelets->version < hemo_saver_get_version (self->platelet_saver)))
    return;
  if (data->platelets == NULL && self->platelets != NULL)
    return;
  if (data->platelets != NULL)
    hemo_morphology_page_set_platelets (self, data->platelets);
  else
    self->platelets = hemo_platelets_new (data->specimen->uuid, get_me (self));
  hemo_saver_set_version (self->platelet_saver, self->platelets->version);
}

static void
hemo_morphology_page_updated (HemoBenchPage *page)
{
  HemoMorphologyPage *self = HEMO_MORPHOLOGY_PAGE (page);
  const HemoCase *data = hemo_bench_case_get (hemo_bench_page_get_case (page));

  take_morphology (self, data);
  take_platelets (self, data);
  hemo_morphology_page_show (self);
  show_estimate (self);
}

static void
hemo_morphology_page_save (HemoBenchPage *page)
{
  HemoMorphologyPage *self = HEMO_MORPHOLOGY_PAGE (page);

  if (self->platelets == NULL)
    return;
  adw_spin_row_update (self->platelet_fields);
  save_platelets_now (self);
}

static HemoBenchKept
hemo_morphology_page_get_kept (HemoBenchPage *page)
{
  HemoMorphologyPage *self = HEMO_MORPHOLOGY_PAGE (page);

  if (hemo_saver_is_writing (self->saver) || hemo_saver_is_writing (self->platelet_saver))
    return HEMO_BENCH_KEEPING;
  return hemo_saver_is_settled (self->saver) && hemo_saver_is_settled (self->platelet_saver)
                 && hemo_checked_entry_get_valid (HEMO_CHECKED_ENTRY (self->platelet_total))
             ? HEMO_BENCH_KEPT
             : HEMO_BENCH_NOT_KEPT;
}

static void
hemo_morphology_page_constructed (GObject *object)
{
  HemoMorphologyPage *self = HEMO_MORPHOLOGY_PAGE (object);
  HemoDesk *desk = hemo_bench_page_get_desk (HEMO_BENCH_PAGE (self));

  self->saver = hemo_saver_new (desk, &hemo_saver_morphology, saved_cb, self);
  self->platelet_saver = hemo_saver_new (desk, &hemo_saver_platelets, saved_cb, self);
  G_OBJECT_CLASS (hemo_morphology_page_parent_class)->constructed (object);
}

static void
hemo_morphology_page_dispose (GObject *object)
{
  HemoMorphologyPage *self = HEMO_MORPHOLOGY_PAGE (object);

  g_clear_pointer (&self->saver, hemo_saver_free);
  g_clear_pointer (&self->platelet_saver, hemo_saver_free);
  /* The bin knows nothing of templates: it would unparent its child a second time. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_MORPHOLOGY_PAGE);
  G_OBJECT_CLASS (hemo_morphology_page_parent_class)->dispose (object);
}

static void
hemo_morphology_page_finalize (GObject *object)
{
  HemoMorphologyPage *self = HEMO_MORPHOLOGY_PAGE (object);

  hemo_morphology_free (self->morphology);
  hemo_platelets_free (self->platelets);
  g_ptr_array_unref (self->before);
  g_hash_table_unref (self->pills);
  g_string_free (self->typed, TRUE);
  G_OBJECT_CLASS (hemo_morphology_page_parent_class)->finalize (object);
}

static void
hemo_morphology_page_class_init (HemoMorphologyPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  HemoBenchPageClass *page_class = HEMO_BENCH_PAGE_CLASS (klass);

  object_class->constructed = hemo_morphology_page_constructed;
  object_class->dispose = hemo_morphology_page_dispose;
  object_class->finalize = hemo_morphology_page_finalize;
  page_class->updated = hemo_morphology_page_updated;
  page_class->key = hemo_morphology_page_key;
  page_class->save = hemo_morphology_page_save;
  page_class->get_kept = hemo_morphology_page_get_kept;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/hemogram/Hemogram/bench/hemo-morphology-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoMorphologyPage, banner);
  gtk_widget_class_bind_template_child (widget_class, HemoMorphologyPage, normal_button);
  gtk_widget_class_bind_template_child (widget_class, HemoMorphologyPage, chips);
  gtk_widget_class_bind_template_child (widget_class, HemoMorphologyPage, letters_revealer);
  gtk_widget_class_bind_template_child (widget_class, HemoMorphologyPage, letters);
  gtk_widget_class_bind_template_child (widget_class, HemoMorphologyPage, matches);
  gtk_widget_class_bind_template_child (widget_class, HemoMorphologyPage, found);
  gtk_widget_class_bind_template_child (widget_class, HemoMorphologyPage, catalogue);
  gtk_widget_class_bind_template_child (widget_class, HemoMorphologyPage, platelet_row);
  gtk_widget_class_bind_template_child (widget_class, HemoMorphologyPage, platelet_total);
  gtk_widget_class_bind_template_child (widget_class, HemoMorphologyPage, platelet_fields);
  gtk_widget_class_bind_template_child (widget_class, HemoMorphologyPage, platelet_clumps);
}

/* What is typed outlasts a crash also without Enter. */
static void
save_when_left (HemoMorphologyPage *self)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  g_signal_connect_swapped (focus, "leave", G_CALLBACK (hemo_morphology_page_save), self);
  gtk_widget_add_controller (GTK_WIDGET (self->platelet_total), focus);
}

static void
hemo_morphology_page_init (HemoMorphologyPage *self)
{
  g_type_ensure (HEMO_TYPE_NUMBER_ENTRY);
  gtk_widget_init_template (GTK_WIDGET (self));
  self->pills = g_hash_table_new (g_str_hash, g_str_equal);
  self->before = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_morphology_free);
  self->typed = g_string_new (NULL);
  hemo_number_entry_set_range (self->platelet_total, 0, PLATELETS_MAX);
  hemo_number_entry_set_decimals (self->platelet_total, 0);
  hemo_checked_entry_set_label (HEMO_CHECKED_ENTRY (self->platelet_total), _ ("Platelets seen"));
  hemo_morphology_page_make_catalogue (self);
  g_signal_connect_swapped (self->normal_button, "clicked", G_CALLBACK (normal_cb), self);
  g_signal_connect_swapped (self->banner, "button-clicked", G_CALLBACK (retry_cb), self);
  g_signal_connect_swapped (self->platelet_total, "notify::value", G_CALLBACK (show_estimate),
                            self);
  g_signal_connect_swapped (self->platelet_total, "activate", G_CALLBACK (platelets_entered_cb),
                            self);
  g_signal_connect_swapped (self->platelet_fields, "notify::value", G_CALLBACK (show_estimate),
                            self);
  g_signal_connect_swapped (self->platelet_clumps, "notify::active", G_CALLBACK (clumps_cb), self);
  save_when_left (self);
}
