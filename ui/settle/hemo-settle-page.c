/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Loads both versions once, so that nothing moves under the hand, and shows them. */

#include "hemo-settle-page-private.h"

#include "hemo-fhir-lines.h"
#include "hemo-settle-words.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (HemoSettlePage, hemo_settle_page, HEMO_TYPE_PLACE)

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  gint64 sequence = *(gint64 *)data;

  if (!hemo_sync_dispute_follow (txn, &sequence, error))
    return FALSE;
  *result = hemo_sync_dispute_load (txn, sequence, error);
  return *result != NULL;
}

static GtkWidget *
add_note (HemoSettlePage *self, const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  gtk_box_append (self->content, label);
  return label;
}

/* Who wrote which, in the order in which they stand below. */
static void
add_authors (HemoSettlePage *self)
{
  const HemoSyncDispute *of = self->dispute;
  GtkWidget *group = adw_preferences_group_new ();
  g_autofree char *here = of->here ? hemo_settle_who (of->our_author, of->our_time)
                                   : g_strdup (_ ("Not on this computer"));
  g_autofree char *there = hemo_settle_who (of->incoming->author, of->their_time);
  const char *const titles[] = { _ ("Here"), of->deleted ? _ ("There: deleted") : _ ("There") };
  const char *const whose[] = { here, there };

  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    {
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), titles[i]);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), whose[i]);
      adw_action_row_add_prefix (
          ADW_ACTION_ROW (row),
          gtk_image_new_from_icon_name (i == 0 ? "computer-symbolic" : "network-server-symbolic"));
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
    }
  gtk_box_append (self->content, group);
}

static GtkWidget *
make_button (HemoSettlePage *self, const char *label, GCallback callback, const char *style)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  if (style != NULL)
    gtk_widget_add_css_class (button, style);
  gtk_widget_set_sensitive (button, self->allowed);
  g_signal_connect_swapped (button, "clicked", callback, self);
  return button;
}

static GtkWidget *
add_buttons (HemoSettlePage *self)
{
  GtkWidget *box = adw_wrap_box_new ();

  adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (box), 12);
  adw_wrap_box_set_line_spacing (ADW_WRAP_BOX (box), 12);
  gtk_box_append (self->content, box);
  return box;
}

static void
choose_all (HemoSettlePage *self, HemoSettled settled)
{
  for (guint i = 0; i < self->choices->len; i++)
    hemo_settle_choice_set (g_array_index (self->choices, HemoSettleField, i).choice, settled);
}

static void
all_here_cb (HemoSettlePage *self)
{
  choose_all (self, HEMO_SETTLE_HERE);
  gtk_widget_grab_focus (self->decide);
}

static void
all_there_cb (HemoSettlePage *self)
{
  choose_all (self, HEMO_SETTLE_THERE);
  gtk_widget_grab_focus (self->decide);
}

static const struct
{
  HemoTests test;
  const char *title;
} all_tests[] = {
  { HEMO_TEST_DIFFERENTIAL, N_ ("_Differential") }, { HEMO_TEST_MORPHOLOGY, N_ ("_Morphology") },
  { HEMO_TEST_PLATELETS, N_ ("_Platelets") },       { HEMO_TEST_MALARIA, N_ ("M_alaria") },
  { HEMO_TEST_CBC, N_ ("Blood _count") },
};

HemoTests
hemo_settle_page_get_tests (HemoSettlePage *self)
{
  HemoTests tests = 0;

  for (guint i = 0; i < self->tests->len; i++)
    if (adw_switch_row_get_active (ADW_SWITCH_ROW (self->tests->pdata[i])))
      tests |= all_tests[i].test;
  return tests;
}

/* How many are decided, and whether that is all. */
void
hemo_settle_page_check (HemoSettlePage *self)
{
  guint decided = 0;
  guint all = self->choices->len;
  g_autofree char *text = NULL;

  for (guint i = 0; i < all; i++)
    decided += hemo_settle_choice_get (g_array_index (self->choices, HemoSettleField, i).choice)
               != HEMO_SETTLE_NONE;
  if (self->decide == NULL)
    return;
  if (self->tests->len > 0)
    {
      for (guint i = 0; i < self->tests->len; i++)
        gtk_widget_set_sensitive (self->tests->pdata[i], self->allowed && !self->writing);
      gtk_widget_set_sensitive (self->decide, self->allowed && !self->writing
                                                  && hemo_settle_page_get_tests (self) != 0);
      return;
    }
  gtk_widget_set_sensitive (self->decide, self->allowed && !self->writing && decided == all);
  /* Translators: so many of so many fields */
  text = g_strdup_printf (_ ("%u of %u decided"), decided, all);
  gtk_label_set_text (self->count, text);
}

