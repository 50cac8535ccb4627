/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A line of text that is read while it is typed. */

#include "hemo-checked-entry.h"

#include "hemo-spoken-text-private.h"

#include <glib/gi18n.h>

/* Nobody is told that '1' is too small who is about to type '120'. */
#define PATIENCE_MS 900
#define NOTE_SPACING 4

typedef struct
{
  GtkWidget *frame;
  GtkWidget *text;
  GtkWidget *suffix;
  GtkWidget *note;
  GtkWidget *icon;
  GtkWidget *message;
  gboolean required;
  gboolean valid;
  gboolean touched;
  gboolean refused;
  guint patience;
  char *label;
} HemoCheckedEntryPrivate;

static void hemo_checked_entry_editable_init (GtkEditableInterface *iface);
static void hemo_checked_entry_accessible_init (GtkAccessibleInterface *iface);

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (
    HemoCheckedEntry,
    hemo_checked_entry,
    GTK_TYPE_WIDGET,
    G_ADD_PRIVATE (HemoCheckedEntry)
        G_IMPLEMENT_INTERFACE (GTK_TYPE_ACCESSIBLE, hemo_checked_entry_accessible_init)
            G_IMPLEMENT_INTERFACE (GTK_TYPE_ACCESSIBLE_TEXT, hemo_spoken_text_init)
                G_IMPLEMENT_INTERFACE (GTK_TYPE_EDITABLE, hemo_checked_entry_editable_init))

enum
{
  PROP_PLACEHOLDER = 1,
  PROP_SUFFIX,
  PROP_LABEL,
  PROP_REQUIRED,
  PROP_MESSAGE,
  PROP_VALID,
  N_PROPS,
};

enum
{
  ACTIVATE,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static HemoCheckedEntryPrivate *
get_private (HemoCheckedEntry *self)
{
  return hemo_checked_entry_get_instance_private (self);
}

/* Shown to the eye: a fault only once the person has paused or left. */
static void
show_state (HemoCheckedEntry *self)
{
  HemoCheckedEntryPrivate *priv = get_private (self);
  const gboolean wrong = !priv->valid && (priv->touched || priv->refused);
  const gboolean said = gtk_label_get_label (GTK_LABEL (priv->message))[0] != '\0';

  gtk_widget_set_visible (priv->note, said && (priv->valid || wrong));
  gtk_widget_set_visible (priv->icon, wrong);
  if (wrong)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self), "wrong");
      gtk_widget_add_css_class (priv->note, "error");
    }
  else
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self), "wrong");
      gtk_widget_remove_css_class (priv->note, "error");
    }
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_INVALID,
                               wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
}

static void
set_outcome (HemoCheckedEntry *self, gboolean valid, const char *message)
{
  HemoCheckedEntryPrivate *priv = get_private (self);
  const gboolean changed = priv->valid != valid;

  priv->valid = valid;
  if (message == NULL)
    message = "";
  if (!g_str_equal (message, gtk_label_get_label (GTK_LABEL (priv->message))))
    {
      gtk_label_set_label (GTK_LABEL (priv->message), message);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                      message, -1);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MESSAGE]);
    }
  show_state (self);
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VALID]);
}

void
hemo_checked_entry_check (HemoCheckedEntry *self)
{
  HemoCheckedEntryPrivate *priv = get_private (self);
  HemoCheckedEntryClass *klass = HEMO_CHECKED_ENTRY_GET_CLASS (self);
  const gboolean empty = hemo_checked_entry_is_empty (self);
  g_autofree char *message = NULL;
  gboolean valid;

  priv->refused = FALSE;
  valid = klass->read (self, empty ? NULL : hemo_checked_entry_get_text (self), &message);
  if (empty)
    {
      valid = !priv->required;
      if (priv->required && message == NULL)
        message = g_strdup (_ ("This is needed."));
    }
  set_outcome (self, valid, message);
}

