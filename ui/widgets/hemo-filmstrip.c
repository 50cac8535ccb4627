/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The film of captured fields. */

#include "hemo-filmstrip.h"

#include "hemo-film-cell-private.h"
#include "hemo-key-letter.h"

#include <glib/gi18n.h>

struct _HemoFilmstrip
{
  GtkWidget parent_instance;

  GtkWidget *stack;
  GtkWidget *list;
  GtkWidget *empty;
  GtkSingleSelection *selection;
  GListModel *model;
};

G_DEFINE_FINAL_TYPE (HemoFilmstrip, hemo_filmstrip, GTK_TYPE_WIDGET)

enum
{
  PROP_MODEL = 1,
  PROP_SELECTED,
  PROP_EMPTY_TEXT,
  N_PROPS,
};

enum
{
  WANTED,
  OPENED,
  DELETE_REQUESTED,
  REPORT_TOGGLED,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *row, HemoFilmstrip *self)
{
  gtk_list_item_set_child (row, hemo_film_cell_new ());
}

static void
changed_cb (HemoFilmItem *item, GParamSpec *pspec, GtkListItem *row)
{
  g_autofree char *text = hemo_film_item_describe (item);

  gtk_list_item_set_accessible_label (row, text);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *row, HemoFilmstrip *self)
{
  HemoFilmItem *item = gtk_list_item_get_item (row);

  hemo_film_cell_set_item (HEMO_FILM_CELL (gtk_list_item_get_child (row)), item);
  g_signal_connect_object (item, "notify", G_CALLBACK (changed_cb), row, G_CONNECT_DEFAULT);
  changed_cb (item, NULL, row);
  if (hemo_film_item_get_paintable (item) == NULL)
    g_signal_emit (self, signals[WANTED], 0, item);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *row, HemoFilmstrip *self)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (row), changed_cb, row);
  hemo_film_cell_set_item (HEMO_FILM_CELL (gtk_list_item_get_child (row)), NULL);
}

static void
activate_cb (GtkListView *list, guint position, HemoFilmstrip *self)
{
  g_autoptr (HemoFilmItem) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (item != NULL)
    g_signal_emit (self, signals[OPENED], 0, item);
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint key,
        guint code,
        GdkModifierType state,
        HemoFilmstrip *self)
{
  HemoFilmItem *item = hemo_filmstrip_get_selected (self);
  const guint plain = gdk_keyval_to_lower (hemo_key_letter (key, code));

  if (item == NULL || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_Delete || key == GDK_KEY_KP_Delete || key == GDK_KEY_BackSpace)
    g_signal_emit (self, signals[DELETE_REQUESTED], 0, item);
  else if (plain == GDK_KEY_p)
    g_signal_emit (self, signals[REPORT_TOGGLED], 0, item);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
items_changed_cb (
    GListModel *model, guint position, guint removed, guint added, HemoFilmstrip *self)
{
  gtk_stack_set_visible_child (GTK_STACK (self->stack), g_list_model_get_n_items (model) > 0
                                                            ? gtk_widget_get_parent (self->list)
                                                            : self->empty);
}

static void
selected_cb (GtkSingleSelection *selection, GParamSpec *pspec, HemoFilmstrip *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SELECTED]);
}