/* Patients and orders: field by field, but for whose an order is. */
static void
add_fields (HemoSettlePage *self)
{
  g_autofree char *refusal
      = self->dispute->refusal != NULL ? hemo_settle_refusal (self->dispute) : NULL;
  GtkWidget *box;

  if ((self->dispute->differing & HEMO_FIELD_PATIENT) != 0 && refusal != NULL)
    add_note (self, refusal, NULL);
  box = add_buttons (self);
  adw_wrap_box_append (ADW_WRAP_BOX (box),
                       make_button (self, _ ("All as _Here"), G_CALLBACK (all_here_cb), NULL));
  adw_wrap_box_append (ADW_WRAP_BOX (box),
                       make_button (self, _ ("All as _There"), G_CALLBACK (all_there_cb), NULL));
  hemo_settle_page_add_choices (self);
  box = add_buttons (self);
  self->decide
      = make_button (self, _ ("_Decide"), G_CALLBACK (hemo_settle_page_decide), "suggested-action");
  gtk_widget_add_css_class (self->decide, "pill");
  adw_wrap_box_append (ADW_WRAP_BOX (box), self->decide);
  self->count = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_set_valign (GTK_WIDGET (self->count), GTK_ALIGN_CENTER);
  adw_wrap_box_append (ADW_WRAP_BOX (box), GTK_WIDGET (self->count));
  hemo_settle_page_check (self);
}

/* Two times of one minute are told apart by what the records say. (transfer full) */
static char *
say_both (const HemoFhirLine *line)
{
  g_autofree char *here = hemo_settle_says (line->name, line->ours);
  g_autofree char *there = hemo_settle_says (line->name, line->theirs);
  gboolean alike = g_str_equal (here, there);

  /* Translators: what one version of a record says, and what the other */
  return g_strdup_printf (_ ("Here: %s\nThere: %s"), alike ? line->ours : here,
                          alike ? line->theirs : there);
}

static void
add_line (AdwPreferencesGroup *group, const HemoSyncDispute *of, const HemoFhirLine *line)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *both = !of->here     ? hemo_settle_says (line->name, line->theirs)
                          : of->deleted ? hemo_settle_says (line->name, line->ours)
                                        : say_both (line);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), hemo_settle_element (line->name));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), both);
  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (row), TRUE);
  adw_preferences_group_add (group, row);
}

/* Everything else: what differs, all of it where only one side has any. */
static void
add_lines (HemoSettlePage *self)
{
  GtkWidget *group = adw_preferences_group_new ();
  const HemoSyncDispute *of = self->dispute;
  gboolean more = FALSE;
  guint same = 0;
  g_autofree char *text = NULL;

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), of->here && !of->deleted
                                                                      ? _ ("What Differs")
                                                                      : _ ("What It Says"));
  for (guint i = 0; i < of->lines->len; i++)
    {
      const HemoFhirLine *line = g_ptr_array_index (of->lines, i);

      if (g_str_equal (line->name, HEMO_FHIR_LINES_MORE))
        more = TRUE;
      else if (g_strcmp0 (line->ours, line->theirs) == 0)
        same++;
      else
        add_line (ADW_PREFERENCES_GROUP (group), of, line);
    }
  if (of->lines->len > same + more)
    gtk_box_append (self->content, group);
  else
    g_object_unref (g_object_ref_sink (group));
  if (same > 0 && same == of->lines->len)
    add_note (self, _ ("What differs is read by programs alone."), "heading");
  if (more)
    add_note (self, _ ("The record is longer than what is shown: more may differ."), "heading");
  if (same == 0)
    return;
  text = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%u more says the same.", "%u more say the same.", same), same);
  add_note (self, text, "dimmed");
}

/* A merge of records is taken whole, in what was merged nothing is written any more, and an order
 * never goes to another patient. */
static gboolean
is_by_field (const HemoSyncDispute *of)
{
  guint fields = of->differing & ~(guint)HEMO_FIELD_PATIENT;

  return fields != 0 && (of->their_patient == NULL || of->their_patient->merged_into == NULL)
         && (of->our_patient == NULL || of->our_patient->merged_into == NULL);
}

/* What each decision does to a record that is taken whole. */
static const char *
describe_ours (const HemoSyncDispute *of)
{
  if (!of->here)
    return _ ("It stays on the server as it is, and nothing is changed here.");
  if (of->deleted)
    return _ ("What is here stands, and is sent to the server again.");
  return _ ("What is here stands, and is sent over theirs; theirs stays in the history.");
}

