/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What all places share: the desk, refreshing, and how they tell what happened. */

#include "hemo-place.h"

#include "hemo-failure.h"

#include <glib/gi18n.h>

typedef struct
{
  HemoDesk *desk;
  gulong changed_handler;
  /* Where it goes on once it may leave. */
  char *next_action;
  char *next_target;
  gulong leave_handler;
} HemoPlacePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (HemoPlace, hemo_place, ADW_TYPE_NAVIGATION_PAGE)

enum
{
  PROP_DESK = 1,
  N_PROPS,
};
static GParamSpec *properties[N_PROPS];

HemoDesk *
hemo_place_get_desk (HemoPlace *self)
{
  HemoPlacePrivate *priv = hemo_place_get_instance_private (self);

  return priv->desk;
}

static void
refresh (HemoPlace *self)
{
  HemoPlacePrivate *priv = hemo_place_get_instance_private (self);

  if (HEMO_PLACE_GET_CLASS (self)->refresh != NULL
      && hemo_desk_get_session_state (priv->desk) == HEMO_SESSION_OPEN)
    HEMO_PLACE_GET_CLASS (self)->refresh (self);
}

static void
leave (HemoPlace *self)
{
  HemoPlacePrivate *priv = hemo_place_get_instance_private (self);
  GtkWidget *view = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_NAVIGATION_VIEW);

  if (hemo_desk_get_session_state (priv->desk) != HEMO_SESSION_OPEN)
    return;
  g_clear_signal_handler (&priv->leave_handler, priv->desk);
  if (view == NULL
      || adw_navigation_view_get_visible_page (ADW_NAVIGATION_VIEW (view))
             != ADW_NAVIGATION_PAGE (self))
    return;
  /* The page goes, the view stays. */
  g_object_ref (self);
  gtk_widget_activate_action (view, "win.back", NULL);
  if (priv->next_action != NULL)
    gtk_widget_activate_action (view, priv->next_action, "s", priv->next_target);
  g_object_unref (self);
}

void
hemo_place_leave (HemoPlace *self, const char *action, const char *target)
{
  HemoPlacePrivate *priv = hemo_place_get_instance_private (self);

  g_set_str (&priv->next_action, action);
  g_set_str (&priv->next_target, target);
  if (priv->leave_handler == 0)
    priv->leave_handler
        = g_signal_connect_data (priv->desk, "notify::session-state", G_CALLBACK (leave), self,
                                 NULL, G_CONNECT_AFTER | G_CONNECT_SWAPPED);
  leave (self);
}

gboolean
hemo_place_take_scan (HemoPlace *self, const char *text)
{
  HemoPlaceClass *klass = HEMO_PLACE_GET_CLASS (self);

  return klass->scanned != NULL && klass->scanned (self, text);
}

static void
hemo_place_map (GtkWidget *widget)
{
  HemoPlacePrivate *priv = hemo_place_get_instance_private (HEMO_PLACE (widget));

  GTK_WIDGET_CLASS (hemo_place_parent_class)->map (widget);
  if (priv->changed_handler == 0)
    priv->changed_handler
        = g_signal_connect_swapped (priv->desk, "changed", G_CALLBACK (refresh), widget);
  refresh (HEMO_PLACE (widget));
}

static void
hemo_place_unmap (GtkWidget *widget)
{
  HemoPlacePrivate *priv = hemo_place_get_instance_private (HEMO_PLACE (widget));

  g_clear_signal_handler (&priv->changed_handler, priv->desk);
  GTK_WIDGET_CLASS (hemo_place_parent_class)->unmap (widget);
}

static void
hemo_place_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HemoPlacePrivate *priv = hemo_place_get_instance_private (HEMO_PLACE (object));

  if (id == PROP_DESK)
    priv->desk = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hemo_place_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HemoPlacePrivate *priv = hemo_place_get_instance_private (HEMO_PLACE (object));

  if (id == PROP_DESK)
    g_value_set_object (value, priv->desk);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hemo_place_finalize (GObject *object)
{
  HemoPlacePrivate *priv = hemo_place_get_instance_private (HEMO_PLACE (object));

  g_clear_signal_handler (&priv->leave_handler, priv->desk);
  g_free (priv->next_action);
  g_free (priv->next_target);
  g_clear_object (&priv->desk);
  G_OBJECT_CLASS (hemo_place_parent_class)->finalize (object);
}

