/* SPDX-License-Identifier: GPL-3.0-or-later */

/* White cells side by side with their like: what a key does with the chosen one. */

#include "hemo-cell-gallery-private.h"

#include "hemo-count-page-private.h"
#include "hemo-key-caps.h"
#include "hemo-key-letter.h"
#include "hemo-place.h"
#include "hemo-settings.h"

#include <glib/gi18n.h>
#include <math.h>

#define SIDE 88
#define NONE HEMO_CELL_CLASSES

G_DEFINE_FINAL_TYPE (HemoCellGallery, hemo_cell_gallery, ADW_TYPE_BIN)

enum
{
  CLOSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static int
section_of (const HemoGalleryCell *cell)
{
  return cell->cell_class == HEMO_CELL_CLASS_NONE ? (int)NONE : cell->cell_class;
}

static HemoGalleryCell *
get_chosen (HemoCellGallery *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  for (guint i = 0; focus != NULL && self->cells != NULL && i < self->cells->len; i++)
    {
      HemoGalleryCell *cell = g_ptr_array_index (self->cells, i);

      if (GTK_WIDGET (cell->tile) == focus)
        return cell;
    }
  return NULL;
}

/* As they stand on the page. (transfer container) (element-type HemoGalleryCell) */
static GPtrArray *
list_shown (HemoCellGallery *self)
{
  GPtrArray *shown = g_ptr_array_new ();

  for (int i = 0; i <= (int)NONE; i++)
    for (int k = 0;; k++)
      {
        GtkFlowBoxChild *tile = gtk_flow_box_get_child_at_index (self->flows[i], k);

        if (tile == NULL)
          break;
        g_ptr_array_add (shown, g_object_get_data (G_OBJECT (tile), "cell"));
      }
  return shown;
}

static char *
name_cell (const HemoGalleryCell *cell)
{
  if (cell->cell_class == HEMO_CELL_CLASS_NONE && cell->suggested == HEMO_CELL_CLASS_NONE)
    /* Translators: a white cell whose class is not known */
    return g_strdup (C_ ("cell", "Unknown"));
  if (cell->cell_class == HEMO_CELL_CLASS_NONE)
    /* Translators: the program guesses what a white cell is, and is not sure: 'Lym?' */
    return g_strdup_printf (_ ("%s?"), hemo_count_page_class_name ((HemoCellClass)cell->suggested));
  if (cell->cell_class == cell->suggested && cell->probability > 0)
    return g_strdup_printf (_ ("%s %.0f %%"),
                            hemo_count_page_class_name ((HemoCellClass)cell->cell_class),
                            100 * cell->probability);
  return g_strdup (hemo_count_page_class_name ((HemoCellClass)cell->cell_class));
}

void
hemo_cell_gallery_show_cell (HemoCellGallery *self, HemoGalleryCell *cell)
{
  const gboolean counted = cell->sequence > 0 || cell->elsewhere;
  g_autofree char *name = name_cell (cell);
  g_autofree char *spoken = NULL;

  if (counted)
    /* Translators: read aloud of a white cell: 'Lym 93 %, field 2, counted' */
    spoken = g_strdup_printf (_ ("%s, field %d, counted"), name, cell->field);
  else if (cell->by_key)
    /* Translators: read aloud of a white cell: 'Lym 93 %, field 2, counted by key' */
    spoken = g_strdup_printf (_ ("%s, field %d, counted by key"), name, cell->field);
  else
    /* Translators: read aloud of a white cell: 'Lym 93 %, field 2' */
    spoken = g_strdup_printf (_ ("%s, field %d"), name, cell->field);
  gtk_label_set_text (cell->label, counted ? _ ("Counted") : cell->by_key ? _ ("By key") : name);
  gtk_widget_set_visible (GTK_WIDGET (cell->check), counted || cell->by_key);
  gtk_widget_set_tooltip_text (GTK_WIDGET (cell->tile), spoken);
  gtk_accessible_update_property (GTK_ACCESSIBLE (cell->tile), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  spoken, -1);
}

static void
show_section (HemoCellGallery *self, int section)
{
  g_autofree char *cap = NULL, *text = NULL;
  const char *label = _ ("Unknown");
  int n = 0;

  for (guint i = 0; self->cells != NULL && i < self->cells->len; i++)
    n += section_of (self->cells->pdata[i]) == section;
  if (section < (int)NONE)
    {
      label = _ (hemo_cell_class_info ((HemoCellClass)section)->label);
      cap = hemo_key_cap (gtk_widget_get_display (GTK_WIDGET (self)), self->keys.codes[section],
                          self->layout);
    }
  if (cap != NULL && *cap != '\0')
    /* Translators: a class of white cells, its key, how many: 'Lymphocytes (W): 12' */
    text = g_strdup_printf (_ ("%s (%s): %d"), label, cap, n);
  else
    /* Translators: a class of white cells and how many: 'Unknown: 2' */
    text = g_strdup_printf (_ ("%s: %d"), label, n);
  gtk_label_set_text (self->headings[section], text);
  gtk_widget_set_visible (self->boxes[section], n > 0);
}

/* Keys of classes that have no cell yet are told as well. */
static void
show_hint (HemoCellGallery *self)
{
  g_autoptr (GString) text = g_string_new (gtk_label_get_text (self->hint));
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (self));