static const char *
describe_theirs (const HemoSyncDispute *of)
{
  if (g_str_equal (of->incoming->type, "Patient"))
    return _ ("What they wrote is taken over here; records that became one there become one here.");
  if (g_str_equal (of->incoming->type, "ServiceRequest"))
    return _ ("What they wrote is taken over here. The order stays with its patient.");
  return g_str_equal (of->incoming->type, "Specimen")
             ? _ ("What they wrote is taken over here. Number, patient and order stay.")
             : _ ("What was signed here stays as it is; theirs stays on the server and is not "
                  "written over.");
}

/* @label: NULL: no button */
static void
add_decision (HemoSettlePage *self,
              AdwPreferencesGroup *group,
              const char *title,
              const char *does,
              const char *label,
              GCallback callback)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = label != NULL ? make_button (self, label, callback, NULL) : NULL;

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), does);
  adw_preferences_group_add (group, row);
  if (button == NULL)
    return;
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

/* What the store would refuse is not offered: why, and what to do instead. */
static void
add_theirs (HemoSettlePage *self, AdwPreferencesGroup *group)
{
  const HemoSyncDispute *of = self->dispute;
  g_autofree char *refusal = of->refusal != NULL ? hemo_settle_refusal (of) : NULL;

  if (refusal == NULL)
    add_decision (self, group, _ ("Theirs stands"), describe_theirs (of), _ ("Take _Theirs"),
                  G_CALLBACK (hemo_settle_page_take_theirs));
  else
    add_decision (self, group, _ ("Theirs cannot be taken"), refusal,
                  of->rejectable ? _ ("_Reject…") : NULL, G_CALLBACK (hemo_settle_page_reject));
}

/* An order for tests that are not done here: what is done for it instead. */
static void
add_tests (HemoSettlePage *self)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  GtkWidget *box;

  adw_preferences_group_set_title (group, _ ("What Is Done for It"));
  adw_preferences_group_set_description (
      group,
      _ ("None of what this order asks for is done here by that name. Mark what it means, or "
         "what is done instead: the order waits for its specimen then, what it asks for "
         "stands in its note, and the server is told."));
  for (guint i = 0; i < G_N_ELEMENTS (all_tests); i++)
    {
      GtkWidget *row = adw_switch_row_new ();

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (row), TRUE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (all_tests[i].title));
      g_signal_connect_object (row, "notify::active", G_CALLBACK (hemo_settle_page_check), self,
                               G_CONNECT_SWAPPED);
      adw_preferences_group_add (group, row);
      g_ptr_array_add (self->tests, row);
    }
  gtk_box_append (self->content, GTK_WIDGET (group));
  box = add_buttons (self);
  self->decide = make_button (self, _ ("Ta_ke the Order"), G_CALLBACK (hemo_settle_page_take_order),
                              "suggested-action");
  gtk_widget_add_css_class (self->decide, "pill");
  adw_wrap_box_append (ADW_WRAP_BOX (box), self->decide);
  adw_wrap_box_append (
      ADW_WRAP_BOX (box),
      make_button (self, _ ("Re_fuse…"), G_CALLBACK (hemo_settle_page_refuse), "pill"));
  hemo_settle_page_check (self);
}

static void
add_decisions (HemoSettlePage *self)
{
  const HemoSyncDispute *of = self->dispute;
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  if (of->other_tests)
    add_tests (self);
  adw_preferences_group_set_title (group, _ ("Decide"));
  add_decision (self, group, of->here ? _ ("What is here stands") : _ ("Leave it"),
                describe_ours (of), of->here ? _ ("_Keep Ours") : _ ("_Leave It"),
                G_CALLBACK (hemo_settle_page_keep_ours));
  if (of->here)
    add_theirs (self, group);
  gtk_box_append (self->content, GTK_WIDGET (group));
}

