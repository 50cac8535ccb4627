/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Properties of a dialog's fields as a draft, and back. */

#include "hemo-dialog-draft.h"

#include "hemo-draft-keeper.h"
#include "hemo-draft-table.h"
#include "hemo-json.h"
#include "hemo-time.h"

#include <glib/gi18n.h>
#include <string.h>

/* When it was kept; no field is called so. */
#define KEPT "kept-at"

typedef struct
{
  char *key;
  GtkWidget *widget;
  const char *property;
  /* What the field said by itself. */
  char *first;
} Field;

struct _HemoDialogDraft
{
  GObject parent_instance;

  AdwDialog *dialog;
  GtkLabel *label;
  HemoDraftKeeper *keeper;
  GPtrArray *fields;
  gboolean filling;
  /* Whoever closes the dialog has seen what they throw away. */
  gboolean touched;
  gboolean busy;
};

G_DEFINE_FINAL_TYPE (HemoDialogDraft, hemo_dialog_draft, G_TYPE_OBJECT)

enum
{
  FOUND,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

static void
field_free (gpointer data)
{
  Field *self = data;

  g_free (self->key);
  g_free (self->first);
  g_free (self);
}

static GType
type_of (const Field *field)
{
  return g_object_class_find_property (G_OBJECT_GET_CLASS (field->widget), field->property)
      ->value_type;
}

static char *
read_field (const Field *field)
{
  gboolean on = FALSE;
  guint number = 0;
  char *text = NULL;

  if (type_of (field) == G_TYPE_BOOLEAN)
    {
      g_object_get (field->widget, field->property, &on, NULL);
      return g_strdup (on ? "yes" : "no");
    }
  if (type_of (field) == G_TYPE_UINT)
    {
      g_object_get (field->widget, field->property, &number, NULL);
      return g_strdup_printf ("%u", number);
    }
  g_object_get (field->widget, field->property, &text, NULL);
  return text != NULL ? text : g_strdup ("");
}

static void
write_field (const Field *field, const char *text)
{
  guint64 number = 0;

  if (type_of (field) == G_TYPE_BOOLEAN)
    g_object_set (field->widget, field->property, g_str_equal (text, "yes"), NULL);
  else if (type_of (field) != G_TYPE_UINT)
    g_object_set (field->widget, field->property, text, NULL);
  else if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT, &number, NULL))
    g_object_set (field->widget, field->property, (guint)number, NULL);
}

static gboolean
is_first (HemoDialogDraft *self)
{
  for (guint i = 0; i < self->fields->len; i++)
    {
      const Field *field = self->fields->pdata[i];
      g_autofree char *text = read_field (field);

      if (g_strcmp0 (text, field->first) != 0)
        return FALSE;
    }
  return TRUE;
}

static char *
to_draft (HemoDialogDraft *self)
{
  json_object *draft = hemo_json_made (json_object_new_object ());
  g_autofree char *now = hemo_time_to_iso (hemo_time_now ());
  char *text;

  for (guint i = 0; i < self->fields->len; i++)
    {
      const Field *field = self->fields->pdata[i];
      g_autofree char *value = read_field (field);

      hemo_json_add (draft, field->key, json_object_new_string (value));
    }
  hemo_json_add (draft, KEPT, json_object_new_string (now));
  text = hemo_json_to_text (draft, JSON_C_TO_STRING_PLAIN);
  json_object_put (draft);
  return text;
}

static void
edited_cb (HemoDialogDraft *self)
{
  if (self->filling || self->keeper == NULL)
    return;
  self->touched = TRUE;
  if (is_first (self))
    hemo_draft_keeper_forget (self->keeper);
  else
    hemo_draft_keeper_keep (self->keeper, to_draft (self));
}

