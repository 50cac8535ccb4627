/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A film that was changed elsewhere while it was counted here. */

#include "hemo-malaria-page-private.h"

#include "hemo-conflict-dialog.h"
#include "hemo-malaria-words.h"
#include "hemo-place.h"

#include <glib/gi18n.h>

int
hemo_malaria_page_find_conflict (HemoMalariaPage *self)
{
  for (int i = 0; i < N_FILMS; i++)
    if (self->films[i] != NULL && hemo_saver_is_in_conflict (self->savers[i]))
      return i;
  return -1;
}

/* What the record holds under the number of @film; NULL when it was discarded. */
static const HemoMalaria *
find_stored (HemoMalariaPage *self, int film)
{
  const HemoCase *data = hemo_malaria_page_get_case (self);

  for (guint i = 0; i < data->malarias->len; i++)
    {
      const HemoMalaria *other = g_ptr_array_index (data->malarias, i);

      if (g_strcmp0 (other->uuid, self->films[film]->uuid) == 0)
        return other;
    }
  return NULL;
}

static HemoMalaria *
new_film (HemoMalariaPage *self, int film)
{
  const HemoMalaria *old = self->films[film];

  return hemo_malaria_new (old->specimen, old->reader, old->thick);
}

static void
keep_mine (HemoMalariaPage *self, int film)
{
  const HemoMalaria *stored = find_stored (self, film);
  g_autoptr (HemoMalaria) fresh = NULL;

  if (stored != NULL)
    {
      hemo_saver_overrule (self->savers[film], stored->version);
      return;
    }
  /* What was discarded stays so: this is another reading. */
  fresh = new_film (self, film);
  hemo_saver_give_way (self->savers[film]);
  hemo_saver_set_version (self->savers[film], 0);
  g_set_str (&self->films[film]->uuid, fresh->uuid);
  g_ptr_array_set_size (self->before[film], 0);
  hemo_malaria_page_save (self, film);
}

typedef struct
{
  HemoMalariaPage *page;
  int film;
} Taken;

static void
taken_free (gpointer data)
{
  Taken *self = data;

  g_object_unref (self->page);
  g_free (self);
}

static void
undo_cb (gpointer data)
{
  Taken *taken = data;

  hemo_malaria_page_undo (taken->page, taken->film);
}

static void
take_theirs (HemoMalariaPage *self, int film)
{
  const HemoMalaria *stored = find_stored (self, film);
  HemoMalaria *fresh = stored != NULL ? hemo_malaria_copy (stored) : new_film (self, film);
  Taken *taken = g_new0 (Taken, 1);

  hemo_saver_give_way (self->savers[film]);
  hemo_saver_set_version (self->savers[film], fresh->version);
  if (stored == NULL)
    g_ptr_array_set_size (self->before[film], 0);
  hemo_malaria_page_remember (self, film);
  /* Undone, it is written under the number that the record has now. */
  g_set_str (&((HemoMalaria *)self->before[film]->pdata[self->before[film]->len - 1])->uuid,
             fresh->uuid);
  hemo_malaria_free (self->films[film]);
  self->films[film] = fresh;
  taken->page = g_object_ref (self);
  taken->film = film;
  hemo_place_toast_undo (GTK_WIDGET (self), _ ("Taken from the record"), undo_cb, taken,
                         taken_free);
}

static void
decided_cb (gboolean mine, gpointer data)
{
  HemoMalariaPage *self = data;
  int film = self->banner != NULL ? hemo_malaria_page_find_conflict (self) : -1;

  if (film < 0)
    return;
  if (mine)
    keep_mine (self, film);
  else
    take_theirs (self, film);
  adw_banner_set_revealed (self->banner, hemo_malaria_page_find_conflict (self) >= 0);
  hemo_malaria_page_show (self);
}

void
hemo_malaria_page_settle (HemoMalariaPage *self)
{
  int film = hemo_malaria_page_find_conflict (self);
  const HemoCase *data = hemo_malaria_page_get_case (self);
  const HemoMalaria *stored = find_stored (self, film);
  g_autofree char *here = hemo_malaria_words_film (data, self->films[film]);
  g_autofree char *there = stored != NULL ? hemo_malaria_words_film (data, stored) : NULL;

  hemo_conflict_dialog_ask (GTK_WIDGET (self), here, there, decided_cb, self);
}
