/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Chooses a stick, starts the courier, and says what became of it. */

#include "hemo-courier-page.h"

#include "hemo-courier-run.h"
#include "hemo-courier-words.h"
#include "hemo-stick-picker.h"

#include <glib/gi18n.h>

struct _HemoCourierPage
{
  HemoPlace parent_instance;

  HemoStickPicker *picker;
  GtkButton *write_button;
  GtkButton *read_button;
  GtkLabel *hint;
  GtkBox *running;
  GtkProgressBar *bar;
  GtkButton *cancel;
  GtkLabel *outcome;
  GtkLabel *rest;
  GtkLabel *safe;

  /* The last that was shown here. */
  HemoCourierRun *run;
};

G_DEFINE_FINAL_TYPE (HemoCourierPage, hemo_courier_page, HEMO_TYPE_PLACE)

static void
say (HemoCourierPage *self, GtkLabel *label, const char *text, const char *style)
{
  gtk_label_set_text (label, text);
  gtk_widget_remove_css_class (GTK_WIDGET (label), "success");
  gtk_widget_remove_css_class (GTK_WIDGET (label), "error");
  if (style != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (label), style);
  gtk_widget_set_visible (GTK_WIDGET (label), *text != '\0');
  if (*text != '\0')
    gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

/* Also while the stick is let go: nothing may begin on it before that ended. */
static gboolean
is_busy (HemoCourierPage *self)
{
  return self->run != NULL && hemo_courier_run_get_stage (self->run) != HEMO_COURIER_ENDED;
}

static void
check_cb (HemoCourierPage *self)
{
  const char *path;
  gboolean may = hemo_desk_may (hemo_place_get_desk (HEMO_PLACE (self)), HEMO_ACTION_SYNC);
  gboolean ready;

  if (self->picker == NULL)
    return;
  path = hemo_stick_picker_get_path (self->picker);
  ready = may && path != NULL && !is_busy (self);
  gtk_label_set_text (self->hint, !may           ? _ ("Your role may not send anything.")
                                  : path == NULL ? _ ("Plug a stick in, or choose a folder.")
                                                 : "");
  gtk_widget_set_visible (GTK_WIDGET (self->hint), !may || path == NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->write_button), ready);
  gtk_widget_set_sensitive (GTK_WIDGET (self->read_button), ready);
}

/* Unless somebody is elsewhere by now. */
static void
focus_buttons (HemoCourierPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (focus == NULL || !gtk_widget_get_mapped (focus)
      || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self)))
    gtk_widget_grab_focus (GTK_WIDGET (self->write_button));
}

/* What happened, then all else that should be known. */
static void
show_outcome (HemoCourierPage *self)
{
  const HemoCourierSummary *summary = hemo_courier_run_get_summary (self->run);
  const GError *error = hemo_courier_run_get_error (self->run);
  gboolean writes = hemo_courier_run_writes (self->run);
  g_autofree char *outcome = hemo_courier_say_outcome (summary, writes);
  g_auto (GStrv) rest = hemo_courier_say_rest (summary);
  g_autofree char *sentences = g_strjoinv ("\n", rest);
  /* What was done before it failed is done. */
  gboolean partly = error != NULL && hemo_courier_did_something (summary, writes);
  g_autofree char *lines = g_strdup_printf ("%s%s%s", partly ? outcome : "",
                                            partly && *sentences != '\0' ? "\n" : "", sentences);
  gboolean suspicious = hemo_courier_is_suspicious (summary);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    say (self, self->outcome,
         _ ("Cancelled. What is on the stick is whole; the same button goes on from here."), NULL);
  else if (error != NULL)
    say (self, self->outcome, error->message, "error");
  else
    say (self, self->outcome, outcome, suspicious ? NULL : "success");
  say (self, self->rest, lines, suspicious ? "error" : NULL);
}

/* A page that goes is there for a moment longer. */
static gboolean
is_looked_at (HemoCourierPage *self)
{
  GtkWidget *view = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_NAVIGATION_VIEW);

  return view != NULL && gtk_widget_get_mapped (GTK_WIDGET (self))
         && adw_navigation_view_get_visible_page (ADW_NAVIGATION_VIEW (view))
                == ADW_NAVIGATION_PAGE (self);
}

/* Or the desk keeps it until somebody comes. */
static void
see (HemoCourierPage *self)
{
  if (self->run != NULL && is_looked_at (self))
    hemo_courier_run_see (self->run, hemo_place_get_desk (HEMO_PLACE (self)));
}

static void
show_stick (HemoCourierPage *self)
{
  gboolean good = TRUE;
  g_autofree char *text = hemo_courier_run_say_stick (self->run, &good);

  if (!good)
    gtk_widget_remove_css_class (GTK_WIDGET (self->outcome), "success");
  say (self, self->safe, text != NULL ? text : "", good ? NULL : "error");
}

static void
done_cb (HemoCourierPage *self)
{
  if (self->outcome == NULL)
    return;
  gtk_widget_set_visible (GTK_WIDGET (self->running), FALSE);
  show_outcome (self);
  check_cb (self);
}

static void
ended_cb (HemoCourierPage *self)
{
  if (self->outcome == NULL)
    return;
  show_stick (self);
  see (self);
  check_cb (self);
  focus_buttons (self);
}

/* How many there will be nobody knows before. */
static void
progress_cb (HemoCourierPage *self)
{
  guint files;
  g_autofree char *text = NULL;

  if (self->bar == NULL || self->run == NULL)
    return;
  files = hemo_courier_run_get_files (self->run);
  text = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%u file written", "%u files written", files), files);
  gtk_progress_bar_pulse (self->bar);
  gtk_progress_bar_set_text (self->bar, text);
}