static void
hemo_filmstrip_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HemoFilmstrip *self = HEMO_FILMSTRIP (object);

  switch (id)
    {
    case PROP_MODEL:
      g_value_set_object (value, self->model);
      break;
    case PROP_SELECTED:
      g_value_set_object (value, hemo_filmstrip_get_selected (self));
      break;
    case PROP_EMPTY_TEXT:
      g_value_set_string (value, gtk_label_get_label (GTK_LABEL (self->empty)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hemo_filmstrip_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HemoFilmstrip *self = HEMO_FILMSTRIP (object);

  switch (id)
    {
    case PROP_MODEL:
      hemo_filmstrip_set_model (self, g_value_get_object (value));
      break;
    case PROP_SELECTED:
      hemo_filmstrip_select (self, g_value_get_object (value));
      break;
    case PROP_EMPTY_TEXT:
      gtk_label_set_label (GTK_LABEL (self->empty), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* GTK would let the strip itself take the focus on the way back, which gives it to the list again.
 */
static gboolean
hemo_filmstrip_focus (GtkWidget *widget, GtkDirectionType direction)
{
  return gtk_widget_child_focus (HEMO_FILMSTRIP (widget)->stack, direction);
}

static gboolean
hemo_filmstrip_grab_focus (GtkWidget *widget)
{
  HemoFilmstrip *self = HEMO_FILMSTRIP (widget);

  /* A list that is not shown would take it, and Tab would lead nowhere from there. */
  return gtk_stack_get_visible_child (GTK_STACK (self->stack)) != self->empty
         && gtk_widget_grab_focus (self->list);
}

static void
hemo_filmstrip_dispose (GObject *object)
{
  HemoFilmstrip *self = HEMO_FILMSTRIP (object);

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_func (self->model, items_changed_cb, self);
  g_clear_object (&self->model);
  g_clear_pointer (&self->stack, gtk_widget_unparent);
  g_clear_object (&self->selection);
  G_OBJECT_CLASS (hemo_filmstrip_parent_class)->dispose (object);
}

static guint
add_signal (const char *name)
{
  return g_signal_new (name, HEMO_TYPE_FILMSTRIP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 1, HEMO_TYPE_FILM_ITEM);
}

static void
hemo_filmstrip_class_init (HemoFilmstripClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = hemo_filmstrip_get_property;
  object_class->set_property = hemo_filmstrip_set_property;
  object_class->dispose = hemo_filmstrip_dispose;
  widget_class->focus = hemo_filmstrip_focus;
  widget_class->grab_focus = hemo_filmstrip_grab_focus;
  props[PROP_MODEL] = g_param_spec_object ("model", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  props[PROP_SELECTED] = g_param_spec_object ("selected", NULL, NULL, HEMO_TYPE_FILM_ITEM, flags);
  props[PROP_EMPTY_TEXT] = g_param_spec_string ("empty-text", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[WANTED] = add_signal ("wanted");
  signals[OPENED] = add_signal ("opened");
  signals[DELETE_REQUESTED] = add_signal ("delete-requested");
  signals[REPORT_TOGGLED] = add_signal ("report-toggled");
  gtk_widget_class_set_css_name (widget_class, "hemofilmstrip");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
make_list (HemoFilmstrip *self, GtkWidget *scroller)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), self);
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self,
                           G_CONNECT_DEFAULT);
  self->list
      = g_object_new (GTK_TYPE_LIST_VIEW, "orientation", GTK_ORIENTATION_HORIZONTAL, "factory",
                      factory, "model", self->selection, "tab-behavior", GTK_LIST_TAB_ITEM, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Captured fields"), -1);
  g_signal_connect (self->list, "activate", G_CALLBACK (activate_cb), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (self->list, keys);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
}

static void
hemo_filmstrip_init (HemoFilmstrip *self)
{
  GtkWidget *scroller = g_object_new (GTK_TYPE_SCROLLED_WINDOW, "vscrollbar-policy",
                                      GTK_POLICY_NEVER, "propagate-natural-height", TRUE, NULL);

  self->stack = g_object_new (GTK_TYPE_STACK, "hhomogeneous", FALSE, NULL);
  make_list (self, scroller);
  self->empty = g_object_new (GTK_TYPE_LABEL, "label", _ ("No field captured yet"), "wrap", TRUE,
                              "justify", GTK_JUSTIFY_CENTER, NULL);
  gtk_widget_add_css_class (self->empty, "dimmed");
  gtk_stack_add_child (GTK_STACK (self->stack), self->empty);
  gtk_stack_add_child (GTK_STACK (self->stack), scroller);
  gtk_widget_set_parent (self->stack, GTK_WIDGET (self));
}

GtkWidget *
hemo_filmstrip_new (GListModel *model)
{
  return g_object_new (HEMO_TYPE_FILMSTRIP, "model", model, NULL);
}

void
hemo_filmstrip_set_model (HemoFilmstrip *self, GListModel *model)
{
  g_return_if_fail (HEMO_IS_FILMSTRIP (self));
  g_return_if_fail (model == NULL || G_IS_LIST_MODEL (model));

  if (self->model == model)
    return;
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_func (self->model, items_changed_cb, self);
  g_set_object (&self->model, model);
  gtk_single_selection_set_model (self->selection, model);
  if (model != NULL)
    g_signal_connect_object (model, "items-changed", G_CALLBACK (items_changed_cb), self,
                             G_CONNECT_DEFAULT);
  items_changed_cb (G_LIST_MODEL (self->selection), 0, 0, 0, self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MODEL]);
}

GListModel *
hemo_filmstrip_get_model (HemoFilmstrip *self)
{
  g_return_val_if_fail (HEMO_IS_FILMSTRIP (self), NULL);
  return self->model;
}

HemoFilmItem *
hemo_filmstrip_get_selected (HemoFilmstrip *self)
{
  g_return_val_if_fail (HEMO_IS_FILMSTRIP (self), NULL);
  return gtk_single_selection_get_selected_item (self->selection);
}

static void
go_to (HemoFilmstrip *self, guint position)
{
  const gboolean here
      = (gtk_widget_get_state_flags (self->list) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0;

  /* Stepping from elsewhere leaves the keyboard where it is. */
  gtk_list_view_scroll_to (GTK_LIST_VIEW (self->list), position,
                           GTK_LIST_SCROLL_SELECT | (here ? GTK_LIST_SCROLL_FOCUS : 0), NULL);
}

void
hemo_filmstrip_select (HemoFilmstrip *self, HemoFilmItem *item)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  g_return_if_fail (HEMO_IS_FILMSTRIP (self));
  if (item == NULL)
    gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  for (guint i = 0; item != NULL && i < n; i++)
    {
      g_autoptr (HemoFilmItem) other = g_list_model_get_item (G_LIST_MODEL (self->selection), i);

      if (other != item)
        continue;
      go_to (self, i);
      return;
    }
}

gboolean
hemo_filmstrip_step (HemoFilmstrip *self, int by)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  const guint at = gtk_single_selection_get_selected (self->selection);
  const gint64 to
      = at == GTK_INVALID_LIST_POSITION ? (by > 0 ? 0 : (gint64)n - 1) : (gint64)at + by;

  g_return_val_if_fail (HEMO_IS_FILMSTRIP (self), FALSE);
  if (to < 0 || to >= (gint64)n)
    return FALSE;
  go_to (self, (guint)to);
  return TRUE;
}