  g_string_assign (text, _ ("Enter counts the chosen cell as what it is named. The key of a class "
                            "moves it there. Backspace takes the last one back."));
  g_string_append_printf (text, " %s", _ ("X takes the chosen one out: it is no white cell."));
  g_string_append_printf (text, " %s",
                          _ ("The program knows segmented neutrophils, lymphocytes, monocytes, "
                             "eosinophils and basophils only: bands, blasts, immature cells and "
                             "nucleated red cells are yours to name."));
  if (self->guesses)
    g_string_append_printf (text, " %s",
                            _ ("A name with a question mark is a guess: say what the "
                               "cell is by a class's key before it counts."));
  for (int i = 0; i < HEMO_CELL_CLASSES; i++)
    {
      g_autofree char *cap = hemo_key_cap (display, self->keys.codes[i], self->layout);

      if (*cap != '\0')
        g_string_append_printf (text, "  %s\302\240%s", cap,
                                hemo_count_page_class_name ((HemoCellClass)i));
    }
  gtk_label_set_text (self->hint, text->str);
}

void
hemo_cell_gallery_show (HemoCellGallery *self)
{
  const guint n = self->cells != NULL ? self->cells->len : 0;
  g_autofree char *text = NULL;
  guint counted = 0;

  for (guint i = 0; i < n; i++)
    {
      const HemoGalleryCell *cell = self->cells->pdata[i];

      counted += cell->sequence > 0 || cell->elsewhere;
    }
  for (int i = 0; i <= (int)NONE; i++)
    show_section (self, i);
  if (self->fields_waiting > 0)
    text = g_strdup_printf (ngettext ("%u of %u counted; %d field is not accepted yet",
                                      "%u of %u counted; %d fields are not accepted yet",
                                      (gulong)self->fields_waiting),
                            counted, n, self->fields_waiting);
  else
    text = g_strdup_printf (_ ("%u of %u counted"), counted, n);
  gtk_label_set_text (self->progress, text);
  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "cells" : "none");
}

static void
make_tile (HemoCellGallery *self, HemoGalleryCell *cell)
{
  GtkWidget *tile = gtk_flow_box_child_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *picture = gtk_picture_new (), *label = gtk_label_new (NULL);
  GtkWidget *check = gtk_image_new_from_icon_name ("object-select-symbolic");
  GtkWidget *clamp = adw_clamp_new ();

  gtk_widget_set_size_request (picture, SIDE, SIDE);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), SIDE);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), SIDE);
  adw_clamp_set_child (ADW_CLAMP (clamp), picture);
  gtk_picture_set_content_fit (GTK_PICTURE (picture), GTK_CONTENT_FIT_CONTAIN);
  gtk_widget_set_halign (line, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (label, "numeric");
  gtk_box_append (GTK_BOX (line), check);
  gtk_box_append (GTK_BOX (line), label);
  gtk_box_append (GTK_BOX (box), clamp);
  gtk_box_append (GTK_BOX (box), line);
  gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (tile), box);
  cell->tile = GTK_FLOW_BOX_CHILD (tile);
  cell->picture = GTK_PICTURE (picture);
  cell->label = GTK_LABEL (label);
  cell->check = GTK_IMAGE (check);
  g_object_set_data (G_OBJECT (tile), "cell", cell);
  gtk_flow_box_append (self->flows[section_of (cell)], tile);
  hemo_cell_gallery_show_cell (self, cell);
}

