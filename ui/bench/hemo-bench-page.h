/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One page of the bench: fields, count, morphology, malaria, report. */

#pragma once

#include "hemo-bench-case.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_BENCH_PAGE (hemo_bench_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (HemoBenchPage, hemo_bench_page, HEMO, BENCH_PAGE, AdwBin)

/**
 * HemoBenchKept:
 * @HEMO_BENCH_KEPT: all that the page shows is in the store
 * @HEMO_BENCH_KEEPING: it is on its way
 * @HEMO_BENCH_NOT_KEPT: something could not be written, or cannot be taken as it stands
 */
typedef enum
{
  HEMO_BENCH_KEPT,
  HEMO_BENCH_KEEPING,
  HEMO_BENCH_NOT_KEPT,
} HemoBenchKept;

/**
 * HemoBenchPageClass:
 * @updated: the case was read (again); also called once when the page is made after the reading
 * @key: a key that no entry took, while this page is seen; TRUE when it was used. @keycode is the
 *   physical key
 * @save: the page or the bench is being left, or the report is to be signed: write what is typed
 *   and not written yet
 * @get_kept: asked for after @save; without it all is kept
 */
struct _HemoBenchPageClass
{
  AdwBinClass parent_class;

  void (*updated) (HemoBenchPage *self);
  gboolean (*key) (HemoBenchPage *self, guint keyval, guint keycode, GdkModifierType state);
  void (*save) (HemoBenchPage *self);
  HemoBenchKept (*get_kept) (HemoBenchPage *self);
};

/* Construct-only property 'case'. (transfer none) */
HemoBenchCase *hemo_bench_page_get_case (HemoBenchPage *self);
HemoDesk *hemo_bench_page_get_desk (HemoBenchPage *self);

/* Of the key that is being handled: when it came, by the display's clock in milliseconds; whether
 * it is only held down; which of the keyboard's layouts was on. */
guint32 hemo_bench_page_get_key_time (HemoBenchPage *self);
gboolean hemo_bench_page_get_key_repeated (HemoBenchPage *self);
int hemo_bench_page_get_key_layout (HemoBenchPage *self);

/* Reads @text aloud once the keys have paused, in the place of what was to be read: who counts fast
 * hears where the count stands, not every cell. */
void hemo_bench_page_tell (HemoBenchPage *self, const char *text);

/* For the bench. @event is the key's, or NULL. */
gboolean hemo_bench_page_key (HemoBenchPage *self,
                              guint keyval,
                              guint keycode,
                              GdkModifierType state,
                              GdkEvent *event,
                              gboolean repeated);
void hemo_bench_page_save (HemoBenchPage *self);
HemoBenchKept hemo_bench_page_get_kept (HemoBenchPage *self);

G_END_DECLS
