/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pages of the gallery of widgets. */

#pragma once

#include "hemo-widgets.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* @make: @picture is the file to show, or NULL for a drawn one. */
typedef struct
{
  const char *name;
  const char *title;
  GtkWidget *(*make) (const char *picture);
} GalleryPage;

GtkWidget *gallery_tally_page (const char *picture);
GtkWidget *gallery_trend_page (const char *picture);
GtkWidget *gallery_entries_page (const char *picture);
GtkWidget *gallery_film_page (const char *picture);
GtkWidget *gallery_viewer_page (const char *picture);
GtkWidget *gallery_pair_page (const char *picture);

/* A line in which a page writes what its widgets said. */
GtkWidget *gallery_say (const char *name);

G_END_DECLS