static void
hemo_place_class_init (HemoPlaceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = hemo_place_set_property;
  object_class->get_property = hemo_place_get_property;
  object_class->finalize = hemo_place_finalize;
  GTK_WIDGET_CLASS (klass)->map = hemo_place_map;
  GTK_WIDGET_CLASS (klass)->unmap = hemo_place_unmap;
  properties[PROP_DESK]
      = g_param_spec_object ("desk", NULL, NULL, HEMO_TYPE_DESK,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hemo_place_init (HemoPlace *self)
{
}

static AdwToastOverlay *
find_toasts (GtkWidget *widget)
{
  return ADW_TOAST_OVERLAY (gtk_widget_get_ancestor (widget, ADW_TYPE_TOAST_OVERLAY));
}

void
hemo_place_toast (GtkWidget *widget, const char *text)
{
  AdwToastOverlay *toasts = find_toasts (widget);
  AdwToast *toast;

  if (toasts == NULL)
    return;
  toast = adw_toast_new (text);
  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_overlay_add_toast (toasts, toast);
}

/* How long something can be done about what a toast says. */
#define ACTION_SECONDS 20

typedef struct
{
  HemoUndo undo;
  gpointer data;
  GDestroyNotify data_free;
} Undo;

static void
undo_free (gpointer data, GClosure *closure)
{
  Undo *self = data;

  if (self->data_free != NULL)
    self->data_free (self->data);
  g_free (self);
}

static void
undo_cb (AdwToast *toast, gpointer data)
{
  Undo *self = data;
  HemoUndo undo = g_steal_pointer (&self->undo);

  if (undo != NULL)
    undo (self->data);
}

/* (transfer full) */
static AdwToast *
toast_with_button (const char *text, const char *label, const Undo *what)
{
  AdwToast *toast = g_object_ref_sink (adw_toast_new (text));

  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_button_label (toast, label);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (undo_cb),
                         g_memdup2 (what, sizeof *what), undo_free, 0);
  return toast;
}

/* Nobody takes back what is no longer offered. */
static void
forget_cb (GObject *toasts, AdwToast *toast)
{
  if (g_object_get_data (toasts, "last-undo") == toast)
    g_object_set_data (toasts, "last-undo", NULL);
}

static void
dismiss_undo (AdwToastOverlay *toasts)
{
  AdwToast *last = g_object_get_data (G_OBJECT (toasts), "last-undo");

  if (last != NULL)
    adw_toast_dismiss (last);
}

void
hemo_place_forget_undo (GtkWidget *widget)
{
  AdwToastOverlay *toasts = find_toasts (widget);

  if (toasts != NULL)
    dismiss_undo (toasts);
}

void
hemo_place_toast_undo (
    GtkWidget *widget, const char *text, HemoUndo undo, gpointer data, GDestroyNotify data_free)
{
  AdwToastOverlay *toasts = find_toasts (widget);
  g_autoptr (AdwToast) toast
      = toast_with_button (text, _ ("_Undo"), &(Undo){ undo, data, data_free });

  if (toasts == NULL)
    return;
  /* Else a hundred clicked cells wait in line for minutes, and what is shown is not what is undone.
   */
  dismiss_undo (toasts);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (forget_cb), toasts, G_CONNECT_SWAPPED);
  g_object_set_data_full (G_OBJECT (toasts), "last-undo", g_object_ref (toast), g_object_unref);
  adw_toast_overlay_add_toast (toasts, g_object_ref (toast));
}

void
hemo_place_toast_action (GtkWidget *widget,
                         const char *text,
                         const char *label,
                         HemoUndo action,
                         gpointer data,
                         GDestroyNotify data_free)
{
  AdwToastOverlay *toasts = find_toasts (widget);
  g_autoptr (AdwToast) toast = toast_with_button (text, label, &(Undo){ action, data, data_free });

  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_set_timeout (toast, ACTION_SECONDS);
  if (toasts != NULL)
    adw_toast_overlay_add_toast (toasts, g_object_ref (toast));
}

#define OVER_DOOR "over-door"

void
hemo_place_let_over_door (AdwDialog *dialog)
{
  g_object_set_data (G_OBJECT (dialog), OVER_DOOR, dialog);
}

gboolean
hemo_place_may_lie_over_door (AdwDialog *dialog)
{
  return g_object_get_data (G_OBJECT (dialog), OVER_DOOR) != NULL;
}

void
hemo_place_show_error (GtkWidget *widget, const char *heading, const GError *error)
{
  g_autofree char *text = NULL;
  AdwDialog *dialog;

  if (error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  dialog = adw_alert_dialog_new (heading, NULL);
  text = hemo_failure_say (error->message);
  adw_alert_dialog_set_body (ADW_ALERT_DIALOG (dialog), text);
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _ ("_Close"));
  hemo_place_let_over_door (dialog);
  adw_dialog_present (dialog, gtk_widget_get_root (widget) != NULL ? widget : NULL);
}