static void
clear (HemoCellGallery *self)
{
  for (int i = 0; i <= (int)NONE; i++)
    gtk_flow_box_remove_all (self->flows[i]);
  g_clear_pointer (&self->cells, g_ptr_array_unref);
}

static void
choose (HemoCellGallery *self, const HemoGalleryCell *cell)
{
  if (cell != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (cell->tile));
}

/* The first that is not counted from @index on, else from the beginning. */
static HemoGalleryCell *
find_uncounted (HemoCellGallery *self, guint index)
{
  g_autoptr (GPtrArray) shown = list_shown (self);

  for (guint i = 0; i < shown->len; i++)
    {
      HemoGalleryCell *cell = g_ptr_array_index (shown, (index + i) % shown->len);

      if (cell->sequence == 0 && !cell->elsewhere && !cell->by_key && !cell->busy)
        return cell;
    }
  return NULL;
}

void
hemo_cell_gallery_take_cells (HemoCellGallery *self, GPtrArray *cells)
{
  HemoGalleryCell *first;

  clear (self);
  self->cells = cells;
  self->guesses = FALSE;
  for (guint i = 0; i < cells->len; i++)
    {
      const HemoGalleryCell *cell = cells->pdata[i];

      self->guesses = self->guesses || (cell->suggested >= 0 && cell->cell_class < 0);
    }
  show_hint (self);
  for (guint i = 0; i < cells->len; i++)
    make_tile (self, g_ptr_array_index (cells, i));
  hemo_cell_gallery_show (self);
  first = find_uncounted (self, 0);
  if (first == NULL && cells->len > 0)
    first = g_ptr_array_index (cells, 0);
  choose (self, first);
}

/* One of the neighbours stays chosen, so that the hand goes on where it was. */
static void
move (HemoCellGallery *self, HemoGalleryCell *cell, HemoCellClass cell_class)
{
  const int before = section_of (cell);
  g_autoptr (GPtrArray) shown = list_shown (self);
  HemoGalleryCell *next = NULL;
  guint index = 0;

  if (g_ptr_array_find (shown, cell, &index) && index + 1 < shown->len)
    next = g_ptr_array_index (shown, index + 1);
  hemo_cell_gallery_move (self, cell, (int)cell_class);
  if (section_of (cell) == before)
    return;
  g_object_ref (cell->tile);
  gtk_flow_box_remove (self->flows[before], GTK_WIDGET (cell->tile));
  gtk_flow_box_append (self->flows[section_of (cell)], GTK_WIDGET (cell->tile));
  g_object_unref (cell->tile);
  hemo_cell_gallery_show_cell (self, cell);
  hemo_cell_gallery_show (self);
  choose (self, next != NULL ? next : cell);
}

/* A cell that is out of the gallery, and its tile. */
typedef struct
{
  HemoCellGallery *gallery;
  HemoGalleryCell *cell;
  GtkWidget *tile;
  guint opening;
} TakenOut;

static void
taken_out_free (gpointer data)
{
  TakenOut *self = data;

  g_clear_pointer (&self->cell, hemo_gallery_cell_free);
  g_object_unref (self->tile);
  g_object_unref (self->gallery);
  g_free (self);
}

static void
undo_out_cb (gpointer data)
{
  TakenOut *out = data;
  HemoCellGallery *self = out->gallery;
  HemoGalleryCell *cell = out->cell;

  if (self->opening != out->opening || self->cells == NULL)
    {
      hemo_place_toast (GTK_WIDGET (self), _ ("It is too late: the field was changed since"));
      return;
    }
  out->cell = NULL;
  hemo_cell_gallery_bring_back (self, cell);
  g_ptr_array_add (self->cells, cell);
  gtk_flow_box_append (self->flows[section_of (cell)], out->tile);
  hemo_cell_gallery_show (self);
  choose (self, cell);
}