static gboolean
patience_cb (gpointer data)
{
  HemoCheckedEntry *self = data;
  HemoCheckedEntryPrivate *priv = get_private (self);

  priv->patience = 0;
  if (!hemo_checked_entry_is_empty (self))
    {
      priv->touched = TRUE;
      show_state (self);
    }
  return G_SOURCE_REMOVE;
}

static void
changed_cb (GtkEditable *editable, HemoCheckedEntry *self)
{
  HemoCheckedEntryPrivate *priv = get_private (self);

  priv->touched = FALSE;
  hemo_checked_entry_check (self);
  g_clear_handle_id (&priv->patience, g_source_remove);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    priv->patience = g_timeout_add (PATIENCE_MS, patience_cb, self);
  else
    patience_cb (self);
}

static void
tidy (HemoCheckedEntry *self)
{
  HemoCheckedEntryPrivate *priv = get_private (self);
  HemoCheckedEntryClass *klass = HEMO_CHECKED_ENTRY_GET_CLASS (self);
  g_autofree char *text = NULL;

  priv->touched = TRUE;
  if (priv->valid && !hemo_checked_entry_is_empty (self) && klass->tidy != NULL)
    text = klass->tidy (self);
  if (text != NULL && !g_str_equal (text, hemo_checked_entry_get_text (self)))
    gtk_editable_set_text (GTK_EDITABLE (priv->text), text);
  priv->touched = TRUE;
  g_clear_handle_id (&priv->patience, g_source_remove);
  show_state (self);
}

static void
leave_cb (GtkEventControllerFocus *controller, HemoCheckedEntry *self)
{
  if (!gtk_widget_in_destruction (GTK_WIDGET (self)))
    tidy (self);
}