/* Shows how far @run (transfer full) is, or how it ended. */
static void
follow (HemoCourierPage *self, HemoCourierRun *run)
{
  HemoCourierStage stage = hemo_courier_run_get_stage (run);

  g_clear_object (&self->run);
  self->run = run;
  g_signal_connect_object (run, "progress", G_CALLBACK (progress_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (run, "done", G_CALLBACK (done_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (run, "ended", G_CALLBACK (ended_cb), self, G_CONNECT_SWAPPED);
  say (self, self->outcome, "", NULL);
  say (self, self->rest, "", NULL);
  say (self, self->safe, "", NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->running), TRUE);
  progress_cb (self);
  check_cb (self);
  if (stage == HEMO_COURIER_RUNNING)
    gtk_widget_grab_focus (GTK_WIDGET (self->cancel));
  else
    done_cb (self);
  if (stage == HEMO_COURIER_ENDED)
    ended_cb (self);
}

static void
show_cb (gpointer widget)
{
  gtk_widget_activate_action (widget, "win.courier", NULL);
}

/* @widget: of the window. Who left the page is told. */
static void
tell_cb (GtkWidget *widget, HemoCourierRun *run)
{
  g_autofree char *text = hemo_courier_run_say_end (run);

  if (!hemo_courier_run_is_seen (run))
    hemo_place_toast_action (widget, text, _ ("_Show"), show_cb, widget, NULL);
}

/* It outlives the page; whoever comes back finds it again, and begins no second one beside it. */
static void
start (HemoCourierPage *self, gboolean writes)
{
  HemoDesk *desk = hemo_place_get_desk (HEMO_PLACE (self));
  const char *path = hemo_stick_picker_get_path (self->picker);
  GtkWidget *view = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_NAVIGATION_VIEW);
  HemoCourierRun *run;

  if (is_busy (self) || path == NULL)
    return;
  run = hemo_courier_run_start (desk, path, hemo_stick_picker_get_stick (self->picker), writes,
                                writes ? _ ("The stick is being written")
                                       : _ ("The stick is being read"));
  if (view != NULL)
    g_signal_connect_object (run, "ended", G_CALLBACK (tell_cb), view,
                             G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  follow (self, g_object_ref (run));
}

static void
write_cb (HemoCourierPage *self)
{
  start (self, TRUE);
}

static void
read_cb (HemoCourierPage *self)
{
  start (self, FALSE);
}

static void
cancel_cb (HemoCourierPage *self)
{
  if (is_busy (self))
    hemo_run_cancel (HEMO_RUN (self->run));
}

static void
hemo_courier_page_constructed (GObject *object)
{
  G_OBJECT_CLASS (hemo_courier_page_parent_class)->constructed (object);
  check_cb (HEMO_COURIER_PAGE (object));
}

/* What goes on, or ended unseen. */
static void
hemo_courier_page_refresh (HemoPlace *place)
{
  HemoCourierPage *self = HEMO_COURIER_PAGE (place);
  HemoCourierRun *run = hemo_courier_run_find (hemo_place_get_desk (place));

  if (run != NULL && run != self->run)
    follow (self, g_object_ref (run));
  see (self);
}

static void
hemo_courier_page_dispose (GObject *object)
{
  HemoCourierPage *self = HEMO_COURIER_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_COURIER_PAGE);
  g_clear_object (&self->run);
  G_OBJECT_CLASS (hemo_courier_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_set_template_from_resource (
      klass, "/org/hemogram/Hemogram/safety/hemo-courier-page.ui");
  gtk_widget_class_bind_template_child (klass, HemoCourierPage, picker);
  gtk_widget_class_bind_template_child (klass, HemoCourierPage, write_button);
  gtk_widget_class_bind_template_child (klass, HemoCourierPage, read_button);
  gtk_widget_class_bind_template_child (klass, HemoCourierPage, hint);
  gtk_widget_class_bind_template_child (klass, HemoCourierPage, running);
  gtk_widget_class_bind_template_child (klass, HemoCourierPage, bar);
  gtk_widget_class_bind_template_child (klass, HemoCourierPage, cancel);
  gtk_widget_class_bind_template_child (klass, HemoCourierPage, outcome);
  gtk_widget_class_bind_template_child (klass, HemoCourierPage, rest);
  gtk_widget_class_bind_template_child (klass, HemoCourierPage, safe);
}

static void
hemo_courier_page_class_init (HemoCourierPageClass *klass)
{
  g_type_ensure (HEMO_TYPE_STICK_PICKER);
  G_OBJECT_CLASS (klass)->constructed = hemo_courier_page_constructed;
  G_OBJECT_CLASS (klass)->dispose = hemo_courier_page_dispose;
  HEMO_PLACE_CLASS (klass)->refresh = hemo_courier_page_refresh;
  HEMO_PLACE_CLASS (klass)->help = "courier";
  bind_children (GTK_WIDGET_CLASS (klass));
}

static void
hemo_courier_page_init (HemoCourierPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->picker, "notify::chosen", G_CALLBACK (check_cb), self);
  g_signal_connect_swapped (self->write_button, "clicked", G_CALLBACK (write_cb), self);
  g_signal_connect_swapped (self->read_button, "clicked", G_CALLBACK (read_cb), self);
  g_signal_connect_swapped (self->cancel, "clicked", G_CALLBACK (cancel_cb), self);
}

HemoCourierPage *
hemo_courier_page_new (HemoDesk *desk)
{
  return g_object_new (HEMO_TYPE_COURIER_PAGE, "desk", desk, NULL);
}
