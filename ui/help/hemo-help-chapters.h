/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The text of the manual. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HemoHelpChapter:
 * @id: as places name it
 * @paragraphs: ended by NULL; all untranslated
 */
typedef struct
{
  const char *id;
  const char *title;
  const char *paragraphs[14];
} HemoHelpChapter;

/* Ended by one without an id. */
extern const HemoHelpChapter hemo_help_chapters[];

G_END_DECLS