static void
activate_cb (GtkText *text, HemoCheckedEntry *self)
{
  HemoCheckedEntryPrivate *priv = get_private (self);

  tidy (self);
  if (priv->valid)
    g_signal_emit (self, signals[ACTIVATE], 0);
  else
    {
      gtk_accessible_announce (GTK_ACCESSIBLE (self),
                               gtk_label_get_label (GTK_LABEL (priv->message)),
                               GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
      gtk_widget_error_bell (GTK_WIDGET (self));
    }
}

static GtkEditable *
get_delegate (GtkEditable *editable)
{
  return GTK_EDITABLE (get_private (HEMO_CHECKED_ENTRY (editable))->text);
}

static void
hemo_checked_entry_editable_init (GtkEditableInterface *iface)
{
  iface->get_delegate = get_delegate;
}

/* To who listens this is one text box; the text inside has the focus. */
static gboolean
get_platform_state (GtkAccessible *accessible, GtkAccessiblePlatformState state)
{
  return gtk_editable_delegate_get_accessible_platform_state (GTK_EDITABLE (accessible), state);
}

static void
hemo_checked_entry_accessible_init (GtkAccessibleInterface *iface)
{
  GtkAccessibleInterface *parent = g_type_interface_peek_parent (iface);

  iface->get_at_context = parent->get_at_context;
  iface->get_accessible_parent = parent->get_accessible_parent;
  iface->get_first_accessible_child = parent->get_first_accessible_child;
  iface->get_next_accessible_sibling = parent->get_next_accessible_sibling;
  iface->get_bounds = parent->get_bounds;
  iface->get_platform_state = get_platform_state;
}

static void
hemo_checked_entry_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HemoCheckedEntry *self = HEMO_CHECKED_ENTRY (object);
  HemoCheckedEntryPrivate *priv = get_private (self);

  if (gtk_editable_delegate_get_property (object, id, value, pspec))
    return;
  switch (id)
    {
    case PROP_PLACEHOLDER:
      g_value_set_string (value, gtk_text_get_placeholder_text (GTK_TEXT (priv->text)));
      break;
    case PROP_SUFFIX:
      g_value_set_string (value, gtk_label_get_label (GTK_LABEL (priv->suffix)));
      break;
    case PROP_LABEL:
      g_value_set_string (value, priv->label);
      break;
    case PROP_REQUIRED:
      g_value_set_boolean (value, priv->required);
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, hemo_checked_entry_get_message (self));
      break;
    case PROP_VALID:
      g_value_set_boolean (value, priv->valid);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hemo_checked_entry_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HemoCheckedEntry *self = HEMO_CHECKED_ENTRY (object);
  HemoCheckedEntryPrivate *priv = get_private (self);

  if (gtk_editable_delegate_set_property (object, id, value, pspec))
    return;
  switch (id)
    {
    case PROP_PLACEHOLDER:
      gtk_text_set_placeholder_text (GTK_TEXT (priv->text), g_value_get_string (value));
      break;
    case PROP_SUFFIX:
      hemo_checked_entry_set_suffix (self, g_value_get_string (value));
      break;
    case PROP_LABEL:
      hemo_checked_entry_set_label (self, g_value_get_string (value));
      break;
    case PROP_REQUIRED:
      priv->required = g_value_get_boolean (value);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_REQUIRED,
                                      priv->required, -1);
      hemo_checked_entry_check (self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
measure_width (HemoCheckedEntryPrivate *priv, int *minimum, int *natural)
{
  int note = 0, natural_note = 0;

  gtk_widget_measure (priv->frame, GTK_ORIENTATION_HORIZONTAL, -1, minimum, natural, NULL, NULL);
  if (gtk_widget_should_layout (priv->note))
    gtk_widget_measure (priv->note, GTK_ORIENTATION_HORIZONTAL, -1, &note, &natural_note, NULL,
                        NULL);
  *minimum = MAX (*minimum, note);
  *natural = MAX (*natural, natural_note);
}

/* The least height is that at the natural width; a box takes that at the least width, where the
 * message has the most lines, and then warns of being given less. */
static void
hemo_checked_entry_measure (GtkWidget *widget,
                            GtkOrientation orientation,
                            int for_size,
                            int *minimum,
                            int *natural,
                            int *minimum_baseline,
                            int *natural_baseline)
{
  HemoCheckedEntryPrivate *priv = get_private (HEMO_CHECKED_ENTRY (widget));
  int least, wide, note = 0;

  measure_width (priv, &least, &wide);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = least;
      *natural = wide;
      return;
    }
  wide = for_size < 0 ? wide : MAX (for_size, least);
  gtk_widget_measure (priv->frame, GTK_ORIENTATION_VERTICAL, wide, minimum, NULL, NULL, NULL);
  if (gtk_widget_should_layout (priv->note))
    {
      gtk_widget_measure (priv->note, GTK_ORIENTATION_VERTICAL, wide, &note, NULL, NULL, NULL);
      *minimum += note + NOTE_SPACING;
    }
  *natural = *minimum;
}

static void
hemo_checked_entry_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HemoCheckedEntryPrivate *priv = get_private (HEMO_CHECKED_ENTRY (widget));
  int frame;

  gtk_widget_measure (priv->frame, GTK_ORIENTATION_VERTICAL, width, &frame, NULL, NULL, NULL);
  gtk_widget_size_allocate (priv->frame, &(GtkAllocation){ 0, 0, width, frame }, -1);
  if (!gtk_widget_should_layout (priv->note))
    return;
  frame += NOTE_SPACING;
  gtk_widget_size_allocate (priv->note,
                            &(GtkAllocation){ 0, frame, width, MAX (0, height - frame) }, -1);
}

static GtkSizeRequestMode
hemo_checked_entry_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static gboolean
hemo_checked_entry_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (get_private (HEMO_CHECKED_ENTRY (widget))->text);
}

/* The focus comes to the text from either side and leaves it on the other. What a widget does by
 * itself takes it back with Shift and Tab. */