static void
say (HemoDialogDraft *self, const char *text, gboolean wrong)
{
  gtk_label_set_text (self->label, text);
  if (wrong)
    gtk_widget_add_css_class (GTK_WIDGET (self->label), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->label), "error");
  gtk_widget_set_visible (GTK_WIDGET (self->label), TRUE);
  gtk_accessible_announce (GTK_ACCESSIBLE (self->dialog), text,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

/* Nothing that was typed meanwhile is overwritten. */
static void
found_cb (HemoDialogDraft *self, const char *content)
{
  json_object *draft = hemo_json_parse (content, strlen (content), 2, "draft", NULL);
  const char *kept = draft != NULL ? hemo_json_get_text (draft, KEPT, 100) : NULL;

  if (kept != NULL && !self->touched && !self->busy)
    {
      self->touched = self->filling = TRUE;
      for (guint i = 0; i < self->fields->len; i++)
        {
          const Field *field = self->fields->pdata[i];
          const char *text = hemo_json_get_text (draft, field->key, HEMO_DRAFT_LIMIT);

          if (text != NULL)
            write_field (field, text);
        }
      g_signal_emit (self, signals[FOUND], 0, kept);
      self->filling = FALSE;
      say (self, _ ("This was typed before and not saved. It is here again."), FALSE);
    }
  json_object_put (draft);
}

static void
failed_cb (HemoDialogDraft *self, const GError *error)
{
  g_autofree char *text = g_strdup_printf (
      _ ("What you type is not kept if the power fails now: %s"), error->message);

  say (self, text, TRUE);
}

/* By whoever is there: a lock closes the dialog without asking, and forgets nothing. */
static void
close_cb (HemoDialogDraft *self)
{
  if (!self->busy)
    hemo_dialog_draft_close (self);
}

static void
hemo_dialog_draft_dispose (GObject *object)
{
  HemoDialogDraft *self = HEMO_DIALOG_DRAFT (object);

  if (self->keeper != NULL)
    hemo_draft_keeper_flush (self->keeper);
  g_clear_object (&self->keeper);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  G_OBJECT_CLASS (hemo_dialog_draft_parent_class)->dispose (object);
}

static void
hemo_dialog_draft_class_init (HemoDialogDraftClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hemo_dialog_draft_dispose;
  signals[FOUND] = g_signal_new ("found", HEMO_TYPE_DIALOG_DRAFT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
hemo_dialog_draft_init (HemoDialogDraft *self)
{
  self->fields = g_ptr_array_new_with_free_func (field_free);
}

HemoDialogDraft *
hemo_dialog_draft_new (AdwDialog *dialog, HemoDesk *desk, const char *form, GtkLabel *label)
{
  HemoDialogDraft *self = g_object_new (HEMO_TYPE_DIALOG_DRAFT, NULL);

  self->dialog = dialog;
  self->label = label;
  self->keeper = hemo_draft_keeper_new (desk, form);
  adw_dialog_set_can_close (dialog, FALSE);
  g_signal_connect_object (dialog, "close-attempt", G_CALLBACK (close_cb), self, G_CONNECT_SWAPPED);
  return self;
}

void
hemo_dialog_draft_add (HemoDialogDraft *self,
                       const char *key,
                       GtkWidget *widget,
                       const char *property)
{
  Field *field = g_new0 (Field, 1);
  g_autofree char *changed = g_strconcat ("notify::", property, NULL);

  field->key = g_strdup (key);
  field->widget = widget;
  field->property = property;
  g_ptr_array_add (self->fields, field);
  g_signal_connect_object (widget, changed, G_CALLBACK (edited_cb), self, G_CONNECT_SWAPPED);
}

void
hemo_dialog_draft_start (HemoDialogDraft *self)
{
  for (guint i = 0; i < self->fields->len; i++)
    {
      Field *field = self->fields->pdata[i];

      g_free (field->first);
      field->first = read_field (field);
    }
  self->touched = FALSE;
  g_signal_connect_object (self->keeper, "found", G_CALLBACK (found_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->keeper, "failed", G_CALLBACK (failed_cb), self, G_CONNECT_SWAPPED);
}

void
hemo_dialog_draft_set_busy (HemoDialogDraft *self, gboolean busy)
{
  self->busy = busy;
  /* What is kept later than it was saved would come back as not saved. */
  if (busy && self->touched)
    hemo_draft_keeper_flush (self->keeper);
}

void
hemo_dialog_draft_close (HemoDialogDraft *self)
{
  g_autoptr (HemoDialogDraft) alive = g_object_ref (self);

  if (self->touched)
    hemo_draft_keeper_forget (self->keeper);
  if (gtk_widget_get_root (GTK_WIDGET (self->dialog)) != NULL)
    adw_dialog_force_close (self->dialog);
}
