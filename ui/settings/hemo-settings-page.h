/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A page of the settings: its desk, and rows that it is made of. */

#pragma once

#include "hemo-place.h"

G_BEGIN_DECLS

#define HEMO_TYPE_SETTINGS_PAGE (hemo_settings_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (
    HemoSettingsPage, hemo_settings_page, HEMO, SETTINGS_PAGE, AdwNavigationPage)

/**
 * HemoSettingsPageClass:
 * @build: fills the page, once
 */
struct _HemoSettingsPageClass
{
  AdwNavigationPageClass parent_class;

  void (*build) (HemoSettingsPage *self, AdwPreferencesPage *page);
};

/* @type: a subclass */
HemoSettingsPage *hemo_settings_page_new (GType type, HemoDesk *desk, const char *title);

HemoDesk *hemo_settings_page_get_desk (HemoSettingsPage *self);

/* Rows, added to @group; titles may hold a mnemonic. (transfer none) */
AdwPreferencesGroup *
hemo_settings_add_group (AdwPreferencesPage *page, const char *title, const char *description);
AdwEntryRow *
hemo_settings_add_entry (AdwPreferencesGroup *group, const char *title, const char *text);
AdwPasswordEntryRow *hemo_settings_add_secret (AdwPreferencesGroup *group, const char *title);
AdwSwitchRow *hemo_settings_add_switch (AdwPreferencesGroup *group,
                                        const char *title,
                                        const char *subtitle,
                                        gboolean active);
AdwComboRow *hemo_settings_add_choice (AdwPreferencesGroup *group,
                                       const char *title,
                                       const char *const *choices,
                                       guint selected);
/* @callback gets @data and no more. @style: CSS class, or NULL */
AdwButtonRow *hemo_settings_add_button (AdwPreferencesGroup *group,
                                        const char *title,
                                        const char *style,
                                        GCallback callback,
                                        gpointer data);

/* What every page's last answer does: shows the error under @heading, or says @done. FALSE on
 * error. */
gboolean hemo_settings_page_answer (HemoSettingsPage *self,
                                    GAsyncResult *result,
                                    const char *heading,
                                    const char *done);

/* The pages. */
GType hemo_settings_clinic_get_type (void);
GType hemo_settings_people_get_type (void);
GType hemo_settings_ranges_get_type (void);
GType hemo_settings_counting_get_type (void);
GType hemo_settings_microscope_get_type (void);
GType hemo_settings_security_get_type (void);
GType hemo_settings_look_get_type (void);
GType hemo_settings_servers_get_type (void);
/* Pages of that page. */
GType hemo_settings_records_get_type (void);
GType hemo_settings_pictures_get_type (void);

G_END_DECLS