static gboolean
hemo_checked_entry_focus (GtkWidget *widget, GtkDirectionType direction)
{
  if (gtk_widget_get_focus_child (widget) != NULL)
    return FALSE;
  return gtk_widget_child_focus (get_private (HEMO_CHECKED_ENTRY (widget))->text, direction);
}

static gboolean
hemo_checked_entry_mnemonic_activate (GtkWidget *widget, gboolean cycling)
{
  return gtk_widget_grab_focus (widget);
}

static void
hemo_checked_entry_dispose (GObject *object)
{
  HemoCheckedEntryPrivate *priv = get_private (HEMO_CHECKED_ENTRY (object));

  g_clear_handle_id (&priv->patience, g_source_remove);
  if (priv->text != NULL)
    gtk_editable_finish_delegate (GTK_EDITABLE (object));
  priv->text = NULL;
  g_clear_pointer (&priv->frame, gtk_widget_unparent);
  g_clear_pointer (&priv->note, gtk_widget_unparent);
  G_OBJECT_CLASS (hemo_checked_entry_parent_class)->dispose (object);
}

static void
hemo_checked_entry_finalize (GObject *object)
{
  g_free (get_private (HEMO_CHECKED_ENTRY (object))->label);
  G_OBJECT_CLASS (hemo_checked_entry_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  props[PROP_PLACEHOLDER] = g_param_spec_string ("placeholder-text", NULL, NULL, NULL, both);
  props[PROP_SUFFIX] = g_param_spec_string ("suffix", NULL, NULL, NULL, both);
  props[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, NULL, both);
  props[PROP_REQUIRED] = g_param_spec_boolean ("required", NULL, NULL, FALSE, both);
  props[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, read);
  props[PROP_VALID] = g_param_spec_boolean ("valid", NULL, NULL, TRUE, read);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_editable_install_properties (object_class, N_PROPS);
}

static void
hemo_checked_entry_class_init (HemoCheckedEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hemo_checked_entry_get_property;
  object_class->set_property = hemo_checked_entry_set_property;
  object_class->dispose = hemo_checked_entry_dispose;
  object_class->finalize = hemo_checked_entry_finalize;
  widget_class->measure = hemo_checked_entry_measure;
  widget_class->size_allocate = hemo_checked_entry_size_allocate;
  widget_class->get_request_mode = hemo_checked_entry_get_request_mode;
  widget_class->focus = hemo_checked_entry_focus;
  widget_class->grab_focus = hemo_checked_entry_grab_focus;
  widget_class->mnemonic_activate = hemo_checked_entry_mnemonic_activate;
  install_properties (object_class);
  signals[ACTIVATE]
      = g_signal_new ("activate", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, 0,
                      NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_css_name (widget_class, "hemoentry");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TEXT_BOX);
}

/* The line itself: looks like an entry, with the unit inside. */
static void
make_frame (HemoCheckedEntry *self, HemoCheckedEntryPrivate *priv)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  priv->frame = g_object_new (GTK_TYPE_BOX, "css-name", "entry", NULL);
  priv->text = g_object_new (GTK_TYPE_TEXT, "hexpand", TRUE, NULL);
  priv->suffix = g_object_new (GTK_TYPE_LABEL, "visible", FALSE, "accessible-role",
                               GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  gtk_widget_add_css_class (priv->suffix, "dimmed");
  gtk_widget_add_css_class (priv->suffix, "suffix");
  gtk_box_append (GTK_BOX (priv->frame), priv->text);
  gtk_box_append (GTK_BOX (priv->frame), priv->suffix);
  gtk_widget_set_parent (priv->frame, GTK_WIDGET (self));
  g_signal_connect (focus, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (priv->text, focus);
  g_signal_connect (priv->text, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect (priv->text, "activate", G_CALLBACK (activate_cb), self);
}

static void
make_note (HemoCheckedEntry *self, HemoCheckedEntryPrivate *priv)
{
  priv->note = g_object_new (GTK_TYPE_BOX, "spacing", 6, "visible", FALSE, NULL);
  gtk_widget_add_css_class (priv->note, "note");
  priv->icon
      = g_object_new (GTK_TYPE_IMAGE, "icon-name", "dialog-error-symbolic", "valign",
                      GTK_ALIGN_START, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  priv->message = g_object_new (GTK_TYPE_LABEL, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR,
                                "xalign", 0.0, "width-chars", 20, NULL);
  gtk_box_append (GTK_BOX (priv->note), priv->icon);
  gtk_box_append (GTK_BOX (priv->note), priv->message);
  gtk_widget_set_parent (priv->note, GTK_WIDGET (self));
}

static void
hemo_checked_entry_init (HemoCheckedEntry *self)
{
  HemoCheckedEntryPrivate *priv = get_private (self);

  priv->valid = TRUE;
  make_frame (self, priv);
  make_note (self, priv);
  gtk_editable_init_delegate (GTK_EDITABLE (self));
  hemo_spoken_text_follow (GTK_EDITABLE (self));
}

void
hemo_checked_entry_set_text (HemoCheckedEntry *self, const char *text)
{
  g_return_if_fail (HEMO_IS_CHECKED_ENTRY (self));
  gtk_editable_set_text (GTK_EDITABLE (get_private (self)->text), text != NULL ? text : "");
}

const char *
hemo_checked_entry_get_text (HemoCheckedEntry *self)
{
  g_return_val_if_fail (HEMO_IS_CHECKED_ENTRY (self), NULL);
  return gtk_editable_get_text (GTK_EDITABLE (get_private (self)->text));
}

void
hemo_checked_entry_set_suffix (HemoCheckedEntry *self, const char *suffix)
{
  HemoCheckedEntryPrivate *priv;

  g_return_if_fail (HEMO_IS_CHECKED_ENTRY (self));
  priv = get_private (self);
  gtk_label_set_label (GTK_LABEL (priv->suffix), suffix != NULL ? suffix : "");
  gtk_widget_set_visible (priv->suffix, suffix != NULL && suffix[0] != '\0');
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SUFFIX]);
}

const char *
hemo_checked_entry_get_suffix (HemoCheckedEntry *self)
{
  const char *suffix;

  g_return_val_if_fail (HEMO_IS_CHECKED_ENTRY (self), NULL);
  suffix = gtk_label_get_label (GTK_LABEL (get_private (self)->suffix));
  return suffix[0] != '\0' ? suffix : NULL;
}

void
hemo_checked_entry_set_label (HemoCheckedEntry *self, const char *label)
{
  HemoCheckedEntryPrivate *priv;

  g_return_if_fail (HEMO_IS_CHECKED_ENTRY (self));
  priv = get_private (self);
  if (!g_set_str (&priv->label, label))
    return;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label != NULL ? label : "", -1);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LABEL]);
}

const char *
hemo_checked_entry_get_message (HemoCheckedEntry *self)
{
  const char *message;

  g_return_val_if_fail (HEMO_IS_CHECKED_ENTRY (self), NULL);
  message = gtk_label_get_label (GTK_LABEL (get_private (self)->message));
  return message[0] != '\0' ? message : NULL;
}

gboolean
hemo_checked_entry_get_valid (HemoCheckedEntry *self)
{
  g_return_val_if_fail (HEMO_IS_CHECKED_ENTRY (self), FALSE);
  return get_private (self)->valid;
}

gboolean
hemo_checked_entry_is_empty (HemoCheckedEntry *self)
{
  const char *text = hemo_checked_entry_get_text (self);

  while (g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  return *text == '\0';
}

void
hemo_checked_entry_refuse (HemoCheckedEntry *self, const char *message)
{
  g_return_if_fail (HEMO_IS_CHECKED_ENTRY (self));

  if (message == NULL)
    {
      hemo_checked_entry_check (self);
      return;
    }
  get_private (self)->refused = TRUE;
  set_outcome (self, FALSE, message);
}
