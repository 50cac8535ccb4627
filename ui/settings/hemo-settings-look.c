/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Language of the window, light or dark. */

#include "hemo-settings-page.h"

#include "hemo-languages.h"
#include "hemo-settings.h"

#include <glib/gi18n.h>

struct _HemoSettingsLook
{
  HemoSettingsPage parent_instance;

  AdwComboRow *language;
  AdwComboRow *style;
  GSettings *settings;
};

#define HEMO_TYPE_SETTINGS_LOOK (hemo_settings_look_get_type ())
G_DECLARE_FINAL_TYPE (HemoSettingsLook, hemo_settings_look, HEMO, SETTINGS_LOOK, HemoSettingsPage)
G_DEFINE_FINAL_TYPE (HemoSettingsLook, hemo_settings_look, HEMO_TYPE_SETTINGS_PAGE)

static const char *const styles[] = { "system", "light", "dark" };

static void
language_cb (HemoSettingsLook *self)
{
  hemo_languages_choose (self->settings, adw_combo_row_get_selected (self->language));
  hemo_place_toast (GTK_WIDGET (self), _ ("The language changes at the next start"));
}

static void
style_cb (HemoSettingsLook *self)
{
  g_settings_set_string (self->settings, "style",
                         styles[adw_combo_row_get_selected (self->style) % G_N_ELEMENTS (styles)]);
}

static guint
style_index (GSettings *settings)
{
  g_autofree char *style = g_settings_get_string (settings, "style");
  guint index = 0;

  while (index < G_N_ELEMENTS (styles) - 1 && !g_str_equal (styles[index], style))
    index++;
  return g_str_equal (styles[index], style) ? index : 0;
}

static void
hemo_settings_look_build (HemoSettingsPage *page, AdwPreferencesPage *content)
{
  HemoSettingsLook *self = HEMO_SETTINGS_LOOK (page);
  AdwPreferencesGroup *group = hemo_settings_add_group (content, NULL, NULL);
  const char *const names[]
      = { C_ ("style", "As the computer"), C_ ("style", "Light"), C_ ("style", "Dark"), NULL };
  g_autoptr (GListModel) languages = hemo_languages_get_names ();

  self->settings = hemo_settings_new ();
  self->language = hemo_settings_add_choice (group, _ ("_Language"), NULL, 0);
  adw_combo_row_set_model (self->language, languages);
  adw_combo_row_set_selected (self->language, hemo_languages_get_chosen (self->settings));
  self->style = hemo_settings_add_choice (group, _ ("_Style"), names, style_index (self->settings));
  g_signal_connect_object (self->language, "notify::selected", G_CALLBACK (language_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->style, "notify::selected", G_CALLBACK (style_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
hemo_settings_look_dispose (GObject *object)
{
  HemoSettingsLook *self = HEMO_SETTINGS_LOOK (object);

  /* Rows that go lose their choice, which is nobody's wish. */
  if (self->language != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->language, self);
      g_signal_handlers_disconnect_by_data (self->style, self);
      self->language = NULL;
    }
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (hemo_settings_look_parent_class)->dispose (object);
}

static void
hemo_settings_look_class_init (HemoSettingsLookClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hemo_settings_look_dispose;
  HEMO_SETTINGS_PAGE_CLASS (klass)->build = hemo_settings_look_build;
}

static void
hemo_settings_look_init (HemoSettingsLook *self)
{
}
