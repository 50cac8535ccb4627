/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The model says results and what is missing in English words with numbers in them ('none seen in
 * 50 fields'); the catalogues know the words with '%d'. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The translation of @text, or @text itself, the very pointer. */
typedef const char *(*HemoTranslate) (const char *text, gpointer data);

/* @text by @translate, as it stands or with its numbers put into the words; itself where neither is
 * known. (transfer full) */
char *hemo_number_words_translate (const char *text, HemoTranslate translate, gpointer data);

G_END_DECLS
