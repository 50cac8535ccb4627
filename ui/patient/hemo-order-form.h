/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is asked and what came, as a form: filled in at acceptance, and mended afterwards. */

#pragma once

#include "hemo-desk.h"
#include "hemo-patient.h"
#include "hemo-specimen.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_ORDER_FORM (hemo_order_form_get_type ())
G_DECLARE_FINAL_TYPE (HemoOrderForm, hemo_order_form, HEMO, ORDER_FORM, AdwBin)

/* Signal 'changed': by a person. Focus goes to the first test. @desk: says how dates are read. */
void hemo_order_form_set_desk (HemoOrderForm *self, HemoDesk *desk);

/* Pregnancy is asked of whoever may be pregnant. */
void hemo_order_form_show_patient (HemoOrderForm *self, const HemoPatient *patient);

/* A new form: what this computer's technician takes in most, which is no fact about a patient. */
void hemo_order_form_fill_usual (HemoOrderForm *self);
void hemo_order_form_remember_usual (HemoOrderForm *self);

/* What was accepted: an empty time of collection is one that nobody knows. */
void
hemo_order_form_fill (HemoOrderForm *self, const HemoOrder *order, const HemoSpecimen *specimen);
/* What is asked is that of @order, which came in and stays as it was ordered; NULL: it is asked
 * here. */
void hemo_order_form_set_ordered (HemoOrderForm *self, const HemoOrder *order);
/* Of these tests a result is signed: they cannot be taken out. @begun: of these something was
 * entered, which is said where one is taken out. */
void hemo_order_form_keep_tests (HemoOrderForm *self, HemoTests stay, HemoTests begun);

/* All that is typed, as JSON; (transfer full). What a draft does not say stays as it is. */
char *hemo_order_form_to_draft (HemoOrderForm *self);
void hemo_order_form_from_draft (HemoOrderForm *self, const char *draft);
/* @typed on top of @now where it is another than @before: drafts all three. (transfer full) */
char *hemo_order_form_merge_drafts (const char *before, const char *typed, const char *now);

/* Whether it can be read; else takes the focus to where it cannot. @why: (out) (transfer none):
 * until the form changes, only where it cannot */
gboolean hemo_order_form_check (HemoOrderForm *self, const char **why);
/* After hemo_order_form_check(). What the form does not ask stays as it is. */
void hemo_order_form_read (HemoOrderForm *self, HemoOrder *order, HemoSpecimen *specimen);

G_END_DECLS