/* The one after it is chosen, else the one before, so that the hand goes on where it was. */
static void
take_out (HemoCellGallery *self, HemoGalleryCell *cell)
{
  g_autoptr (GPtrArray) shown = list_shown (self);
  TakenOut *out;
  guint at = 0, index = 0;

  if (!g_ptr_array_find (shown, cell, &at) || !g_ptr_array_find (self->cells, cell, &index)
      || !hemo_cell_gallery_take_out (self, cell))
    return;
  out = g_new0 (TakenOut, 1);
  out->gallery = g_object_ref (self);
  out->cell = cell;
  out->tile = g_object_ref (GTK_WIDGET (cell->tile));
  out->opening = self->opening;
  if (shown->len > 1)
    choose (self, shown->pdata[at + 1 < shown->len ? at + 1 : at - 1]);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->back_button));
  gtk_flow_box_remove (self->flows[section_of (cell)], out->tile);
  g_ptr_array_steal_index (self->cells, index);
  hemo_cell_gallery_show (self);
  hemo_place_toast_undo (GTK_WIDGET (self), _ ("The cell is taken out"), undo_out_cb, out,
                         taken_out_free);
}

void
hemo_cell_gallery_count_and_go_on (HemoCellGallery *self, HemoGalleryCell *cell)
{
  g_autoptr (GPtrArray) shown = list_shown (self);
  guint index = 0;

  hemo_cell_gallery_count (self, cell);
  if (cell->busy && g_ptr_array_find (shown, cell, &index))
    choose (self, find_uncounted (self, index));
}

static void
step (HemoCellGallery *self, int way)
{
  g_autoptr (GPtrArray) shown = list_shown (self);
  guint index = 0;

  if (shown->len == 0)
    return;
  if (g_ptr_array_find (shown, get_chosen (self), &index))
    index = CLAMP ((int)index + way, 0, (int)shown->len - 1);
  choose (self, shown->pdata[index]);
}

/* The nearest one in the row above or below. */
static void
step_row (HemoCellGallery *self, int way)
{
  g_autoptr (GPtrArray) shown = list_shown (self);
  const HemoGalleryCell *from = get_chosen (self), *best = NULL;
  graphene_rect_t here, there;
  float least = G_MAXFLOAT;

  if (from == NULL
      || !gtk_widget_compute_bounds (GTK_WIDGET (from->tile), GTK_WIDGET (self->sections), &here))
    return;
  for (guint i = 0; i < shown->len; i++)
    {
      const HemoGalleryCell *cell = g_ptr_array_index (shown, i);
      float down, distance;

      if (!gtk_widget_compute_bounds (GTK_WIDGET (cell->tile), GTK_WIDGET (self->sections), &there))
        continue;
      down = (float)way * (there.origin.y - here.origin.y);
      distance = 10 * down + fabsf (there.origin.x - here.origin.x);
      if (down < 1 || distance >= least)
        continue;
      least = distance;
      best = cell;
    }
  choose (self, best);
}

static gboolean
arrow_key (HemoCellGallery *self, guint keyval)
{
  const gboolean right_to_left = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_Right:
      step (self, (keyval == GDK_KEY_Right) != right_to_left ? 1 : -1);
      return TRUE;
    case GDK_KEY_Home:
      step (self, -G_MAXINT / 2);
      return TRUE;
    case GDK_KEY_End:
      step (self, G_MAXINT / 2);
      return TRUE;
    case GDK_KEY_Up:
    case GDK_KEY_Down:
      step_row (self, keyval == GDK_KEY_Down ? 1 : -1);
      return TRUE;
    default:
      return FALSE;
    }
}

