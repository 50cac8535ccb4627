/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the pages of the bench share. */

#include "hemo-bench-page.h"

#include "hemo-key-letter.h"

/* Milliseconds without a key, after which the count is read aloud. */
#define PAUSE_MS 700

typedef struct
{
  HemoBenchCase *bench_case;
  char *told;
  guint tell_source;
  guint32 key_time;
  gboolean key_repeated;
  int key_layout;
} HemoBenchPagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (HemoBenchPage, hemo_bench_page, ADW_TYPE_BIN)

enum
{
  PROP_CASE = 1,
  N_PROPS,
};
static GParamSpec *properties[N_PROPS];

HemoBenchCase *
hemo_bench_page_get_case (HemoBenchPage *self)
{
  HemoBenchPagePrivate *priv = hemo_bench_page_get_instance_private (self);

  return priv->bench_case;
}

HemoDesk *
hemo_bench_page_get_desk (HemoBenchPage *self)
{
  return hemo_bench_case_get_desk (hemo_bench_page_get_case (self));
}

guint32
hemo_bench_page_get_key_time (HemoBenchPage *self)
{
  HemoBenchPagePrivate *priv = hemo_bench_page_get_instance_private (self);

  return priv->key_time;
}

gboolean
hemo_bench_page_get_key_repeated (HemoBenchPage *self)
{
  HemoBenchPagePrivate *priv = hemo_bench_page_get_instance_private (self);

  return priv->key_repeated;
}

int
hemo_bench_page_get_key_layout (HemoBenchPage *self)
{
  HemoBenchPagePrivate *priv = hemo_bench_page_get_instance_private (self);

  return priv->key_layout;
}

static gboolean
tell_cb (gpointer data)
{
  HemoBenchPage *self = data;
  HemoBenchPagePrivate *priv = hemo_bench_page_get_instance_private (self);

  priv->tell_source = 0;
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_accessible_announce (GTK_ACCESSIBLE (self), priv->told,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  return G_SOURCE_REMOVE;
}

void
hemo_bench_page_tell (HemoBenchPage *self, const char *text)
{
  HemoBenchPagePrivate *priv = hemo_bench_page_get_instance_private (self);

  g_set_str (&priv->told, text);
  g_clear_handle_id (&priv->tell_source, g_source_remove);
  priv->tell_source = g_timeout_add (PAUSE_MS, tell_cb, self);
}

gboolean
hemo_bench_page_key (HemoBenchPage *self,
                     guint keyval,
                     guint keycode,
                     GdkModifierType state,
                     GdkEvent *event,
                     gboolean repeated)
{
  HemoBenchPagePrivate *priv = hemo_bench_page_get_instance_private (self);
  HemoBenchPageClass *klass = HEMO_BENCH_PAGE_GET_CLASS (self);

  if (event != NULL)
    {
      priv->key_time = gdk_event_get_time (event);
      priv->key_layout = (int)gdk_key_event_get_layout (event);
    }
  priv->key_repeated = repeated;
  /* Without Ctrl a page may take what is typed as text. */
  if (state & GDK_CONTROL_MASK)
    keyval = hemo_key_letter (keyval, keycode);
  return klass->key != NULL && klass->key (self, keyval, keycode, state);
}

void
hemo_bench_page_save (HemoBenchPage *self)
{
  if (HEMO_BENCH_PAGE_GET_CLASS (self)->save != NULL)
    HEMO_BENCH_PAGE_GET_CLASS (self)->save (self);
}

HemoBenchKept
hemo_bench_page_get_kept (HemoBenchPage *self)
{
  HemoBenchPageClass *klass = HEMO_BENCH_PAGE_GET_CLASS (self);

  return klass->get_kept != NULL ? klass->get_kept (self) : HEMO_BENCH_KEPT;
}

static void
updated_cb (HemoBenchPage *self)
{
  if (HEMO_BENCH_PAGE_GET_CLASS (self)->updated != NULL)
    HEMO_BENCH_PAGE_GET_CLASS (self)->updated (self);
}

static void
hemo_bench_page_constructed (GObject *object)
{
  HemoBenchPagePrivate *priv = hemo_bench_page_get_instance_private (HEMO_BENCH_PAGE (object));

  G_OBJECT_CLASS (hemo_bench_page_parent_class)->constructed (object);
  g_signal_connect_object (priv->bench_case, "updated", G_CALLBACK (updated_cb), object,
                           G_CONNECT_SWAPPED);
  if (hemo_bench_case_get (priv->bench_case) != NULL)
    updated_cb (HEMO_BENCH_PAGE (object));
}

static void
hemo_bench_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HemoBenchPagePrivate *priv = hemo_bench_page_get_instance_private (HEMO_BENCH_PAGE (object));

  if (id == PROP_CASE)
    priv->bench_case = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hemo_bench_page_dispose (GObject *object)
{
  HemoBenchPagePrivate *priv = hemo_bench_page_get_instance_private (HEMO_BENCH_PAGE (object));

  g_clear_handle_id (&priv->tell_source, g_source_remove);
  G_OBJECT_CLASS (hemo_bench_page_parent_class)->dispose (object);
}

static void
hemo_bench_page_finalize (GObject *object)
{
  HemoBenchPagePrivate *priv = hemo_bench_page_get_instance_private (HEMO_BENCH_PAGE (object));

  g_clear_object (&priv->bench_case);
  g_free (priv->told);
  G_OBJECT_CLASS (hemo_bench_page_parent_class)->finalize (object);
}

static void
hemo_bench_page_class_init (HemoBenchPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = hemo_bench_page_constructed;
  object_class->set_property = hemo_bench_page_set_property;
  object_class->dispose = hemo_bench_page_dispose;
  object_class->finalize = hemo_bench_page_finalize;
  properties[PROP_CASE]
      = g_param_spec_object ("case", NULL, NULL, HEMO_TYPE_BENCH_CASE,
                             G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  /* It has the focus, and what has none of GTK's roles may not have a name. */
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
hemo_bench_page_init (HemoBenchPage *self)
{
  /* Its keys are the page's own: none of its buttons has to have the focus for them. */
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
}