static void
add_case_button (HemoSettlePage *self)
{
  GtkWidget *button;

  if (self->dispute->accession == NULL)
    return;
  button = gtk_button_new_with_mnemonic (_ ("_Open Case"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.open-case");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", self->dispute->accession);
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_box_append (self->content, button);
}

static void
add_again (HemoSettlePage *self)
{
  const char *text
      = _ ("It was changed while you looked, and nothing was decided. This is how it stands now.");

  add_note (self, text, "heading");
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
show (HemoSettlePage *self)
{
  const HemoSyncDispute *of = self->dispute;
  g_autofree char *title = hemo_settle_title (of);
  g_autofree char *reason = hemo_settle_reason (of);

  self->allowed
      = hemo_desk_may (hemo_place_get_desk (HEMO_PLACE (self)), hemo_sync_dispute_action (of));
  add_note (self, title, "title-2");
  if (self->again)
    add_again (self);
  add_note (self, reason, NULL);
  if (of->incoming->state != HEMO_INCOMING_WAITING)
    {
      add_note (self,
                of->incoming->state == HEMO_INCOMING_KEPT
                    ? _ ("A newer version came meanwhile; it is in the list.")
                    : _ ("This was decided meanwhile."),
                "heading");
      return;
    }
  if (!self->allowed)
    add_note (self, _ ("Your role may look at this, and not decide it."), "heading");
  add_authors (self);
  if (is_by_field (of))
    add_fields (self);
  else
    {
      add_lines (self);
      add_decisions (self);
    }
  add_case_button (self);
  add_note (self, _ ("Nothing is lost: both versions stay, with who wrote them, in the history."),
            "dimmed");
  gtk_widget_child_focus (GTK_WIDGET (self->content), GTK_DIR_TAB_FORWARD);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettlePage) self = data;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      self->asked = FALSE;
      hemo_place_show_error (GTK_WIDGET (self), _ ("The Versions Cannot Be Read"), error);
      return;
    }
  self->dispute = out;
  self->sequence = self->dispute->incoming->sequence;
  if (self->content != NULL)
    show (self);
}

static void
load (HemoSettlePage *self)
{
  self->asked = TRUE;
  hemo_desk_read_async (hemo_place_get_desk (HEMO_PLACE (self)), load_job,
                        g_memdup2 (&self->sequence, sizeof self->sequence), g_free,
                        (GDestroyNotify)hemo_sync_dispute_free, NULL, loaded_cb,
                        g_object_ref (self));
}

/* Once: what a person has marked is not thrown over. */
static void
hemo_settle_page_refresh (HemoPlace *place)
{
  HemoSettlePage *self = HEMO_SETTLE_PAGE (place);

  if (!self->asked)
    load (self);
}

void
hemo_settle_page_ask_again (HemoSettlePage *self)
{
  GtkWidget *scrolled
      = gtk_widget_get_ancestor (GTK_WIDGET (self->content), GTK_TYPE_SCROLLED_WINDOW);
  GtkWidget *child;

  self->again = TRUE;
  self->decide = NULL;
  self->count = NULL;
  g_array_set_size (self->choices, 0);
  g_ptr_array_set_size (self->tests, 0);
  g_clear_pointer (&self->dispute, hemo_sync_dispute_free);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->content))) != NULL)
    gtk_box_remove (self->content, child);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled)),
                            0);
  load (self);
}

static void
hemo_settle_page_dispose (GObject *object)
{
  HemoSettlePage *self = HEMO_SETTLE_PAGE (object);

  self->content = NULL;
  self->decide = NULL;
  self->count = NULL;
  g_array_set_size (self->choices, 0);
  g_ptr_array_set_size (self->tests, 0);
  G_OBJECT_CLASS (hemo_settle_page_parent_class)->dispose (object);
}

static void
hemo_settle_page_finalize (GObject *object)
{
  HemoSettlePage *self = HEMO_SETTLE_PAGE (object);

  g_clear_pointer (&self->dispute, hemo_sync_dispute_free);
  g_array_unref (self->choices);
  g_ptr_array_unref (self->tests);
  G_OBJECT_CLASS (hemo_settle_page_parent_class)->finalize (object);
}

static void
hemo_settle_page_class_init (HemoSettlePageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hemo_settle_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = hemo_settle_page_finalize;
  HEMO_PLACE_CLASS (klass)->refresh = hemo_settle_page_refresh;
  HEMO_PLACE_CLASS (klass)->help = "settle";
}

static void
hemo_settle_page_init (HemoSettlePage *self)
{
  GtkWidget *view = adw_toolbar_view_new ();
  GtkWidget *scrolled;

  self->choices = g_array_new (FALSE, TRUE, sizeof (HemoSettleField));
  self->tests = g_ptr_array_new ();
  self->content = hemo_settle_make_content (&scrolled);
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), scrolled);
  adw_navigation_page_set_child (ADW_NAVIGATION_PAGE (self), view);
}

HemoSettlePage *
hemo_settle_page_new (HemoDesk *desk, gint64 sequence)
{
  HemoSettlePage *self
      = g_object_new (HEMO_TYPE_SETTLE_PAGE, "desk", desk, "title", _ ("Two Versions"), NULL);

  self->sequence = sequence;
  return self;
}