gboolean
hemo_cell_gallery_key (HemoCellGallery *self, guint keyval, guint keycode, int layout)
{
  HemoGalleryCell *cell = get_chosen (self);
  HemoCellClass cell_class;

  if (self->layout != layout)
    {
      self->layout = layout;
      show_hint (self);
      hemo_cell_gallery_show (self);
    }
  if (keyval == GDK_KEY_Escape)
    g_signal_emit (self, signals[CLOSED], 0);
  else if (keyval == GDK_KEY_BackSpace)
    hemo_cell_gallery_take_back (self);
  else if (cell != NULL && (keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter))
    hemo_cell_gallery_count_and_go_on (self, cell);
  else if (cell != NULL && hemo_tally_keys_find (&self->keys, keycode, &cell_class))
    move (self, cell, cell_class);
  else if (cell != NULL
           && (keyval == GDK_KEY_Delete || keyval == GDK_KEY_KP_Delete
               || gdk_keyval_to_lower (hemo_key_letter (keyval, keycode)) == 'x'))
    take_out (self, cell);
  else
    return arrow_key (self, keyval);
  return TRUE;
}

gboolean
hemo_cell_gallery_is_settled (HemoCellGallery *self)
{
  return self->writes == 0;
}

void
hemo_cell_gallery_open (HemoCellGallery *self, HemoBenchCase *bench_case)
{
  g_autoptr (GVariant) custom = g_settings_get_value (self->settings, "tally-keys");

  g_set_object (&self->bench_case, bench_case);
  self->opening++;
  g_clear_pointer (&self->count, g_free);
  self->both_ways = FALSE;
  hemo_tally_keys_init (&self->keys, custom);
  clear (self);
  show_hint (self);
  hemo_cell_gallery_load (self);
}

void
hemo_cell_gallery_close (HemoCellGallery *self)
{
  self->opening++;
  clear (self);
}

static void
close_cb (HemoCellGallery *self)
{
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
activated_cb (GtkFlowBox *flow, GtkFlowBoxChild *tile, gpointer data)
{
  choose (data, g_object_get_data (G_OBJECT (tile), "cell"));
}

static void
make_section (HemoCellGallery *self, int section)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6), *heading = gtk_label_new (NULL);
  GtkWidget *flow = gtk_flow_box_new ();

  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_label_set_wrap (GTK_LABEL (heading), TRUE);
  gtk_widget_add_css_class (heading, "heading");
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (flow), 30);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (flow), 6);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (flow), 6);
  gtk_widget_set_halign (flow, GTK_ALIGN_START);
  g_signal_connect_object (flow, "child-activated", G_CALLBACK (activated_cb), self, 0);
  gtk_box_append (GTK_BOX (box), heading);
  gtk_box_append (GTK_BOX (box), flow);
  gtk_widget_set_visible (box, FALSE);
  gtk_box_append (self->sections, box);
  self->boxes[section] = box;
  self->headings[section] = GTK_LABEL (heading);
  self->flows[section] = GTK_FLOW_BOX (flow);
}

static void
hemo_cell_gallery_dispose (GObject *object)
{
  HemoCellGallery *self = HEMO_CELL_GALLERY (object);

  self->opening++;
  g_clear_pointer (&self->cells, g_ptr_array_unref);
  g_clear_object (&self->bench_case);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->count, g_free);
  /* The bin knows nothing of templates: it would unparent its child a second time. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_CELL_GALLERY);
  G_OBJECT_CLASS (hemo_cell_gallery_parent_class)->dispose (object);
}

static void
hemo_cell_gallery_class_init (HemoCellGalleryClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_cell_gallery_dispose;
  signals[CLOSED] = g_signal_new ("closed", HEMO_TYPE_CELL_GALLERY, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hemogram/Hemogram/bench/hemo-cell-gallery.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoCellGallery, back_button);
  gtk_widget_class_bind_template_child (widget_class, HemoCellGallery, progress);
  gtk_widget_class_bind_template_child (widget_class, HemoCellGallery, hint);
  gtk_widget_class_bind_template_child (widget_class, HemoCellGallery, stack);
  gtk_widget_class_bind_template_child (widget_class, HemoCellGallery, sections);
}

static void
hemo_cell_gallery_init (HemoCellGallery *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = hemo_settings_new ();
  for (int i = 0; i <= (int)NONE; i++)
    make_section (self, i);
  g_signal_connect_swapped (self->back_button, "clicked", G_CALLBACK (close_cb), self);
}
