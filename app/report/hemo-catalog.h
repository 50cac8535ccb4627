/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Translations into a language of a document's own, whatever locale the program runs in.
 *
 * gettext() knows one language, that of the process, and asks for a locale that the computer has
 * installed; to change it for one report would change every thread. So a report reads the compiled
 * catalogue (.mo) of its language itself, from the folder that the program bound to its domain with
 * bindtextdomain(), the same file that gettext() would read. Text without a translation, and a
 * language without a catalogue, stay English. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _HemoCatalog HemoCatalog;

/* At a program's start, after setlocale(): gettext takes its texts, as UTF-8, from the folder in
 * HEMOGRAM_LOCALES where that is set, as for a program that is not installed, else from where they
 * are installed. */
void hemo_catalog_bind (void);
/* Where they are. (transfer none) */
const char *hemo_catalog_get_folder (void);

/* @language: a locale ('fr', 'pt_BR', 'ar_EG.UTF-8'); the territory's catalogue is looked for
 * before the language's. (transfer full) */
HemoCatalog *hemo_catalog_new (const char *language);
/* The languages that a report can be printed in: 'en', and those with a catalogue, sorted.
 * (transfer full) */
GStrv hemo_catalog_list (void);
/* Whether @language, or its language without the territory, is one of them. */
gboolean hemo_catalog_is_there (const char *language);
/* @mo: what msgfmt writes, UTF-8. Fails with G_IO_ERROR_INVALID_DATA. (transfer full) */
HemoCatalog *hemo_catalog_new_from_bytes (GBytes *mo, GError **error);
void hemo_catalog_free (HemoCatalog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoCatalog, hemo_catalog_free)

/* The translation of @text, or @text itself. (transfer none) */
const char *hemo_catalog_get (const HemoCatalog *self, const char *text);

/* @many: the plural of @one, or NULL. Both live as long as the catalogue. */
typedef void (*HemoCatalogFunc) (const char *one, const char *many, gpointer data);
/* Calls @each for each English text that is translated; a text with a context begins with it. */
void hemo_catalog_foreach (const HemoCatalog *self, HemoCatalogFunc each, gpointer data);

/* Whether a language is written from right to left. */
gboolean hemo_language_is_rtl (const char *language);
/* Whether people of a locale ('en_US', 'es_MX') print on Letter paper. */
gboolean hemo_language_is_letter (const char *language);

G_END_DECLS
