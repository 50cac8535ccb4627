/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Prints a recovery code, large enough to be typed from by a lamp. */

#include "hemo-recovery-paper.h"

#include "hemo-day-text.h"

#include <glib/gi18n.h>

typedef struct
{
  char *clinic;
  char **groups;
} Paper;

static void
paper_free (gpointer data, GClosure *closure)
{
  Paper *self = data;

  g_free (self->clinic);
  g_strfreev (self->groups);
  g_free (self);
}

static void
draw_cb (GtkPrintOperation *operation, GtkPrintContext *context, int page, gpointer data)
{
  const Paper *self = data;
  cairo_t *cr = gtk_print_context_get_cairo_context (context);
  g_autoptr (PangoLayout) layout = gtk_print_context_create_pango_layout (context);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *day = hemo_day_text (now, _ ("%-d %b %Y"));
  g_autofree char *clinic = g_markup_escape_text (self->clinic, -1);
  g_autoptr (GString) code = g_string_new (NULL);
  g_autofree char *markup = NULL;

  for (guint i = 0; self->groups[i] != NULL; i++)
    g_string_append_printf (code, "%s%s", i == 0 ? "" : i % 4 == 0 ? "\n" : "   ", self->groups[i]);
  markup = g_strdup_printf (
      "<span size='20pt' weight='bold'>%s</span>\n<span size='12pt'>%s · %s</span>\n\n"
      "<span size='22pt' font_family='monospace'>%s</span>\n\n<span size='11pt'>%s</span>",
      clinic, _ ("Recovery code"), day, code->str,
      _ ("It opens the clinic when every passphrase is lost. Keep this paper locked away, not "
         "beside the laptop. Whoever has it and a backup can read every record."));
  pango_layout_set_width (layout, (int)(gtk_print_context_get_width (context) * PANGO_SCALE));
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD);
  pango_layout_set_markup (layout, markup, -1);
  cairo_move_to (cr, 0, 0);
  pango_cairo_show_layout (cr, layout);
}

void
hemo_recovery_paper_print (GtkWidget *widget, const char *clinic, const char *const *groups)
{
  g_autoptr (GtkPrintOperation) operation = gtk_print_operation_new ();
  Paper *paper = g_new (Paper, 1);

  *paper = (Paper){ g_strdup (clinic), g_strdupv ((char **)groups) };
  gtk_print_operation_set_n_pages (operation, 1);
  gtk_print_operation_set_job_name (operation, _ ("Recovery code"));
  gtk_print_operation_set_allow_async (operation, TRUE);
  g_signal_connect_data (operation, "draw-page", G_CALLBACK (draw_cb), paper, paper_free, 0);
  gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG,
                           GTK_WINDOW (gtk_widget_get_root (widget)), NULL);
}
